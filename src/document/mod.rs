//! Documents: reads files as text, and finds the blocks that their layout shows.
//!
//! In: an [`Input`] from [`input::list`]. Out: [`Document`]s, one after the other, each with its text exactly as
//! decoded, its [`Block`]s, and its date where the source states one. Knows `data/layout.toml`, through [`Layout`].

use crate::chars::is_han;
use crate::date::Date;
use crate::error::{Error, Result};
use crate::span::Span;
use encoding::Encoding;
use layout::{Layout, LineEnds};
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
    /// Who wrote it, where and when it appeared: ·顾明远·, 记者 李博, 来源：南通日报.
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
    /// Longest text of one document, in bytes of UTF-8; reading takes some eighty bytes of memory for each.
    pub max_bytes: usize,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { encoding: None, date: None, max_bytes: 16 << 20 }
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
    ends: LineEnds,
    date: Option<Date>,
}

impl Draft {
    fn into_document(self, id: String, origin: String, layout: &Layout, options: &ReadOptions) -> Document {
        let blocks = layout.blocks(&self.text, &self.known, &self.hidden, self.ends);
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
        Format::Html => html::draft(&text, layout).map_err(refuse)?,
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
            let options = ReadOptions { max_bytes: 10_000, ..ReadOptions::default() };
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
    fn encodings_are_recognised() {
        let text = "南通市在江苏。\n我们去看海。";
        let utf16 = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
        let big5 = encoding_rs::BIG5.encode("臺北市政府今天宣布新的計畫。").0.into_owned();
        check(
            "gb.txt",
            encoding_rs::GB18030.encode(text).0,
            expect![[r#"
            gb from gb.txt
              Paragraph "南通市在江苏。"
              Paragraph "我们去看海。"
        "#]],
        );
        check(
            "big5.txt",
            big5,
            expect![[r#"
            big5 from big5.txt
              Paragraph "臺北市政府今天宣布新的計畫。"
        "#]],
        );
        check(
            "le.txt",
            utf16(u16::to_le_bytes),
            expect![[r#"
            le from le.txt
              Paragraph "南通市在江苏。"
              Paragraph "我们去看海。"
        "#]],
        );
        check(
            "be.txt",
            utf16(u16::to_be_bytes),
            expect![[r#"
            be from be.txt
              Paragraph "南通市在江苏。"
              Paragraph "我们去看海。"
        "#]],
        );
        check(
            "marked.txt",
            [vec![0xff, 0xfe], utf16(u16::to_le_bytes)].concat(),
            expect![[r#"
            marked from marked.txt
              Paragraph "南通市在江苏。"
              Paragraph "我们去看海。"
        "#]],
        );
        check(
            "bom.txt",
            "\u{feff}海。",
            expect![[r#"
            bom from bom.txt
              Paragraph "海。"
        "#]],
        );
    }

    #[test]
    fn what_is_no_text_is_refused() {
        check(
            "empty.txt",
            "",
            expect![[r#"
            error: empty.txt: empty: there is no text in it
        "#]],
        );
        check(
            "blank.txt",
            " \u{3000}\r\n",
            expect![[r#"
            error: blank.txt: empty: there is no text in it
        "#]],
        );
        check(
            "nul.txt",
            "南\0通",
            expect![[r#"
            error: nul.txt: binary data, not text; convert it to text first
        "#]],
        );
        check(
            "image.txt",
            b"\x89PNG\r\n\x1a\n\0\0",
            expect![[r#"
            error: image.txt: a PNG image, not text; convert it to text first
        "#]],
        );
        check(
            "latin.txt",
            b"caf\xe9 cr\xe8me",
            expect![[r#"
            error: latin.txt: not UTF-8 at byte 3, and not GB18030, Big5 or UTF-16 either; name its encoding with --encoding, or save it as UTF-8
        "#]],
        );
        check(
            "fault.txt",
            [&"南通市在江苏。".repeat(9).into_bytes()[..], b"\xff"].concat(),
            expect![[r#"
            error: fault.txt: not UTF-8 at byte 189, though most of it is; mend the file, or drop what is broken: iconv -c -f utf-8 -t utf-8
        "#]],
        );
        check(
            "cut.txt",
            &"江苏".as_bytes()[..5],
            expect![[r#"
            error: cut.txt: not UTF-8 at byte 3, and not GB18030, Big5 or UTF-16 either; name its encoding with --encoding, or save it as UTF-8
        "#]],
        );
        check(
            "long.txt",
            "长".repeat(4000),
            expect![[r#"
                error: long.txt: longer than 10000 bytes; split it, or raise --max-size
            "#]],
        );
        check(
            "longer.txt",
            "长".repeat(8000),
            expect![[r#"
                error: longer.txt: longer than 10000 bytes; split it, or raise --max-size
            "#]],
        );
        check(
            "gzip.txt.gz",
            b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x01\x02",
            expect![[r#"
            error: gzip.txt.gz: damaged gzip file (incomplete deflate stream); fetch or compress it again
        "#]],
        );
        check(
            "deep.html",
            "<b>".repeat(3000),
            expect![[r#"
                error: deep.html: elements nested more than 2000 deep; convert it to text first
            "#]],
        );
    }

    #[test]
    fn json_lines_are_documents() {
        check(
            "a.jsonl",
            concat!(
                "{\"id\": 7, \"title\": \"春到\", \"text\": \"今天，天晴。\", \"date\": \"2024年3月5日\"}\n",
                "\n",
                "{\"text\":}\n",
                "{\"content\": \"下雨。\", \"time\": 1709654400, \"url\": \"https://example.org/a\"}\n",
                "{\"id\": 7, \"text\": \"刮风。\"}\n",
                "{\"title\": \"没有正文\"}\n",
                "[1]\n",
                "{\"body\": \"末行。\", \"published\": \"不详\"}",
            ),
            expect![[r#"
                7 from a.jsonl:1 2024-03-05
                  Title "春到"
                  Paragraph "今天，天晴。"
                error: a.jsonl:3: not a JSON object at column 9; there must be one object a line: {"text": "…"}
                a-4 from https://example.org/a 2024-03-06
                  Paragraph "下雨。"
                error: a.jsonl:5: the id `7` stands in line 1 already; give each line its own, or none
                error: a.jsonl:6: no text; it must stand in a field `text`, `content`, `body`
                error: a.jsonl:7: not a JSON object at column 0; there must be one object a line: {"text": "…"}
                a-8 from a.jsonl:8
                  Paragraph "末行。"
            "#]],
        );
        let text = "{\"text\": \"南通市在江苏。\"}\n{\"text\": \"我们去看海。\"}\n";
        check(
            "gb.jsonl",
            encoding_rs::GB18030.encode(text).0,
            expect![[r#"
            gb-1 from gb.jsonl:1
              Paragraph "南通市在江苏。"
            gb-2 from gb.jsonl:2
              Paragraph "我们去看海。"
        "#]],
        );
        let fault =
            [&b"{\"text\": \"\xe6\xb5\xb7\"}\n{\"text\": \"\xe6\xb5\"}\n"[..], b"{\"text\": \"\xe6\xb5\xb7\"}\n"]
                .concat();
        check(
            "fault.jsonl",
            fault,
            expect![[r#"
                fault-1 from fault.jsonl:1
                  Paragraph "海"
                error: fault.jsonl:2: does not decode at byte 10 of the line; mend the line, or name the file's encoding with --encoding
                fault-3 from fault.jsonl:3
                  Paragraph "海"
            "#]],
        );
        check(
            "empty.jsonl",
            "\n",
            expect![[r#"
            error: empty.jsonl: empty: there is no text in it
        "#]],
        );
        check(
            "long.jsonl",
            format!("{{\"text\": \"{}\"}}\n{{\"text\": \"短\"}}", "长".repeat(70_000)),
            expect![[r#"
                error: long.jsonl:1: longer than 10000 bytes; split it, or raise --max-size
                long-2 from long.jsonl:2
                  Paragraph "短"
            "#]],
        );
    }

    #[test]
    fn markdown_headings_are_blocks() {
        check(
            "a.md",
            "---\ntitle: 甲\ndate: 2024-05-06\n---\n# 大标题\n\n正文见[此处](https://example.org)。\n\n## 小标题 ##\n\
             - 项目一，\n- 项目二\n> 引文。\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n\n```\n# 不是标题\n```\n",
            expect![[r##"
                a from a.md 2024-05-06
                  Title "大标题"
                  Paragraph "正文见[此处](https://example.org)。"
                  Heading "小标题"
                  Paragraph "项目一，"
                  Paragraph "项目二"
                  Paragraph "引文。"
                  Paragraph "| 甲 | 乙 |"
                  Paragraph "| 1 | 2 |"
                  Paragraph "# 不是标题"
            "##]],
        );
    }

    #[test]
    fn html_is_read_without_markup_and_menus() {
        let page = r#"<!DOCTYPE html><html><head><meta charset="gb2312">
            <title>青河县举办春季农技培训班_青河新闻_青河在线</title>
            <meta property="article:published_time" content="2024-03-18T09:30:00+08:00"><style>p{color:red}</style></head>
            <body><nav><ul><li><a href="/">首页</a></li><li><a href="/n">新闻</a></li></ul></nav>
            <div><h1>青河县举办春季农技培训班</h1><div><span>2024-03-18 09:30</span> <span>来源：青河日报</span></div>
            <div class="content"><p>　　青河县农业农村局3月18日举办春季农技培训班，<b>王小明</b>等120名农户参加。
            &ldquo;学到了新技术&rdquo;，他说。</p><h2>课程安排</h2><p>培训班设置了水稻育秧、病虫害防治等课程，由青河农业大学的教授
            主讲。学员们还参观了位于县城东郊的示范基地，了解滴灌设备的使用方法。</p>
            <table><tr><th>乡镇</th><th>人数</th></tr><tr><td>东河镇</td><td>40</td></tr></table>
            <p>据介绍，今年全县计划培训农户5000人次，投入资金300万元，比去年增长20%。</p>
            <p>（记者 李青 通讯员 张河）</p></div></div><footer>青河在线版权所有</footer></body></html>"#;
        check(
            "a.html",
            encoding_rs::GBK.encode(page).0,
            expect![[r#"
            a from a.html 2024-03-18
              Title "青河县举办春季农技培训班"
              Paragraph "青河县农业农村局3月18日举办春季农技培训班，王小明等120名农户参加。“学到了新技术”，他说。"
              Heading "课程安排"
              Paragraph "培训班设置了水稻育秧、病虫害防治等课程，由青河农业大学的教授主讲。学员们还参观了位于县城东郊的示范基地，了解滴灌设备的使用方法。"
              Paragraph "乡镇\t人数"
              Paragraph "东河镇\t40"
              Paragraph "据介绍，今年全县计划培训农户5000人次，投入资金300万元，比去年增长20%。"
              Byline "（记者 李青 通讯员 张河）"
        "#]],
        );
        let short =
            "<title>短页</title><time datetime='2024-01-02'></time><script>var a;</script>只有一句话<br>和半句。";
        check(
            "b.html",
            short,
            expect![[r#"
            b from b.html 2024-01-02
              Title "短页"
              Heading "只有一句话"
              Paragraph "和半句。"
        "#]],
        );
        check(
            "c.html",
            "<script>var a;</script>",
            expect![[r#"
            error: c.html: empty: there is no text in it
        "#]],
        );
    }

    #[test]
    fn inputs_and_their_documents_go_between_threads() {
        fn check<T: Send>(_: T) {}
        let input = Input { id: String::new(), origin: String::new(), path: None, format: Format::Text, size: 0 };
        check(read(&input, &layout(), &ReadOptions::default()));
    }

    #[test]
    fn publication_dates() {
        let layout = layout();
        for (text, date) in [
            ("2025-01-20T08:00:00+08:00", "2025-01-20"),
            ("2025年1月20日 08:30", "2025-01-20"),
            ("发布时间：2025/1/2", "2025-01-02"),
            ("2025年1月", "2025-01"),
            ("2025", "2025"),
            ("20250120", "2025-01-20"),
            ("202501201", "-"),
            ("2025-13-01", "-"),
            ("昨天", "-"),
        ] {
            let found = layout.date(text).map_or("-".to_owned(), |date| date.to_string());
            assert_eq!(found, date, "{text}");
        }
        let day = |number| layout.date_of_timestamp(number).map_or("-".to_owned(), |date| date.to_string());
        assert_eq!([day(1_737_331_200), day(1_737_331_199_000), day(12)], ["2025-01-20", "2025-01-20", "-"]);
    }
}
