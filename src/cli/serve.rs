//! `wenmai serve`: the store over HTTP.

use super::output::{self, Failure};
use super::{DataOption, Outcome, StoreOption, size};
use clap::Args;
use std::sync::Arc;
use std::time::{Duration, Instant};
use wenmai::error::{Error, Result};
use wenmai::server::socket::{self, Listeners, Traffic};
use wenmai::server::{Guard, Limits, Server, Settings};

#[derive(Args)]
#[command(
    after_help = "Routes: / the web page; /query SPARQL 1.1 by GET and POST; /update and /store (SPARQL Update, \
    Graph Store Protocol) if --writable; /id/NAME a thing, as page or RDF; /health; /metrics for Prometheus.\n\n\
    Without --writable nothing can be changed. Whoever can reach a writable server can change the store: leave it on \
    localhost, or put it behind a proxy that asks for a password.\n\n\
    Examples:\n  \
    wenmai serve\n  \
    wenmai serve --store news --bind localhost:0\n  \
    wenmai serve --writable --timeout 10\n  \
    wenmai serve --bind 0.0.0.0:7878 --host graph.example.org\n  \
    curl localhost:7878/query --data-urlencode 'query=SELECT ?p { ?p a wm:Person } LIMIT 5'"
)]
pub(super) struct Options {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "HOST:PORT", default_value = "localhost:7878")]
    bind: String,
    /// Let clients change the store
    #[arg(long)]
    writable: bool,
    /// Another name under which this server is reached (may be given several times)
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
    /// Let pages of this origin read answers, and write if --writable (may be given several times); * lets all read
    #[arg(long, value_name = "ORIGIN")]
    cors: Vec<String>,
    /// Give up a query after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0)]
    timeout: f64,
    /// Memory that one query may use: a number of bytes, or with K, M or G
    #[arg(long, value_name = "SIZE", default_value = "1G", value_parser = size)]
    max_memory: u64,
    /// Rows or triples that one answer may have
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    max_rows: usize,
    /// Longest document or graph that is taken: a number of bytes, or with K, M or G
    #[arg(long, value_name = "SIZE", default_value = "16M", value_parser = size)]
    max_size: u64,
    /// Answers worked out at the same time; two for each core if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    workers: Option<u16>,
    #[command(flatten)]
    store: StoreOption,
    #[command(flatten)]
    data: DataOption,
}

pub(super) fn run(options: &Options) -> std::result::Result<Outcome, Failure> {
    let time = Duration::try_from_secs_f64(options.timeout)
        .ok()
        .filter(|time| !time.is_zero())
        .ok_or_else(|| Error::Argument(format!("--timeout {}: write a number of seconds above 0", options.timeout)))?;
    let origins = options.cors.iter().map(|text| origin(text)).collect::<Result<Vec<_>>>()?;
    // The port first: reading a large store only to fail would waste the user's time.
    let listeners = Listeners::bind(&options.bind)?;
    let name = options.bind.rsplit_once(':').map_or(options.bind.as_str(), |(name, _)| name);
    let hosts = options.host.iter().map(String::as_str).chain([name]).map(str::to_lowercase).collect();
    let bytes = |size: u64| usize::try_from(size).unwrap_or(usize::MAX / 4).min(usize::MAX / 4);
    let limits = Limits {
        time,
        memory: bytes(options.max_memory),
        rows: options.max_rows,
        body: bytes(options.max_size),
        ..Limits::default()
    };
    let settings = Settings {
        writable: options.writable,
        guard: Guard { hosts, origins },
        limits,
        log: Box::new(|message| output::error(format_args!("{message}"))),
    };
    let began = Instant::now();
    let server = Server::open(&options.store.store, options.data.resources()?, settings)?;
    output::say(format_args!("{} read in {:.1} s", options.store.store.display(), began.elapsed().as_secs_f64()));
    let addresses = listeners.addresses();
    if options.writable && addresses.iter().any(|address| !address.ip().is_loopback()) {
        output::warning(format_args!("everybody who can reach this machine can change the store"));
    }
    if let Some(address) = addresses.first() {
        let shown =
            if address.ip().is_loopback() { format!("localhost:{}", address.port()) } else { address.to_string() };
        let mode = if options.writable { "writable" } else { "read-only" };
        output::say(format_args!("serving at http://{shown}/ ({mode}); Ctrl-C ends it"));
    }
    let mut traffic = Traffic::default();
    if let Some(workers) = options.workers {
        traffic.workers = usize::from(workers);
    }
    socket::serve(Arc::new(server), listeners, traffic)?;
    output::say(format_args!("ended"));
    Ok(Outcome::Done)
}

/// An origin as browsers name it: `https://example.org`, with a port if it is not the usual one, or `*`.
fn origin(text: &str) -> Result<String> {
    let name = text.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https")).map(|(_, name)| name);
    let plain = name.is_some_and(|name| !name.is_empty() && !name.contains(['/', '?', '#', '@', ' ', '*']));
    if plain || text == "*" {
        return Ok(text.to_lowercase());
    }
    Err(Error::Argument(format!("--cors {text}: write an origin such as https://example.org, or *")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_what_browsers_send() {
        for right in ["https://example.org", "http://localhost:3000", "*"] {
            assert_eq!(origin(right).ok().as_deref(), Some(right));
        }
        for wrong in
            ["example.org", "https://", "https://example.org/", "ftp://example.org", "https://*.example.org", "null"]
        {
            assert!(origin(wrong).is_err(), "{wrong}");
        }
    }
}
