//! The web page: files compiled in from `src/server/page/`, and the addresses of things for people and programs.

use super::Server;
use super::describe::describe;
use super::protocol;
use super::reply::{self, Refusal, Reply};
use super::request::{headers, segments};
use super::snapshot::Snapshot;
use crate::rdf::hash;
use http::header::{self, HeaderValue};
use http::{Request, StatusCode};
use oxigraph::model::NamedNode;

include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// What the page may do: only what comes from here.
const POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; worker-src 'self'; \
    object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The marks by which a browser knows that it has a file already, in the order of [`FILES`].
pub(super) fn tags() -> Vec<String> {
    FILES.iter().map(|(_, bytes)| format!("\"{}\"", hash(&String::from_utf8_lossy(bytes)).split_at(16).0)).collect()
}

/// Answers with the file at `path`.
pub(super) fn file<B>(server: &Server, request: &Request<B>, path: &str) -> Result<Reply, Refusal> {
    let path = path.trim_start_matches('/');
    let path = if path.is_empty() { "index.html" } else { path };
    let found = FILES.iter().zip(&server.tags).find(|((name, _), _)| *name == path);
    let Some(((name, bytes), tag)) = found else {
        return Err(Refusal::not_found("nothing is here; the page is at /, the routes are in docs/server.md"));
    };
    let known = headers(request, header::IF_NONE_MATCH).is_some_and(|tags| {
        tags.split(',').any(|known| known.trim().trim_start_matches("W/") == tag || known.trim() == "*")
    });
    let mut reply = match known {
        true => reply::empty(StatusCode::NOT_MODIFIED),
        false => reply::with(StatusCode::OK, media_type(name), *bytes),
    };
    let headers = reply.headers_mut();
    headers.insert(header::ETAG, HeaderValue::from_str(tag).expect("a hash is plain"));
    // The names of built files change with their content, that of the page itself does not.
    let keep = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    Ok(reply)
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

/// Answers `GET /id/NAME` and `/id/doc/NAME`: with the page for people, with RDF for programs.
pub(super) fn thing<B>(server: &Server, now: &Snapshot, request: &Request<B>) -> Result<Reply, Refusal> {
    let base = now.graph.base();
    let node: NamedNode = match segments(request.uri().path())?.as_slice() {
        [_, name] if !name.is_empty() => base.thing(name),
        [_, documents, name] if documents == "doc" && !name.is_empty() => base.document(name),
        _ => return Err(Refusal::not_found("things are at /id/NAME, documents at /id/doc/NAME")),
    };
    let accept = headers(request, header::ACCEPT);
    let mut reply = if protocol::wants_page(accept.as_deref()) {
        let mut page = file(server, request, "/")?;
        page.headers_mut().remove(header::ETAG);
        if page.status() == StatusCode::NOT_MODIFIED {
            page = file(server, &Request::new(()), "/")?;
        }
        page
    } else {
        let quads = describe(&now.graph, node.as_ref());
        if quads.is_empty() {
            return Err(Refusal::not_found(format!("nothing is said of <{}> here", node.as_str())));
        }
        protocol::description_of(server, now, accept.as_deref(), quads)?
    };
    reply.headers_mut().append(header::VARY, HeaderValue::from_static("accept"));
    Ok(reply)
}
