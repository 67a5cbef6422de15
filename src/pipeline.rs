//! The stages in order: all that the program knows goes in with a document, all that the document says comes out.

use crate::document::Document;
use crate::document::layout::Layout;
use crate::entity::{self, Entity};
use crate::error::{Error, Mistake, Result};
use crate::mention::published::{Datelines, Inferred};
use crate::mention::{self, Mention, Recognizers};
use crate::ontology::Ontology;
use crate::resource::Resources;
use crate::sentence::{self, Segmenter, Sentence};
use crate::statement::quantity::{self, Measures};
use crate::statement::{self, Extractors, Quantity, Statement};

/// All that the program knows about Chinese and about the world: loaded once, never changed, shared by all threads.
pub struct Knowledge {
    /// What a graph may contain.
    pub ontology: Ontology,
    /// How texts are laid out.
    pub layout: Layout,
    /// Characters, words and parts of speech.
    pub segmenter: Segmenter,
    /// Names and values, and which names mean one thing.
    pub recognizers: Recognizers,
    /// How relations and dates are worded.
    pub extractors: Extractors,
    /// What numbers measure.
    pub measures: Measures,
    /// How texts show when they were published.
    pub datelines: Datelines,
}

impl Knowledge {
    /// Reads all data files but the queries.
    ///
    /// # Errors
    /// Reports the mistakes of all files, not just those of the first.
    pub fn load(resources: &Resources) -> Result<Self> {
        let ontology = Ontology::load(resources)?;
        // The segmenter's dictionary takes longest to load, and nothing else needs it.
        let (segmenter, (layout, recognizers, extractors, measures, datelines)) = rayon::join(
            || Segmenter::load(resources),
            || {
                (
                    Layout::load(resources),
                    Recognizers::load(resources, &ontology),
                    Extractors::load(resources, &ontology),
                    Measures::load(resources),
                    Datelines::load(resources),
                )
            },
        );
        let mut mistakes = Vec::new();
        let segmenter = collect(segmenter, &mut mistakes)?;
        let layout = collect(layout, &mut mistakes)?;
        let recognizers = collect(recognizers, &mut mistakes)?;
        let extractors = collect(extractors, &mut mistakes)?;
        let measures = collect(measures, &mut mistakes)?;
        let datelines = collect(datelines, &mut mistakes)?;
        let all = || {
            Some(Self {
                ontology,
                layout: layout?,
                segmenter: segmenter?,
                recognizers: recognizers?,
                extractors: extractors?,
                measures: measures?,
                datelines: datelines?,
            })
        };
        all().ok_or(Error::Data(mistakes))
    }
}

/// The value, or nothing where its data files hold mistakes, which are kept.
fn collect<T>(loaded: Result<T>, mistakes: &mut Vec<Mistake>) -> Result<Option<T>> {
    match loaded {
        Ok(value) => Ok(Some(value)),
        Err(Error::Data(more)) => {
            mistakes.extend(more);
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

/// Everything that was found in one document.
#[derive(Clone, Debug)]
pub struct Extraction {
    /// The document itself, with the day of publication that was inferred where the source states none.
    pub document: Document,
    /// How that day was inferred.
    pub inferred: Option<Inferred>,
    /// Its sentences in text order.
    pub sentences: Vec<Sentence>,
    /// Its mentions in text order.
    pub mentions: Vec<Mention>,
    /// The things that it speaks about, in order of their first mention.
    pub entities: Vec<Entity>,
    /// What it says of them.
    pub statements: Vec<Statement>,
    /// The numbers in it, in text order.
    pub quantities: Vec<Quantity>,
}

/// Extracts everything that `document` says.
pub fn extract(mut document: Document, knowledge: &Knowledge) -> Extraction {
    let sentences = sentence::segment(&document, &knowledge.segmenter);
    let inferred = match document.date {
        Some(_) => None,
        None => knowledge.datelines.infer(&document, &sentences, &knowledge.recognizers.values),
    };
    document.date = document.date.or(inferred.as_ref().map(|inferred| inferred.date));
    let mentions = mention::recognize(&document, &sentences, &knowledge.recognizers);
    let entities = entity::resolve(&document, &sentences, &mentions, &knowledge.recognizers, &knowledge.ontology);
    let statements = statement::extract(&document, &sentences, &mentions, &entities, &knowledge.extractors);
    let headword = statement::headword(&document, &sentences, &mentions, &entities, &knowledge.extractors);
    let quantities = quantity::quantities(&sentences, &mentions, &entities, headword, &knowledge.measures);
    Extraction { document, inferred, sentences, mentions, entities, statements, quantities }
}
