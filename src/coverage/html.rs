//! Writes coverage as one page that needs nothing else: the texts with marks on what was not read.

use super::{Block, Counts, Coverage, Mark, Marked, Run};
use crate::document::Role;
use crate::export::xml::escape;
use std::io::{self, Write};

/// How the page looks. Marks can be switched off without a script.
const STYLE: &str = include_str!("page.css");

/// Writes a page with the texts of `documents`.
///
/// # Errors
/// Where `out` takes no more.
pub fn write(out: &mut impl Write, documents: &[Coverage]) -> io::Result<()> {
    let mut total = Counts::default();
    documents.iter().for_each(|coverage| total.add(&coverage.counts));
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Coverage</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1>Coverage</h1>\n<p class=\"lead\">{}</p>\n",
        match documents.len() {
            1 => "1 document".to_owned(),
            many => format!("{many} documents"),
        }
    )?;
    bars(out, &total)?;
    writeln!(out, "</header>")?;
    legend(out)?;
    if documents.len() > 1 {
        contents(out, documents)?;
    }
    writeln!(out, "<main>")?;
    for (number, coverage) in documents.iter().enumerate() {
        article(out, number, coverage)?;
    }
    writeln!(out, "</main>\n</body>\n</html>")
}

/// What the marks mean, each with a switch.
fn legend(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "<div class=\"legend\">")?;
    for (mark, words) in [
        ("silent", "sentence without a statement or figure"),
        ("unanswered", "word that set a pattern off, and none matched"),
        ("unused", "name of which nothing is said"),
    ] {
        writeln!(
            out,
            "<label><input type=\"checkbox\" id=\"show-{mark}\" checked><span class=\"{mark}\">{words}</span></label>"
        )?;
    }
    writeln!(out, "<span class=\"hint\">Point at a mark, or at a sentence, for more.</span>\n</div>")
}

/// The three shares as bars: what was read of sentences, words and names.
fn bars(out: &mut impl Write, counts: &Counts) -> io::Result<()> {
    writeln!(out, "<div class=\"bars\">")?;
    for (mark, words, all, left) in [
        ("silent", "sentences with a statement or figure", counts.sentences, counts.silent),
        ("unanswered", "pattern words answered", counts.triggers, counts.unanswered),
        ("unused", "names of which something is said", counts.things, counts.unused),
    ] {
        let read = all - left;
        let percent = (100 * read).checked_div(all).unwrap_or(0);
        writeln!(
            out,
            "<div class=\"bar\"><span class=\"figure\">{percent}&#8239;%</span><span class=\"of\">{read} of {all}</span>\
             <div>{words}</div>\
             <span class=\"track {mark}-track\"><span style=\"width:{percent}%\"></span></span></div>"
        )?;
    }
    writeln!(out, "</div>")
}

fn contents(out: &mut impl Write, documents: &[Coverage]) -> io::Result<()> {
    writeln!(
        out,
        "<nav>\n<table>\n<tr><th>document</th><th>silent sentences</th><th>unanswered words</th><th>unused names</th></tr>"
    )?;
    for (number, coverage) in documents.iter().enumerate() {
        let Counts { sentences, silent, triggers, unanswered, things, unused } = coverage.counts;
        writeln!(
            out,
            "<tr><td><a href=\"#document-{number}\">{}</a></td><td>{silent} of {sentences}</td>\
             <td>{unanswered} of {triggers}</td><td>{unused} of {things}</td></tr>",
            escape(&coverage.document)
        )?;
    }
    writeln!(out, "</table>\n</nav>")
}

fn article(out: &mut impl Write, number: usize, coverage: &Coverage) -> io::Result<()> {
    writeln!(
        out,
        "<article id=\"document-{number}\" lang=\"zh\">\n<div class=\"name\" lang=\"en\">{}<span class=\"of\">{}</span></div>",
        escape(&coverage.document),
        escape(&coverage.origin)
    )?;
    bars(out, &coverage.counts)?;
    for block in &coverage.blocks {
        paragraph(out, block)?;
    }
    writeln!(out, "</article>")
}

fn paragraph(out: &mut impl Write, block: &Block) -> io::Result<()> {
    let (open, close) = match block.role {
        Role::Title => ("<h2>", "</h2>"),
        Role::Heading => ("<h3>", "</h3>"),
        Role::Byline => ("<p class=\"byline\">", "</p>"),
        Role::Paragraph => ("<p>", "</p>"),
    };
    write!(out, "{open}")?;
    for sentence in &block.sentences {
        marked(out, sentence)?;
    }
    writeln!(out, "{close}")
}

fn marked(out: &mut impl Write, sentence: &Marked) -> io::Result<()> {
    let class = if sentence.silent { "silent" } else { "read" };
    write!(out, "<span class=\"{class}\"")?;
    if !sentence.says.is_empty() {
        write!(out, " title=\"{}\"", note(&sentence.says.join("\n")))?;
    }
    write!(out, ">")?;
    for Run { text, mark } in &sentence.runs {
        match mark {
            None => write!(out, "{}", escape(text))?,
            Some(Mark::Unanswered(why)) => {
                write!(out, "<span class=\"unanswered\" title=\"{}\">{}</span>", note(why), escape(text))?;
            }
            Some(Mark::Unused(what)) => {
                write!(out, "<span class=\"unused\" title=\"{}\">{}</span>", note(what), escape(text))?;
            }
        }
    }
    write!(out, "</span>")
}

/// Text of several lines as an attribute.
fn note(text: &str) -> String {
    text.lines().map(escape).collect::<Vec<_>>().join("&#10;")
}
