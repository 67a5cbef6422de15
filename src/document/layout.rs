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

/// Where the line breaks of a text come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum LineEnds {
    /// Somebody typed them, or a page of fixed width made them.
    #[default]
    Typed,
    /// They stand between elements of a markup.
    Elements,
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
    gap_in_prose: Option<usize>,
    gap_after_end: Option<usize>,
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
    gap_in_prose: usize,
    gap_after_end: usize,
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
    asking: String,
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
    furniture: Vec<String>,
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
                    let line = |at: usize| cut(&resource.text, 0..at).matches('\n').count() + 1;
                    for (patterns, parsed, date) in
                        [(&file.numbering.patterns, &mut numbering, false), (&file.dates.patterns, &mut dates, true)]
                    {
                        for pattern in patterns {
                            match Piece::parse(pattern, date) {
                                Ok(pieces) => parsed.push(pieces),
                                Err(message) => {
                                    let at = resource.text.find(pattern.as_str());
                                    mistakes.push(mistake(resource, at.map_or(0, line), message));
                                }
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
    /// that are no text; both in text order. `ends` says what a line break can be.
    pub(super) fn blocks(&self, text: &str, known: &[Block], hidden: &[Span], ends: LineEnds) -> Vec<Block> {
        let lines = self.lines(text, known, hidden);
        let wrap = match ends {
            LineEnds::Typed => self.wrap_width(&lines),
            LineEnds::Elements => None,
        };
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
        let numbers = self.dates.iter().find_map(|pattern| {
            let (numbers, behind) = self.matches(pattern, rest)?;
            (!behind.starts_with(|c: char| c.is_ascii_digit())).then_some(numbers)
        })?;
        let part = |i: usize| numbers.get(i).and_then(|&n| u8::try_from(n).ok());
        let year = i32::try_from(*numbers.first()?).ok().filter(|year| (1900..2200).contains(year))?;
        match numbers.len() {
            1 => Some(Date::year(year)),
            2 => Date::month(year, part(1)?),
            _ => Date::day(year, part(1)?, part(2)?),
        }
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
    /// Columns with the blanks before it.
    reach: usize,
    first: char,
    last: char,
    /// Ends with a full stop, or one in a quote.
    stopped: bool,
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
                    let mut line = self.line(text, part, None, fresh || marked, empty);
                    line.item |= marked;
                    line.reach = line.width + cut(text, begin..part.start).chars().map(columns).sum::<usize>();
                    begin = part.end;
                    lines.push(line);
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
        let line = cut(text, start..end);
        let prose = line.contains(|c| !is_han(c) && self.signs.r#final.contains(c));
        for (at, c) in line.char_indices() {
            let at = start + at;
            if c.is_whitespace() {
                gap += if c == '\t' { 4 } else { columns(c) };
                ideographic += usize::from(c == '\u{3000}');
                tabs |= c == '\t';
                continue;
            }
            let behind = at + c.len_utf8();
            let ended = gap > 1
                && (self.signs.r#final.contains(last)
                    || self.signs.closing.contains(last)
                    || part.as_ref().is_some_and(|(span, _)| self.ends_with_credit(span.of(text))));
            let limits = &self.limits;
            let enough = if ended {
                limits.gap_after_end
            } else if prose {
                limits.gap_in_prose
            } else {
                limits.gap
            };
            let breaks = !tabs && gap >= enough;
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
            reach: 0,
            first: content.chars().next().unwrap_or(' '),
            last: ' ',
            stopped: false,
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
            // Most characters are Chinese, and no sign is.
            if is_han(c) {
                if stop {
                    line.rest = 0;
                    line.stops = true;
                }
                line.clauses |= comma || stop;
                (stop, comma) = (false, false);
                line.rest += wide;
                line.letters += 1;
                continue;
            }
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
            line.letters += usize::from(c.is_alphanumeric());
        }
        line.stopped = stop;
        line.finished = stop || signs.closing.contains(line.last);
        line.row = separators >= 2;
        line.numbered = self.numbering(content).is_some();
        line.item = line.numbered || signs.bullets.contains(line.first) || {
            let mut chars = content.chars().skip(1);
            signs.dashes.contains(line.first)
                && chars.next().is_some_and(|c| c.is_whitespace() || (c == line.first && !c.is_ascii()))
        };
        line.byline =
            role.is_none() && line.width <= self.limits.byline && !self.is_dateline(content) && self.is_byline(content);
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
        if signs.open.contains(line.last) || signs.opening.contains(line.last) && line.last != next.first {
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
            && line.reach + self.limits.wrap_slack >= wrap
            && line.reach <= wrap
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
            .map(|line| line.reach)
            .collect();
        widths.sort_unstable();
        // All lines but a few are at most as wide as the page.
        let page = *widths.get((widths.len() * 19 / 20).min(widths.len().saturating_sub(1)))?;
        if page < self.limits.wrap_width {
            return None;
        }
        let full = |line: &&Line| line.reach <= page && line.reach + self.limits.wrap_slack >= page;
        let broken = lines.iter().filter(full).filter(|line| !line.finished).count();
        let open = lines.iter().filter(|line| !line.finished && !line.byline && line.reach * 2 > page).count();
        // Lists may have lines of one length, but few clauses in them.
        let prose = lines.iter().filter(full).filter(|line| !line.finished && line.clauses).count();
        (broken >= self.limits.wrap_lines && broken * 10 >= open * 8 && prose * 2 >= broken).then_some(page)
    }

    fn may_be_title(&self, line: &Line) -> bool {
        line.width <= self.limits.title
            && line.letters >= 2
            && (!line.stopped || self.signs.lively.contains(line.last))
            && !line.row
            && !(self.signs.open.contains(line.last) || self.signs.leading.contains(line.last))
    }

    fn may_be_heading(&self, text: &str, line: &Line) -> bool {
        let bracketed = self.signs.opening.contains(line.first) && self.signs.closing.contains(line.last);
        self.may_be_title(line)
            && line.width <= self.limits.heading
            && !line.stops
            && (!line.stopped || self.signs.asking.contains(line.last))
            && (!line.item || line.numbered || self.signs.dashes.contains(line.first))
            && (!bracketed || line.numbered)
            && !self.is_caption(line.span.of(text))
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
                None if block.heading && !block.joined && blocks.len() > 1 => Role::Heading,
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
        if self.words.furniture.iter().any(|words| text.contains(words.as_str())) {
            return true;
        }
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
        // Who took the picture: 王某 摄.
        let credit = self.words.credits.iter().find_map(|credit| inner.strip_suffix(credit.as_str()));
        if self.ends_with_credit(inner)
            && let Some(name) = credit.map(|name| name.trim_end_matches(|c: char| c.is_whitespace() || c == '/'))
            && (2..=4).contains(&name.chars().count())
            && name.chars().all(is_han)
        {
            return true;
        }
        // In brackets, as if behind the text: （张某某）, （某某委） 【编辑：张某】
        let bracket = |c| signs.opening.contains(c) || signs.closing.contains(c);
        if text.starts_with(bracket) && text.ends_with(bracket) {
            let mut parts = text.split(bracket).filter(|part| !part.trim().is_empty());
            if (inner.len() == text.trim_matches(bracket).len()
                && inner.chars().count() <= 4
                && inner.chars().all(is_han))
                || parts.any(|part| self.has_label(part.trim()))
            {
                return true;
            }
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
                None => behind.is_empty() && label.chars().count() > 1,
                Some(c) if self.signs.leading.contains(c) || c == '/' || c == '\u{4e28}' || c == '|' => true,
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
                // A name may stand before: 张某 责编 李某.
                None if piece.is_empty() || self.is_name(piece) => {
                    named |= self.words.labels.iter().any(|label| label == piece);
                }
                None => return false,
            }
        }
        named
    }

    /// Whether a line stands below a picture: …采茶 王某 摄, …资料图, …（图源：某网）.
    fn is_caption(&self, text: &str) -> bool {
        let bracket = |c| self.signs.opening.contains(c) || self.signs.closing.contains(c);
        self.ends_with_credit(text) || text.split(bracket).skip(1).any(|part| self.has_label(part.trim()))
    }

    /// Whether a caption ends here: …。某某 摄.
    fn ends_with_credit(&self, text: &str) -> bool {
        self.words.credits.iter().any(|credit| {
            text.strip_suffix(credit.as_str())
                .is_some_and(|before| before.ends_with([' ', '/', '\u{3000}', '\u{a0}']) || credit.chars().count() > 1)
        })
    }

    /// Whether a piece between blanks is short enough for a name, or a credit such as 摄影报道.
    fn is_name(&self, piece: &str) -> bool {
        let credit = self.words.credits.iter().find_map(|credit| piece.strip_suffix(credit.as_str()));
        // The next label may have lost the blank before it: 王某流程编辑：U001.
        let label = self.words.labels.iter().find_map(|label| {
            let (name, behind) = piece.split_once(label.as_str())?;
            (behind.is_empty() || behind.starts_with(|c| self.signs.leading.contains(c))).then_some(name)
        });
        let length = credit.or(label).unwrap_or(piece).chars().count();
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
        set(&mut self.gap_in_prose, file.gap_in_prose);
        set(&mut self.gap_after_end, file.gap_after_end);
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
            (&mut self.signs.asking, signs.asking),
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
            (&mut self.words.furniture, words.furniture),
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
    let breaks = |c| matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let mut start = 0;
    text.split_inclusive(breaks).filter_map(move |line| {
        let at = start;
        start += line.len();
        // The second half of a Windows line end.
        let half = line == "\n" && cut(text, 0..at).ends_with('\r');
        (!half).then_some((at, line.trim_end_matches(breaks)))
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

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    fn layout() -> Layout {
        Layout::load(&Resources::builtin()).expect("the built-in file is right")
    }

    #[expect(clippy::needless_pass_by_value, reason = "expect! makes values")]
    fn check(text: &str, expected: Expect) {
        let shown: String = layout()
            .blocks(text, &[], &[], LineEnds::Typed)
            .iter()
            .map(|block| format!("{:?} {}\n", block.role, block.span.of(text).replace('\n', "⏎").replace('\r', "␍")))
            .collect();
        expected.assert_eq(&shown);
    }

    #[test]
    fn an_article_has_title_headings_bylines_and_paragraphs() {
        check(
            "\n\n山河相依 两地情长\n\n——青河县对口帮扶东河镇纪实\n\n种下茶苗 富了乡亲\n\n初春时节，茶园一片新绿。\n\n\
             学校新了 孩子笑了\n\n新教学楼已经启用。\n\n·王小明·\n",
            expect![[r#"
                Title 山河相依 两地情长
                Heading ——青河县对口帮扶东河镇纪实
                Heading 种下茶苗 富了乡亲
                Paragraph 初春时节，茶园一片新绿。
                Heading 学校新了 孩子笑了
                Paragraph 新教学楼已经启用。
                Byline ·王小明·
            "#]],
        );
        check(
            "春茶开采 茶农忙碌\n本报讯 （记者 王明 通讯员 李红） 4月2日，东河镇的茶园里一派繁忙。\n\
             茶农在采摘春茶。王明 摄\n目前，全镇茶园面积已达\n2.3万亩，年产值突破1亿元\n，带动3000户增收。\n\
             （作者系东河镇农技站站长）\n责任编辑：李红\n2024-04-03 10:20 来源：青河日报\n（东河镇宣传部） 【编辑：李红】\n\
             茶农采茶忙 王明 摄\n赵强 摄\n郭红 责编 李明流程编辑：U001",
            expect![[r#"
                Title 春茶开采 茶农忙碌
                Paragraph 本报讯 （记者 王明 通讯员 李红） 4月2日，东河镇的茶园里一派繁忙。
                Paragraph 茶农在采摘春茶。王明 摄
                Paragraph 目前，全镇茶园面积已达⏎2.3万亩，年产值突破1亿元⏎，带动3000户增收。
                Paragraph （作者系东河镇农技站站长）
                Byline 责任编辑：李红
                Byline 2024-04-03 10:20 来源：青河日报
                Byline （东河镇宣传部） 【编辑：李红】
                Paragraph 茶农采茶忙 王明 摄
                Byline 赵强 摄
                Byline 郭红 责编 李明流程编辑：U001
            "#]],
        );
        check(
            "新华社青河1月10日电（记者 王明）\n记者从大会上获悉，今年将办好十件实事。\n谢谢大家！",
            expect![[r#"
                Paragraph 新华社青河1月10日电（记者 王明）⏎记者从大会上获悉，今年将办好十件实事。
                Paragraph 谢谢大家！
            "#]],
        );
    }

    #[test]
    fn a_sentence_goes_on_over_a_line_break() {
        check(
            "在山谷里，歌声从未停歇。2024\n\n年10月，新队员到了。",
            expect![[r#"
            Paragraph 在山谷里，歌声从未停歇。2024⏎⏎年10月，新队员到了。
        "#]],
        );
        check(
            "茶园是一号工程。去年，\r\n\r\n　　全镇开展了活动。",
            expect![[r#"
                Paragraph 茶园是一号工程。去年，␍⏎␍⏎　　全镇开展了活动。
            "#]],
        );
        check(
            "他说“\n好”。\n第二段。",
            expect![[r#"
                Paragraph 他说“⏎好”。
                Paragraph 第二段。
            "#]],
        );
        check(
            "会议在青河举行\n。代表参加了会议。",
            expect![[r#"
            Paragraph 会议在青河举行⏎。代表参加了会议。
        "#]],
        );
    }

    #[test]
    fn headings_and_items_stay_apart_from_what_follows() {
        check(
            "第一段结束了。\n深化改革，扩大开放\n2023年，全县生产总值增长。",
            expect![[r#"
            Paragraph 第一段结束了。
            Heading 深化改革，扩大开放
            Paragraph 2023年，全县生产总值增长。
        "#]],
        );
        check(
            "任务如下：\n1.修路，\n2.种树，\n（三）办学。",
            expect![[r#"
            Paragraph 任务如下：
            Paragraph 1.修路，
            Paragraph 2.种树，
            Paragraph （三）办学。
        "#]],
        );
        check(
            "名单\n青河酿造有限公司\n东河机械公司\n南山食品厂\n北山水泥厂\n联系人：张三",
            expect![[r#"
            Title 名单
            Paragraph 青河酿造有限公司
            Paragraph 东河机械公司
            Paragraph 南山食品厂
            Paragraph 北山水泥厂
            Paragraph 联系人：张三
        "#]],
        );
        check(
            "各乡人口\n东乡\t1200\t男\n西乡\t900\t女\n完毕。",
            expect![[r#"
            Title 各乡人口
            Paragraph 东乡	1200	男
            Paragraph 西乡	900	女
            Paragraph 完毕。
        "#]],
        );
    }

    #[test]
    fn hard_wrapped_lines_are_joined() {
        check(
            "关于做好春季植树工作的通知\n\n各乡镇人民政府：\n\
             \u{3000}\u{3000}为深入贯彻落实关于生态建设的部署，切实做好我县春\n季植树工作，现将有关事项通知如下。请各单位抓好贯彻\n落实。\n\
             \u{3000}\u{3000}一、总体要求\n　　坚持因地制宜、适地适树的原则，完成造林1.2万亩，栽\n植苗木200万株，村庄绿化率达到60%。\n\
             \u{3000}\u{3000}（一）加强领导。各乡镇要成立领导小组。\n\n青河县人民政府\n2024年3月1日",
            expect![[r#"
                Title 关于做好春季植树工作的通知
                Paragraph 各乡镇人民政府：
                Paragraph 为深入贯彻落实关于生态建设的部署，切实做好我县春⏎季植树工作，现将有关事项通知如下。请各单位抓好贯彻⏎落实。
                Heading 一、总体要求
                Paragraph 坚持因地制宜、适地适树的原则，完成造林1.2万亩，栽⏎植苗木200万株，村庄绿化率达到60%。
                Paragraph （一）加强领导。各乡镇要成立领导小组。
                Heading 青河县人民政府
                Byline 2024年3月1日
            "#]],
        );
        check(
            "青河大学成立于1958年，是一所以工科为主的大学。现有\n教职工2100人，学生两万余人，设有十八个学院、六十个本\n\
             科专业。校园占地1500亩，藏书200万册。\n\n2010年，学校与县政府合作建立了农业研究院。研究院由校\n长李文亮兼任院长。",
            expect![[r#"
                Paragraph 青河大学成立于1958年，是一所以工科为主的大学。现有⏎教职工2100人，学生两万余人，设有十八个学院、六十个本⏎科专业。校园占地1500亩，藏书200万册。
                Paragraph 2010年，学校与县政府合作建立了农业研究院。研究院由校⏎长李文亮兼任院长。
            "#]],
        );
    }

    #[test]
    fn wide_gaps_are_line_breaks() {
        check(
            "                原标题：运动会开始报名                    工作人员在登记。  报名到月底结束。王明 摄  县里很重视。\
             [编辑：李红]",
            expect![[r#"
                Title 原标题：运动会开始报名
                Paragraph 工作人员在登记。
                Paragraph 报名到月底结束。王明 摄
                Paragraph 县里很重视。[编辑：李红]
            "#]],
        );
        check(
            "项目    人数    金额",
            expect![[r#"
            Paragraph 项目    人数    金额
        "#]],
        );
    }

    #[test]
    fn mistakes_in_the_file_are_named() {
        let load = |text| Layout::load(&Resources::builtin().with_file("layout.toml", text)).map(|_| ()).unwrap_err();
        let shown = format!("{}\n{}", load("[words]\nlabel = []"), load("[numbering]\npatterns = [\"{x}、\", \"{h\"]"));
        expect![[r#"
            layout.toml:2: unknown field `label`, expected one of `counters`, `unfinished`, `datelines`, `reporters`, `reporter_compounds`, `credits`, `furniture`, `labels`
            layout.toml:2: `{x}` of `{x}、` means nothing here
            layout.toml:2: `{h` lacks a }"#]].assert_eq(&shown);
        Layout::load(&Resources::builtin().with_file("layout.toml", "[words]\nlabels = [\"主播\"]")).unwrap();
    }

    /// Text as pages have it: pieces of sentences with all signs that the layout knows.
    fn page() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[\u{4e00}-\u{4e40}]{1,30}",
            "[0-9]{1,4}",
            "[ \u{3000}\t\u{a0}]{1,12}",
            "[\n\r\u{b}\u{2028}]{1,3}",
            "[，。、；：！？“”（）《》【】…—·|\\-*#.,]{1,3}",
            "(记者|来源：|年|月|一、|（二）|日电|摄|编辑)",
            any::<char>().prop_map(String::from),
        ];
        proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn blocks_hold_all_of_the_text_but_blanks(text in page()) {
            let blocks = layout().blocks(&text, &[], &[], LineEnds::Typed);
            let mut end = 0;
            for block in &blocks {
                let content = block.span.of(&text);
                prop_assert!(!content.is_empty());
                prop_assert_eq!(content.trim(), content);
                prop_assert!(block.span.start >= end);
                prop_assert_eq!(cut(&text, end..block.span.start).trim(), "");
                end = block.span.end;
            }
            prop_assert_eq!(cut(&text, end..text.len()).trim(), "");
        }
    }
}
