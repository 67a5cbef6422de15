//! How large a query is: parser and engine go as deep as a query has parts, and a thread has only so much stack.
//!
//! In: the text of a query, then what it was parsed to. Out: a refusal of what would go too deep. Constants do not count:
//! long lists of values (`VALUES`, `IN`) are as flat as they look.

use crate::error::{Error, Result};
use spargebra::algebra::{
    AggregateExpression, Expression, GraphPattern, OrderExpression, PropertyPathExpression as Path,
};

/// The stack that a thread needs for queries of every size that is let through, in bytes; most of it is never touched.
pub const STACK: usize = 512 << 20;

/// Every one of these may take the parser a level down.
const BRACKETS: &[u8] = b"([{!";
/// How many brackets a text may have. Twenty times those of the longest queries that people write.
const MOST_BRACKETS: usize = 10_000;
/// How many patterns, operators and functions a query may have. Planning takes the third power of it: a second or two.
const MOST_PARTS: usize = 500;

/// Refuses a text that the parser could go too deep for.
pub(super) fn check_text(text: &str) -> Result<()> {
    let brackets = text.bytes().filter(|byte| BRACKETS.contains(byte)).count();
    if brackets <= MOST_BRACKETS {
        return Ok(());
    }
    Err(Error::Limit(format!(
        "this has {brackets} brackets, and {MOST_BRACKETS} are allowed; send less at a time, or many facts as a graph"
    )))
}

/// Refuses a pattern that the engine could go too deep for.
pub(super) fn check(pattern: &GraphPattern) -> Result<()> {
    let parts = patterns(pattern);
    if parts <= MOST_PARTS {
        return Ok(());
    }
    Err(Error::Limit(format!(
        "this query has {parts} patterns, operators and functions, and {MOST_PARTS} are allowed; \
         ask in several queries, or list values with VALUES"
    )))
}

fn patterns(pattern: &GraphPattern) -> usize {
    1 + match pattern {
        GraphPattern::Bgp { patterns } => patterns.len(),
        GraphPattern::Path { path, .. } => paths(path),
        GraphPattern::Values { .. } => 0,
        GraphPattern::Join { left, right }
        | GraphPattern::Union { left, right }
        | GraphPattern::Minus { left, right }
        | GraphPattern::Lateral { left, right } => patterns(left) + patterns(right),
        GraphPattern::LeftJoin { left, right, expression } => {
            patterns(left) + patterns(right) + expression.as_ref().map_or(0, expressions)
        }
        GraphPattern::Filter { expr, inner } => expressions(expr) + patterns(inner),
        GraphPattern::Extend { inner, expression, .. } => expressions(expression) + patterns(inner),
        GraphPattern::OrderBy { inner, expression } => {
            let order = |order: &OrderExpression| match order {
                OrderExpression::Asc(expression) | OrderExpression::Desc(expression) => expressions(expression),
            };
            patterns(inner) + expression.iter().map(order).sum::<usize>()
        }
        GraphPattern::Group { inner, aggregates, .. } => {
            let aggregate = |aggregate: &AggregateExpression| match aggregate {
                AggregateExpression::CountSolutions { .. } => 1,
                AggregateExpression::FunctionCall { expr, .. } => 1 + expressions(expr),
            };
            patterns(inner) + aggregates.iter().map(|(_, a)| aggregate(a)).sum::<usize>()
        }
        GraphPattern::Graph { inner, .. }
        | GraphPattern::Project { inner, .. }
        | GraphPattern::Distinct { inner }
        | GraphPattern::Reduced { inner }
        | GraphPattern::Slice { inner, .. }
        | GraphPattern::Service { inner, .. } => patterns(inner),
    }
}

fn expressions(expression: &Expression) -> usize {
    match expression {
        Expression::NamedNode(_) | Expression::Literal(_) | Expression::Variable(_) => 0,
        Expression::Bound(_) => 1,
        Expression::Or(a, b)
        | Expression::And(a, b)
        | Expression::Equal(a, b)
        | Expression::SameTerm(a, b)
        | Expression::Greater(a, b)
        | Expression::GreaterOrEqual(a, b)
        | Expression::Less(a, b)
        | Expression::LessOrEqual(a, b)
        | Expression::Add(a, b)
        | Expression::Subtract(a, b)
        | Expression::Multiply(a, b)
        | Expression::Divide(a, b) => 1 + expressions(a) + expressions(b),
        Expression::UnaryPlus(a) | Expression::UnaryMinus(a) | Expression::Not(a) => 1 + expressions(a),
        Expression::If(a, b, c) => 1 + expressions(a) + expressions(b) + expressions(c),
        Expression::Exists(pattern) => 1 + patterns(pattern),
        Expression::In(a, list) => 1 + expressions(a) + list.iter().map(expressions).sum::<usize>(),
        Expression::Coalesce(list) | Expression::FunctionCall(_, list) => {
            1 + list.iter().map(expressions).sum::<usize>()
        }
    }
}

fn paths(path: &Path) -> usize {
    match path {
        Path::NamedNode(_) | Path::NegatedPropertySet(_) => 0,
        Path::Reverse(a) | Path::ZeroOrMore(a) | Path::OneOrMore(a) | Path::ZeroOrOne(a) => 1 + paths(a),
        Path::Sequence(a, b) | Path::Alternative(a, b) => 1 + paths(a) + paths(b),
    }
}
