//! The server's socket: takes requests off the network, hands them to [`Server::respond`], and keeps slow, long and
//! many requests within bounds.
//!
//! Answers are worked out on threads of their own, a few at a time; others wait for a while, and the rest is told to
//! come back. A piece of work that outlasts its time keeps its place until it ends, so there are never more of them
//! than places.

use super::reply::{Refusal, Reply};
use super::{Route, Server};
use crate::error::{Error, Result};
use crate::query::size::STACK;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_io_timeout::TimeoutStream;

/// How many requests are worked on and wait, and how slow a client may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Traffic {
    /// Answers that are worked out at the same time.
    pub workers: usize,
    /// Requests that may wait for a worker.
    pub queue: usize,
    /// How long a request may wait for a worker.
    pub patience: Duration,
    /// Connections that are open at the same time.
    pub connections: usize,
    /// How long a client may take to send the head of a request.
    pub head: Duration,
    /// How long a client may take to send the body of a request.
    pub body: Duration,
    /// How long a client may take nothing of an answer.
    pub taking: Duration,
    /// How long requests under way may go on after the server was told to stop.
    pub farewell: Duration,
}

impl Default for Traffic {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            workers: 2 * cores,
            queue: 256,
            patience: Duration::from_secs(10),
            connections: 1024,
            head: Duration::from_secs(10),
            body: Duration::from_secs(30),
            taking: Duration::from_secs(30),
            farewell: Duration::from_secs(10),
        }
    }
}

/// Bodies longer than this are taken a few at a time.
const LONG_BODY: u64 = 64 << 10;
/// How many long bodies are taken at the same time.
const LONG_BODIES: usize = 8;
/// The longest head of a request, in bytes.
const HEAD: usize = 64 << 10;
/// How many megabytes of long answers may be on their way at the same time; more wait.
const ANSWERS: u32 = 1024;
/// How long a write may take: reading a long document.
const LONGEST_WRITE: Duration = Duration::from_secs(900);
/// How much longer than its own limit a query is waited for.
const GRACE: Duration = Duration::from_secs(2);
/// How often the folder of the store is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// While the folder keeps changing, it is read this often at most.
const READ_EVERY: Duration = Duration::from_secs(30);

/// Addresses that a server listens at.
#[derive(Debug)]
pub struct Listeners(Vec<TcpListener>);

impl Listeners {
    /// Takes the address `bind`, such as `localhost:7878`; port 0 takes a free one. All addresses of a name are taken
    /// that can be, and the first must.
    ///
    /// # Errors
    /// [`Error::Argument`] if the address makes no sense or is taken.
    pub fn bind(bind: &str) -> Result<Self> {
        let wrong = |reason: String| Error::Argument(format!("--bind {bind}: {reason}"));
        let addresses: Vec<SocketAddr> = bind
            .to_socket_addrs()
            .map_err(|e| wrong(format!("no address and port such as localhost:7878 ({e})")))?
            .collect();
        let mut listeners: Vec<TcpListener> = Vec::new();
        let mut port = None;
        for mut address in addresses {
            if let Some(port) = port {
                address.set_port(port);
            }
            let bound = TcpListener::bind(address).and_then(|listener| {
                listener.set_nonblocking(true)?;
                Ok((listener.local_addr()?, listener))
            });
            match bound {
                Ok((address, listener)) => {
                    port = Some(address.port());
                    listeners.push(listener);
                }
                Err(e) if e.kind() == io::ErrorKind::AddrInUse => {
                    return Err(wrong(
                        "the port is in use by another program; take another, or 0 for any free one".to_owned(),
                    ));
                }
                // A machine without IPv6 cannot be reached at `::1`, and need not be.
                Err(_) if !listeners.is_empty() => {}
                Err(e) => return Err(wrong(format!("cannot listen there: {e}"))),
            }
        }
        if listeners.is_empty() { Err(wrong("this name has no address".to_owned())) } else { Ok(Self(listeners)) }
    }

    /// Where the server can be reached.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.0.iter().filter_map(|listener| listener.local_addr().ok()).collect()
    }
}

/// Serves until the user or the system ends it (Ctrl-C, SIGTERM); requests under way are finished.
///
/// # Errors
/// If the system gives no threads.
pub fn serve(server: Arc<Server>, listeners: Listeners, traffic: Traffic) -> Result<()> {
    let failed = |e: io::Error| Error::Argument(format!("cannot serve: {e}"));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(traffic.workers + 2)
        .thread_stack_size(STACK)
        .enable_all()
        .build()
        .map_err(failed)?;
    let done = runtime.block_on(run(server, listeners, traffic)).map_err(failed);
    // Work that outlasts its time is left behind.
    runtime.shutdown_background();
    done
}

/// What all connections share.
struct Shared {
    server: Arc<Server>,
    traffic: Traffic,
    workers: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    long_bodies: Semaphore,
    answers: Arc<Semaphore>,
}

async fn run(server: Arc<Server>, listeners: Listeners, traffic: Traffic) -> io::Result<()> {
    let shared = Arc::new(Shared {
        workers: Arc::new(Semaphore::new(traffic.workers)),
        queue: Arc::new(Semaphore::new(traffic.queue + traffic.workers)),
        long_bodies: Semaphore::new(LONG_BODIES),
        answers: Arc::new(Semaphore::new(usize::try_from(ANSWERS).unwrap_or(usize::MAX))),
        traffic,
        server,
    });
    let connections = Arc::new(Semaphore::new(traffic.connections));
    let graceful = Arc::new(GracefulShutdown::new());
    let mut tasks = vec![tokio::spawn(watch(Arc::clone(&shared.server)))];
    for listener in listeners.0 {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        tasks.push(tokio::spawn(accept(
            listener,
            Arc::clone(&shared),
            Arc::clone(&connections),
            Arc::clone(&graceful),
        )));
    }
    ended().await?;
    for task in &tasks {
        task.abort();
    }
    for task in tasks {
        // Only so that it lets go of the connections' list.
        let _ = task.await;
    }
    if let Some(graceful) = Arc::into_inner(graceful) {
        // Those that take longer are cut.
        let _ = timeout(traffic.farewell, graceful.shutdown()).await;
    }
    Ok(())
}

/// Waits until somebody wants the server to end.
async fn ended() -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::future::poll_fn;
        use std::task::Poll;
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        poll_fn(|context| match (interrupt.poll_recv(context), terminate.poll_recv(context)) {
            (Poll::Pending, Poll::Pending) => Poll::Pending,
            (Poll::Ready(_), _) | (_, Poll::Ready(_)) => Poll::Ready(()),
        })
        .await;
        Ok(())
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

/// Reads the store anew where another program has changed it, once that program has come to rest.
async fn watch(server: Arc<Server>) {
    let mut since: Option<Instant> = None;
    let mut last = None;
    let mut reading = Duration::ZERO;
    loop {
        tokio::time::sleep(LOOK_EVERY.max(4 * reading)).await;
        let touched = server.touched();
        let stale = server.is_stale();
        let settled = touched == last;
        last = touched;
        if !stale {
            since = None;
            continue;
        }
        let first = *since.get_or_insert_with(Instant::now);
        if !settled && first.elapsed() < READ_EVERY {
            continue;
        }
        since = None;
        let began = Instant::now();
        let server = Arc::clone(&server);
        // An error is a matter of the log; the old state is served on.
        let _ = tokio::task::spawn_blocking(move || server.refresh_or_log()).await;
        reading = began.elapsed();
    }
}

async fn accept(
    listener: tokio::net::TcpListener,
    shared: Arc<Shared>,
    connections: Arc<Semaphore>,
    graceful: Arc<GracefulShutdown>,
) {
    loop {
        let Ok(place) = Arc::clone(&connections).acquire_owned().await else { return };
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(_) => {
                // Too many open files, or a client that has gone already: a pause, and on.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        // Answers are short and complete: nothing is gained by waiting for more.
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(shared.traffic.taking));
        let stream = Box::pin(stream);
        let connection = {
            let each = Arc::clone(&shared);
            let service = service_fn(move |request| respond(Arc::clone(&each), request));
            http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(shared.traffic.head)
                .max_buf_size(HEAD)
                .serve_connection(TokioIo::new(stream), service)
        };
        let watched = graceful.watch(connection);
        tokio::spawn(async move {
            // A client that breaks off is its own affair.
            let _ = watched.await;
            drop(place);
        });
    }
}

/// Takes a request in, has it answered, and sends the answer.
async fn respond(
    shared: Arc<Shared>,
    request: Request<Incoming>,
) -> std::result::Result<http::Response<Full<Bytes>>, Infallible> {
    let began = Instant::now();
    let (head, body) = request.into_parts();
    let head = Request::from_parts(head, ());
    let route = Route::of(head.uri().path());
    let reply = match take(&shared, &head, body).await {
        Ok(body) => {
            let (parts, ()) = head.into_parts();
            work(&shared, &route, Request::from_parts(parts, body)).await
        }
        // What has not been read of the body would be taken for the next request.
        Err(refusal) => close(shared.server.finish(&route, &head, refusal.reply(), began)).map(Bytes::from),
    };
    Ok(reply.map(Full::new))
}

/// The body of an answer that holds a place among the long ones until it is sent.
struct Long {
    body: Vec<u8>,
    _place: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Long {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

/// An answer ready to be sent, once there is room for it.
async fn ready(shared: &Shared, reply: Reply) -> http::Response<Bytes> {
    let (head, body) = reply.into_parts();
    let megabytes = u32::try_from(body.len() >> 20).unwrap_or(ANSWERS).min(ANSWERS);
    let body = match Arc::clone(&shared.answers).acquire_many_owned(megabytes).await {
        Ok(place) if megabytes > 0 => Bytes::from_owner(Long { body, _place: place }),
        Ok(_) | Err(_) => Bytes::from(body),
    };
    http::Response::from_parts(head, body)
}

fn close(mut reply: Reply) -> Reply {
    reply.headers_mut().insert(http::header::CONNECTION, http::HeaderValue::from_static("close"));
    reply
}

/// Takes the body of a request that is to be answered.
async fn take(shared: &Shared, head: &Request<()>, body: Incoming) -> std::result::Result<Vec<u8>, Refusal> {
    let limit = shared.server.admit(head)?;
    let too_long = || {
        let message = format!("the body is longer than the {} KB allowed; send less at a time", limit >> 10);
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    };
    let size = body.size_hint();
    if size.lower() > u64::try_from(limit).unwrap_or(u64::MAX) {
        return Err(too_long());
    }
    let _place = match size.upper() {
        Some(length) if length <= LONG_BODY => None,
        Some(_) | None => Some(shared.long_bodies.try_acquire().map_err(|_| {
            shared.server.metrics.turned_away();
            Refusal::busy("too many long requests are coming in; try again in a moment")
        })?),
    };
    match timeout(shared.traffic.body, Limited::new(body, limit).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes().into()),
        Ok(Err(e)) if e.downcast_ref::<LengthLimitError>().is_some() => Err(too_long()),
        Ok(Err(_)) => Err(Refusal::bad("the body broke off")),
        Err(_) => Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, "the body takes too long to arrive")),
    }
}

/// Has a request answered by a worker, in time.
async fn work(shared: &Shared, route: &Route, request: Request<Vec<u8>>) -> http::Response<Bytes> {
    let began = Instant::now();
    let server = Arc::clone(&shared.server);
    // What costs nothing is answered even when all workers are busy.
    if matches!(route, Route::Health | Route::Metrics | Route::Page) {
        return server.respond(&request).map(Bytes::from);
    }
    let (parts, body) = request.into_parts();
    let refuse = |refusal: Refusal| {
        let head = Request::from_parts(parts.clone(), ());
        shared.server.finish(route, &head, refusal.reply(), began).map(Bytes::from)
    };
    let Some(places) = places(shared).await else {
        shared.server.metrics.turned_away();
        return refuse(Refusal::busy("too many requests are being answered; try again in a moment"));
    };
    let limit = match route.writes(&parts.method) {
        true => LONGEST_WRITE,
        false => shared.server.settings.limits.time + GRACE,
    };
    let request = Request::from_parts(parts.clone(), body);
    let job = tokio::task::spawn_blocking(move || {
        // The places come back with the answer: they are held until there is room for it.
        (server.respond(&request), places)
    });
    match timeout(limit, job).await {
        Ok(Ok((reply, _places))) => ready(shared, reply).await,
        Ok(Err(_)) => {
            (shared.server.settings.log)("a request was not answered because of a mistake in wenmai");
            refuse(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "a mistake in wenmai; please report the request"))
        }
        Err(_) => refuse(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "this takes longer than allowed; ask for less")),
    }
}

/// A place among the workers, if one comes free in time and not too many wait already.
async fn places(shared: &Shared) -> Option<(OwnedSemaphorePermit, OwnedSemaphorePermit)> {
    let waiting = Arc::clone(&shared.queue).try_acquire_owned().ok()?;
    let working = timeout(shared.traffic.patience, Arc::clone(&shared.workers).acquire_owned()).await.ok()?.ok()?;
    Some((waiting, working))
}
