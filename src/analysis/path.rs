//! Shortest paths between two things.

use super::Network;
use crate::facts::ThingId;
use std::collections::BTreeMap;

/// So many paths are compared at most; two hubs may be linked by thousands.
const COMPARED: usize = 10_000;

impl Network<'_> {
    /// The shortest paths from one thing to another over statements taken either way, both ends included: at most `limit` of them,
    /// and none of more than `longest` steps.
    ///
    /// Of several those come first whose things between have the fewest links: that two people know one firm says more
    /// than that both have been to 北京.
    pub fn paths(&self, from: ThingId, to: ThingId, longest: usize, limit: usize) -> Vec<Vec<ThingId>> {
        if from == to {
            return Vec::new();
        }
        // How far things are from the end of the path.
        let mut distance = BTreeMap::from([(to, 0)]);
        let mut border = vec![to];
        for step in 1..=longest {
            if distance.contains_key(&from) {
                break;
            }
            let mut next = Vec::new();
            for &thing in &border {
                for other in self.neighbours(thing) {
                    distance.entry(other).or_insert_with(|| {
                        next.push(other);
                        step
                    });
                }
            }
            border = next;
        }
        if !distance.contains_key(&from) {
            return Vec::new();
        }
        let mut paths = Vec::new();
        let mut waiting = vec![vec![from]];
        while let Some(path) = waiting.pop() {
            let Some(&last) = path.last() else { continue };
            if last == to {
                paths.push(path);
                if paths.len() == COMPARED {
                    break;
                }
                continue;
            }
            let nearer = |other: &ThingId| distance.get(other).is_some_and(|d| distance.get(&last) == Some(&(d + 1)));
            for other in self.neighbours(last).into_iter().rev().filter(nearer) {
                waiting.push(path.iter().copied().chain([other]).collect());
            }
        }
        let links = |path: &Vec<ThingId>| -> usize {
            let inner = path.get(1..path.len() - 1).unwrap_or_default();
            inner.iter().map(|&thing| self.neighbours(thing).len()).sum()
        };
        paths.sort_by_cached_key(|path| (links(path), path.clone()));
        paths.truncate(limit);
        paths
    }
}
