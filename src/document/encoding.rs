//! Turns bytes into text: recognises the encoding, and says what is wrong where there is none.
//!
//! In: the bytes of a file. Out: its text, every byte accounted for: nothing is ever replaced or left out.
//! UTF-8 wins where it is valid; then UTF-16 by its marks or its look; then the one of GB18030 and Big5 in
//! which more of the characters are common ones.

use std::fmt;
use std::str::FromStr;

/// A character encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl Encoding {
    /// UTF-8.
    pub const UTF_8: Self = Self(encoding_rs::UTF_8);
    /// GB18030, which includes GBK and GB2312.
    pub const GB18030: Self = Self(encoding_rs::GB18030);
    /// Big5 with the Hong Kong additions.
    pub const BIG5: Self = Self(encoding_rs::BIG5);
    /// UTF-16, low byte first.
    pub const UTF_16LE: Self = Self(encoding_rs::UTF_16LE);
    /// UTF-16, high byte first.
    pub const UTF_16BE: Self = Self(encoding_rs::UTF_16BE);

    /// The encoding that a label such as `gb2312` or `utf-8` means on the web.
    pub(super) fn for_label(label: &[u8]) -> Option<Self> {
        encoding_rs::Encoding::for_label_no_replacement(label).map(Self)
    }

    /// A decoder for a stream; the byte order mark, if there is one, must have been taken off.
    pub(super) fn decoder(self) -> encoding_rs::Decoder {
        self.0.new_decoder_without_bom_handling()
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

impl FromStr for Encoding {
    type Err = String;

    /// Reads a name such as `gbk`, `gb18030`, `big5`, `utf-16le`, in upper or lower case.
    fn from_str(name: &str) -> Result<Self, String> {
        Self::for_label(name.as_bytes()).ok_or_else(|| {
            format!("unknown encoding `{name}`; known are utf-8, gb18030, gbk, big5, utf-16le, utf-16be")
        })
    }
}

/// Decodes a whole file. `forced` is the user's word and final; `declared` the file's own, taken if it fits.
///
/// # Errors
/// What is wrong and what to do, without the name of the file.
pub(super) fn decode(
    mut bytes: Vec<u8>,
    forced: Option<Encoding>,
    declared: Option<Encoding>,
) -> Result<String, String> {
    let (encoding, mark) = match (forced, byte_order_mark(&bytes)) {
        (Some(forced), Some((marked, length))) if forced == marked => (forced, length),
        (Some(forced), _) => (forced, 0),
        (None, Some(marked)) => marked,
        (None, None) => {
            match declared.filter(|&d| d != Encoding::UTF_8 && !is_utf8(&bytes) && fits(d, &bytes, false)) {
                Some(declared) => (declared, 0),
                None => (detect(&bytes, false)?, 0),
            }
        }
    };
    if encoding == Encoding::UTF_8 {
        bytes.drain(..mark);
        let text = String::from_utf8(bytes).map_err(|e| {
            let at = e.utf8_error().valid_up_to() + mark;
            if forced.is_some() { not_in(encoding, at) } else { damaged_utf8(at) }
        })?;
        return no_nul(text);
    }
    let body = bytes.get(mark..).unwrap_or_default();
    let mut decoder = encoding.decoder();
    let mut text = String::with_capacity(
        decoder.max_utf8_buffer_length_without_replacement(body.len()).unwrap_or(body.len().saturating_mul(3)),
    );
    match decoder.decode_to_string_without_replacement(body, &mut text, true) {
        (encoding_rs::DecoderResult::InputEmpty, _) => no_nul(text),
        (encoding_rs::DecoderResult::Malformed(bad, behind), read) => {
            Err(not_in(encoding, mark + read.saturating_sub(usize::from(bad) + usize::from(behind))))
        }
        (encoding_rs::DecoderResult::OutputFull, read) => Err(not_in(encoding, mark + read)),
    }
}

/// The encoding of a text by its first bytes; `cut` says that the text goes on behind them.
///
/// # Errors
/// If this is no text, or in no encoding that we know.
pub(super) fn detect(bytes: &[u8], cut: bool) -> Result<Encoding, String> {
    if let Some(kind) = binary_kind(bytes) {
        return Err(format!("{kind}, not text; convert it to text first"));
    }
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    let valid = match std::str::from_utf8(bytes) {
        Ok(_) => None,
        Err(e) if cut && e.error_len().is_none() => None,
        Err(e) => Some(e.valid_up_to()),
    };
    let nul = head.contains(&0);
    let Some(valid) = valid.or(nul.then_some(0)) else { return Ok(Encoding::UTF_8) };
    if let Some(encoding) = utf16_without_mark(head) {
        return Ok(encoding);
    }
    if nul {
        return Err("binary data, not text; convert it to text first".to_owned());
    }
    // The bytes before `valid` may be plain ASCII for long: look where the other characters are.
    let rest = bytes.get(valid..).unwrap_or_default();
    let window = rest.get(..HEAD).unwrap_or(rest);
    if mostly_utf8(bytes.get(valid.saturating_sub(HEAD)..valid).unwrap_or_default(), window) {
        return Err(damaged_utf8(valid));
    }
    let cut = cut || rest.len() > window.len();
    let best = [Encoding::GB18030, Encoding::BIG5]
        .into_iter()
        .filter(|&encoding| fits(encoding, window, cut))
        .map(|encoding| (common_share(encoding, window), encoding))
        .reduce(|a, b| if b.0 > a.0 { b } else { a });
    match best {
        Some((share, encoding)) if share >= LEAST_COMMON => Ok(encoding),
        _ => Err(format!(
            "not UTF-8 at byte {valid}, and not GB18030, Big5 or UTF-16 either; \
             name its encoding with --encoding, or save it as UTF-8"
        )),
    }
}

/// How much of a text is looked at to tell its encoding, in bytes.
const HEAD: usize = 1 << 16;

/// Least share of common characters, in hundredths, for bytes to pass as GB18030 or Big5. News has 95 and more,
/// traditional characters in GBK 60, a headline in them may have 25.
const LEAST_COMMON: usize = 25;

/// The encoding that a byte order mark shows, and the length of the mark.
pub(super) fn byte_order_mark(bytes: &[u8]) -> Option<(Encoding, usize)> {
    // The mark of UTF-32 begins like the one of UTF-16.
    if bytes.starts_with(&[0xff, 0xfe, 0, 0]) {
        return None;
    }
    encoding_rs::Encoding::for_bom(bytes).map(|(encoding, length)| (Encoding(encoding), length))
}

fn is_utf8(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok()
}

/// Whether the bytes decode without a fault; a character may be incomplete at the end if the text is `cut` there.
fn fits(encoding: Encoding, bytes: &[u8], cut: bool) -> bool {
    let mut decoder = encoding.decoder();
    let mut buffer = [0; 4096];
    let mut rest = bytes;
    loop {
        match decoder.decode_to_utf8_without_replacement(rest, &mut buffer, !cut) {
            (encoding_rs::DecoderResult::InputEmpty, _, _) => return true,
            (encoding_rs::DecoderResult::Malformed(..), _, _) => return false,
            (encoding_rs::DecoderResult::OutputFull, read, _) => rest = rest.get(read..).unwrap_or_default(),
        }
    }
}

/// Kinds of file that people try to read, by their first bytes.
fn binary_kind(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 12] = [
        (b"%PDF-", "a PDF document"),
        (b"PK\x03\x04", "a ZIP archive or office document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
        (b"{\\rtf", "an RTF document"),
        (b"\x89PNG\r\n", "a PNG image"),
        (b"\xff\xd8\xff", "a JPEG image"),
        (b"GIF8", "a GIF image"),
        (b"RIFF", "a RIFF media file"),
        (b"\x7fELF", "a program"),
        (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
        (b"\xfd7zXZ\0", "an XZ archive"),
        (b"BZh9", "a bzip2 archive"),
    ];
    KINDS.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|&(_, kind)| kind)
}

/// The byte order in which nearly every pair of bytes is a usual character of Chinese text.
fn utf16_without_mark(head: &[u8]) -> Option<Encoding> {
    if head.len() < 4 || !head.len().is_multiple_of(2) {
        return None;
    }
    let usual = |unit: u16| {
        matches!(unit, 0x20..=0x7e | 0x09 | 0x0a | 0x0d | 0xa0 | 0xb7 | 0x2010..=0x2026 | 0x3000..=0x303f | 0xff01..=0xff5e | 0x4e00)
            || (0x4e00..=0x9fa5).contains(&unit) && !unit.is_multiple_of(256)
    };
    let units = head.len() / 2;
    let count = |read: fn([u8; 2]) -> u16| {
        head.chunks_exact(2).filter(|pair| <[u8; 2]>::try_from(*pair).is_ok_and(|pair| usual(read(pair)))).count()
    };
    let (little, big) = (count(u16::from_le_bytes), count(u16::from_be_bytes));
    if little.max(big) * 10 < units * 9 || little == big {
        return None;
    }
    Some(if little > big { Encoding::UTF_16LE } else { Encoding::UTF_16BE })
}

/// Whether these bytes are UTF-8 with a few faults, rather than something else.
fn mostly_utf8(before: &[u8], window: &[u8]) -> bool {
    let (mut characters, mut faults) = (0, 0);
    for chunk in before.utf8_chunks().chain(window.utf8_chunks()) {
        characters += chunk.valid().chars().filter(|c| c.len_utf8() >= 3).count();
        faults += usize::from(!chunk.invalid().is_empty());
    }
    characters > 4 * faults
}

/// Share, in hundredths, of the characters beyond ASCII that stand in the part of the code for common ones.
///
/// GB18030 has the 3,755 most common simplified characters in rows B0 to D7, Big5 the 5,401 most common
/// traditional ones in rows A4 to C6; read in the wrong code, only about half of a text falls there.
fn common_share(encoding: Encoding, bytes: &[u8]) -> usize {
    let gb = encoding == Encoding::GB18030;
    let (mut common, mut all) = (0, 0);
    let mut at = 0;
    while let Some(&lead) = bytes.get(at) {
        if lead < 0x80 {
            at += 1;
            continue;
        }
        let trail = bytes.get(at + 1).copied().unwrap_or(0);
        if gb && trail.is_ascii_digit() {
            // Four bytes: rare characters, and blanks of web pages.
            at += 4;
            continue;
        }
        at += 2;
        all += 1;
        let first = if gb { 0xb0..=0xd7 } else { 0xa4..=0xc6 };
        let usual = (first.contains(&lead) || (0xa1..=0xa3).contains(&lead)) && (!gb || trail >= 0xa1);
        common += usize::from(usual);
    }
    (common * 100usize).checked_div(all).unwrap_or(LEAST_COMMON)
}

fn no_nul(text: String) -> Result<String, String> {
    match memchr::memchr(0, text.as_bytes()) {
        Some(_) => Err("binary data, not text; convert it to text first".to_owned()),
        None => Ok(text),
    }
}

fn not_in(encoding: Encoding, at: usize) -> String {
    format!("not {encoding} at byte {at}; leave out --encoding to have the encoding detected, or name another")
}

fn damaged_utf8(at: usize) -> String {
    format!(
        "not UTF-8 at byte {at}, though most of it is; mend the file, or drop what is broken: iconv -c -f utf-8 -t utf-8"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Chinese text in which most characters are common.
    fn text() -> impl Strategy<Value = String> {
        let common = prop::sample::select("的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都然没日于起还发成事只作当想看文无开手用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望直服毛林题建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联言权往展该领传近留红治决周保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持取设始版双历越史商千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争究包组造落视济喜离虽坏".chars().collect::<Vec<_>>());
        let sign = prop::sample::select(vec!['，', '。', '\n', '“', '”', '1', 'a', ' ']);
        proptest::collection::vec(prop_oneof![6 => common, 1 => sign], 20..300)
            .prop_map(|chars| chars.into_iter().collect())
    }

    proptest! {
        #[test]
        fn text_is_read_as_it_was_written(text in text()) {
            let utf16 = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
            let marked = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
            for bytes in [
                text.clone().into_bytes(),
                marked(b"\xef\xbb\xbf", text.clone().into_bytes()),
                encoding_rs::GB18030.encode(&text).0.into_owned(),
                utf16(u16::to_le_bytes),
                utf16(u16::to_be_bytes),
                marked(b"\xff\xfe", utf16(u16::to_le_bytes)),
                marked(b"\xfe\xff", utf16(u16::to_be_bytes)),
            ] {
                prop_assert_eq!(decode(bytes, None, None), Ok(text.clone()));
            }
            let (big5, _, unmappable) = encoding_rs::BIG5.encode(&text);
            if !unmappable {
                prop_assert_eq!(decode(big5.into_owned(), Some(Encoding::BIG5), None), Ok(text));
            }
        }

        #[test]
        fn bytes_never_stop_the_program(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            for forced in [None, Some(Encoding::UTF_8), Some(Encoding::GB18030), Some(Encoding::UTF_16LE)] {
                let _ = decode(bytes.clone(), forced, Some(Encoding::BIG5));
            }
            let _ = detect(&bytes, true);
        }
    }

    #[test]
    fn encodings_have_names() {
        let known = |name: &str| name.parse::<Encoding>().map(|encoding| encoding.to_string());
        assert_eq!(known("GB2312"), Ok("GBK".to_owned()));
        assert_eq!(known("utf-16"), Ok("UTF-16LE".to_owned()));
        assert!(known("klingon").is_err_and(|message| message.contains("known are utf-8")));
    }
}
