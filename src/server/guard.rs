//! Who may ask what: the `Host` and `Origin` of a request, and what other pages are told of its answer.
//!
//! A server on `localhost` can be reached by every page that the user's browser shows. Such a page cannot read answers
//! (no CORS), unless its name is made to point here (DNS rebinding): so `Host` must be a name that this server goes by.
//! It could still send writes without reading what comes of them: so writes must come from this server's own page,
//! or from programs, which send no `Origin`.

use super::reply::{self, Refusal, Reply};
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, StatusCode, Uri};
use std::net::IpAddr;

/// Which names this server goes by, and which pages may use it.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    /// Names in lower case, beside `localhost` and addresses.
    pub hosts: Vec<String>,
    /// Pages that may read and, if they are named one by one, write: `https://example.org`, or `*`.
    pub origins: Vec<String>,
}

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

impl Guard {
    /// Refuses a request that does not name this server, or a write that another page has sent.
    pub(super) fn check<B>(&self, request: &Request<B>, writes: bool) -> Result<(), Refusal> {
        let host = host(request)?;
        if !self.knows(&host) {
            return Err(Refusal::new(
                StatusCode::MISDIRECTED_REQUEST,
                format!(
                    "this server does not go by the name `{}`; if it should, start it with --host NAME",
                    plain(&host)
                ),
            ));
        }
        if !writes {
            return Ok(());
        }
        let origin = request.headers().get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or("null"));
        let site = request.headers().get(FETCH_SITE).and_then(|site| site.to_str().ok());
        let foreign = match origin {
            Some(origin) => !self.is_own(origin, request) && !self.origins.iter().any(|known| known == origin),
            // Browsers that send no Origin say at least this.
            None => matches!(site, Some("cross-site" | "same-site")),
        };
        if foreign {
            return Err(Refusal::new(
                StatusCode::FORBIDDEN,
                format!(
                    "the page {} may not write here; if it should, start the server with --cors ORIGIN",
                    plain(origin.unwrap_or("that sent this"))
                ),
            ));
        }
        Ok(())
    }

    /// Tells the browser whether the page that asked may read the answer.
    pub(super) fn allow(&self, asked: &HeaderMap, reply: &mut Reply) {
        let Some(origin) = asked.get(header::ORIGIN) else { return };
        let Some(allowed) = self.origins.iter().find(|known| **known == "*" || *known == origin) else { return };
        let value = if allowed == "*" { HeaderValue::from_static("*") } else { origin.clone() };
        reply.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, value);
        reply.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
    }

    /// The answer to a browser that asks what a page may do.
    pub(super) fn preflight(&self, asked: &HeaderMap, allow: &'static str) -> Reply {
        let mut reply = reply::empty(StatusCode::NO_CONTENT);
        reply.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
        self.allow(asked, &mut reply);
        if reply.headers().contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN) {
            let headers = reply.headers_mut();
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(allow));
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("accept, content-type"));
            headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
        }
        reply
    }

    /// Whether `host`, without its port, is this server. An address is: no foreign name can be made to look like one.
    fn knows(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.');
        host == "localhost"
            || host.ends_with(".localhost")
            || host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok()
            || self.hosts.iter().any(|known| known == host)
    }

    /// Whether `origin` is the page of this very server.
    fn is_own<B>(&self, origin: &str, request: &Request<B>) -> bool {
        let Ok(origin) = origin.parse::<Uri>() else { return false };
        let Some(authority) = origin.authority() else { return false };
        let asked = authority_of(request).unwrap_or_default();
        // Behind a proxy that speaks HTTPS the scheme differs and the rest does not.
        matches!(origin.scheme_str(), Some("http" | "https")) && authority.as_str().eq_ignore_ascii_case(asked)
    }
}

/// Host and port as the client names them.
fn authority_of<B>(request: &Request<B>) -> Option<&str> {
    match request.uri().authority() {
        Some(authority) => Some(authority.as_str()),
        None => request.headers().get(header::HOST)?.to_str().ok(),
    }
}

/// The host's name in lower case, without the port.
fn host<B>(request: &Request<B>) -> Result<String, Refusal> {
    let wrong =
        |what: &str| Refusal::new(StatusCode::BAD_REQUEST, format!("{what}; name the server in one Host header"));
    if request.headers().get_all(header::HOST).iter().count() > 1 {
        return Err(wrong("there are several Host headers"));
    }
    let authority = authority_of(request).ok_or_else(|| wrong("there is no Host header"))?;
    let authority: http::uri::Authority = authority.parse().map_err(|_| wrong("the Host header is no host"))?;
    Ok(authority.host().to_ascii_lowercase())
}

/// Text of a stranger, fit for a message.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(100).collect()
}

/// Whether a method only reads. `POST` may do either, and its route tells.
pub(super) fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(guard: &Guard, headers: &[(&str, &str)], writes: bool) -> u16 {
        let mut request = Request::builder().uri("/update");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(()).unwrap();
        guard.check(&request, writes).map_or_else(|refusal| refusal.status.as_u16(), |()| 200)
    }

    #[test]
    fn only_names_of_this_server() {
        let guard = Guard { hosts: vec!["graph.lan".to_owned()], ..Guard::default() };
        let check =
            |host: &str, expected: u16| assert_eq!(status(&guard, &[("host", host)], false), expected, "{host}");
        check("localhost", 200);
        check("LOCALHOST:7878", 200);
        check("127.0.0.1:7878", 200);
        check("[::1]:7878", 200);
        check("192.168.1.7", 200);
        check("graph.lan:80", 200);
        check("evil.example:7878", 421);
        check("localhost.evil.example", 421);
        check("a b", 400);
        assert_eq!(status(&guard, &[], false), 400);
        assert_eq!(status(&guard, &[("host", "localhost"), ("host", "evil.example")], false), 400);
    }

    #[test]
    fn only_own_pages_write() {
        let guard = Guard { origins: vec!["https://notes.example".to_owned(), "*".to_owned()], ..Guard::default() };
        let check = |name: &str, value: &str, expected: u16| {
            assert_eq!(status(&guard, &[("host", "localhost:7878"), (name, value)], true), expected, "{name}: {value}");
            assert_eq!(status(&guard, &[("host", "localhost:7878"), (name, value)], false), 200);
        };
        check("accept", "*/*", 200);
        check("origin", "http://localhost:7878", 200);
        check("origin", "https://notes.example", 200);
        check("origin", "http://localhost:9999", 403);
        check("origin", "https://evil.example", 403);
        check("origin", "http://localhost:7878.evil.example", 403);
        check("origin", "null", 403);
        check("sec-fetch-site", "cross-site", 403);
        check("sec-fetch-site", "same-origin", 200);
    }
}
