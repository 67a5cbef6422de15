//! What the server counts, as Prometheus reads it.

use http::StatusCode;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Upper ends of the classes of duration, in seconds.
const CLASSES: [f64; 9] = [0.001, 0.005, 0.02, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0];

/// Counts since the start.
pub(super) struct Metrics {
    started: Instant,
    requests: Mutex<BTreeMap<(&'static str, u16), u64>>,
    durations: Mutex<BTreeMap<&'static str, Durations>>,
    refused: AtomicU64,
    reloads: AtomicU64,
}

#[derive(Default)]
struct Durations {
    classes: [u64; CLASSES.len()],
    count: u64,
    seconds: f64,
}

/// What the store holds at the moment.
pub(super) struct Sizes {
    pub(super) documents: usize,
    pub(super) things: usize,
    pub(super) statements: usize,
    pub(super) quads: usize,
}

impl Metrics {
    pub(super) fn new() -> Self {
        Self {
            started: Instant::now(),
            requests: Mutex::default(),
            durations: Mutex::default(),
            refused: AtomicU64::new(0),
            reloads: AtomicU64::new(0),
        }
    }

    /// A request of `route` was answered.
    pub(super) fn answered(&self, route: &'static str, status: StatusCode, took: Duration) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        *requests.entry((route, status.as_u16())).or_default() += 1;
        drop(requests);
        let mut durations = self.durations.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = durations.entry(route).or_default();
        let seconds = took.as_secs_f64();
        entry.count += 1;
        entry.seconds += seconds;
        for (class, end) in entry.classes.iter_mut().zip(CLASSES) {
            *class += u64::from(seconds <= end);
        }
    }

    /// A request was turned away because there was too much to do.
    pub(super) fn turned_away(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// The store was read anew.
    pub(super) fn reloaded(&self) {
        self.reloads.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn write(&self, sizes: &Sizes) -> String {
        let mut out = String::new();
        let mut line = |text: std::fmt::Arguments<'_>| {
            out.write_fmt(text).and_then(|()| out.write_char('\n')).expect("a string takes any text");
        };
        line(format_args!("# TYPE wenmai_requests_total counter"));
        for ((route, status), count) in &*self.requests.lock().unwrap_or_else(PoisonError::into_inner) {
            line(format_args!("wenmai_requests_total{{route=\"{route}\",status=\"{status}\"}} {count}"));
        }
        line(format_args!("# TYPE wenmai_request_duration_seconds histogram"));
        for (route, durations) in &*self.durations.lock().unwrap_or_else(PoisonError::into_inner) {
            let name = "wenmai_request_duration_seconds";
            for (count, end) in durations.classes.iter().zip(CLASSES) {
                line(format_args!("{name}_bucket{{route=\"{route}\",le=\"{end}\"}} {count}"));
            }
            line(format_args!("{name}_bucket{{route=\"{route}\",le=\"+Inf\"}} {}", durations.count));
            line(format_args!("{name}_sum{{route=\"{route}\"}} {}", durations.seconds));
            line(format_args!("{name}_count{{route=\"{route}\"}} {}", durations.count));
        }
        for (name, kind, value) in [
            ("wenmai_turned_away_total", "counter", self.refused.load(Ordering::Relaxed)),
            ("wenmai_reloads_total", "counter", self.reloads.load(Ordering::Relaxed)),
            ("wenmai_uptime_seconds", "gauge", self.started.elapsed().as_secs()),
            ("wenmai_documents", "gauge", number(sizes.documents)),
            ("wenmai_things", "gauge", number(sizes.things)),
            ("wenmai_statements", "gauge", number(sizes.statements)),
            ("wenmai_quads", "gauge", number(sizes.quads)),
        ] {
            line(format_args!("# TYPE {name} {kind}\n{name} {value}"));
        }
        if let Some(bytes) = resident() {
            line(format_args!("# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes {bytes}"));
        }
        out
    }
}

fn number(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// Memory of this process, where the system tells it.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib * 1024)
}
