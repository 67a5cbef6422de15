//! Finds the blocks of a text by its layout: title, headings, bylines, paragraphs, and lines that belong together.
//!
//! In: a text. Out: its [`Block`]s. Knows `data/layout.toml`. The text is not changed: where a page layout has
//! broken a sentence (…从未停歇。2024⏎⏎年10月，…), the block reaches over the break.

use super::{Block, Role};
use crate::chars::is_han;
use crate::date::Date;
use crate::error::{Error, Mistake, Result};
use crate::resource::{Resource, Resources};
use crate::span::{Span, cut};
use serde::Deserialize;

/// What the program knows about the layout of Chinese pages.
#[derive(Clone, Debug)]
pub struct Layout {
    limits: Limits,
    signs: Signs,
    words: Words,
    numbering: Vec<Vec<Piece>>,
    /// The characters of numbers in Chinese.
    digits: String,
    dates: Vec<Vec<Piece>>,
    date_labels: Vec<String>,
    date_signs: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    limits: LimitsFile,
    signs: Signs,
    words: Words,
    numbering: Numbering,
    dates: Dates,
}

/// The limits as a file gives them: what it leaves out stays as it was.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct LimitsFile {
    title: Option<usize>,
    heading: Option<usize>,
    byline: Option<usize>,
    gap: Option<usize>,
    rest: Option<usize>,
    headings: Option<usize>,
    wrap_width: Option<usize>,
    wrap_lines: Option<usize>,
    wrap_slack: Option<usize>,
    utc_offset: Option<i64>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Limits {
    title: usize,
    heading: usize,
    byline: usize,
    gap: usize,
    rest: usize,
    headings: usize,
    wrap_width: usize,
    wrap_lines: usize,
    wrap_slack: usize,
    utc_offset: i64,
}

/// Sets of characters.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Signs {
    r#final: String,
    lively: String,
    closing: String,
    opening: String,
    open: String,
    inner: String,
    leading: String,
    bullets: String,
    dashes: String,
    dots: String,
    columns: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Words {
    counters: Vec<String>,
    unfinished: Vec<String>,
    datelines: Vec<String>,
    reporters: Vec<String>,
    reporter_compounds: Vec<String>,
    credits: Vec<String>,
    labels: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Numbering {
    patterns: Vec<String>,
    digits: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Dates {
    patterns: Vec<String>,
    labels: Vec<String>,
    signs: String,
}

/// A part of a numbering or date pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(String),
    /// `{d}` of a numbering: at most three digits; `{m}` and `{d}` of a date: at most two.
    Digits(usize),
    /// `{h}`: at most four characters of a number in Chinese.
    Chinese,
    /// `{y}`: four digits.
    Year,
}

impl Layout {
    /// Reads `layout.toml`, the program's and the user's.
    ///
    /// # Errors
    /// Names every file that is not of the right form, and every pattern that cannot be read.
    pub fn load(resources: &Resources) -> Result<Self> {
        let mut mistakes = Vec::new();
        let mut all = File::default();
        let mut limits = Limits::default();
        let (mut numbering, mut dates) = (Vec::new(), Vec::new());
        for resource in resources.file("layout.toml") {
            match toml::from_str::<File>(&resource.text) {
                Ok(file) => {
                    let wrong = |message| mistake(resource, 0, message);
                    for (patterns, parsed, date) in
                        [(&file.numbering.patterns, &mut numbering, false), (&file.dates.patterns, &mut dates, true)]
                    {
                        for pattern in patterns {
                            match Piece::parse(pattern, date) {
                                Ok(pieces) => parsed.push(pieces),
                                Err(message) => mistakes.push(wrong(message)),
                            }
                        }
                    }
                    limits.set(&file.limits);
                    all.add(file);
                }
                Err(error) => {
                    let before = cut(&resource.text, 0..error.span().map_or(0, |span| span.start));
                    mistakes.push(mistake(resource, before.matches('\n').count() + 1, error.message().to_owned()));
                }
            }
        }
        if !mistakes.is_empty() {
            return Err(Error::Data(mistakes));
        }
        Ok(Self {
            limits,
            signs: all.signs,
            words: all.words,
            numbering,
            digits: all.numbering.digits,
            dates,
            date_labels: all.dates.labels,
            date_signs: all.dates.signs,
        })
    }

    /// The blocks of `text`.
    ///
    /// `known` are lines whose role the markup has given, `hidden` stretches at the start of lines, or whole lines,
    /// that are no text; both in text order.
    pub(super) fn blocks(&self, text: &str, known: &[Block], hidden: &[Span]) -> Vec<Block> {
        let lines = self.lines(text, known, hidden);
        let wrap = self.wrap_width(&lines);
        let mut blocks: Vec<Candidate> = Vec::with_capacity(lines.len());
        let mut before: Option<&Line> = None;
        for line in &lines {
            match (before, blocks.last_mut()) {
                (Some(previous), Some(block)) if self.continues(text, previous, line, wrap) => {
                    block.span.end = line.span.end;
                    block.joined = true;
                }
                _ => blocks.push(Candidate {
                    span: line.span,
                    joined: false,
                    role: line.role,
                    heading: self.may_be_heading(text, line),
                    title: self.may_be_title(line),
                    byline: line.byline,
                }),
            }
            before = Some(line);
        }
        self.roles(&blocks)
    }

    /// The date of publication that `text` begins with, perhaps behind a label.
    pub(super) fn date(&self, text: &str) -> Option<Date> {
        let mut rest = text.trim();
        while let Some(behind) = self.date_labels.iter().find_map(|label| rest.strip_prefix(label.as_str())) {
            rest = behind.trim_start();
        }
        self.dates.iter().find_map(|pattern| {
            let (numbers, behind) = self.matches(pattern, rest)?;
            if behind.starts_with(|c: char| c.is_ascii_digit()) {
                return None;
            }
            let part = |i: usize| numbers.get(i).and_then(|&n| u8::try_from(n).ok());
            let year = i32::try_from(*numbers.first()?).ok().filter(|year| (1900..2200).contains(year))?;
            match numbers.len() {
                1 => Some(Date::year(year)),
                2 => Date::month(year, part(1)?),
                _ => Date::day(year, part(1)?, part(2)?),
            }
        })
    }

    /// The day in China of a Unix timestamp, in seconds or milliseconds.
    pub(super) fn date_of_timestamp(&self, number: i64) -> Option<Date> {
        // Every date since 1973 has nine digits or more in seconds, and twelve in milliseconds.
        let seconds = match number {
            100_000_000..100_000_000_000 => number,
            100_000_000_000..100_000_000_000_000 => number / 1000,
            _ => return None,
        };
        let days = (seconds + self.limits.utc_offset * 3600).div_euclid(86400);
        let civil = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
        Date::day(i32::from(civil.year()), u8::try_from(civil.month()).ok()?, u8::try_from(civil.day()).ok()?)
    }
}

/// A block whose role is not settled.
struct Candidate {
    span: Span,
    /// Whether it holds more than one line.
    joined: bool,
    /// Its role if the markup gives it.
    role: Option<Role>,
    heading: bool,
    title: bool,
    byline: bool,
}

/// A line of the text, or a part of one between wide gaps, and what there is to know about it.
#[derive(Clone, Copy, Debug)]
struct Line {
    /// Without blanks around it; never empty.
    span: Span,
    role: Option<Role>,
    /// Begins a paragraph: indented, or behind a wide gap, or with a sign of the markup before it.
    fresh: bool,
    /// Number of empty lines before it.
    empty: usize,
    /// Columns.
    width: usize,
    first: char,
    last: char,
    /// Ends like a sentence: full stop, bracket, quote.
    finished: bool,
    /// Columns behind the last full stop inside it; all of them where there is none.
    rest: usize,
    /// Whether there is a comma or a full stop inside it.
    clauses: bool,
    /// Whether there is a full stop inside it.
    stops: bool,
    /// Whether it begins like a numbered item, or with a bullet.
    item: bool,
    numbered: bool,
    /// Whether it looks like a row of a table.
    row: bool,
    byline: bool,
    /// Number of Chinese characters and letters, up to what is needed.
    letters: usize,
}

impl Layout {
    /// Cuts the text into lines, and lines at wide gaps.
    fn lines(&self, text: &str, known: &[Block], hidden: &[Span]) -> Vec<Line> {
        let mut lines = Vec::new();
        let (mut known, mut hidden) = (known.iter().peekable(), hidden.iter().peekable());
        let mut empty = 0;
        for (start, raw) in split_lines(text) {
            let end = start + raw.len();
            let mut begin = start;
            while let Some(span) = hidden.peek() {
                if span.start > begin + (cut(text, begin..end).len() - cut(text, begin..end).trim_start().len()) {
                    break;
                }
                begin = begin.max(span.end.min(end));
                if span.end > end {
                    break;
                }
                hidden.next();
            }
            if cut(text, begin..end).trim().is_empty() {
                empty += usize::from(begin == start);
                continue;
            }
            while known.peek().is_some_and(|block| block.span.end <= begin) {
                known.next();
            }
            let marked = begin > start;
            if let Some(block) = known.peek().filter(|block| block.span.start < end) {
                lines.push(self.line(text, block.span, Some(block.role), true, empty));
            } else {
                for (part, fresh) in self.parts(text, begin, end) {
                    lines.push(self.line(text, part, None, fresh || marked, empty));
                    empty = 0;
                }
            }
            empty = 0;
        }
        lines
    }

    /// The parts of the line `start..end` between wide gaps, and whether each begins a paragraph.
    fn parts(&self, text: &str, start: usize, end: usize) -> Vec<(Span, bool)> {
        let mut parts = Vec::new();
        // The part being read, and the gap before the character being read.
        let mut part: Option<(Span, bool)> = None;
        let (mut gap, mut ideographic) = (0, 0);
        let mut tabs = false;
        let mut last = ' ';
        for (at, c) in cut(text, start..end).char_indices() {
            let at = start + at;
            if c.is_whitespace() {
                gap += if c == '\t' { 4 } else { columns(c) };
                ideographic += usize::from(c == '\u{3000}');
                tabs |= c == '\t';
                continue;
            }
            let behind = at + c.len_utf8();
            let ended = self.signs.r#final.contains(last) || self.signs.closing.contains(last);
            let breaks = !tabs && (gap >= self.limits.gap || (ended && gap * 2 >= self.limits.gap));
            match &mut part {
                Some((span, _)) if !breaks => span.end = behind,
                _ => {
                    let indented = part.is_some() || ideographic >= 2 || gap >= 4;
                    parts.extend(part.replace((Span::new(at, behind), indented)));
                }
            }
            (gap, ideographic, tabs) = (0, 0, false);
            last = c;
        }
        parts.extend(part);
        parts
    }

    /// Reads a line once, from front to back.
    fn line(&self, text: &str, span: Span, role: Option<Role>, fresh: bool, empty: usize) -> Line {
        let content = span.of(text);
        let signs = &self.signs;
        let mut line = Line {
            span,
            role,
            fresh,
            empty,
            width: 0,
            first: content.chars().next().unwrap_or(' '),
            last: ' ',
            finished: false,
            rest: 0,
            clauses: false,
            stops: false,
            item: false,
            numbered: false,
            row: false,
            byline: false,
            letters: 0,
        };
        let mut separators = 0;
        // A full stop counts as inside only when something follows it that does not close a quote.
        let (mut stop, mut comma) = (false, false);
        for c in content.chars() {
            let wide = columns(c);
            line.width += wide;
            line.last = c;
            separators += usize::from(signs.columns.contains(c)) + usize::from(c == '\t');
            if signs.r#final.contains(c) {
                stop = true;
            } else if signs.open.contains(c) {
                comma = true;
            } else if !(stop && signs.closing.contains(c)) {
                if stop {
                    line.rest = 0;
                    line.stops = true;
                }
                line.clauses |= comma || stop;
                (stop, comma) = (false, false);
            }
            line.rest += wide;
            line.letters += usize::from(is_han(c) || c.is_alphanumeric());
        }
        line.finished = stop || signs.r#final.contains(line.last) || signs.closing.contains(line.last);
        line.row = separators >= 2;
        line.numbered = self.numbering(content).is_some();
        line.item = line.numbered || signs.bullets.contains(line.first) || {
            let mut chars = content.chars().skip(1);
            signs.dashes.contains(line.first)
                && chars.next().is_some_and(|c| c.is_whitespace() || (c == line.first && !c.is_ascii()))
        };
        line.byline = role.is_none() && line.width <= self.limits.byline && self.is_byline(content);
        line
    }

    /// Whether `next` goes on with the sentence of `line`.
    fn continues(&self, text: &str, line: &Line, next: &Line, wrap: Option<usize>) -> bool {
        let settled = line.role.is_some() || next.role.is_some() || line.byline || next.byline;
        if settled || line.row || next.row || next.empty > 2 {
            return false;
        }
        let signs = &self.signs;
        if signs.inner.contains(next.first) {
            return true;
        }
        if next.item {
            return false;
        }
        if signs.open.contains(line.last) {
            return true;
        }
        let (content, following) = (line.span.of(text), next.span.of(text));
        let starts = |words: &[String]| words.iter().any(|word| following.starts_with(word.as_str()));
        if line.last.is_numeric() && starts(&self.words.counters) && line.clauses {
            return true;
        }
        if next.fresh {
            return false;
        }
        if line.width <= self.limits.heading && self.is_dateline(content) {
            return true;
        }
        // A line that is as wide as the page and does not end a sentence.
        if let Some(wrap) = wrap
            && next.empty == 0
            && line.width + self.limits.wrap_slack >= wrap
            && line.width <= wrap
            && !signs.r#final.contains(line.last)
        {
            return true;
        }
        if line.finished || signs.leading.contains(line.last) || line.item && next.empty > 0 {
            return false;
        }
        let ends = |words: &[String]| words.iter().any(|word| content.ends_with(word.as_str()));
        let prose = next.stops || next.clauses || next.finished;
        if line.clauses && next.empty == 0 && prose && ends(&self.words.unfinished) {
            return true;
        }
        let rest = cut(text, line.span.end.saturating_sub(self.limits.rest * 4)..line.span.end);
        line.stops && prose && line.rest <= self.limits.rest && !ends(&self.words.credits) && !self.is_byline(rest)
    }

    /// The width of the page, in columns, if the lines are broken there and not at the ends of paragraphs.
    fn wrap_width(&self, lines: &[Line]) -> Option<usize> {
        let mut widths: Vec<usize> = lines
            .iter()
            .filter(|line| !line.row && !line.item && line.role.is_none() && !line.byline)
            .map(|line| line.width)
            .collect();
        widths.sort_unstable();
        // All lines but a few are at most as wide as the page.
        let page = *widths.get((widths.len() * 19 / 20).min(widths.len().saturating_sub(1)))?;
        if page < self.limits.wrap_width {
            return None;
        }
        let full = |line: &&Line| line.width <= page && line.width + self.limits.wrap_slack >= page;
        let broken = lines.iter().filter(full).filter(|line| !line.finished).count();
        let open = lines.iter().filter(|line| !line.finished && !line.byline && line.width * 2 > page).count();
        (broken >= self.limits.wrap_lines && broken * 10 >= open * 8).then_some(page)
    }

    fn may_be_title(&self, line: &Line) -> bool {
        let open = !line.finished || self.signs.lively.contains(line.last) || self.signs.closing.contains(line.last);
        line.width <= self.limits.title
            && line.letters >= 2
            && open
            && !line.row
            && !(self.signs.open.contains(line.last) || self.signs.leading.contains(line.last))
    }

    fn may_be_heading(&self, text: &str, line: &Line) -> bool {
        self.may_be_title(line)
            && line.width <= self.limits.heading
            && !line.stops
            && (!line.item || line.numbered || self.signs.dashes.contains(line.first))
            && !self.is_dateline(line.span.of(text))
    }

    /// Settles what each block does, now that its neighbours are known.
    fn roles(&self, blocks: &[Candidate]) -> Vec<Block> {
        let mut done: Vec<Block> = Vec::with_capacity(blocks.len());
        let mut first = true;
        // Number of headings in a row up to here.
        let mut row = 0;
        for block in blocks {
            let role = match block.role {
                Some(role) => role,
                None if block.byline && !block.joined => Role::Byline,
                None if first && block.title && !block.joined && blocks.len() > 1 => Role::Title,
                None if block.heading && !block.joined => Role::Heading,
                None => Role::Paragraph,
            };
            first &= role == Role::Byline;
            row = if role == Role::Heading && block.role.is_none() { row + 1 } else { 0 };
            done.push(Block { span: block.span, role });
            if row > self.limits.headings {
                for block in done.iter_mut().rev().take(row) {
                    block.role = Role::Paragraph;
                }
                // The lines of the list that are still to come are as many more of the row.
                row = self.limits.headings;
            }
        }
        done
    }

    /// Whether a line says who wrote the text, or where and when it appeared.
    fn is_byline(&self, text: &str) -> bool {
        let signs = &self.signs;
        let inner = text.trim_matches(|c: char| signs.opening.contains(c) || signs.closing.contains(c)).trim();
        if inner.is_empty() || inner.contains(|c| signs.r#final.contains(c) || signs.open.contains(c) && c != '、') {
            return false;
        }
        if signs.dots.contains(inner.chars().next().unwrap_or(' '))
            && inner.chars().next_back().is_some_and(|c| signs.dots.contains(c))
            && inner.chars().filter(|&c| is_han(c)).count() >= 2
        {
            return true;
        }
        // A date, perhaps with a source behind.
        let digits = inner.chars().filter(char::is_ascii_digit).count();
        let behind = inner.trim_start_matches(|c: char| c.is_ascii_digit() || self.date_signs.contains(c));
        if behind.is_empty() {
            return digits >= 4 && self.date(inner).is_some();
        }
        if behind.len() < inner.len() && (digits < 6 || self.date(inner).is_none()) {
            return self.has_label(inner) || self.has_reporter(inner);
        }
        self.has_label(behind) || self.has_reporter(behind)
    }

    /// Whether a line begins like 来源：某报 or 责任编辑 王某.
    fn has_label(&self, text: &str) -> bool {
        self.words.labels.iter().any(|label| {
            let Some(behind) = text.strip_prefix(label.as_str()) else { return false };
            let rest = behind.trim_start();
            match rest.chars().next() {
                None => behind.is_empty() && label.chars().count() > 2,
                Some(c) if self.signs.leading.contains(c) || c == '/' || c == '丨' || c == '|' => true,
                Some(_) => rest.len() < behind.len() && rest.split_whitespace().all(|piece| self.is_name(piece)),
            }
        })
    }

    /// Whether a line is made of reporters' names: 某报记者 李某 王某某 通讯员 张某 摄.
    fn has_reporter(&self, text: &str) -> bool {
        let mut named = false;
        for piece in text.split(|c: char| c.is_whitespace() || c == '、' || c == '/') {
            let behind = self
                .words
                .reporters
                .iter()
                .filter_map(|word| piece.rfind(word.as_str()).map(|at| (at, at + word.len())))
                .max();
            match behind {
                // The paper stands before: 湖北日报全媒记者.
                Some((at, end)) if at <= 36 => {
                    let name = cut(piece, end..piece.len());
                    let name = name.trim_start_matches(|c| self.signs.leading.contains(c));
                    if !name.is_empty() && !self.is_name(name)
                        || self.words.reporter_compounds.iter().any(|compound| name.starts_with(compound.as_str()))
                    {
                        return false;
                    }
                    named = true;
                }
                Some(_) => return false,
                None if named && (piece.is_empty() || self.is_name(piece)) => {}
                None => return false,
            }
        }
        named
    }

    /// Whether a piece between blanks is short enough for a name, or a credit such as 摄影报道.
    fn is_name(&self, piece: &str) -> bool {
        let credit = self.words.credits.iter().find_map(|credit| piece.strip_suffix(credit.as_str()));
        let length = credit.unwrap_or(piece).chars().count();
        length <= 4 || (piece.contains(|c| self.signs.dots.contains(c)) && length <= 12)
    }

    /// Whether a line is a dateline: 新华社北京8月4日电（记者 张某）.
    fn is_dateline(&self, text: &str) -> bool {
        let before = match text.rfind(|c| self.signs.opening.contains(c)) {
            Some(at) if text.ends_with(|c| self.signs.closing.contains(c)) => cut(text, 0..at),
            _ => text,
        };
        self.words.datelines.iter().any(|word| before.trim_end().ends_with(word.as_str()))
    }

    /// Length of the number that `text` begins with: 一、, （二）, 第三章, 4.
    fn numbering(&self, text: &str) -> Option<usize> {
        self.numbering.iter().find_map(|pattern| {
            let (_, behind) = self.matches(pattern, text)?;
            // 2.5万元 is no item.
            let digit = behind.starts_with(|c: char| c.is_ascii_digit());
            (!digit).then_some(text.len() - behind.len())
        })
    }

    /// The numbers that `text` has in the places of `pattern`, and what follows.
    fn matches<'t>(&self, pattern: &[Piece], text: &'t str) -> Option<(Vec<u32>, &'t str)> {
        let mut rest = text;
        let mut numbers = Vec::new();
        for piece in pattern {
            let length = match piece {
                Piece::Literal(literal) => {
                    rest = rest.strip_prefix(literal.as_str())?;
                    continue;
                }
                Piece::Chinese => run(rest, 4, |c| self.digits.contains(c)),
                Piece::Digits(most) => run(rest, *most, |c| c.is_ascii_digit() || ('０'..='９').contains(&c)),
                Piece::Year => run(rest, 4, |c| c.is_ascii_digit()),
            };
            let number = cut(rest, 0..length);
            if number.is_empty() || (*piece == Piece::Year && length < 4) {
                return None;
            }
            numbers.push(number.parse().unwrap_or(0));
            rest = cut(rest, length..rest.len());
        }
        Some((numbers, rest))
    }
}

impl Piece {
    fn parse(pattern: &str, date: bool) -> std::result::Result<Vec<Self>, String> {
        let mut pieces = Vec::new();
        let mut rest = pattern;
        while let Some(open) = rest.find('{') {
            let Some(close) = rest.find('}').filter(|&close| close > open) else {
                return Err(format!("`{pattern}` lacks a }}"));
            };
            if open > 0 {
                pieces.push(Self::Literal(cut(rest, 0..open).to_owned()));
            }
            pieces.push(match (cut(rest, open + 1..close), date) {
                ("y", true) => Self::Year,
                ("m" | "d", true) => Self::Digits(2),
                ("d", false) => Self::Digits(3),
                ("h", false) => Self::Chinese,
                (other, _) => return Err(format!("`{{{other}}}` of `{pattern}` means nothing here")),
            });
            rest = cut(rest, close + 1..rest.len());
        }
        if !rest.is_empty() {
            pieces.push(Self::Literal(rest.to_owned()));
        }
        Ok(pieces)
    }
}

impl Limits {
    fn set(&mut self, file: &LimitsFile) {
        let set = |own: &mut usize, given: Option<usize>| *own = given.unwrap_or(*own);
        set(&mut self.title, file.title);
        set(&mut self.heading, file.heading);
        set(&mut self.byline, file.byline);
        set(&mut self.gap, file.gap);
        set(&mut self.rest, file.rest);
        set(&mut self.headings, file.headings);
        set(&mut self.wrap_width, file.wrap_width);
        set(&mut self.wrap_lines, file.wrap_lines);
        set(&mut self.wrap_slack, file.wrap_slack);
        self.utc_offset = file.utc_offset.unwrap_or(self.utc_offset);
    }
}

impl File {
    /// Adds the lists of `more` to these; limits and patterns are kept apart.
    fn add(&mut self, more: Self) {
        let Self { signs, words, numbering, dates, limits: _ } = more;
        for (own, given) in [
            (&mut self.signs.r#final, signs.r#final),
            (&mut self.signs.lively, signs.lively),
            (&mut self.signs.closing, signs.closing),
            (&mut self.signs.opening, signs.opening),
            (&mut self.signs.open, signs.open),
            (&mut self.signs.inner, signs.inner),
            (&mut self.signs.leading, signs.leading),
            (&mut self.signs.bullets, signs.bullets),
            (&mut self.signs.dashes, signs.dashes),
            (&mut self.signs.dots, signs.dots),
            (&mut self.signs.columns, signs.columns),
            (&mut self.numbering.digits, numbering.digits),
            (&mut self.dates.signs, dates.signs),
        ] {
            own.push_str(&given);
        }
        for (own, given) in [
            (&mut self.words.counters, words.counters),
            (&mut self.words.unfinished, words.unfinished),
            (&mut self.words.datelines, words.datelines),
            (&mut self.words.reporters, words.reporters),
            (&mut self.words.reporter_compounds, words.reporter_compounds),
            (&mut self.words.credits, words.credits),
            (&mut self.words.labels, words.labels),
            (&mut self.dates.labels, dates.labels),
        ] {
            own.extend(given);
        }
    }
}

fn mistake(resource: &Resource, line: usize, message: String) -> Mistake {
    Mistake { file: resource.name.clone(), line, message }
}

/// The lines of a text without what ends them, and where each starts.
fn split_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']).map(move |line| {
        let at = start;
        let end = at + line.len();
        start = end + text.get(end..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        (at, line)
    })
}

/// Columns that a character takes.
fn columns(c: char) -> usize {
    if c.is_ascii() { 1 } else { 2 }
}

/// Length in bytes of the characters that `text` begins with and that `fits` accepts, `most` of them at most.
fn run(text: &str, most: usize, fits: impl Fn(char) -> bool) -> usize {
    text.chars().take(most).take_while(|&c| fits(c)).map(char::len_utf8).sum()
}
