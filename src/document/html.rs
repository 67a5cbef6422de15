//! Reads HTML: title, date, and the main text without markup and menus.
//!
//! Elements that stand by themselves on the page become lines of the text, table cells are set apart by tabs.

use super::encoding::Encoding;
use super::layout::{Layout, LineEnds};
use super::{Block, Draft, Role};
use crate::date::Date;
use crate::span::Span;
use dom_query::{Document, NodeRef};

/// A main text with fewer characters than this is taken for a failure, and all of the page read instead.
const LEAST_TEXT: usize = 40;

/// Where elements are nested deeper than this, all of the page is read: the search for the main text goes down by
/// recursion.
const DEEPEST: usize = 400;

/// The parser takes time proportional to the depth for each element; no page that people write comes near this.
const DEEPEST_PARSED: usize = 2000;

/// Classes of elements that encyclopaedias put between the words: links to edit, numbers of notes.
const APPARATUS: [&str; 3] = ["mw-editsection", "reference", "noprint"];

/// The encoding that the head of a page declares.
pub(super) fn declared_encoding(bytes: &[u8]) -> Option<Encoding> {
    let head = bytes.get(..4096).unwrap_or(bytes).to_ascii_lowercase();
    for key in [b"charset=".as_slice(), b"encoding="] {
        let Some(at) = memchr::memmem::find(&head, key) else { continue };
        let value = head.get(at + key.len()..).unwrap_or_default();
        let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
        let end = value.iter().position(|b| !(b.is_ascii_alphanumeric() || b"-_".contains(b))).unwrap_or(value.len());
        if let Some(encoding) = Encoding::for_label(value.get(..end).unwrap_or_default()) {
            return Some(encoding);
        }
    }
    None
}

/// The title and the main text.
///
/// # Errors
/// If this is no page that can be parsed in reasonable time.
pub(super) fn draft(html: &str, layout: &Layout) -> Result<Draft, String> {
    if nesting(html) > DEEPEST_PARSED {
        return Err(format!("elements nested more than {DEEPEST_PARSED} deep; convert it to text first"));
    }
    let page = Document::from(html);
    let date = date(&page, layout);
    let title = title(&page);
    let mut body = Text::default();
    if depth(&page.root()) <= DEEPEST
        && let Some(content) = main_content(html)
    {
        body.read(&Document::fragment(content).root());
    }
    if body.text.chars().filter(|c| !c.is_whitespace()).count() < LEAST_TEXT {
        body = Text::default();
        let root = page.body().unwrap_or_else(|| page.root());
        body.read(&root);
    }
    let mut draft = Draft { date, ends: LineEnds::Elements, ..Draft::default() };
    let title = title.filter(|title| !body.text.trim_start().starts_with(title.as_str()));
    if let Some(title) = title {
        draft.known.push(Block { span: Span::new(0, title.len()), role: Role::Title });
        draft.text.push_str(&title);
        draft.text.push('\n');
    } else if let Some(first) = body.headings.first_mut().filter(|first| first.span.start == 0) {
        first.role = Role::Title;
    }
    let shift = draft.text.len();
    draft.text.push_str(&body.text);
    draft.known.extend(body.headings.into_iter().map(|heading| Block {
        span: Span::new(heading.span.start + shift, heading.span.end + shift),
        role: heading.role,
    }));
    Ok(draft)
}

/// How deep elements are nested at most, by their tags alone; those whose end tag may be left out are not counted.
fn nesting(html: &str) -> usize {
    const UNCOUNTED: [&str; 30] = [
        "p", "li", "td", "th", "tr", "dt", "dd", "option", "optgroup", "thead", "tbody", "tfoot", "colgroup", "html",
        "head", "body", "br", "img", "input", "meta", "link", "hr", "col", "area", "base", "embed", "source", "track",
        "wbr", "param",
    ];
    let bytes = html.as_bytes();
    let (mut depth, mut deepest) = (0usize, 0);
    for at in memchr::memchr_iter(b'<', bytes) {
        let rest = bytes.get(at + 1..).unwrap_or_default();
        let (closes, rest) = rest.strip_prefix(b"/").map_or((false, rest), |rest| (true, rest));
        let name = rest.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
        let name = rest.get(..name.min(16)).unwrap_or_default();
        if name.is_empty() || UNCOUNTED.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes())) {
            continue;
        }
        depth = if closes { depth.saturating_sub(1) } else { depth + 1 };
        deepest = deepest.max(depth);
    }
    deepest
}

/// The part of the page that holds its text.
fn main_content(html: &str) -> Option<String> {
    // Chinese says in 150 characters what takes 500 letters.
    let config = dom_smoothie::Config {
        char_threshold: 150,
        classes_to_preserve: APPARATUS.map(str::to_owned).to_vec(),
        ..dom_smoothie::Config::default()
    };
    let article = dom_smoothie::Readability::new(html, None, Some(config)).ok()?.parse().ok()?;
    Some(article.content.to_string())
}

/// Number of elements inside each other, at the deepest place.
fn depth(root: &NodeRef) -> usize {
    let mut deepest = 0;
    let mut stack = vec![(*root, 0)];
    while let Some((node, depth)) = stack.pop() {
        deepest = deepest.max(depth);
        stack.extend(node.children_it(false).map(|child| (child, depth + 1)));
    }
    deepest
}

/// The title that the page gives itself, without the name of the site.
fn title(page: &Document) -> Option<String> {
    let clean = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let headings = page.select("h1");
    let heading = (headings.length() == 1).then(|| clean(&headings.text())).filter(|text| !text.is_empty());
    let meta = page.select("meta[property='og:title'], meta[name='ArticleTitle']").attr("content").map(|t| clean(&t));
    let named = page.select("head title").text();
    let named = clean(&named);
    // 标题_频道_某网, 标题 - 某网: the longest part is the title.
    let part = named.split(['_', '|', '｜']).flat_map(|part| part.split(" - ")).max_by_key(|part| part.chars().count());
    let page_title = part.map(|part| part.trim().to_owned());
    [heading, meta, page_title].into_iter().flatten().find(|title| !title.is_empty())
}

/// The date of publication in the head, in JSON-LD, or in a `time` element.
fn date(page: &Document, layout: &Layout) -> Option<Date> {
    const NAMES: [&str; 14] = [
        "article:published_time",
        "og:published_time",
        "og:release_date",
        "publishdate",
        "pubdate",
        "publish_time",
        "publish-date",
        "publishtime",
        "weibo:article:create_at",
        "datepublished",
        "dc.date",
        "dc.date.issued",
        "dcterms.date",
        "date",
    ];
    let mut best: Option<(usize, Date)> = None;
    for meta in page.select("meta").nodes() {
        let name = ["property", "name", "itemprop"].into_iter().find_map(|key| meta.attr(key));
        let Some(name) = name.map(|name| name.to_lowercase()) else { continue };
        if let Some(rank) = NAMES.iter().position(|&known| known == name)
            && best.is_none_or(|(before, _)| rank < before)
            && let Some(date) = meta.attr("content").and_then(|content| layout.date(&content))
        {
            best = Some((rank, date));
        }
    }
    if let Some((_, date)) = best {
        return Some(date);
    }
    for script in page.select("script[type='application/ld+json']").nodes() {
        let text = script.text();
        let date = text.split("\"datePublished\"").nth(1).and_then(|rest| {
            let value = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
            layout.date(value)
        });
        if date.is_some() {
            return date;
        }
    }
    let times = page.select("time[datetime], [itemprop='datePublished']");
    times.nodes().iter().find_map(|node| {
        let stated = node.attr("datetime").or_else(|| node.attr("content"));
        stated.and_then(|text| layout.date(&text)).or_else(|| layout.date(&node.text()))
    })
}

/// Text gathered from elements.
#[derive(Default)]
struct Text {
    text: String,
    headings: Vec<Block>,
    /// A blank that counts only if text follows on the same line, and whether it holds a line break.
    blank: Option<bool>,
}

/// What an element does to the line that it stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effect {
    None,
    /// Begins and ends a line.
    Block,
    Heading,
    /// Ends a line.
    Break,
    /// A cell of a table row.
    Cell,
    /// Holds no text.
    Hidden,
}

impl Text {
    fn read(&mut self, root: &NodeRef) {
        enum Step<'a> {
            Enter(NodeRef<'a>),
            Leave(Effect, usize),
        }
        let mut steps = vec![Step::Enter(*root)];
        while let Some(step) = steps.pop() {
            match step {
                Step::Enter(node) if node.is_text() => self.push(&node.text()),
                Step::Enter(node) => {
                    let mut effect = node.node_name().map_or(Effect::None, |name| effect(&name));
                    let note = node.has_name("sup") && node.text().trim_start().starts_with('[');
                    if note || APPARATUS.iter().any(|class| node.has_class(class)) {
                        effect = Effect::Hidden;
                    }
                    match effect {
                        Effect::Hidden => continue,
                        Effect::Block | Effect::Heading | Effect::Break => self.end_line(),
                        Effect::Cell if !self.text.is_empty() && !self.text.ends_with(['\n', '\t']) => {
                            self.blank = None;
                            self.text.push('\t');
                        }
                        Effect::None | Effect::Cell => {}
                    }
                    steps.push(Step::Leave(effect, self.text.len()));
                    steps.extend(node.children_it(true).map(Step::Enter));
                }
                Step::Leave(Effect::Heading, start) => {
                    let span = Span::new(start, self.text.len());
                    // A heading that holds several lines is no heading.
                    if !span.is_empty() && !span.of(&self.text).contains('\n') {
                        self.headings.push(Block { span, role: Role::Heading });
                    }
                    self.end_line();
                }
                Step::Leave(Effect::Block, _) => self.end_line(),
                Step::Leave(Effect::None | Effect::Break | Effect::Cell | Effect::Hidden, _) => {}
            }
        }
        self.text.truncate(self.text.trim_end().len());
    }

    /// Adds text, with blanks set as a browser sets them: a line break between Chinese characters counts for nothing.
    fn push(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() && c != '\u{3000}' && c != '\u{a0}' {
                self.blank = Some(self.blank == Some(true) || c == '\n' || c == '\r');
                continue;
            }
            if let Some(broken) = self.blank.take()
                && !self.text.is_empty()
                && !self.text.ends_with(['\n', '\t'])
                && !(broken && !c.is_ascii() && !self.text.ends_with(|c: char| c.is_ascii()))
            {
                self.text.push(' ');
            }
            self.text.push(c);
        }
    }

    fn end_line(&mut self) {
        self.blank = None;
        let end = self.text.trim_end_matches([' ', '\t', '\u{3000}', '\u{a0}']).len();
        self.text.truncate(end);
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }
}

fn effect(name: &str) -> Effect {
    match name {
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Effect::Heading,
        "br" | "hr" => Effect::Break,
        "td" | "th" => Effect::Cell,
        "address" | "article" | "blockquote" | "body" | "caption" | "center" | "dd" | "details" | "div" | "dl"
        | "dt" | "fieldset" | "figcaption" | "figure" | "html" | "li" | "main" | "ol" | "p" | "pre" | "section"
        | "summary" | "table" | "tbody" | "tfoot" | "thead" | "tr" | "ul" => Effect::Block,
        "aside" | "audio" | "button" | "canvas" | "footer" | "form" | "head" | "header" | "iframe" | "input"
        | "nav" | "noscript" | "object" | "option" | "script" | "select" | "style" | "svg" | "template"
        | "textarea" | "title" | "video" => Effect::Hidden,
        _ => Effect::None,
    }
}
