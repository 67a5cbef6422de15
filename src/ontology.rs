//! What a graph may contain: the classes and properties declared in `data/ontology.ttl`.
//!
//! A [`Class`] or [`Property`] can be had only from the [`Ontology`], so nothing undeclared can be said.

use crate::error::{Error, Mistake, Result};
use crate::resource::Resources;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{NamedOrBlankNode, Term};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Namespace of the vocabulary; `wm:` in queries.
pub const NAMESPACE: &str = "https://w3id.org/wenmai/ns#";

/// A kind of thing, such as `Company`; known by its local name in the vocabulary.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Class(&'static str);

impl Class {
    /// The local name: `Company`.
    pub fn name(self) -> &'static str {
        self.0
    }
}

impl fmt::Debug for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// A kind of statement, such as `foundedBy`; known by its local name in the vocabulary.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Property(&'static str);

impl Property {
    /// The local name: `foundedBy`.
    pub fn name(self) -> &'static str {
        self.0
    }
}

impl fmt::Debug for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What the ontology declares of a property.
#[derive(Clone, Debug)]
struct Declaration {
    domain: Vec<Class>,
    /// Empty for dates.
    range: Vec<Class>,
    symmetric: bool,
    dated: bool,
    labels: Labels,
}

/// A name for people, in the two languages of the ontology.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A language in which the ontology names its classes and properties.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Chinese.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Labels {
    /// The label in `language`, or else in the other; empty if there is none.
    pub fn get(&self, language: Language) -> &str {
        let (first, second) = match language {
            Language::Chinese => (&self.zh, &self.en),
            Language::English => (&self.en, &self.zh),
        };
        if first.is_empty() { second } else { first }
    }
}

/// The declared classes and properties.
#[derive(Clone, Debug)]
pub struct Ontology {
    /// Each class with its direct superclasses of this vocabulary.
    classes: BTreeMap<Class, (Vec<Class>, Labels)>,
    properties: BTreeMap<Property, Declaration>,
}

impl Ontology {
    /// Reads `ontology.ttl`; a user's own file adds to the compiled-in one.
    ///
    /// # Errors
    /// If a file is not Turtle, or a domain or range names a class that is not declared.
    pub fn load(resources: &Resources) -> Result<Self> {
        let mut triples: BTreeSet<(String, String, String, String)> = BTreeSet::new();
        let mut mistakes = Vec::new();
        for file in resources.file("ontology.ttl") {
            for quad in RdfParser::from_format(RdfFormat::Turtle).for_slice(file.text.as_bytes()) {
                match quad {
                    Ok(quad) => {
                        let NamedOrBlankNode::NamedNode(subject) = quad.subject else { continue };
                        let (object, language) = match quad.object {
                            Term::NamedNode(node) => (node.into_string(), String::new()),
                            Term::Literal(text) => {
                                let language = text.language().unwrap_or("").to_owned();
                                (text.destruct().0, language)
                            }
                            Term::BlankNode(_) | Term::Triple(_) => continue,
                        };
                        triples.insert((subject.into_string(), quad.predicate.into_string(), object, language));
                    }
                    Err(e) => {
                        let line = e.location().map_or(0, |at| usize::try_from(at.start.line).unwrap_or(0) + 1);
                        mistakes.push(Mistake { file: file.name.clone(), line, message: e.to_string() });
                    }
                }
            }
        }
        if !mistakes.is_empty() {
            return Err(Error::Data(mistakes));
        }
        Self::from_triples(&triples)
    }

    fn from_triples(triples: &BTreeSet<(String, String, String, String)>) -> Result<Self> {
        let ours = |iri: &str| iri.strip_prefix(NAMESPACE).map(str::to_owned);
        let objects = |subject: &str, predicate: &str| -> Vec<(&str, &str)> {
            triples
                .iter()
                .filter(|(s, p, _, _)| s == subject && p.ends_with(predicate))
                .map(|(_, _, o, language)| (o.as_str(), language.as_str()))
                .collect()
        };
        let labels = |subject: &str| {
            let of = |language: &str| {
                objects(subject, "#label").iter().find(|(_, l)| *l == language).map(|(o, _)| (*o).to_owned())
            };
            Labels { zh: of("zh").unwrap_or_default(), en: of("en").unwrap_or_default() }
        };
        let typed = |kind: &str| -> Vec<(String, &str)> {
            triples
                .iter()
                .filter(|(_, p, o, _)| p.ends_with("#type") && o.ends_with(kind))
                .filter_map(|(s, _, _, _)| ours(s).map(|name| (name, s.as_str())))
                .collect()
        };

        let mut classes = BTreeMap::new();
        // The bookkeeping's own classes (statements, spans) are plain `rdfs:Class`: nothing in a text is one of them.
        for (name, iri) in typed("/owl#Class") {
            classes.insert(Class(intern(name)), (iri, labels(iri)));
        }
        let known = |iri: &str| ours(iri).and_then(|name| classes.keys().find(|c| c.0 == name).copied());
        let mut mistakes = Vec::new();
        let mut properties = BTreeMap::new();
        for (kind, dated) in [("#ObjectProperty", false), ("#DatatypeProperty", true)] {
            for (name, iri) in typed(kind) {
                let mut list = |predicate: &str| -> Vec<Class> {
                    let mut list = Vec::new();
                    for (class, _) in objects(iri, predicate) {
                        match known(class) {
                            Some(class) => list.push(class),
                            None => mistakes.push(Mistake {
                                file: "ontology.ttl".to_owned(),
                                line: 0,
                                message: format!("{name}: {predicate} names {class}, which is not declared as a class"),
                            }),
                        }
                    }
                    list
                };
                let (domain, range) = (list("domainIncludes"), list("rangeIncludes"));
                // Properties of the bookkeeping (evidence, quantities) declare no domain; no rule may use them.
                if domain.is_empty() {
                    continue;
                }
                let symmetric = objects(iri, "#type").iter().any(|(o, _)| o.ends_with("#SymmetricProperty"));
                properties.insert(
                    Property(intern(name)),
                    Declaration { domain, range, symmetric, dated, labels: labels(iri) },
                );
            }
        }
        let with_parents = classes
            .iter()
            .map(|(&class, (iri, labels))| {
                let parents = objects(iri, "#subClassOf").iter().filter_map(|(o, _)| known(o)).collect();
                (class, (parents, labels.clone()))
            })
            .collect();
        if mistakes.is_empty() { Ok(Self { classes: with_parents, properties }) } else { Err(Error::Data(mistakes)) }
    }

    /// The class of this local name.
    pub fn class(&self, name: &str) -> Option<Class> {
        self.classes.keys().find(|c| c.0 == name).copied()
    }

    /// The property of this local name.
    pub fn property(&self, name: &str) -> Option<Property> {
        self.properties.keys().find(|p| p.0 == name).copied()
    }

    /// All classes by name.
    pub fn classes(&self) -> impl Iterator<Item = Class> {
        self.classes.keys().copied()
    }

    /// All properties by name.
    pub fn properties(&self) -> impl Iterator<Item = Property> {
        self.properties.keys().copied()
    }

    /// Whether `class` is `ancestor` or below it.
    pub fn is_a(&self, class: Class, ancestor: Class) -> bool {
        class == ancestor
            || self.classes.get(&class).is_some_and(|(parents, _)| parents.iter().any(|&p| self.is_a(p, ancestor)))
    }

    /// The class directly above `class`, the first where there are several.
    pub fn parent(&self, class: Class) -> Option<Class> {
        self.classes.get(&class)?.0.first().copied()
    }

    /// The classes whose things may be the subject of `property`; those below them may, too.
    pub fn domain(&self, property: Property) -> &[Class] {
        self.properties.get(&property).map_or(&[], |d| &d.domain)
    }

    /// The classes whose things may be the object of `property`; those below them may, too. None for dates.
    pub fn range(&self, property: Property) -> &[Class] {
        self.properties.get(&property).map_or(&[], |d| &d.range)
    }

    /// Whether a thing of `class` may be the subject of `property`.
    pub fn in_domain(&self, property: Property, class: Class) -> bool {
        self.properties.get(&property).is_some_and(|d| d.domain.iter().any(|&a| self.is_a(class, a)))
    }

    /// Whether a thing of `class` may be the object of `property`.
    pub fn in_range(&self, property: Property, class: Class) -> bool {
        self.properties.get(&property).is_some_and(|d| d.range.iter().any(|&a| self.is_a(class, a)))
    }

    /// Whether the objects of `property` are dates.
    pub fn is_dated(&self, property: Property) -> bool {
        self.properties.get(&property).is_some_and(|d| d.dated)
    }

    /// Whether `property` holds both ways.
    pub fn is_symmetric(&self, property: Property) -> bool {
        self.properties.get(&property).is_some_and(|d| d.symmetric)
    }

    /// What people call the class.
    pub fn class_labels(&self, class: Class) -> Labels {
        self.classes.get(&class).map(|(_, labels)| labels.clone()).unwrap_or_default()
    }

    /// What people call the property.
    pub fn property_labels(&self, property: Property) -> Labels {
        self.properties.get(&property).map(|d| d.labels.clone()).unwrap_or_default()
    }
}

impl Ontology {
    /// What people call the class of this local name in `language`; the name itself if nobody declared it.
    pub fn class_label(&self, name: &str, language: Language) -> String {
        let labels = self.class(name).map(|class| self.class_labels(class)).unwrap_or_default();
        Some(labels.get(language)).filter(|label| !label.is_empty()).unwrap_or(name).to_owned()
    }

    /// What people call the property of this local name in `language`; the name itself if nobody declared it.
    pub fn property_label(&self, name: &str, language: Language) -> String {
        let labels = self.property(name).map(|property| self.property_labels(property)).unwrap_or_default();
        Some(labels.get(language)).filter(|label| !label.is_empty()).unwrap_or(name).to_owned()
    }
}

/// A name that lives as long as the program: names are few, and classes are compared and copied everywhere.
fn intern(name: String) -> &'static str {
    use std::sync::Mutex;
    static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut names = NAMES.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(&known) = names.get(name.as_str()) {
        return known;
    }
    let name: &'static str = Box::leak(name.into_boxed_str());
    names.insert(name);
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ontology() -> Ontology {
        Ontology::load(&Resources::builtin()).expect("the built-in ontology is right")
    }

    #[test]
    fn the_guide_is_declared() {
        let ontology = ontology();
        assert_eq!(ontology.classes().count(), 19); // eighteen types of the guide, and Place above three of them
        assert_eq!(ontology.properties().filter(|&p| !ontology.is_dated(p)).count(), 20);
        assert_eq!(ontology.properties().filter(|&p| ontology.is_dated(p)).count(), 8);
        for class in ontology.classes() {
            assert!(!ontology.class_labels(class).zh.is_empty() && !ontology.class_labels(class).en.is_empty());
        }
    }

    #[test]
    fn a_subclass_may_stand_where_its_superclass_may() {
        let o = ontology();
        let class = |name: &str| o.class(name).expect(name);
        let located_in = o.property("locatedIn").expect("declared");
        assert!(o.in_domain(located_in, class("Company")));
        assert!(o.in_range(located_in, class("Region")));
        assert!(!o.in_range(located_in, class("Person")));
        assert!(o.is_symmetric(o.property("cooperatesWith").expect("declared")));
    }

    #[test]
    fn mistakes_name_the_line() {
        let mut broken = Resources::builtin();
        broken = broken.with_file("ontology.ttl", "@prefix wm: <http://x/> .\nwm:A a b .\n");
        let error = Ontology::load(&broken).expect_err("b is no prefixed name").to_string();
        assert!(error.starts_with("ontology.ttl:2: "), "{error}");
    }
}
