//! Answers and refusals.

use crate::error::Error;
use http::header::{self, HeaderValue};
use http::{Response, StatusCode};
use serde::Serialize;
use serde_json::Value;

/// An answer with all of its body.
pub(super) type Reply = Response<Vec<u8>>;

/// An answer without a body.
pub(super) fn empty(status: StatusCode) -> Reply {
    let mut reply = Reply::new(Vec::new());
    *reply.status_mut() = status;
    reply
}

/// An answer of this media type.
pub(super) fn with(status: StatusCode, media_type: &str, body: impl Into<Vec<u8>>) -> Reply {
    let mut reply = Reply::new(body.into());
    *reply.status_mut() = status;
    let media_type = HeaderValue::from_str(media_type).expect("media types are plain");
    reply.headers_mut().insert(header::CONTENT_TYPE, media_type);
    reply
}

/// A JSON object.
pub(super) fn json(value: &impl Serialize) -> Reply {
    let body = serde_json::to_vec(value).expect("names and numbers are always JSON");
    with(StatusCode::OK, "application/json", body)
}

/// Why a request is not answered: the status, and what failed, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) message: String,
    /// Line and column of a query, from 1.
    pub(super) place: Option<(usize, usize)>,
    /// The methods that would do.
    pub(super) allow: Option<&'static str>,
    /// In how many seconds it is worth another try.
    pub(super) retry: Option<u32>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), place: None, allow: None, retry: None }
    }

    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// The method does not do here.
    pub(super) fn method(allow: &'static str) -> Self {
        let message = format!("this method does not do here; use {allow}");
        Self { allow: Some(allow), ..Self::new(StatusCode::METHOD_NOT_ALLOWED, message) }
    }

    /// There are no writes.
    pub(super) fn read_only() -> Self {
        Self::new(StatusCode::FORBIDDEN, "this server only reads; start it with --writable to change the store")
    }

    /// There is too much to do.
    pub(super) fn busy(message: impl Into<String>) -> Self {
        Self { retry: Some(2), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, message) }
    }

    pub(super) fn reply(&self) -> Reply {
        let mut body = serde_json::json!({ "error": self.message });
        if let (Some((line, column)), Value::Object(fields)) = (self.place, &mut body) {
            fields.insert("line".to_owned(), line.into());
            fields.insert("column".to_owned(), column.into());
        }
        let mut reply = json(&body);
        *reply.status_mut() = self.status;
        let headers = reply.headers_mut();
        if let Some(allow) = self.allow {
            headers.insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        if let Some(seconds) = self.retry {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        reply
    }
}

impl From<&Error> for Refusal {
    /// Paths of this machine are left out.
    fn from(error: &Error) -> Self {
        match error {
            Error::Query { message, line, column } => {
                Self { place: Some((*line, *column)), ..Self::bad(message.clone()) }
            }
            Error::Argument(message) => Self::bad(message.clone()),
            Error::Input { origin, reason } => Self::bad(format!("{origin}: {reason}")),
            Error::Limit(message) => Self::new(StatusCode::SERVICE_UNAVAILABLE, message.clone()),
            Error::Locked { .. } => Self::busy("another program is writing to this store; try again in a moment"),
            Error::Data(_) => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "the data files of this server hold mistakes; its log says which",
            ),
            Error::Store { .. } | Error::Io { .. } => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "the store cannot be read or written; the server's log says why",
            ),
        }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}
