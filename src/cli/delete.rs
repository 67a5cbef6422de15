//! `wenmai delete`: removes documents from the store.

use super::output::{self, Failure};
use super::{Outcome, StoreOption};
use clap::Args;
use wenmai::error::Error;
use wenmai::store::{Settings, Store, Writer};

#[derive(Args)]
#[command(after_help = "What another document also says stays. The text itself is not touched.\n\n\
    Examples:\n  wenmai delete tongyi\n  wenmai list | cut -f1 | grep ^draft | xargs wenmai delete")]
pub(super) struct Options {
    /// Names of documents, as `wenmai list` shows them
    #[arg(value_name = "DOCUMENT", required = true)]
    documents: Vec<String>,
    #[command(flatten)]
    store: StoreOption,
}

pub(super) fn run(options: &Options) -> Result<Outcome, Failure> {
    // A writer would make a store where there is none.
    let store = Store::open(&options.store.store)?;
    let known: Vec<String> = store.documents()?.into_iter().map(|entry| entry.source.id).collect();
    let missing: Vec<&String> = options.documents.iter().filter(|id| !known.contains(id)).collect();
    if !missing.is_empty() {
        // All or nothing: a mistyped name is mended before anything is gone.
        let names = missing.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
        return Err(
            Error::Argument(format!("no document {names} in the store; `wenmai list` shows their names")).into()
        );
    }
    let writer = Writer::open(&options.store.store, &Settings::default())?;
    for id in &options.documents {
        if writer.delete(id)? {
            output::say(format_args!("{id}: deleted"));
        }
    }
    writer.finish()?;
    Ok(Outcome::Done)
}
