//! Serves a store over HTTP: SPARQL, whole graphs, and what the web page asks for.
//!
//! In: a request. Out: the answer. [`Server::respond`] needs no socket; [`socket`] is the thin part that has one.
//! `docs/server.md` describes the routes, the limits and what is kept from whom.
//!
//! Reading works on a snapshot that never changes; a write, or a change of the folder by another program, puts a new
//! one in its place, and requests under way go on with the old one.

mod api;
mod describe;
mod graph_store;
mod guard;
mod metrics;
mod negotiate;
mod page;
mod protocol;
mod reply;
mod request;
mod search;
mod snapshot;
pub mod socket;

pub use guard::Guard;

use crate::chars::Folding;
use crate::document::layout::Layout;
use crate::error::{Error, Result};
use crate::export::drawing::Drawing;
use crate::ontology::Ontology;
use crate::pipeline::Knowledge;
use crate::query::{self, Named};
use crate::resource::Resources;
use crate::store::{self, Graph, Store, Versions, Writer};
use api::Api;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{self, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use metrics::{Metrics, Sizes};
use reply::{Refusal, Reply};
use request::Parameters;
use snapshot::Snapshot;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

/// How to serve.
pub struct Settings {
    /// Whether the store may be changed.
    pub writable: bool,
    /// Who may ask what.
    pub guard: Guard,
    /// What a request may use.
    pub limits: Limits,
    /// Takes what the user of this machine must know: a fault that a client is not told in full.
    pub log: Box<dyn Fn(&str) + Send + Sync>,
}

/// How long an update waits until the page shows it as well. A program that sends many should not.
const PATIENCE: Duration = Duration::from_millis(500);

/// What a request may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long a query may take.
    pub time: Duration,
    /// How much memory a query may use, in bytes, beside its answer.
    pub memory: usize,
    /// How many rows or triples an answer may have.
    pub rows: usize,
    /// How long an answer may be, in bytes.
    pub answer: usize,
    /// How long the body of a request that writes may be, in bytes.
    pub body: usize,
    /// How long the body of a request that reads may be, in bytes.
    pub query: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(30),
            memory: 1 << 30,
            rows: 1_000_000,
            answer: 256 << 20,
            body: 16 << 20,
            query: 1 << 20,
        }
    }
}

/// A store with what is needed to answer questions about it; shared by all threads.
pub struct Server {
    settings: Settings,
    store: Store,
    resources: Resources,
    ontology: Ontology,
    drawing: Drawing,
    folding: Folding,
    layout: Layout,
    queries: Vec<Named>,
    /// Loaded with the first document that is to be read.
    knowledge: OnceLock<Arc<Knowledge>>,
    now: RwLock<Arc<Snapshot>>,
    /// What the folder held when `now` was made; held while another is made.
    versions: Mutex<(Versions, Option<SystemTime>)>,
    /// Held by the one that writes.
    writing: Mutex<()>,
    metrics: Metrics,
    tags: Vec<String>,
}

/// What a path leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Route {
    Page,
    Thing,
    Query,
    Update,
    Store,
    Health,
    Metrics,
    Api(String),
}

impl Route {
    fn of(path: &str) -> Self {
        match path {
            "/query" | "/sparql" => Self::Query,
            "/update" => Self::Update,
            "/store" => Self::Store,
            "/health" => Self::Health,
            "/metrics" => Self::Metrics,
            _ if path.starts_with("/store/") => Self::Store,
            _ if path.starts_with("/id/") => Self::Thing,
            _ => path.strip_prefix("/api/").map_or(Self::Page, |route| Self::Api(route.to_owned())),
        }
    }

    /// Its name among the counts.
    fn name(&self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Thing => "id",
            Self::Query => "query",
            Self::Update => "update",
            Self::Store => "store",
            Self::Health => "health",
            Self::Metrics => "metrics",
            Self::Api(_) => "api",
        }
    }

    /// The methods that do here.
    fn methods(&self) -> &'static str {
        match self {
            Self::Page | Self::Thing | Self::Health | Self::Metrics => "GET, HEAD, OPTIONS",
            Self::Query => "GET, HEAD, POST, OPTIONS",
            Self::Update => "POST, OPTIONS",
            Self::Store => "GET, HEAD, PUT, POST, DELETE, OPTIONS",
            Self::Api(route) => match route.as_str() {
                "documents" => "GET, HEAD, POST, OPTIONS",
                "document" => "GET, HEAD, DELETE, OPTIONS",
                _ => "GET, HEAD, OPTIONS",
            },
        }
    }

    /// Whether a request with this method changes the store.
    fn writes(&self, method: &Method) -> bool {
        !guard::is_safe(method) && *self != Self::Query
    }
}

impl Server {
    /// Opens the store in the folder `path` and reads all of it.
    ///
    /// # Errors
    /// If the store or a data file cannot be read.
    pub fn open(path: &Path, resources: Resources, settings: Settings) -> Result<Self> {
        let store = Store::open(path)?.without_folders();
        let folding = Folding::load(&resources)?;
        let touched = store.touched().ok();
        let versions = store.versions()?;
        let graph = store.load()?;
        Ok(Self {
            ontology: Ontology::load(&resources)?,
            drawing: Drawing::load(&resources)?,
            layout: Layout::load(&resources)?,
            queries: query::list(&resources),
            now: RwLock::new(Arc::new(Snapshot::new(graph, &folding))),
            versions: Mutex::new((versions, touched)),
            knowledge: OnceLock::new(),
            writing: Mutex::new(()),
            metrics: Metrics::new(),
            tags: page::tags(),
            store,
            resources,
            folding,
            settings,
        })
    }

    /// Answers a request. Takes as long as the work does; what a query may use is limited.
    pub fn respond(&self, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
        let began = Instant::now();
        let route = Route::of(request.uri().path());
        let answer = self.admit(request).and_then(|_| self.answer(&route, request));
        let reply = answer.unwrap_or_else(|refusal| refusal.reply());
        self.finish(&route, request, reply, began)
    }

    /// Looks at the head of a request: how long its body may be, if it is to be answered at all.
    fn admit<B>(&self, request: &Request<B>) -> std::result::Result<usize, Refusal> {
        let route = Route::of(request.uri().path());
        let writes = route.writes(request.method());
        self.settings.guard.check(request, writes)?;
        let method = request.method();
        if !route.methods().split(", ").any(|known| known == method.as_str()) {
            return Err(Refusal::method(route.methods()));
        }
        if writes && !self.settings.writable {
            return Err(Refusal::read_only());
        }
        Ok(if writes { self.settings.limits.body } else { self.settings.limits.query })
    }

    fn answer(&self, route: &Route, request: &Request<Vec<u8>>) -> std::result::Result<Reply, Refusal> {
        if request.method() == Method::OPTIONS {
            return Ok(self.settings.guard.preflight(request.headers(), route.methods()));
        }
        if route.writes(request.method()) {
            let asked = Parameters::of(request)?;
            return match route {
                Route::Update => protocol::update(self, request),
                Route::Store => graph_store::write(self, request),
                Route::Api(name) if name == "documents" => api::add(self, request, &asked),
                Route::Api(name) if name == "document" => api::remove(self, &asked),
                Route::Page | Route::Thing | Route::Query | Route::Health | Route::Metrics | Route::Api(_) => {
                    Err(Refusal::method(route.methods()))
                }
            };
        }
        let now = self.now();
        match route {
            Route::Page => page::file(self, request, request.uri().path()),
            Route::Thing => page::thing(self, &now, request),
            Route::Query => protocol::query(self, &now, request),
            Route::Update => Err(Refusal::method(route.methods())),
            Route::Store => graph_store::read(self, &now, request),
            Route::Health => Ok(reply::json(&serde_json::json!({ "status": "ok" }))),
            Route::Metrics => Ok(self.counts(&now)),
            Route::Api(name) => {
                let asked = Parameters::of(request)?;
                Api { server: self, now: &now, asked: &asked }.get(name)
            }
        }
    }

    /// Adds what all answers have, and counts the answer.
    fn finish<B>(&self, route: &Route, request: &Request<B>, mut reply: Reply, began: Instant) -> Reply {
        self.settings.guard.allow(request.headers(), &mut reply);
        compress(request::headers(request, header::ACCEPT_ENCODING).as_deref(), &mut reply);
        let headers = reply.headers_mut();
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        // Data is never a page, whatever a document has in it.
        let nothing = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(nothing);
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
        if *route == Route::Query || *route == Route::Store {
            headers.append(header::VARY, HeaderValue::from_static("accept"));
        }
        if request.method() == Method::HEAD {
            let length = reply.body().len();
            reply.body_mut().clear();
            reply.headers_mut().insert(header::CONTENT_LENGTH, length.into());
        }
        self.metrics.answered(route.name(), reply.status(), began.elapsed());
        reply
    }

    fn counts(&self, now: &Snapshot) -> Reply {
        let sizes = Sizes {
            documents: now.facts.documents.len(),
            things: now.facts.things.len(),
            statements: now.facts.statements.len(),
            quads: now.graph.len(),
        };
        reply::with(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", self.metrics.write(&sizes))
    }

    fn now(&self) -> Arc<Snapshot> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads what has changed in the folder since the last look; says whether anything has.
    ///
    /// # Errors
    /// If a file of the store cannot be read; what was read before is still served.
    pub fn refresh(&self) -> Result<bool> {
        self.read_anew(Duration::MAX)
    }

    /// Reads what has changed. If making the catalog takes longer than `patience`, only the graph is brought up to now.
    fn read_anew(&self, patience: Duration) -> Result<bool> {
        let mut versions = self.versions.lock().unwrap_or_else(PoisonError::into_inner);
        let touched = self.store.touched().ok();
        let found = self.store.versions()?;
        let now = self.now();
        let changed = found != versions.0;
        let next = match changed {
            true => Some(self.store.reload(&now.graph, &versions.0, &found)?),
            false if now.is_whole => None,
            false => Some(now.graph.clone()),
        };
        if let Some(graph) = next {
            let patient = now.took <= patience;
            let next = if patient { Snapshot::new(graph, &self.folding) } else { now.with(graph) };
            *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
            self.metrics.reloaded();
        }
        *versions = (found, touched);
        Ok(changed)
    }

    /// Whether the folder may have changed since the last look.
    fn is_stale(&self) -> bool {
        let versions = self.versions.lock().unwrap_or_else(PoisonError::into_inner);
        let touched = self.store.touched().ok();
        // A change within the same tick of the system's clock does not show.
        let lately = touched.and_then(|at| at.elapsed().ok()).is_some_and(|ago| ago < Duration::from_secs(3));
        touched != versions.1 || lately || !self.now().is_whole
    }

    /// Reads what has changed in the folder; what goes wrong is said in the log.
    fn refresh_or_log(&self) {
        if let Err(error) = self.refresh() {
            (self.settings.log)(&format!("the store cannot be read anew, and what was read before is served: {error}"));
        }
    }

    /// When a document last came, changed or went.
    fn touched(&self) -> Option<SystemTime> {
        self.store.touched().ok()
    }

    /// Opens the store for writing, does `work` with what it holds, and serves what comes of it: to SPARQL at once, to
    /// the page at once if that takes no longer than `patience`.
    fn write<T>(
        &self,
        patience: Duration,
        work: impl FnOnce(&Writer, &Graph) -> std::result::Result<T, Refusal>,
    ) -> std::result::Result<T, Refusal> {
        let _one = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let settings = store::Settings { base: None, data: self.resources.fingerprint() };
        let writer = Writer::open(self.store.path(), &settings).map_err(|e| self.fault(&e))?;
        self.read_anew(patience).map_err(|e| self.fault(&e))?;
        let done = work(&writer, &self.now().graph);
        // What was stored before an error is stored.
        writer.finish().map_err(|e| self.fault(&e))?;
        self.read_anew(patience).map_err(|e| self.fault(&e))?;
        done
    }

    /// What the pipeline knows.
    fn knowledge(&self) -> std::result::Result<Arc<Knowledge>, Refusal> {
        if let Some(knowledge) = self.knowledge.get() {
            return Ok(Arc::clone(knowledge));
        }
        let loaded = Arc::new(Knowledge::load(&self.resources).map_err(|e| self.fault(&e))?);
        Ok(Arc::clone(self.knowledge.get_or_init(|| loaded)))
    }

    /// An error as the client may see it; the user of this machine sees it in full.
    fn fault(&self, error: &Error) -> Refusal {
        let refusal = Refusal::from(error);
        if refusal.status == StatusCode::INTERNAL_SERVER_ERROR {
            (self.settings.log)(&error.to_string());
        }
        refusal
    }

    /// Refuses an answer of more bytes than allowed.
    fn fits(&self, bytes: usize) -> std::result::Result<(), Refusal> {
        let most = self.settings.limits.answer;
        if bytes <= most {
            return Ok(());
        }
        Err(Error::Limit(format!(
            "the answer is longer than the {} MB allowed; ask for a part of it, or use wenmai export on the machine of the store",
            most >> 20
        ))
        .into())
    }

    /// Refuses an answer of more rows than allowed.
    fn fits_rows(&self, rows: usize) -> std::result::Result<(), Refusal> {
        let most = self.settings.limits.rows;
        if rows <= most {
            return Ok(());
        }
        Err(Error::Limit(format!(
            "the answer has more than the {most} triples allowed; ask for a part of it, or use wenmai export on the machine of the store"
        ))
        .into())
    }
}

/// Bodies shorter than this are sent as they are.
const WORTH_COMPRESSING: usize = 1024;

/// Compresses the body if the client takes that.
fn compress(accept: Option<&str>, reply: &mut Reply) {
    let media_type = reply.headers().get(header::CONTENT_TYPE).and_then(|t| t.to_str().ok()).unwrap_or_default();
    let packed = media_type.starts_with("image/png") || media_type.starts_with("font/");
    if reply.body().len() < WORTH_COMPRESSING || packed {
        return;
    }
    reply.headers_mut().append(header::VARY, HeaderValue::from_static("accept-encoding"));
    if !negotiate::takes_encoding(accept, "gzip") {
        return;
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(reply.body().len() / 4), Compression::new(4));
    let done = encoder.write_all(reply.body()).and_then(|()| encoder.finish());
    *reply.body_mut() = done.expect("memory takes what is written");
    reply.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_store_answers_queries_before_the_page_follows() {
        let folder = tempfile::tempdir().unwrap();
        Writer::open(folder.path(), &store::Settings::default()).unwrap().finish().unwrap();
        let settings = Settings {
            writable: true,
            guard: Guard::default(),
            limits: Limits::default(),
            log: Box::new(|message| panic!("{message}")),
        };
        let server = Server::open(folder.path(), Resources::builtin(), settings).unwrap();
        let insert = |name: &str| {
            let update = format!("INSERT DATA {{ kg:{name} wm:partOf kg:all }}");
            let options = query::UpdateOptions::default();
            // As if making the catalog had taken longer than this.
            let done =
                server.write(Duration::ZERO, |writer, graph| Ok(query::change(writer, graph, &update, &options)?));
            assert_eq!(done.unwrap().added, 1);
        };
        for name in ["a", "b"] {
            insert(name);
        }
        let now = server.now();
        assert_eq!((now.graph.quads().count(), now.facts.things.len(), now.is_whole), (2, 0, false));
        assert!(server.is_stale());
        assert!(!server.refresh().unwrap());
        let now = server.now();
        assert_eq!((now.graph.quads().count(), now.facts.things.len(), now.is_whole), (2, 3, true));
    }
}
