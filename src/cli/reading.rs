//! Reads documents and works on several at a time, in the order of the inputs whatever the number of threads.

use super::output::{self, Failure};
use super::{InputOptions, Outcome};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;
use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use wenmai::document::input::{self, Listing};
use wenmai::document::layout::Layout;
use wenmai::document::{self, Document, Input, ReadOptions};
use wenmai::error::{Error, Result};

/// Set once the user wants the command to stop.
pub(super) static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Work is handed out in heaps of so many documents for each thread …
const HEAP: usize = 16;
/// … or of so much text, whichever is less.
const HEAP_BYTES: usize = 4 << 20;
/// How often progress is told where there is no terminal.
const TELL_EVERY: Duration = Duration::from_secs(10);

/// Reads all inputs. Every document that `admit` lets pass goes through `work`, several at a time;
/// `done` gets the results in the order of the inputs. Inputs that cannot be read are named, and the rest goes on.
///
/// # Errors
/// What `done` fails with, or an input that makes no sense as a whole.
pub(super) fn read<T: Send>(
    options: &InputOptions,
    layout: &Layout,
    mut admit: impl FnMut(Document) -> Option<Document> + Send,
    work: impl Fn(Document) -> T + Sync,
    mut done: impl FnMut(T, &Progress) -> std::result::Result<(), Failure>,
) -> std::result::Result<Outcome, Failure> {
    let threads = options.threads.map_or(0, usize::from);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|e| Error::Argument(format!("cannot start {threads} threads: {e}; give fewer with --threads")))?;
    let settings = settings(options)?;
    let Listing { inputs, errors, skipped } = input::list(&options.paths);
    let mut failed = errors.len();
    for error in &errors {
        output::error(format_args!("{error}"));
    }
    if skipped > 0 {
        output::warning(format_args!("{skipped} files are no text by their extension and were left out"));
    }
    if inputs.is_empty() {
        let nothing = "nothing to read: no .txt, .md, .html or .jsonl file among the paths".to_owned();
        return if failed > 0 { Ok(Outcome::Partly) } else { Err(Error::Argument(nothing).into()) };
    }

    let progress = Progress::new(&inputs);
    let mut source = inputs.iter().flat_map(|input| document::read(input, layout, &settings));
    let mut heap = || -> Vec<Result<Document>> {
        let mut heap = Vec::new();
        let mut bytes = 0;
        let most = HEAP * rayon::current_num_threads();
        while heap.len() < most && bytes < HEAP_BYTES && !INTERRUPTED.load(Ordering::Relaxed) {
            let Some(document) = source.next() else { break };
            match document {
                Ok(document) => {
                    let length = document.text.len();
                    bytes += length;
                    match admit(document) {
                        Some(document) => heap.push(Ok(document)),
                        None => progress.pass(length),
                    }
                }
                Err(error) => heap.push(Err(error)),
            }
        }
        heap
    };
    let one = |document: Result<Document>| -> Option<Result<(T, usize)>> {
        if INTERRUPTED.load(Ordering::Relaxed) {
            return None;
        }
        Some(document.map(|document| {
            let length = document.text.len();
            if !document.has_chinese() {
                progress.suspend(|| {
                    output::warning(format_args!("{}: not a single Chinese character in it", document.origin));
                });
            }
            (work(document), length)
        }))
    };
    let mut next = pool.install(&mut heap);
    while !next.is_empty() {
        // One thread reads ahead while the others work.
        let (results, ahead) =
            pool.install(|| rayon::join(|| next.into_par_iter().map(one).collect::<Vec<_>>(), &mut heap));
        for result in results.into_iter().flatten() {
            match result {
                Ok((result, length)) => {
                    done(result, &progress)?;
                    progress.pass(length);
                }
                Err(error) => {
                    failed += 1;
                    progress.suspend(|| output::error(format_args!("{error}")));
                }
            }
        }
        next = ahead;
    }
    progress.finish();
    if INTERRUPTED.load(Ordering::Relaxed) {
        return Ok(Outcome::Interrupted);
    }
    if failed > 0 {
        output::warning(format_args!("{failed} inputs could not be read, or not in full"));
        return Ok(Outcome::Partly);
    }
    Ok(Outcome::Done)
}

fn settings(options: &InputOptions) -> Result<ReadOptions> {
    let mut settings = ReadOptions { date: options.published, encoding: options.encoding, ..ReadOptions::default() };
    if let Some(size) = options.max_size {
        settings.max_bytes = usize::try_from(size).unwrap_or(usize::MAX / 4).min(usize::MAX / 4);
    }
    Ok(settings)
}

/// Tells how far the work is: a bar on a terminal, else a line now and then.
pub(super) struct Progress {
    bar: ProgressBar,
    told: std::sync::Mutex<(Instant, usize)>,
}

impl Progress {
    fn new(inputs: &[Input]) -> Self {
        let total = inputs.iter().map(|input| input.size).sum();
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
        let style = "{bar:30} {bytes}/{total_bytes}  {msg}  {eta} left";
        bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, told: std::sync::Mutex::new((Instant::now(), 0)) }
    }

    /// One more document, of so many bytes, is finished.
    fn pass(&self, bytes: usize) {
        let mut told = self.told.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        told.1 += 1;
        let count = told.1;
        self.bar.inc(u64::try_from(bytes).unwrap_or(0));
        // Compressed files hold more than their size says.
        if self.bar.length().is_some_and(|length| length < self.bar.position()) {
            self.bar.set_length(self.bar.position());
        }
        self.bar.set_message(format!("{count} documents"));
        if told.0.elapsed() >= TELL_EVERY && !std::io::stderr().is_terminal() {
            told.0 = Instant::now();
            output::say(format_args!("{count} documents so far"));
        }
    }

    /// Lets `tell` write to standard error without spoiling the bar.
    pub(super) fn suspend(&self, tell: impl FnOnce()) {
        self.bar.suspend(tell);
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
