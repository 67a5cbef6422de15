//! Documents: reads files as text, and finds the blocks that their layout shows.
//!
//! In: an [`Input`] from [`input::list`]. Out: [`Document`]s, one after the other, each with its text exactly as
//! decoded, its [`Block`]s, and its date where the source states one. Knows `data/layout.toml`, through [`Layout`].

use crate::chars::is_han;
use crate::date::Date;
use crate::error::{Error, Result};
use crate::span::Span;
use encoding::Encoding;
use layout::Layout;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;

pub mod encoding;

pub mod layout;

mod html;

mod jsonl;

mod markdown;

pub mod input;

/// One text, exactly as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Name of the document, unique within a run and stable across runs; becomes part of its IRI.
    pub id: String,
    /// Where the text came from, as the user named it: a path, or a URL. For messages and provenance.
    pub origin: String,
    /// Day (or month, or year) of publication, if the source states one. Anchors words such as 昨天 and 今年.
    pub date: Option<Date>,
    /// The text as UTF-8, with the markup of the source format removed.
    pub text: String,
    /// The parts of the text in text order: disjoint, and all of the text but blanks between them
    /// (in Markdown, but the signs before a heading or list item, and front matter).
    pub blocks: Vec<Block>,
}

impl Document {
    /// Whether there is a single Chinese character in the text. Where there is none, nothing will be found.
    pub fn has_chinese(&self) -> bool {
        self.text.chars().any(is_han)
    }
}

/// A part of a text that stands by itself: no sentence reaches from one into the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Where it stands, without surrounding white space; may hold line breaks of the page layout.
    pub span: Span,
    /// What it does.
    pub role: Role,
}

/// What a block of text does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The title of the whole text.
    Title,
    /// The title of a part.
    Heading,
    /// Who wrote it, where and when it appeared: ·严春花·, 记者 李博, 来源：南通日报.
    Byline,
    /// Running text.
    Paragraph,
}

/// What a file holds, as its extension says. Every one may be compressed with gzip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Plain text: `.txt`, `.text`.
    Text,
    /// Markdown: `.md`, `.markdown`. Its signs stay in the text.
    Markdown,
    /// HTML: `.html`, `.htm`, `.xhtml`. Main text without markup and menus.
    Html,
    /// JSON Lines: `.jsonl`, `.ndjson`. One document a line: an object with `text` (or `content`, `body`), and
    /// perhaps `id`, `title` (or `headline`), `date` (or `published`, `publish_time`, `pubdate`, `time`) and
    /// `url` (or `source`, `link`).
    JsonLines,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 4] = [Self::Text, Self::Markdown, Self::Html, Self::JsonLines];

    /// The file extensions of this format, without the dot; the first is also its name.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Text => &["txt", "text"],
            Self::Markdown => &["md", "markdown"],
            Self::Html => &["html", "htm", "xhtml"],
            Self::JsonLines => &["jsonl", "ndjson"],
        }
    }

    /// The format of a file with this extension, in upper or lower case.
    pub fn of_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.extensions().iter().any(|e| e.eq_ignore_ascii_case(extension)))
    }
}

/// One file to read, or standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The stem of the file's name, with as many parent folders before it as the run needs to tell inputs apart:
    /// `tongyi`, or `2023/a` beside `2024/a`. Standard input is `stdin`.
    pub id: String,
    /// The path as the user named it, or `-`.
    pub origin: String,
    /// The file; nothing for standard input.
    pub path: Option<PathBuf>,
    /// How to read it.
    pub format: Format,
    /// Size on disk in bytes, for progress; 0 where unknown.
    pub size: u64,
}

/// How to read inputs.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// The encoding of all inputs; detected for each if `None`.
    pub encoding: Option<Encoding>,
    /// Date of publication of all documents; where `None`, the one that the source states.
    pub date: Option<Date>,
    /// Longest text of one document, in bytes of UTF-8.
    pub max_bytes: usize,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { encoding: None, date: None, max_bytes: 64 << 20 }
    }
}

/// Reads the documents of an input, one at a time: a file of 60,000 lines never stands in memory as a whole.
///
/// An error concerns one document, or what is left of the input; the iterator goes on as far as it can.
/// Files are opened when the first document is asked for, so several threads can each read an input.
pub fn read<'a>(input: &'a Input, layout: &'a Layout, options: &'a ReadOptions) -> Documents<'a> {
    Documents { input, layout, options, state: State::Closed }
}

/// The documents of one input; see [`read`].
pub struct Documents<'a> {
    input: &'a Input,
    layout: &'a Layout,
    options: &'a ReadOptions,
    state: State,
}

enum State {
    Closed,
    Lines(jsonl::Lines),
    Done,
}

impl Iterator for Documents<'_> {
    type Item = Result<Document>;

    fn next(&mut self) -> Option<Self::Item> {
        let whole = self.input.format != Format::JsonLines;
        match &mut self.state {
            State::Done => None,
            State::Closed if whole => {
                self.state = State::Done;
                Some(read_whole(self.input, self.layout, self.options))
            }
            State::Closed => {
                self.state = State::Done;
                match open(self.input).and_then(|reader| jsonl::Lines::new(reader, self.input, self.options)) {
                    Ok(lines) => self.state = State::Lines(lines),
                    Err(error) => return Some(Err(error)),
                }
                self.next()
            }
            State::Lines(lines) => {
                let next = lines.next(self.input, self.layout, self.options);
                if next.is_none() {
                    self.state = State::Done;
                }
                next
            }
        }
    }
}

/// A text on its way to a [`Document`]: what a format says about it.
#[derive(Clone, Debug, Default)]
struct Draft {
    text: String,
    /// Blocks whose role the markup gives, in text order; the rest is up to the layout.
    known: Vec<Block>,
    /// Parts that are no text, such as front matter, in text order.
    hidden: Vec<Span>,
    date: Option<Date>,
}

impl Draft {
    fn into_document(self, id: String, origin: String, layout: &Layout, options: &ReadOptions) -> Document {
        let blocks = layout.blocks(&self.text, &self.known, &self.hidden);
        Document { id, origin, date: options.date.or(self.date), text: self.text, blocks }
    }
}

/// Reads a document as if from a file: for texts that are in memory already. `id` doubles as the origin.
pub fn from_text(id: &str, text: &str, layout: &Layout) -> Document {
    let draft = Draft { text: text.to_owned(), ..Draft::default() };
    draft.into_document(id.to_owned(), id.to_owned(), layout, &ReadOptions::default())
}

fn read_whole(input: &Input, layout: &Layout, options: &ReadOptions) -> Result<Document> {
    let refuse = |reason: String| Error::Input { origin: input.origin.clone(), reason };
    // UTF-16 takes up to two bytes for one of UTF-8.
    let limit = options.max_bytes.saturating_mul(2);
    let mut bytes = Vec::new();
    let taken = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    open(input)?.take(taken).read_to_end(&mut bytes).map_err(|e| unreadable(input, e))?;
    if bytes.len() > limit {
        return Err(refuse(too_long(options.max_bytes)));
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(refuse("empty: there is no text in it".to_owned()));
    }
    let declared = if input.format == Format::Html { html::declared_encoding(&bytes) } else { None };
    let text = encoding::decode(bytes, options.encoding, declared).map_err(refuse)?;
    if text.len() > options.max_bytes {
        return Err(refuse(too_long(options.max_bytes)));
    }
    let draft = match input.format {
        Format::Text | Format::JsonLines => Draft { text, ..Draft::default() },
        Format::Markdown => markdown::draft(text, layout),
        Format::Html => html::draft(&text, layout),
    };
    if draft.text.chars().all(char::is_whitespace) {
        return Err(refuse("empty: there is no text in it".to_owned()));
    }
    Ok(draft.into_document(input.id.clone(), input.origin.clone(), layout, options))
}

/// Opens an input and, whatever its name, uncompresses it if it is compressed.
fn open(input: &Input) -> Result<Box<dyn BufRead + Send>> {
    let mut raw: Box<dyn BufRead + Send> = match &input.path {
        Some(path) => Box::new(BufReader::with_capacity(1 << 16, File::open(path).map_err(|e| unreadable(input, e))?)),
        None => Box::new(BufReader::new(io::stdin())),
    };
    let head = raw.fill_buf().map_err(|e| unreadable(input, e))?;
    if head.starts_with(&[0x1f, 0x8b]) {
        Ok(Box::new(BufReader::with_capacity(1 << 16, flate2::bufread::MultiGzDecoder::new(raw))))
    } else {
        Ok(raw)
    }
}

fn unreadable(input: &Input, error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => Error::Input {
            origin: input.origin.clone(),
            reason: format!("damaged gzip file ({error}); fetch or compress it again"),
        },
        _ => {
            let path = input.path.clone().unwrap_or_else(|| PathBuf::from(&input.origin));
            Error::Io { path, action: "read", source: error }
        }
    }
}

fn too_long(max_bytes: usize) -> String {
    let (amount, unit) = if max_bytes >= 1 << 20 { (max_bytes >> 20, "MiB") } else { (max_bytes, "bytes") };
    format!("longer than {amount} {unit}; split it, or raise --max-size")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::Resources;
    use expect_test::{Expect, expect};

    fn layout() -> Layout {
        Layout::load(&Resources::builtin()).expect("the built-in file is right")
    }

    /// Reads `bytes` as a file of this name and compares what comes out of it.
    #[expect(clippy::needless_pass_by_value, reason = "expect! makes values")]
    fn check(name: &str, bytes: impl AsRef<[u8]>, expected: Expect) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let listing = input::list(&[path]);
        let layout = layout();
        let mut shown = String::new();
        for input in &listing.inputs {
            let options = ReadOptions { max_bytes: 2000, ..ReadOptions::default() };
            for document in read(input, &layout, &options) {
                shown.push_str(&show(document));
            }
        }
        expected.assert_eq(&shown.replace(&format!("{}/", folder.path().display()), ""));
    }

    fn show(document: Result<Document>) -> String {
        match document {
            Err(error) => format!("error: {error}\n"),
            Ok(document) => {
                let date = document.date.map_or_else(String::new, |date| format!(" {date}"));
                let mut shown = format!("{} from {}{date}\n", document.id, document.origin);
                for block in &document.blocks {
                    shown.push_str(&format!("  {:?} {:?}\n", block.role, block.span.of(&document.text)));
                }
                shown
            }
        }
    }

    #[test]
    fn plain_text() {
        check(
            "a.txt",
            "\u{feff}春到\r\n\r\n今天，天晴。",
            expect![[r#"
            a from a.txt
              Title "春到"
              Paragraph "今天，天晴。"
        "#]],
        );
    }
}
