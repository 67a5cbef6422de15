//! Keeps graphs on disk, and loads them for queries: the only module that knows how.
//!
//! In: the quads of documents. Out: the same quads, all in one [`Graph`].
//!
//! # On disk
//!
//! ```text
//! wenmai-store/
//!   manifest.json          format, tool, data version, base IRI, and a list of the documents
//!   documents/yining.nq    one document: sorted N-Quads with RDF 1.2 triple terms
//!   lock                   held by the one writer; empty of meaning when nobody writes
//! ```
//!
//! **The `.nq` files are the truth.** The first line of each is a comment that says which document it is, of what
//! content, read by which version, and how many quads follow. The manifest is needed for the format and the base, which
//! never change; its list of documents is for people and for version control, and nothing here relies on it.
//! So a folder that was merged, synced or put back from a copy is right as soon as its files are whole.
//!
//! # What happens when the machine stops
//!
//! A file is written under a temporary name (`.tmp-…`) in its own folder, synced, and renamed over the old one; the
//! folder is synced at most a second later and when the writer finishes. Killed at any moment, the process leaves
//!
//! - documents that are there as a whole, in their old or their new version: a rename happens or does not;
//! - perhaps temporaries, which readers pass over and the next writer removes;
//! - perhaps a manifest that lists the documents of an earlier moment, which the next writer mends;
//! - perhaps a new folder without a manifest and without documents, which the next writer completes.
//!
//! After a power failure the renames of the last second may be missing as well, each as a whole: the document's old
//! version is there, or none, and the same command writes it again. The lock is the system's and ends with the process.
//! A full disk stops the writer with every earlier document whole.
//!
//! # Names
//!
//! A document keeps its id for as long as it has the same origin. If another origin brings the same id, the newcomer
//! gets the id with a hash of its origin behind it ([`Writer::plan`]), so neither ever replaces the other. A document
//! of the same id and content is the same document, wherever it comes from: moving a file changes nothing.
//!
//! The file name is the id, made safe for every file system ([`file_name`]): two ids have two names even where case
//! is ignored, and no name is too long.

pub mod allowance;
mod index;

use self::index::{Batch, Index, View};
use crate::date::Date;
use crate::error::{Error, Result};
use crate::rdf::{Base, Source, hash};
use crate::resource::Resources;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{GraphName, Literal, NamedNode, NamedNodeRef, Quad, Term, TermRef};
use oxigraph::sparql::{PreparedSparqlQuery, QueryEvaluationError, QueryResults};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// The version of the layout described above.
const FORMAT: u32 = 1;
/// How a temporary file's name starts.
const TEMPORARY: &str = ".tmp-";
/// What the first line of a document's file starts with.
const HEADER: &str = "# wenmai ";
/// How long a rename may wait for the folder to be synced.
const SYNC_EVERY: Duration = Duration::from_secs(1);
/// The id of the document that holds what the user has added by SPARQL Update.
pub const UPDATES: &str = "updates";

/// What a new store is made with, and what documents are read with.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Where the things get their IRIs; fixed when the store is made. `None` takes what is there.
    pub base: Option<Base>,
    /// The version of the data files ([`Resources::fingerprint`]): a document read with other data is read again.
    pub data: String,
}

/// A store on disk, open for reading. Several programs may read while one writes.
#[derive(Clone, Debug)]
pub struct Store {
    path: PathBuf,
    base: Base,
    origins: Origins,
}

/// What a loaded graph says of where its documents came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Origins {
    /// What the user named.
    #[default]
    Whole,
    /// Of a path from the root of a file system only the name of the file.
    Names,
}

/// Which versions of which documents a store holds at one moment; see [`Store::versions`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Versions(BTreeMap<PathBuf, (Option<SystemTime>, u64, u64)>);

/// One document of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Which document, of what content.
    pub source: Source,
    /// Versions of tool and data that read it: `0.1.0 5c3d…`.
    pub version: String,
    /// Number of quads.
    pub quads: usize,
    /// Size of its file in bytes.
    pub bytes: u64,
}

/// The first line of a document's file, and a document's line in the manifest.
#[derive(Serialize, Deserialize)]
struct Header {
    id: String,
    origin: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    content: String,
    characters: usize,
    version: String,
    quads: usize,
}

/// What every version of the manifest says.
#[derive(Deserialize)]
struct Format {
    format: u32,
    tool: String,
}

/// What this version's manifest says, its list of documents aside.
#[derive(Serialize, Deserialize)]
struct Manifest {
    format: u32,
    tool: String,
    data: String,
    base: String,
}

impl Store {
    /// Opens the store in the folder `path` for reading.
    ///
    /// # Errors
    /// [`Error::Store`] if there is no store, or one of another format.
    pub fn open(path: &Path) -> Result<Self> {
        let Some(manifest) = read_manifest(path)? else {
            let reason = match fs::metadata(path) {
                Ok(data) if !data.is_dir() => "this is a file, not a store; name a folder with --store".to_owned(),
                Ok(_) => format!("no store in this folder; make one: wenmai ingest FILE --store {}", path.display()),
                Err(_) => format!("no such store; make one: wenmai ingest FILE --store {}", path.display()),
            };
            return Err(Error::Store { path: path.to_owned(), reason });
        };
        let base = Base::new(&manifest.base).map_err(|e| Error::Store {
            path: path.join("manifest.json"),
            reason: format!("damaged: {e}; put the file back from a copy"),
        })?;
        Ok(Self { path: path.to_owned(), base, origins: Origins::default() })
    }

    /// Keeps the folders of this machine out of the graphs that are loaded, which others will see: a document that
    /// came from `/home/me/news.txt` is said to come from `news.txt`.
    #[must_use]
    pub fn without_folders(self) -> Self {
        Self { origins: Origins::Names, ..self }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the things have their IRIs.
    pub fn base(&self) -> &Base {
        &self.base
    }

    /// The documents in order of their ids.
    ///
    /// # Errors
    /// If a file cannot be read, or is not what its first line says.
    pub fn documents(&self) -> Result<Vec<Entry>> {
        let entries: Result<Vec<Option<Entry>>> = self.files()?.par_iter().map(|path| read_entry(path)).collect();
        let mut entries: Vec<Entry> = entries?.into_iter().flatten().collect();
        entries.sort_by(|a, b| a.source.id.cmp(&b.source.id));
        Ok(entries)
    }

    /// Loads all documents; one core reads while another builds the graph.
    ///
    /// # Errors
    /// If a file is damaged, with its name and line.
    pub fn load(&self) -> Result<Graph> {
        let files = self.files()?;
        let (sender, receiver) = mpsc::sync_channel(2);
        thread::scope(|scope| {
            scope.spawn(move || {
                for chunk in files.chunks(32) {
                    let parsed: Result<Vec<Batch>> = chunk.par_iter().map(|path| self.quads(path)).collect();
                    let stop = parsed.is_err();
                    if sender.send(parsed).is_err() || stop {
                        break;
                    }
                }
            });
            let mut all = vocabulary();
            for chunk in receiver {
                chunk?.into_iter().for_each(|batch| all.append(batch));
            }
            Ok(Graph { index: Arc::new(all.into()), base: self.base.clone() })
        })
    }

    /// Whether there is a document of this id.
    pub fn contains(&self, id: &str) -> bool {
        self.path.join("documents").join(file_name(id)).is_file()
    }

    /// When a document last came, changed or went.
    ///
    /// # Errors
    /// If the system does not say.
    pub fn touched(&self) -> Result<SystemTime> {
        let folder = self.path.join("documents");
        fs::metadata(&folder).and_then(|data| data.modified()).map_err(Error::io("read", &folder))
    }

    /// Which versions of which documents lie in the folder right now, without a look into them.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn versions(&self) -> Result<Versions> {
        let version = |path: PathBuf| match fs::metadata(&path) {
            Ok(data) => Ok(Some((path, version(&data)))),
            // Gone since the folder was listed.
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(Error::io("read", &path)(e)),
        };
        let found: Result<Vec<_>> = self.files()?.into_iter().map(version).collect();
        Ok(Versions(found?.into_iter().flatten().collect()))
    }

    /// Brings `graph`, which was loaded at `then`, up to what the folder holds `now`: only what has changed is read.
    ///
    /// # Errors
    /// If a file is damaged, with its name and line.
    pub fn reload(&self, graph: &Graph, then: &Versions, now: &Versions) -> Result<Graph> {
        let changed: Vec<&PathBuf> =
            now.0.iter().filter(|(path, version)| then.0.get(*path) != Some(*version)).map(|(path, _)| path).collect();
        if changed.len() > now.0.len() / 4 + 16 {
            return self.load();
        }
        let gone = then.0.keys().filter(|path| !now.0.contains_key(*path)).chain(changed.iter().copied());
        let gone: BTreeSet<&OsStr> = gone.filter_map(|path| path.file_name()).collect();
        let named = |node: &NamedNode| {
            let id = self.base.document_id(node.as_ref());
            id.is_some_and(|id| gone.contains(OsStr::new(&file_name(&id))))
        };
        let documents: Vec<NamedNode> = graph.documents().into_iter().filter(named).collect();
        let mut all = Batch::on(&graph.index);
        for batch in changed.par_iter().map(|path| self.quads(path)).collect::<Result<Vec<_>>>()? {
            all.append(batch);
        }
        Ok(Graph { index: Arc::new(graph.index.exchanged(&documents, all)), base: self.base.clone() })
    }

    /// The files of the documents, sorted by name.
    fn files(&self) -> Result<Vec<PathBuf>> {
        let folder = self.path.join("documents");
        let mut files = Vec::new();
        for entry in fs::read_dir(&folder).map_err(Error::io("read", &folder))? {
            let path = entry.map_err(Error::io("read", &folder))?.path();
            let hidden = path.file_name().is_none_or(|n| n.as_encoded_bytes().starts_with(b"."));
            if !hidden && path.extension() == Some(OsStr::new("nq")) {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }
}

/// What tells two versions of a file apart: when it was written, how long it is, and which file it is. A document is
/// never written into its file but takes its place, so the last is enough where the clock is too coarse.
fn version(data: &fs::Metadata) -> (Option<SystemTime>, u64, u64) {
    #[cfg(unix)]
    let file = std::os::unix::fs::MetadataExt::ino(data);
    #[cfg(not(unix))]
    let file = 0;
    (data.modified().ok(), data.len(), file)
}

/// The manifest in `folder`, if there is one.
fn read_manifest(folder: &Path) -> Result<Option<Manifest>> {
    let path = folder.join("manifest.json");
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(None),
        Err(source) => return Err(Error::Io { path, action: "read", source }),
    };
    let damaged = |e: serde_json::Error| Error::Store {
        path: path.clone(),
        reason: format!("not the manifest of a store, or damaged ({e}); put the file back from a copy"),
    };
    let Format { format, tool } = serde_json::from_slice(&text).map_err(damaged)?;
    if format != FORMAT {
        return Err(Error::Store {
            path: folder.to_owned(),
            reason: format!(
                "the store has format {format} (wenmai {tool}), this is wenmai {} with format {FORMAT}; \
                 use that version, or ingest the texts into a new store",
                env!("CARGO_PKG_VERSION")
            ),
        });
    }
    serde_json::from_slice(&text).map_err(damaged).map(Some)
}

/// What the first line of a document's file says; `None` if the file is gone.
fn read_entry(path: &Path) -> Result<Option<Entry>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Error::Io { path: path.to_owned(), action: "read", source }),
    };
    let bytes = file.metadata().map_err(Error::io("read", path))?.len();
    let mut line = Vec::new();
    BufReader::new(file.take(1 << 20)).read_until(b'\n', &mut line).map_err(Error::io("read", path))?;
    entry(path, &line, bytes).map(Some)
}

/// Reads the first line of the file `path`.
fn entry(path: &Path, line: &[u8], bytes: u64) -> Result<Entry> {
    let damaged = |reason: String| Error::Store { path: path.to_owned(), reason };
    let header: Option<Header> =
        line.strip_prefix(HEADER.as_bytes()).and_then(|json| serde_json::from_slice(json).ok());
    let Some(header) = header else {
        let reason = "line 1: does not say which document this is; delete the file and ingest the document again";
        return Err(damaged(reason.to_owned()));
    };
    let name = file_name(&header.id);
    if path.file_name() != Some(OsStr::new(&name)) {
        let reason = format!("holds the document `{}`, which belongs in {name}; rename or delete the file", header.id);
        return Err(damaged(reason));
    }
    let date = header.date.map(|d| d.parse::<Date>()).transpose().map_err(|e| damaged(format!("line 1: {e}")))?;
    let Header { id, origin, content, characters, version, quads, .. } = header;
    Ok(Entry { source: Source { id, origin, date, content, characters }, version, quads, bytes })
}

impl Store {
    /// The quads of a document's file; none if the file is gone.
    fn quads(&self, path: &Path) -> Result<Batch> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Batch::default()),
            Err(source) => return Err(Error::Io { path: path.to_owned(), action: "read", source }),
        };
        let damaged = |what: String| Error::Store {
            path: path.to_owned(),
            reason: format!("{what}; delete the file and ingest the document again"),
        };
        let first = bytes.split(|&b| b == b'\n').next().unwrap_or_default();
        let entry = entry(path, first, 0)?;
        let graph = GraphName::from(self.base.document(&entry.source.id));
        let mut quads = Batch::default();
        // Lenient: the IRIs are our own, and checking them again would double the time. What that lets pass
        // (a lost `>` joins two terms) shows in the graph, which comes last in each line.
        for quad in RdfParser::from_format(RdfFormat::NQuads).lenient().for_slice(&bytes) {
            let mut quad = quad.map_err(|e| {
                let line = e.location().map_or(0, |at| at.start.line + 1);
                damaged(format!("line {line}: {e}"))
            })?;
            if quad.graph_name != graph {
                // One quad a line, after the first.
                let line = quads.len() + 2;
                return Err(damaged(format!("line {line}: this quad is not in the graph {graph}")));
            }
            if self.origins == Origins::Names && quad.predicate == SOURCE {
                shorten(&mut quad.object);
            }
            quads.push(quad);
        }
        if quads.len() == entry.quads {
            return Ok(quads);
        }
        Err(damaged(format!("{} quads where its first line promises {}", quads.len(), entry.quads)))
    }
}

/// Where a document came from.
const SOURCE: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://purl.org/dc/terms/source");

/// Leaves of a path from the root only the last name.
fn shorten(origin: &mut Term) {
    let Term::Literal(literal) = origin else { return };
    let path = literal.value();
    let drive = path.as_bytes().get(1..3).is_some_and(|rest| rest == b":\\" || rest == b":/");
    if path.starts_with(['/', '\\']) || drive {
        *literal = Literal::from(path.rsplit(['/', '\\']).next().unwrap_or_default());
    }
}

/// The name of the file for the document `id`: `yining.nq`.
///
/// Han characters, lower-case letters, digits, `-`, `_` and dots stand for themselves, all else is percent-encoded.
/// Where case tells two ids apart, or the name would be too long or reserved, a hash of the id follows a `~`.
pub fn file_name(id: &str) -> String {
    let mut name = String::with_capacity(id.len() + 3);
    let mut cut = None;
    for (at, c) in id.char_indices() {
        // Most systems allow 255 bytes; some count characters, and none needs more than this to tell files apart.
        if name.len() > 150 && cut.is_none() {
            cut = Some(name.len());
        }
        match c {
            '.' if at == 0 => name.push_str("%2E"),
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | '.' => name.push(c),
            // Han characters that no normalization changes.
            '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' => name.push(c),
            _ => {
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    write!(name, "%{byte:02x}").expect("a string takes any text");
                }
            }
        }
    }
    let stem = name.split('.').next().unwrap_or_default();
    let device = ["con", "prn", "aux", "nul"].iter().any(|d| stem.eq_ignore_ascii_case(d))
        || (stem.len() == 4 && ["com", "lpt"].iter().any(|d| stem.to_ascii_lowercase().starts_with(d)));
    let long = cut.filter(|_| name.len() > 200);
    if long.is_some() || device || id.is_empty() || id.bytes().any(|b| b.is_ascii_uppercase()) {
        if let Some(cut) = long {
            name.truncate(cut);
        }
        name.push('~');
        name.extend(hash(id).chars().take(16));
    }
    name.push_str(".nq");
    name
}

/// What a writer will do with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Nothing: it is there, with the same content, read by the same versions.
    Unchanged,
    /// Store it under this id, which is its own unless a document of another origin has that.
    Write(String),
}

/// What a writer did with a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was not there before.
    Inserted,
    /// It stands in the place of an earlier version.
    Replaced,
}

/// A store open for writing; may be shared by threads.
///
/// ```no_run
/// # use wenmai::{rdf, store::{Plan, Settings, Writer}, pipeline::Extraction, document::Document};
/// # fn extract(_: Document) -> Extraction { todo!() }
/// # fn ingest(documents: Vec<Document>) -> wenmai::error::Result<()> {
/// let writer = Writer::open("wenmai-store".as_ref(), &Settings::default())?;
/// for mut document in documents {
///     match writer.plan(&rdf::Source::of(&document)) {
///         Plan::Unchanged => continue,
///         Plan::Write(id) => document.id = id,
///     }
///     let source = rdf::Source::of(&document);
///     writer.insert(&source, &rdf::quads(&extract(document), writer.store().base()))?;
/// }
/// writer.finish()
/// # }
/// ```
#[derive(Debug)]
pub struct Writer {
    store: Store,
    /// Versions of tool and data, as in [`Entry::version`].
    version: String,
    data: String,
    state: Mutex<State>,
    temporaries: AtomicU64,
    /// Held until the writer goes; the system lets go of it when the process ends.
    _lock: File,
}

#[derive(Debug)]
struct State {
    documents: BTreeMap<String, Entry>,
    /// The origins that have been given an id in this run, by id.
    planned: BTreeMap<String, String>,
    synced: Instant,
}

impl Writer {
    /// Opens the store in the folder `path` for writing; makes it if the folder is empty or not there.
    ///
    /// # Errors
    /// [`Error::Store`] if somebody else is writing, if the folder holds something else, or cannot be written;
    /// [`Error::Argument`] if the store has another base.
    pub fn open(path: &Path, settings: &Settings) -> Result<Self> {
        let new = read_manifest(path)?.is_none();
        if new && path.exists() {
            refuse_other_folders(path)?;
        }
        let documents = path.join("documents");
        fs::create_dir_all(&documents).map_err(|e| refused(path, e))?;
        let lock = lock(path)?;
        // Somebody else may have made the store while this process waited for the lock.
        if read_manifest(path)?.is_none() {
            let base = settings.base.clone().unwrap_or_default();
            write_manifest(path, &base, &settings.data, &BTreeMap::new())?;
        }
        let store = Store::open(path)?;
        if let Some(base) = settings.base.as_ref().filter(|b| **b != store.base) {
            return Err(Error::Argument(format!(
                "{}: the things of this store live at {}, not at {}; leave --base out, or use another --store",
                path.display(),
                store.base.as_str(),
                base.as_str()
            )));
        }
        remove_temporaries(path)?;
        remove_temporaries(&documents)?;
        let documents = store.documents()?.into_iter().map(|e| (e.source.id.clone(), e)).collect();
        let version = format!("{} {}", env!("CARGO_PKG_VERSION"), settings.data);
        let state = Mutex::new(State { documents, planned: BTreeMap::new(), synced: Instant::now() });
        let data = settings.data.clone();
        Ok(Self { store, version, data, state, temporaries: AtomicU64::new(0), _lock: lock })
    }

    /// The store, for reading.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The documents in order of their ids.
    pub fn documents(&self) -> Vec<Entry> {
        self.state().documents.values().cloned().collect()
    }

    /// Where the document of this id comes from, if there is one.
    pub fn origin(&self, id: &str) -> Option<String> {
        self.state().documents.get(id).map(|entry| entry.source.origin.clone())
    }

    /// What to do with a document: asked before it is read, because its IRIs depend on the id.
    ///
    /// Of two origins with the same id, the first to be stored (or planned in this run) keeps it.
    pub fn plan(&self, source: &Source) -> Plan {
        let mut state = self.state();
        let same = |id: &str, state: &State| {
            state.documents.get(id).is_some_and(|e| {
                e.version == self.version && e.source.content == source.content && e.source.date == source.date
            })
        };
        let owner = match state.planned.get(&source.id) {
            Some(origin) => Some(origin.clone()),
            None => state.documents.get(&source.id).map(|e| e.source.origin.clone()),
        };
        let taken = owner.is_some_and(|origin| normal(&origin) != normal(&source.origin));
        if source.id != UPDATES && (!taken || same(&source.id, &state)) {
            if same(&source.id, &state) {
                return Plan::Unchanged;
            }
            state.planned.insert(source.id.clone(), source.origin.clone());
            return Plan::Write(source.id.clone());
        }
        let suffix: String = hash(normal(&source.origin)).chars().take(8).collect();
        let id = format!("{}~{suffix}", source.id);
        if same(&id, &state) { Plan::Unchanged } else { Plan::Write(id) }
    }

    /// Stores a document, in place of an earlier version of it.
    ///
    /// When this returns, the document outlives the process; a power failure may undo the last second, as a whole.
    ///
    /// # Errors
    /// If the disk is full or refuses; the earlier version, if any, is then still there.
    pub fn insert(&self, source: &Source, quads: &[Quad]) -> Result<Outcome> {
        if quads.iter().any(|quad| depth(&quad.object) > DEEPEST) {
            return Err(Error::Argument(format!(
                "a triple term holds others more than {DEEPEST} deep; name them instead"
            )));
        }
        let mut lines: Vec<String> = quads.iter().map(Quad::to_string).collect();
        if !lines.is_sorted() {
            lines.sort();
        }
        lines.dedup();
        let header = Header {
            id: source.id.clone(),
            origin: source.origin.clone(),
            date: source.date.map(|d| d.to_string()),
            content: source.content.clone(),
            characters: source.characters,
            version: self.version.clone(),
            quads: lines.len(),
        };
        let header = serde_json::to_string(&header).expect(JSON);
        let mut text = format!("{HEADER}{header}\n");
        text.reserve(lines.iter().map(|l| l.len() + 3).sum());
        for line in &lines {
            text.push_str(line);
            text.push_str(" .\n");
        }
        let folder = self.store.path.join("documents");
        let temporary = self.temporaries.fetch_add(1, Ordering::Relaxed);
        write_whole(&folder, &file_name(&source.id), temporary, text.as_bytes())?;
        let bytes = u64::try_from(text.len()).unwrap_or(u64::MAX);
        let entry = Entry { source: source.clone(), version: self.version.clone(), quads: lines.len(), bytes };
        let replaced = {
            let mut state = self.state();
            state.documents.insert(source.id.clone(), entry).is_some()
        };
        self.sync_sometimes(&folder)?;
        Ok(if replaced { Outcome::Replaced } else { Outcome::Inserted })
    }

    /// Removes a document with all that only it says; `false` if there is no such document.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn delete(&self, id: &str) -> Result<bool> {
        let mut state = self.state();
        if !state.documents.contains_key(id) {
            return Ok(false);
        }
        let path = self.store.path.join("documents").join(file_name(id));
        fs::remove_file(&path).map_err(|e| refused(&path, e))?;
        state.documents.remove(id);
        Ok(true)
    }

    /// Syncs everything and brings the manifest up to date. A writer that is dropped instead loses no document.
    ///
    /// # Errors
    /// If the disk is full or refuses; all documents are then still there.
    pub fn finish(self) -> Result<()> {
        sync_folder(&self.store.path.join("documents"))?;
        write_manifest(&self.store.path, &self.store.base, &self.data, &self.state().documents)?;
        sync_folder(&self.store.path)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sync_sometimes(&self, folder: &Path) -> Result<()> {
        {
            let mut state = self.state();
            if state.synced.elapsed() < SYNC_EVERY {
                return Ok(());
            }
            state.synced = Instant::now();
        }
        sync_folder(folder)
    }
}

/// How deep triple terms may lie in each other: everything that reads them goes as deep.
const DEEPEST: usize = 16;

/// How many triple terms lie in each other.
fn depth(term: &Term) -> usize {
    let mut depth = 0;
    let mut term = term;
    while let Term::Triple(triple) = term {
        depth += 1;
        term = &triple.object;
    }
    depth
}

/// An origin without what says nothing: `./a//b` is `a/b`.
fn normal(origin: &str) -> &str {
    let mut rest = origin;
    while let Some(shorter) = rest.strip_prefix("./") {
        rest = shorter;
    }
    rest
}

/// Whether a folder without a manifest may become a store: only what an interrupted start has left lies in it.
fn refuse_other_folders(path: &Path) -> Result<()> {
    let refuse = |reason: String| Err(Error::Store { path: path.to_owned(), reason });
    if !path.is_dir() {
        return refuse("this is a file; name a folder with --store".to_owned());
    }
    for entry in fs::read_dir(path).map_err(|e| refused(path, e))? {
        let entry = entry.map_err(|e| refused(path, e))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let ours = name == "lock"
            || name.starts_with(TEMPORARY)
            || (name == "documents" && fs::read_dir(entry.path()).is_ok_and(|mut inner| inner.next().is_none()));
        // Somebody else may have made a store of it since the caller looked.
        if !ours && read_manifest(path)?.is_none() {
            return refuse(format!(
                "not a store: the folder holds `{name}` and no manifest.json; name a new or empty folder with --store"
            ));
        }
    }
    Ok(())
}

/// Takes the lock of the store, or says who has it.
fn lock(path: &Path) -> Result<File> {
    let name = path.join("lock");
    let mut file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&name)
        .map_err(|e| refused(path, e))?;
    let mut attempt = fs4::FileExt::try_lock(&file);
    // A writer that is about to go is worth a moment's patience.
    for _ in 0..10 {
        if !matches!(attempt, Err(fs4::TryLockError::WouldBlock)) {
            break;
        }
        thread::sleep(Duration::from_millis(20));
        attempt = fs4::FileExt::try_lock(&file);
    }
    match attempt {
        Ok(()) => {
            // Who has it; only for the message below.
            let pid = std::process::id().to_string();
            file.set_len(0).and_then(|()| file.write_all(pid.as_bytes())).map_err(|e| refused(path, e))?;
            Ok(file)
        }
        Err(fs4::TryLockError::WouldBlock) => {
            let pid = fs::read_to_string(&name).unwrap_or_default();
            let who = if pid.is_empty() { String::new() } else { format!(" (process {pid})") };
            Err(Error::Locked {
                path: path.to_owned(),
                reason: format!("another wenmai{who} is writing to this store; wait until it is done, or end it"),
            })
        }
        Err(fs4::TryLockError::Error(e)) => Err(Error::Store {
            path: path.to_owned(),
            reason: format!("cannot lock the store ({e}); put it on a disk of this machine"),
        }),
    }
}

/// Removes what an interrupted writer has left behind.
fn remove_temporaries(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(|e| refused(folder, e))? {
        let entry = entry.map_err(|e| refused(folder, e))?;
        if entry.file_name().as_encoded_bytes().starts_with(TEMPORARY.as_bytes()) {
            fs::remove_file(entry.path()).map_err(|e| refused(&entry.path(), e))?;
        }
    }
    Ok(())
}

/// Writes the manifest, one document a line, so that version control shows what changed.
fn write_manifest(path: &Path, base: &Base, data: &str, documents: &BTreeMap<String, Entry>) -> Result<()> {
    let tool = env!("CARGO_PKG_VERSION").to_owned();
    let manifest = Manifest { format: FORMAT, tool, data: data.to_owned(), base: base.as_str().to_owned() };
    let mut text = serde_json::to_string(&manifest).expect(JSON);
    text.pop();
    text.push_str(",\"documents\":[");
    for (number, entry) in documents.values().enumerate() {
        let Source { id, origin, date, content, characters } = entry.source.clone();
        let date = date.map(|d| d.to_string());
        let version = entry.version.clone();
        text.push_str(if number == 0 { "\n" } else { ",\n" });
        let line = Header { id, origin, date, content, characters, version, quads: entry.quads };
        text.push_str(&serde_json::to_string(&line).expect(JSON));
    }
    text.push_str("\n]}\n");
    write_whole(path, "manifest.json", 0, text.as_bytes())
}

/// Why writing JSON cannot fail.
const JSON: &str = "strings and numbers are always JSON";

/// Writes a file so that it is there as a whole or not at all.
fn write_whole(folder: &Path, name: &str, temporary: u64, bytes: &[u8]) -> Result<()> {
    let draft = folder.join(format!("{TEMPORARY}{temporary}"));
    let path = folder.join(name);
    let written = File::create(&draft)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&draft, &path));
    written.map_err(|e| {
        // Nothing more can be done if this fails too: the next writer removes it.
        let _ = fs::remove_file(&draft);
        refused(&path, e)
    })
}

/// Makes the renames in `folder` last. Other systems than Unix do so by themselves.
fn sync_folder(folder: &Path) -> Result<()> {
    if cfg!(unix) {
        File::open(folder).and_then(|f| f.sync_all()).map_err(|e| refused(folder, e))?;
    }
    Ok(())
}

/// What a failed write means for the user.
fn refused(path: &Path, error: io::Error) -> Error {
    let reason = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "the disk is full; what is stored is whole; make room and run the command again"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "no permission to write here; change the rights, or name another folder with --store"
        }
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            "a file stands where a folder should be; name another folder with --store"
        }
        _ => return Error::Io { path: path.to_owned(), action: "write", source: error },
    };
    Error::Store { path: path.to_owned(), reason: reason.to_owned() }
}

/// All quads of a store in memory, ready for queries; clones share them.
///
/// Beside the documents it holds the ontology, in the graph named by [`Graph::ontology`], so that queries can use
/// labels and superclasses of the vocabulary. [`Graph::quads`] and [`Graph::matching`] leave it out.
#[derive(Clone)]
pub struct Graph {
    index: Arc<Index>,
    base: Base,
}

impl Graph {
    /// A graph of these quads.
    pub fn of(base: Base, quads: impl IntoIterator<Item = Quad>) -> Self {
        let mut batch = vocabulary();
        quads.into_iter().for_each(|quad| batch.push(quad));
        Self { index: Arc::new(batch.into()), base }
    }

    /// The name of the graph that holds the ontology.
    pub fn ontology() -> NamedNodeRef<'static> {
        NamedNodeRef::new_unchecked("https://w3id.org/wenmai/ns")
    }

    /// Where the things have their IRIs.
    pub fn base(&self) -> &Base {
        &self.base
    }

    /// All quads of the documents, in a fixed order that means nothing.
    pub fn quads(&self) -> impl Iterator<Item = Quad> + use<> {
        self.matching(None, None, None)
    }

    /// The quads of the documents with this subject, predicate and object, in a fixed order that means nothing.
    pub fn matching(
        &self,
        subject: Option<NamedNodeRef<'_>>,
        predicate: Option<NamedNodeRef<'_>>,
        object: Option<TermRef<'_>>,
    ) -> impl Iterator<Item = Quad> + use<> {
        let ontology = GraphName::from(Self::ontology().into_owned());
        self.index
            .quads(subject.map(Into::into), predicate.map(Into::into), object, None)
            .filter(move |quad| quad.graph_name != ontology)
    }

    /// The quads of one graph: what one document says.
    pub fn document(&self, id: &str) -> impl Iterator<Item = Quad> + use<> {
        self.named(self.base.document(id).as_ref())
    }

    /// The quads of the graph of this name; those of the ontology's too.
    pub fn named(&self, name: NamedNodeRef<'_>) -> impl Iterator<Item = Quad> + use<> {
        self.index.quads(None, None, None, Some(name.into()))
    }

    /// Subject, predicate and object of what stands in the graph of this name, as [`Graph::named`], without copies.
    pub fn triples(&self, name: NamedNodeRef<'_>) -> impl Iterator<Item = [&Term; 3]> {
        self.index.triples(name.into())
    }

    /// The names of all documents' graphs, sorted.
    pub fn documents(&self) -> Vec<NamedNode> {
        let mut names: Vec<NamedNode> = self.index.graphs().filter(|node| node.as_ref() != Self::ontology()).collect();
        names.sort();
        names
    }

    /// Number of quads, those of the ontology included.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether there is nothing in it but the ontology.
    pub fn is_empty(&self) -> bool {
        self.quads().next().is_none()
    }

    /// Answers a query; its default graph is the union of all documents if it names none.
    ///
    /// # Errors
    /// If the evaluation fails.
    pub fn answer(
        &self,
        mut query: PreparedSparqlQuery,
    ) -> std::result::Result<QueryResults<'static>, QueryEvaluationError> {
        // The union of the graphs that a query names is a set as well, and the engine would chain them.
        let own = [GraphName::DefaultGraph];
        let named = query.dataset().default_graph_graphs().filter(|graphs| **graphs != own).map(|graphs| {
            let names = graphs.iter().filter_map(|graph| match graph {
                GraphName::NamedNode(node) => Some(node.clone()),
                GraphName::BlankNode(_) | GraphName::DefaultGraph => None,
            });
            names.collect::<Vec<NamedNode>>()
        });
        query.dataset_mut().set_default_graph(own.into());
        query.on_queryable_dataset(View::new(Arc::clone(&self.index), named.as_deref())).execute()
    }

    /// This graph after a change of these documents: their quads take the place of those that were there.
    pub fn exchanged(&self, documents: &[NamedNode], quads: impl IntoIterator<Item = Quad>) -> Self {
        let mut batch = Batch::on(&self.index);
        quads.into_iter().for_each(|quad| batch.push(quad));
        Self { index: Arc::new(self.index.exchanged(documents, batch)), base: self.base.clone() }
    }
}

/// The quads of the ontology.
fn vocabulary() -> Batch {
    let mut batch = Batch::default();
    for file in Resources::builtin().file("ontology.ttl") {
        let parser = RdfParser::from_format(RdfFormat::Turtle).with_default_graph(Graph::ontology().into_owned());
        for quad in parser.for_slice(file.text.as_bytes()) {
            batch.push(quad.expect("the built-in ontology is Turtle"));
        }
    }
    batch
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rdf::sketch::{Sketch, example};
    use expect_test::{Expect, expect};
    use proptest::prelude::*;
    use std::process::{Command, Stdio};

    fn settings() -> Settings {
        Settings { base: None, data: "d1".to_owned() }
    }

    fn open(path: &Path) -> Writer {
        Writer::open(path, &settings()).unwrap()
    }

    /// A document of one thing, ready to be stored.
    fn document(id: &str, origin: &str, text: &str) -> (Source, Vec<Quad>) {
        let mut sketch = Sketch::new(id, None, text);
        sketch.extraction.document.origin = origin.to_owned();
        sketch.thing("Company", text, &[]);
        (Source::of(&sketch.extraction.document), sketch.quads())
    }

    /// Stores a document as `ingest` does and says what became of it.
    fn ingest(writer: &Writer, id: &str, origin: &str, text: &str) -> String {
        let (source, _) = document(id, origin, text);
        match writer.plan(&source) {
            Plan::Unchanged => "unchanged".to_owned(),
            Plan::Write(id) => {
                let (source, quads) = document(&id, origin, text);
                format!("{:?} {id}", writer.insert(&source, &quads).unwrap())
            }
        }
    }

    /// All files of a store with their content.
    fn files(path: &Path) -> BTreeMap<String, String> {
        walkdir::WalkDir::new(path)
            .into_iter()
            .map(|e| e.unwrap().into_path())
            .filter(|p| p.is_file() && p.file_name() != Some(OsStr::new("lock")))
            .map(|p| (p.strip_prefix(path).unwrap().display().to_string(), fs::read_to_string(p).unwrap()))
            .collect()
    }

    fn check_error<T: std::fmt::Debug>(folder: &Path, result: Result<T>, expected: Expect) {
        let message = result.unwrap_err().to_string();
        expected.assert_eq(&message.replace(&folder.display().to_string(), "STORE"));
    }

    #[test]
    fn what_is_stored_is_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/store");
        let sketch = example();
        let (source, quads) = (Source::of(&sketch.extraction.document), sketch.quads());
        let writer = open(&path);
        assert_eq!(writer.insert(&source, &quads).unwrap(), Outcome::Inserted);
        writer.finish().unwrap();

        let store = Store::open(&path).unwrap();
        let entries = store.documents().unwrap();
        assert_eq!(entries[0].source, source);
        assert_eq!((entries.len(), entries[0].quads), (1, quads.len()));
        let graph = store.load().unwrap();
        let mut loaded: Vec<Quad> = graph.quads().collect();
        loaded.sort_by_cached_key(Quad::to_string);
        assert_eq!(loaded, quads);
        assert_eq!(graph.documents(), [Base::default().document("demo")]);
        expect![[r#"
            {"format":1,"tool":"0.1.0","data":"d1","base":"https://w3id.org/wenmai/id/","documents":[
            {"id":"demo","origin":"news/demo.txt","date":"2025-01-20","content":"92ef65d236ae0a7c391ca967d48e2b94a9fd85332f606b88df762bbd7b049ca4","characters":43,"version":"0.1.0 d1","quads":81}
            ]}
        "#]].assert_eq(&files(&path)["manifest.json"]);
        let text = &files(&path)["documents/demo.nq"];
        assert!(text.lines().skip(1).is_sorted());
    }

    #[test]
    fn only_what_has_changed_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let writer = open(folder.path());
        assert_eq!(ingest(&writer, "a", "x/a.txt", "甲公司"), "Inserted a");
        assert_eq!(ingest(&writer, "a", "x/a.txt", "甲公司"), "unchanged");
        assert_eq!(ingest(&writer, "a", "./x/a.txt", "乙公司"), "Replaced a");
        writer.finish().unwrap();
        let writer = open(folder.path());
        assert_eq!(ingest(&writer, "a", "x/a.txt", "乙公司"), "unchanged");
        drop(writer);
        let newer = Settings { data: "d2".to_owned(), ..settings() };
        let writer = Writer::open(folder.path(), &newer).unwrap();
        assert_eq!(ingest(&writer, "a", "x/a.txt", "乙公司"), "Replaced a");
        assert!(writer.delete("a").unwrap() && !writer.delete("a").unwrap());
        writer.finish().unwrap();
        assert!(Store::open(folder.path()).unwrap().load().unwrap().is_empty());
    }

    #[test]
    fn two_origins_never_replace_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let writer = open(folder.path());
        assert_eq!(ingest(&writer, "a", "x/a.txt", "甲公司"), "Inserted a");
        assert_eq!(ingest(&writer, "a", "y/a.txt", "乙公司"), "Inserted a~519fdf35");
        writer.finish().unwrap();
        let writer = open(folder.path());
        assert_eq!(ingest(&writer, "a", "y/a.txt", "乙公司"), "unchanged");
        assert_eq!(ingest(&writer, "a", "y/a.txt", "丙公司"), "Replaced a~519fdf35");
        // The same text under another path is the same document.
        assert_eq!(ingest(&writer, "a", "z/a.txt", "甲公司"), "unchanged");
        // What the user adds by SPARQL has a document of its own.
        assert_eq!(ingest(&writer, "updates", "updates.txt", "丁公司"), "Inserted updates~bb34fd10");
    }

    #[test]
    fn the_order_of_writing_does_not_show() {
        let ids: Vec<String> = (0..40).map(|n| format!("文{n}")).collect();
        let write = |ids: &[String], threads: usize| {
            let folder = tempfile::tempdir().unwrap();
            let writer = open(folder.path());
            thread::scope(|scope| {
                for part in ids.chunks(ids.len() / threads) {
                    let writer = &writer;
                    scope.spawn(move || part.iter().for_each(|id| drop(ingest(writer, id, id, &format!("{id}公司")))));
                }
            });
            writer.finish().unwrap();
            (files(folder.path()), Store::open(folder.path()).unwrap().load().unwrap().quads().collect::<Vec<_>>())
        };
        let reversed: Vec<String> = ids.iter().rev().cloned().collect();
        assert!(write(&ids, 1) == write(&reversed, 4));
    }

    #[test]
    fn one_writer_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let writer = open(folder.path());
        let error = Writer::open(folder.path(), &settings()).unwrap_err().to_string();
        let who = format!("another wenmai (process {}) is writing to this store; wait", std::process::id());
        assert!(error.contains(&who), "{error}");
        assert!(Store::open(folder.path()).unwrap().load().is_ok());
        drop(writer);
        drop(open(folder.path()));
    }

    #[test]
    fn what_is_no_store_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        check_error(
            path,
            Store::open(path),
            expect!["STORE: no store in this folder; make one: wenmai ingest FILE --store STORE"],
        );
        check_error(
            path,
            Store::open(&path.join("none")),
            expect!["STORE/none: no such store; make one: wenmai ingest FILE --store STORE/none"],
        );
        fs::write(path.join("thesis.txt"), "x").unwrap();
        check_error(
            path,
            Store::open(&path.join("thesis.txt")),
            expect!["STORE/thesis.txt: this is a file, not a store; name a folder with --store"],
        );
        check_error(
            path,
            Writer::open(path, &settings()),
            expect![
                "STORE: not a store: the folder holds `thesis.txt` and no manifest.json; name a new or empty folder with --store"
            ],
        );
        check_error(
            path,
            Writer::open(&path.join("thesis.txt"), &settings()),
            expect!["STORE/thesis.txt: this is a file; name a folder with --store"],
        );
        check_error(
            path,
            Writer::open(&path.join("thesis.txt/store"), &settings()),
            expect!["STORE/thesis.txt/store: a file stands where a folder should be; name another folder with --store"],
        );
        assert_eq!(fs::read_dir(path).unwrap().count(), 1);
    }

    #[test]
    fn stores_of_another_format_or_base_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        open(path).finish().unwrap();
        let base = Some(Base::new("http://example.org/").unwrap());
        check_error(
            path,
            Writer::open(path, &Settings { base, ..settings() }),
            expect![
                "STORE: the things of this store live at https://w3id.org/wenmai/id/, not at http://example.org/; leave --base out, or use another --store"
            ],
        );
        fs::write(path.join("manifest.json"), r#"{"format": 7, "tool": "3.0", "shape": "new"}"#).unwrap();
        check_error(
            path,
            Store::open(path),
            expect![
                "STORE: the store has format 7 (wenmai 3.0), this is wenmai 0.1.0 with format 1; use that version, or ingest the texts into a new store"
            ],
        );
        fs::write(path.join("manifest.json"), r#"{"format":"#).unwrap();
        check_error(
            path,
            Writer::open(path, &settings()),
            expect![
                "STORE/manifest.json: not the manifest of a store, or damaged (EOF while parsing a value at line 1 column 10); put the file back from a copy"
            ],
        );
    }

    #[test]
    fn damage_is_named_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let writer = open(path);
        ingest(&writer, "a", "a.txt", "甲公司");
        writer.finish().unwrap();
        let file = path.join("documents/a.nq");
        let text = fs::read_to_string(&file).unwrap();
        let store = Store::open(path).unwrap();
        let load = |text: &str| {
            fs::write(&file, text).unwrap();
            store.load().map(|g| g.len())
        };
        check_error(
            path,
            load(&text.replacen("rdf-syntax-ns#type>", "rdf-syntax-ns#type", 1)),
            expect![
                "STORE/documents/a.nq: line 3: this quad is not in the graph <https://w3id.org/wenmai/id/doc/a>; delete the file and ingest the document again"
            ],
        );
        let lines: Vec<&str> = text.lines().collect();
        check_error(
            path,
            load(&lines[..3].join("\n")),
            expect![
                "STORE/documents/a.nq: 2 quads where its first line promises 9; delete the file and ingest the document again"
            ],
        );
        check_error(
            path,
            load(&lines[1..].join("\n")),
            expect![
                "STORE/documents/a.nq: line 1: does not say which document this is; delete the file and ingest the document again"
            ],
        );
        check_error(
            path,
            load(""),
            expect![
                "STORE/documents/a.nq: line 1: does not say which document this is; delete the file and ingest the document again"
            ],
        );
        load(&text).unwrap();
        fs::rename(&file, path.join("documents/b.nq")).unwrap();
        check_error(
            path,
            store.documents(),
            expect!["STORE/documents/b.nq: holds the document `a`, which belongs in a.nq; rename or delete the file"],
        );
    }

    #[test]
    fn what_an_interrupted_writer_left_is_cleared() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        fs::create_dir(path.join("documents")).unwrap();
        fs::write(path.join(".tmp-0"), "{").unwrap();
        let writer = open(path);
        assert!(!path.join(".tmp-0").exists());
        ingest(&writer, "a", "a.txt", "甲公司");
        // The writer ends without finishing: the manifest does not know the document.
        drop(writer);
        fs::write(path.join("documents/.tmp-7"), "# wen").unwrap();
        assert!(!files(path)["manifest.json"].contains("a.txt"));
        let store = Store::open(path).unwrap();
        assert_eq!(store.documents().unwrap().len(), 1);
        assert_eq!(store.load().unwrap().documents().len(), 1);
        open(path).finish().unwrap();
        assert!(files(path)["manifest.json"].contains("a.txt"));
        assert!(!path.join("documents/.tmp-7").exists());
    }

    /// The process that [`killed_at_any_moment`] kills; does nothing when run as a test.
    #[test]
    fn endless_writer() {
        let Ok(path) = std::env::var("WENMAI_TEST_STORE") else { return };
        let writer = open(Path::new(&path));
        let base = Base::default();
        for round in 0_usize.. {
            for number in 0..20 {
                let id = format!("d{number}");
                let quad = |n: String| Quad::new(base.thing("a"), base.thing("b"), base.thing(&n), base.document(&id));
                let quads: Vec<Quad> = (0..round % 300).map(|n| quad(format!("{round} {n}"))).collect();
                let (origin, content) = ("d.txt".to_owned(), hash(&round.to_string()));
                writer.insert(&Source { id: id.clone(), origin, date: None, content, characters: 0 }, &quads).unwrap();
            }
        }
    }

    #[test]
    fn killed_at_any_moment() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let mut seen = 0;
        for moment in 0..20 {
            let mut writer = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "store::tests::endless_writer", "--nocapture"])
                .env("WENMAI_TEST_STORE", &path)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            thread::sleep(Duration::from_millis(moment * moment));
            writer.kill().unwrap();
            writer.wait().unwrap();
            if let Ok(store) = Store::open(&path) {
                let documents = store.documents().unwrap().len();
                // Each holds the quads that its first line promises.
                store.load().unwrap();
                seen = seen.max(documents);
            }
        }
        assert_eq!(seen, 20, "the writer got no further");
        open(&path).finish().unwrap();
    }

    #[test]
    fn refusals_say_what_to_do() {
        let say = |kind: io::ErrorKind| refused(Path::new("s"), kind.into()).to_string();
        assert!(say(io::ErrorKind::StorageFull).starts_with("s: the disk is full; what is stored is whole"));
        assert!(say(io::ErrorKind::ReadOnlyFilesystem).contains("no permission to write here"));
    }

    #[test]
    fn file_names_are_safe() {
        let check = |id: &str, name: &str| assert_eq!(file_name(id), name);
        check("伊宁县-2024_01.v2", "伊宁县-2024_01.v2.nq");
        check("news/2024 “x”", "news%2f2024%20%e2%80%9cx%e2%80%9d.nq");
        check(".hidden", "%2Ehidden.nq");
        check("README", "README~2b7814d3fca2e99e.nq");
        check("nul.txt", "nul.txt~7f3cbdd58ac559ed.nq");
    }

    proptest! {
        #[test]
        fn file_names_differ_where_ids_do(a in "[aA~%. /é文]{0,6}|.{0,300}", b in "[aA~%. /é文]{0,6}") {
            let (x, y) = (file_name(&a), file_name(&b));
            prop_assert!(x.len() < 240, "{}", x);
            prop_assert_eq!(a == b, x.to_lowercase() == y.to_lowercase());
        }
    }
}
