//! Mints IRIs: the one function that turns a name into a node of the graph.
//!
//! In: a namespace and a name as the text has it. Out: an IRI that every RDF tool accepts.
//! Letters of any script stay as they are, so `kg:伊宁县` reads like the name; everything that an IRI
//! may not hold, or that would split it into parts (`/ ? #`), is percent-encoded as UTF-8.

use oxigraph::model::NamedNode;
use std::fmt::Write as _;

/// The node `name` in `namespace`, which must itself be an absolute IRI.
///
/// Two names give one IRI only if they are the same name.
///
/// ```
/// use wenmai::entity::iri::mint;
/// let node = mint("https://w3id.org/wenmai/id/", "“通伊”教育基金 50%");
/// assert_eq!(node.as_str(), "https://w3id.org/wenmai/id/“通伊”教育基金%2050%25");
/// ```
pub fn mint(namespace: &str, name: &str) -> NamedNode {
    let mut iri = String::with_capacity(namespace.len() + name.len());
    iri.push_str(namespace);
    // A name of dots alone would be read as a step in a path.
    let dots = !name.is_empty() && name.bytes().all(|b| b == b'.');
    for c in name.chars() {
        if may_stand(c) && !dots {
            iri.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                write!(iri, "%{byte:02X}").expect("a string takes any text");
            }
        }
    }
    NamedNode::new_unchecked(iri)
}

/// Whether a segment of an IRI may hold the character (RFC 3987, `ipchar` without `%`).
///
/// Blanks, invisible characters and directional marks are legal in part, but nobody can see or type them.
fn may_stand(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => true,
        '-' | '.' | '_' | '~' | '!' | '$' | '&' | '\'' | '(' | ')' | '*' | '+' | ',' | ';' | '=' | ':' | '@' => true,
        '\u{0}'..='\u{9f}' => false,
        _ if c.is_whitespace() => false,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => false,
        '\u{e000}'..='\u{f8ff}' | '\u{feff}' | '\u{fdd0}'..='\u{fdef}' | '\u{fff0}'..='\u{ffff}' => false,
        '\u{e0000}'..='\u{10ffff}' => false,
        _ => u32::from(c) & 0xfffe != 0xfffe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(name: &str, iri: &str) {
        assert_eq!(mint("x:", name).as_str(), format!("x:{iri}"));
    }

    #[test]
    fn names_stay_readable() {
        check("江苏援伊·南通工作组", "江苏援伊·南通工作组");
        check("《红楼梦》（第2版）", "《红楼梦》（第2版）");
    }

    #[test]
    fn what_splits_or_breaks_an_iri_is_encoded() {
        check("a b|<>\"{}\\^`%", "a%20b%7C%3C%3E%22%7B%7D%5C%5E%60%25");
        check("A/B?C#D[E]", "A%2FB%3FC%23D%5BE%5D");
        check("全\u{3000}角", "全%E3%80%80角");
        check("..", "%2E%2E");
    }

    proptest! {
        #[test]
        fn any_name_gives_a_legal_iri(name in any::<String>()) {
            let node = mint("https://w3id.org/wenmai/id/", &name);
            prop_assert!(NamedNode::new(node.as_str()).is_ok(), "{}", node);
        }

        #[test]
        fn different_names_give_different_iris(a in "[%a/ 2F.]{0,6}", b in "[%a/ 2F.]{0,6}") {
            prop_assert_eq!(a == b, mint("x:", &a) == mint("x:", &b));
        }
    }
}
