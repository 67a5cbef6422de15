//! `wenmai list`: the documents in the store.

use super::output::{self, Failure};
use super::{Outcome, StoreOption};
use clap::Args;
use std::io::Write as _;
use wenmai::store::Store;

#[derive(Args)]
#[command(after_help = "Columns, with tabs between them: the document's name, its date (- if unknown), its length in \
    characters, the number of quads that it gave, and where it came from.\n\n\
    Examples:\n  wenmai list\n  wenmai list | cut -f1")]
pub(super) struct Options {
    #[command(flatten)]
    store: StoreOption,
}

pub(super) fn run(options: &Options) -> Result<Outcome, Failure> {
    let store = Store::open(&options.store.store)?;
    let mut out = output::results();
    for entry in store.documents()? {
        let source = &entry.source;
        let date = source.date.map_or_else(|| "-".to_owned(), |date| date.to_string());
        writeln!(out, "{}\t{date}\t{}\t{}\t{}", source.id, source.characters, entry.quads, source.origin)?;
    }
    out.flush()?;
    Ok(Outcome::Done)
}
