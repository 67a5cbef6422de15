//! Reads JSON Lines: one document a line, one line in memory at a time.

use super::encoding::{self, Encoding};
use super::layout::Layout;
use super::{Block, Document, Draft, Input, ReadOptions, Role, too_long, unreadable};
use crate::error::{Error, Result};
use crate::span::Span;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::io::{self, BufRead, Cursor, Read};

/// Names of the fields, in the order in which they are looked for.
const TEXT: [&str; 3] = ["text", "content", "body"];
const TITLE: [&str; 2] = ["title", "headline"];
const DATE: [&str; 8] =
    ["date", "published", "publish_time", "publish_date", "published_at", "pubdate", "datePublished", "time"];
const ORIGIN: [&str; 3] = ["url", "link", "source"];

/// Most bytes of a file that are looked at to tell its encoding.
const HEAD: usize = 1 << 16;

/// The lines of an input.
pub(super) struct Lines {
    reader: Box<dyn BufRead + Send>,
    /// Lines read so far.
    number: usize,
    /// The line being read.
    buffer: Vec<u8>,
    /// Line in which each id stood.
    ids: HashMap<String, usize>,
}

impl Lines {
    /// Finds out the encoding.
    pub(super) fn new(mut reader: Box<dyn BufRead + Send>, input: &Input, options: &ReadOptions) -> Result<Self> {
        let mut head = Vec::new();
        reader
            .by_ref()
            .take(u64::try_from(HEAD).unwrap_or(u64::MAX))
            .read_to_end(&mut head)
            .map_err(|e| unreadable(input, e))?;
        let refuse = |reason: String| Error::Input { origin: input.origin.clone(), reason };
        if head.iter().all(u8::is_ascii_whitespace) && head.len() < HEAD {
            return Err(refuse("empty: there is no text in it".to_owned()));
        }
        let mark = encoding::byte_order_mark(&head);
        let encoding = match (options.encoding, mark) {
            (Some(forced), _) => forced,
            (None, Some((marked, _))) => marked,
            (None, None) => detect(&head).map_err(refuse)?,
        };
        if let Some((_, length)) = mark.filter(|&(marked, _)| marked == encoding) {
            head.drain(..length);
        }
        let whole = Cursor::new(head).chain(reader);
        let reader: Box<dyn BufRead + Send> = if encoding == Encoding::UTF_8 {
            Box::new(whole)
        } else {
            Box::new(Decoded { inner: whole, decoder: encoding.decoder(), text: Vec::new(), at: 0, done: false })
        };
        Ok(Self { reader, number: 0, buffer: Vec::new(), ids: HashMap::new() })
    }

    /// The next document, or what is wrong with its line.
    pub(super) fn next(&mut self, input: &Input, layout: &Layout, options: &ReadOptions) -> Option<Result<Document>> {
        loop {
            // The text may be written with \u, at six bytes for one character of three, and is not all of the line.
            let most = options.max_bytes.saturating_mul(2).saturating_add(1 << 16);
            let whole = match self.read_line(most) {
                Ok(None) => return None,
                Ok(Some(whole)) => whole,
                Err(error) => {
                    self.reader = Box::new(io::empty());
                    return Some(Err(unreadable(input, error)));
                }
            };
            self.number += 1;
            if !whole {
                return Some(Err(self.refuse(input, too_long(options.max_bytes))));
            }
            if !self.buffer.iter().all(u8::is_ascii_whitespace) {
                return Some(self.document(input, layout, options));
            }
        }
    }

    /// Reads a line into the buffer; false if it is longer than `most`, nothing at the end.
    fn read_line(&mut self, most: usize) -> io::Result<Option<bool>> {
        self.buffer.clear();
        let (mut any, mut whole) = (false, true);
        loop {
            let available = match self.reader.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if available.is_empty() {
                return Ok(any.then_some(whole));
            }
            any = true;
            let end = memchr::memchr(b'\n', available);
            let (part, used) = match end {
                Some(at) => (available.get(..at).unwrap_or_default(), at + 1),
                None => (available, available.len()),
            };
            if self.buffer.len() + part.len() > most {
                whole = false;
            } else if whole {
                self.buffer.extend_from_slice(part);
            }
            self.reader.consume(used);
            if end.is_some() {
                return Ok(Some(whole));
            }
        }
    }

    fn refuse(&self, input: &Input, reason: String) -> Error {
        Error::Input { origin: format!("{}:{}", input.origin, self.number), reason }
    }

    fn document(&mut self, input: &Input, layout: &Layout, options: &ReadOptions) -> Result<Document> {
        let refuse = |reason: String| self.refuse(input, reason);
        let line = std::str::from_utf8(&self.buffer).map_err(|e| {
            refuse(format!(
                "does not decode at byte {} of the line; mend the line, or name the file's encoding with --encoding",
                e.valid_up_to()
            ))
        })?;
        let fields: Map<String, Value> = serde_json::from_str(line).map_err(|e| {
            refuse(format!(
                "not a JSON object at column {}; there must be one object a line: {{\"text\": \"…\"}}",
                e.column()
            ))
        })?;
        let string = |names: &[&str]| {
            names.iter().find_map(|&name| fields.get(name)?.as_str()).filter(|text| !text.trim().is_empty())
        };
        let Some(body) = string(&TEXT) else {
            return Err(refuse(format!("no text; it must stand in a field `{}`", TEXT.join("`, `"))));
        };
        if body.len() > options.max_bytes {
            return Err(refuse(too_long(options.max_bytes)));
        }
        let id = match fields.get("id") {
            Some(Value::String(id)) if !id.trim().is_empty() => id.trim().to_owned(),
            Some(Value::Number(id)) => id.to_string(),
            _ => format!("{}-{}", input.id, self.number),
        };
        let mut draft = Draft::default();
        if let Some(title) = string(&TITLE).map(str::trim).filter(|title| !body.trim_start().starts_with(title)) {
            draft.known.push(Block { span: Span::new(0, title.len()), role: Role::Title });
            // A title is one line.
            draft.text.extend(title.chars().map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c }));
            draft.text.push('\n');
        }
        draft.text.push_str(body);
        draft.date = DATE.iter().find_map(|&name| match fields.get(name)? {
            Value::String(date) => layout.date(date),
            Value::Number(number) => layout.date_of_timestamp(number.as_i64()?),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        });
        let origin = string(&ORIGIN).map_or_else(|| format!("{}:{}", input.origin, self.number), str::to_owned);
        let first = *self.ids.entry(id.clone()).or_insert(self.number);
        if first != self.number {
            let reason = format!("the id `{id}` stands in line {first} already; give each line its own, or none");
            return Err(self.refuse(input, reason));
        }
        Ok(draft.into_document(id, origin, layout, options))
    }
}

/// The encoding of a file by its first lines: UTF-8 if most of those that show it are, so that a damaged line does
/// not spoil the others.
fn detect(head: &[u8]) -> std::result::Result<Encoding, String> {
    let (mut valid, mut invalid) = (0, 0);
    for line in head.split_inclusive(|&b| b == b'\n').filter(|line| !line.is_ascii() && line.ends_with(b"\n")) {
        let fits = std::str::from_utf8(line).is_ok_and(|text| !text.contains('\0'));
        *if fits { &mut valid } else { &mut invalid } += 1;
    }
    if valid > invalid { Ok(Encoding::UTF_8) } else { encoding::detect(head, head.len() >= HEAD) }
}

/// A stream turned into UTF-8 as it is read. What does not decode becomes a byte that UTF-8 never has.
struct Decoded<R> {
    inner: R,
    decoder: encoding_rs::Decoder,
    text: Vec<u8>,
    /// How much of `text` has been handed out.
    at: usize,
    done: bool,
}

impl<R: BufRead> BufRead for Decoded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.at >= self.text.len() && !self.done {
            let input = self.inner.fill_buf()?;
            let last = input.is_empty();
            self.at = 0;
            self.text.resize(1 << 16, 0);
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(input, &mut self.text, last);
            self.text.truncate(written);
            match result {
                encoding_rs::DecoderResult::Malformed(..) => self.text.push(0xff),
                encoding_rs::DecoderResult::InputEmpty => self.done = last,
                encoding_rs::DecoderResult::OutputFull => {}
            }
            self.inner.consume(read);
        }
        Ok(self.text.get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.at += amount;
    }
}

impl<R: BufRead> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let amount = available.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(available) {
            *to = *from;
        }
        self.consume(amount);
        Ok(amount)
    }
}
