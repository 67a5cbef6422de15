//! What a request says: its path, its parameters, and the type of its body.

use super::reply::Refusal;
use http::header::{self, HeaderName};
use http::{Request, StatusCode};
use percent_encoding::percent_decode_str;

/// Names and values, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads `a=1&b=2`, of a URL or a form.
    pub(super) fn read(text: &[u8]) -> Result<Self, Refusal> {
        // The decoder puts a mark where bytes are no text; a query that was changed in this way must not be answered.
        let decoded: Vec<u8> = percent_encoding::percent_decode(text).collect();
        if std::str::from_utf8(&decoded).is_err() {
            return Err(Refusal::bad("the parameters are not UTF-8; encode them as UTF-8 before percent-encoding"));
        }
        Ok(Self(form_urlencoded::parse(text).into_owned().collect()))
    }

    /// The parameters behind the `?`.
    pub(super) fn of<B>(request: &Request<B>) -> Result<Self, Refusal> {
        Self::read(request.uri().query().unwrap_or_default().as_bytes())
    }

    /// These and those of `other`.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All values of this name that are not empty.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(n, v)| n == name && !v.is_empty()).map(|(_, value)| value.as_str())
    }

    /// Whether there is one of this name, with or without a value.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(n, _)| n == name)
    }

    /// The value of this name, if there is one that is not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The value of this name.
    pub(super) fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::bad(format!("the parameter `{name}` is missing")))
    }

    /// The one value of this name, empty or not; several are refused.
    pub(super) fn single(&self, name: &str) -> Result<Option<&str>, Refusal> {
        let mut values = self.0.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            (_, Some(_)) => Err(Refusal::bad(format!("there are several parameters `{name}`; give one"))),
        }
    }

    /// The number of this name, or else `usual`; at most `most`.
    pub(super) fn number(&self, name: &str, usual: usize, most: usize) -> Result<usize, Refusal> {
        let Some(text) = self.get(name) else { return Ok(usual) };
        let number: usize =
            text.parse().map_err(|_| Refusal::bad(format!("the parameter `{name}` must be a number, 0 or more")))?;
        Ok(number.min(most))
    }
}

/// The segments of a path, percent-decoded: `/id/%E4%BC%8A%E5%AE%81` is `id` and `伊宁`.
pub(super) fn segments(path: &str) -> Result<Vec<String>, Refusal> {
    let decode = |segment: &str| {
        let text = percent_decode_str(segment).decode_utf8();
        text.map(std::borrow::Cow::into_owned).map_err(|_| Refusal::bad("the path is not UTF-8"))
    };
    path.trim_start_matches('/').split('/').map(decode).collect()
}

/// The value of a header, if it is text.
pub(super) fn header<B>(request: &Request<B>, name: HeaderName) -> Option<&str> {
    request.headers().get(name)?.to_str().ok()
}

/// All values of a header that may come in several lines.
pub(super) fn headers<B>(request: &Request<B>, name: HeaderName) -> Option<String> {
    let values: Vec<&str> = request.headers().get_all(name).iter().filter_map(|v| v.to_str().ok()).collect();
    (!values.is_empty()).then(|| values.join(", "))
}

/// The media type of the body in lower case, without parameters; one that is text must be UTF-8.
pub(super) fn media_type<B>(request: &Request<B>) -> Result<Option<String>, Refusal> {
    let Some(value) = request.headers().get(header::CONTENT_TYPE) else { return Ok(None) };
    let mut fields = value.to_str().unwrap_or_default().split(';');
    let name = fields.next().unwrap_or_default().trim().to_ascii_lowercase();
    for field in fields {
        if let Some((parameter, charset)) = field.split_once('=')
            && parameter.trim().eq_ignore_ascii_case("charset")
            && !matches!(charset.trim().trim_matches('"').to_ascii_lowercase().as_str(), "utf-8" | "utf8" | "us-ascii")
        {
            return Err(Refusal::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "the body must be UTF-8; convert it, and leave charset out or say charset=utf-8",
            ));
        }
    }
    Ok((!name.is_empty()).then_some(name))
}

/// The body as text.
pub(super) fn text(body: &[u8]) -> Result<&str, Refusal> {
    std::str::from_utf8(body).map_err(|e| Refusal::bad(format!("the body is not UTF-8 at byte {}", e.valid_up_to())))
}
