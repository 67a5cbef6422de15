//! Which of several forms of an answer a client wants: reads `Accept` and `Accept-Encoding`.
//!
//! In: a header's value and the forms on offer. Out: the best of them (RFC 9110, section 12.5).

/// One form of an answer, by the names that clients have for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offer<T> {
    /// What is chosen.
    pub(super) form: T,
    /// The media types that stand for it, the first being the one of the answer.
    pub(super) types: &'static [&'static str],
}

/// The offer that the client likes best; of equal ones that which it names more exactly, then the first. `None` if it wants none of them.
///
/// Without a header the first offer is as good as any.
pub(super) fn choose<T: Copy>(accept: Option<&str>, offers: &[Offer<T>]) -> Option<T> {
    let Some(accept) = accept.filter(|accept| !accept.trim().is_empty()) else {
        return offers.first().map(|offer| offer.form);
    };
    let ranges: Vec<Range> = accept.split(',').filter_map(Range::read).collect();
    let mut best: Option<((u16, u8), T)> = None;
    for offer in offers {
        let liking = offer.types.iter().map(|name| liking(&ranges, name)).max().unwrap_or_default();
        if liking.0 > 0 && best.is_none_or(|(best, _)| liking > best) {
            best = Some((liking, offer.form));
        }
    }
    best.map(|(_, form)| form)
}

/// Whether the client takes answers in the encoding `name`.
pub(super) fn takes_encoding(accept: Option<&str>, name: &str) -> bool {
    let mut star = false;
    for part in accept.unwrap_or_default().split(',') {
        let mut fields = part.split(';');
        let coding = fields.next().unwrap_or_default().trim();
        let wanted = fields.find_map(weight).unwrap_or(1000) > 0;
        if coding.eq_ignore_ascii_case(name) {
            return wanted;
        }
        star |= coding == "*" && wanted;
    }
    star
}

/// One entry of `Accept`: `text/*;q=0.5`.
struct Range {
    main: String,
    sub: String,
    /// In thousandths.
    quality: u16,
}

impl Range {
    fn read(text: &str) -> Option<Self> {
        let mut fields = text.split(';');
        let name = fields.next()?.trim().to_ascii_lowercase();
        let (main, sub) = name.split_once('/').or_else(|| (name == "*").then_some(("*", "*")))?;
        let quality = fields.find_map(weight).unwrap_or(1000);
        Some(Self { main: main.to_owned(), sub: sub.to_owned(), quality })
    }
}

/// The value of a parameter `q=0.5`, in thousandths; nothing of another parameter, and 1 where it makes no sense.
fn weight(field: &str) -> Option<u16> {
    let (name, value) = field.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let (whole, rest) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
    let digits: String = rest.chars().chain("000".chars()).take(3).collect();
    match (whole, digits.parse::<u16>()) {
        ("0" | "", Ok(thousandths)) => Some(thousandths),
        _ => Some(1000),
    }
}

/// How much the client likes the media type `name`, and how exactly it says so: what the most exact range says.
fn liking(ranges: &[Range], name: &str) -> (u16, u8) {
    let (main, sub) = name.split_once('/').unwrap_or((name, ""));
    let exactness = |range: &Range| match (range.main.as_str(), range.sub.as_str()) {
        (m, s) if m == main && s == sub => 3,
        (m, "*") if m == main => 2,
        ("*", "*") => 1,
        _ => 0,
    };
    let fitting = ranges.iter().map(|range| (exactness(range), range.quality)).filter(|(exactness, _)| *exactness > 0);
    fitting.max().map(|(exactness, quality)| (quality, exactness)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFERS: &[Offer<&str>] = &[
        Offer { form: "json", types: &["application/sparql-results+json", "application/json"] },
        Offer { form: "xml", types: &["application/sparql-results+xml", "application/xml", "text/xml"] },
        Offer { form: "csv", types: &["text/csv"] },
    ];

    #[test]
    fn the_client_chooses() {
        let check = |accept: &str, form: Option<&str>| assert_eq!(choose(Some(accept), OFFERS), form, "{accept}");
        assert_eq!(choose(None, OFFERS), Some("json"));
        check("", Some("json"));
        check("*/*", Some("json"));
        check("text/csv", Some("csv"));
        check("Text/CSV; charset=utf-8", Some("csv"));
        check("text/*", Some("xml"));
        check("application/json;q=0.5, text/csv;q=0.8", Some("csv"));
        check("application/xml;q=0.9, */*;q=0.1", Some("xml"));
        check("text/csv;q=0, */*;q=0.1", Some("json"));
        check("*/*;q=0.1, application/sparql-results+json;q=0, application/json;q=0", Some("xml"));
        check("text/html, */*;q=0", None);
        check("image/png", None);
        check("text/csv;q=0", None);
        check("text/csv;q=0.001", Some("csv"));
        check("text/csv;q=abc", Some("csv"));
        check("nonsense, text/csv", Some("csv"));
        // What curl, browsers, rdflib and Comunica send.
        check("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Some("xml"));
        check("application/sparql-results+xml,application/rdf+xml,*/*", Some("xml"));
        check(
            "application/n-quads,application/trig;q=0.95,application/sparql-results+json;q=0.8,*/*;q=0.1",
            Some("json"),
        );
    }

    #[test]
    fn encodings_are_chosen() {
        assert!(takes_encoding(Some("gzip, deflate, br"), "gzip"));
        assert!(takes_encoding(Some("*"), "gzip"));
        assert!(!takes_encoding(Some("gzip;q=0, *"), "gzip"));
        assert!(!takes_encoding(Some("br"), "gzip"));
        assert!(!takes_encoding(None, "gzip"));
    }
}
