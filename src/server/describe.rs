//! What the graph says of one node, as quads: for programs that follow its IRI.

use crate::rdf::word;
use crate::store::Graph;
use oxigraph::model::{NamedNodeRef, NamedOrBlankNode, Quad, Term};

/// The quads about a thing: its own, and the statements in which it stands with the words that say so.
/// Of a document: what stands in its graph.
pub(super) fn describe(graph: &Graph, node: NamedNodeRef<'_>) -> Vec<Quad> {
    if graph.base().document_id(node).is_some() {
        return graph.named(node).collect();
    }
    let mut quads: Vec<Quad> = graph.matching(Some(node), None, None).collect();
    for role in ["subject", "object", "of"] {
        for stating in graph.matching(None, Some(word(role).as_ref()), Some(node.into())) {
            let NamedOrBlankNode::NamedNode(statement) = stating.subject else { continue };
            for quad in graph.matching(Some(statement.as_ref()), None, None) {
                if quad.predicate == word("evidence")
                    && let Term::NamedNode(span) = &quad.object
                {
                    quads.extend(graph.matching(Some(span.as_ref()), None, None));
                }
                // What is asserted of the thing by others stands beside the statement.
                if let Term::Triple(triple) = &quad.object {
                    let NamedOrBlankNode::NamedNode(subject) = &triple.subject else { continue };
                    let asserted = (triple.predicate.as_ref(), triple.object.as_ref());
                    quads.extend(graph.matching(Some(subject.as_ref()), Some(asserted.0), Some(asserted.1)));
                }
                quads.push(quad);
            }
        }
    }
    quads
}
