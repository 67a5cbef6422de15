//! Places for the nodes of a picture, the same every time.
//!
//! Linked nodes pull each other, and all push each other away by the second power of their nearness (Hu's spring-electrical model of 2005
//! with its step and its levels of detail; far nodes are taken together after Barnes and Hut). Nodes that then still cover each other are
//! moved apart, and parts that no link joins are packed around the largest. Only `+ - * /` and square roots are used, which every
//! machine computes alike.

use super::number;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::{Add, AddAssign, Mul, Sub};

/// How far apart linked nodes like to be; the unit of all places.
pub const LENGTH: f64 = 100.0;

/// A place in a picture, or the way from one place to another; `y` grows downwards.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// How much room a node takes around its place, with its label.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Extent {
    /// From its left to its right end.
    pub width: f64,
    /// From its upper to its lower end.
    pub height: f64,
}

/// Places for nodes of these extents, linked by `edges` in any direction; the middle of the picture is at 0, 0.
pub fn layout(extents: &[Extent], edges: &[(usize, usize)]) -> Vec<Point> {
    let mut links: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); extents.len()];
    for &(a, b) in edges.iter().filter(|(a, b)| a != b) {
        links[a].insert(b);
        links[b].insert(a);
    }
    let links: Vec<Vec<usize>> = links.into_iter().map(|links| links.into_iter().collect()).collect();
    let mut islands: Vec<Island> =
        components(&links).into_iter().map(|nodes| Island::new(nodes, &links, extents)).collect();
    islands.sort_by_key(|island| std::cmp::Reverse(island.nodes.len()));
    pack(&mut islands, extents);
    let mut places = vec![Point::default(); extents.len()];
    for island in &islands {
        for (&node, &place) in island.nodes.iter().zip(&island.places) {
            places[node] = place;
        }
    }
    let middle = middle(&places, extents);
    for place in &mut places {
        *place = *place - middle;
    }
    places
}

/// The sets of nodes that hang together.
fn components(links: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut seen = vec![false; links.len()];
    let mut components = Vec::new();
    for start in 0..links.len() {
        if seen[start] {
            continue;
        }
        seen[start] = true;
        let mut nodes = vec![start];
        let mut waiting = VecDeque::from([start]);
        while let Some(node) = waiting.pop_front() {
            for &other in &links[node] {
                if !seen[other] {
                    seen[other] = true;
                    nodes.push(other);
                    waiting.push_back(other);
                }
            }
        }
        nodes.sort_unstable();
        components.push(nodes);
    }
    components
}

/// The middle of the box around all nodes.
fn middle(places: &[Point], extents: &[Extent]) -> Point {
    let mut low = Point { x: f64::INFINITY, y: f64::INFINITY };
    let mut high = Point { x: f64::NEG_INFINITY, y: f64::NEG_INFINITY };
    for (place, extent) in places.iter().zip(extents) {
        low = Point { x: low.x.min(place.x - extent.width / 2.0), y: low.y.min(place.y - extent.height / 2.0) };
        high = Point { x: high.x.max(place.x + extent.width / 2.0), y: high.y.max(place.y + extent.height / 2.0) };
    }
    if places.is_empty() { Point::default() } else { (low + high) * 0.5 }
}

/// Nodes that hang together.
struct Island {
    /// Their numbers in the whole graph, ascending.
    nodes: Vec<usize>,
    /// Where each of them lies.
    places: Vec<Point>,
    /// The links between them, by their numbers within the island.
    links: Vec<Vec<usize>>,
}

impl Island {
    fn new(nodes: Vec<usize>, all_links: &[Vec<usize>], extents: &[Extent]) -> Self {
        let local: BTreeMap<usize, usize> = nodes.iter().enumerate().map(|(local, &node)| (node, local)).collect();
        let links: Vec<Vec<usize>> =
            nodes.iter().map(|&node| all_links[node].iter().map(|other| local[other]).collect()).collect();
        let extents: Vec<Extent> = nodes.iter().map(|&node| extents[node]).collect();
        let mut places = arranged(&links);
        make_room(&mut places, &links, &extents);
        let middle = middle(&places, &extents);
        for place in &mut places {
            *place = *place - middle;
        }
        Self { nodes, places, links }
    }
}

/// A graph so small is arranged without first looking at a coarser one.
const COARSEST: usize = 24;

/// Rounds of moving for the coarsest graph; each finer level starts from good places and needs fewer.
const ROUNDS: usize = 300;
const FINER_ROUNDS: usize = 80;

/// Places for nodes that hang together: first for groups of neighbours, then for their members.
fn arranged(links: &[Vec<usize>]) -> Vec<Point> {
    if let [_] = links {
        return vec![Point::default()];
    }
    let mut levels: Vec<(Vec<Vec<usize>>, Vec<usize>)> = Vec::new();
    let mut coarse = links.to_vec();
    while coarse.len() > COARSEST {
        let (groups, count) = grouped(&coarse);
        if count * 10 > coarse.len() * 9 {
            break;
        }
        let merged = merged(&coarse, &groups, count);
        levels.push((std::mem::replace(&mut coarse, merged), groups));
    }
    let mut places: Vec<Point> = sunflower().take(coarse.len()).collect();
    settle(&mut places, &coarse, ROUNDS);
    while let Some((finer, groups)) = levels.pop() {
        let wider = (number(finer.len()) / number(places.len())).sqrt();
        let mut petals: Vec<_> = places.iter().map(|_| sunflower()).collect();
        places = groups
            .iter()
            .map(|&group| places[group] * wider + petals[group].next().unwrap_or_default() * 0.5)
            .collect();
        settle(&mut places, &finer, FINER_ROUNDS);
    }
    places
}

/// Puts each node into a group: the nodes with most links in turn take in those of their neighbours that are still free.
fn grouped(links: &[Vec<usize>]) -> (Vec<usize>, usize) {
    let mut order: Vec<usize> = (0..links.len()).collect();
    order.sort_by_key(|&node| (std::cmp::Reverse(links[node].len()), node));
    let mut groups = vec![usize::MAX; links.len()];
    let mut count = 0;
    for node in order {
        if groups[node] != usize::MAX {
            continue;
        }
        groups[node] = count;
        for &other in &links[node] {
            if groups[other] == usize::MAX {
                groups[other] = count;
            }
        }
        count += 1;
    }
    (groups, count)
}

fn merged(links: &[Vec<usize>], groups: &[usize], count: usize) -> Vec<Vec<usize>> {
    let mut merged: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); count];
    for (node, others) in links.iter().enumerate() {
        merged[groups[node]].extend(others.iter().map(|&other| groups[other]).filter(|&other| other != groups[node]));
    }
    merged.into_iter().map(|links| links.into_iter().collect()).collect()
}

/// Places around the middle that stay about one length apart, as the seeds of a sunflower do.
fn sunflower() -> impl Iterator<Item = Point> {
    // The cosine and sine of the golden angle: each seed is turned by it.
    const TURN: Point = Point { x: -0.737_368_878_078_320, y: 0.675_490_294_261_524 };
    let mut direction = Point { x: 1.0, y: 0.0 };
    let mut seed = 0.0_f64;
    std::iter::from_fn(move || {
        let place = direction * (LENGTH * 0.6 * seed.sqrt());
        direction =
            Point { x: direction.x * TURN.x - direction.y * TURN.y, y: direction.x * TURN.y + direction.y * TURN.x };
        seed += 1.0;
        Some(place)
    })
}

/// How strongly nodes push each other, against the pull of links.
const PUSH: f64 = 0.3;

/// A group of nodes that is so many times as far as it is wide counts as one.
const FAR: f64 = 1.2;

/// Moves all nodes as the forces on them say, a step of equal length for each; the step shrinks when that stops paying.
fn settle(places: &mut [Point], links: &[Vec<usize>], rounds: usize) {
    // A node with many links pushes more, so that each has room around it for its neighbours.
    let mass: Vec<f64> = links.iter().map(|links| 1.0 + 0.5 * number(links.len()).sqrt()).collect();
    let mut step = LENGTH;
    let mut energy = f64::INFINITY;
    let mut gains = 0;
    for _ in 0..rounds {
        let tree = Tree::new(places, &mass);
        let forces: Vec<Point> = (0..places.len())
            .map(|node| {
                let place = places[node];
                let mut force = tree.push(node, place, places, &mass) * (PUSH * LENGTH * LENGTH * mass[node]);
                for &other in &links[node] {
                    let way = places[other] - place;
                    force += way * (way.length() / LENGTH);
                }
                force
            })
            .collect();
        let mut sum = 0.0;
        for (place, force) in places.iter_mut().zip(&forces) {
            let strength = force.length();
            sum += strength * strength;
            if strength > 0.0 {
                *place += *force * (step.min(strength) / strength);
            }
        }
        if sum < energy {
            gains += 1;
            if gains >= 5 {
                gains = 0;
                step /= 0.9;
            }
        } else {
            gains = 0;
            step *= 0.9;
        }
        energy = sum;
        if step < LENGTH * 0.005 {
            break;
        }
    }
}

/// The nodes in nested squares.
struct Tree {
    /// Each square comes right before the squares in it.
    squares: Vec<Square>,
    /// The nodes, those of one square side by side.
    order: Vec<usize>,
}

struct Square {
    /// The middle of its nodes, by mass.
    centre: Point,
    mass: f64,
    width: f64,
    /// Its nodes, as a range of the tree's order.
    nodes: std::ops::Range<usize>,
    /// The first square that is not in this one; the very next one if there are none in it.
    next: usize,
}

/// Squares with so few nodes are not divided, nor are those nested so deep.
const FEW: usize = 6;
const DEPTH: usize = 40;

impl Tree {
    fn new(places: &[Point], mass: &[f64]) -> Self {
        let mut tree = Self { squares: Vec::with_capacity(places.len()), order: (0..places.len()).collect() };
        let low = |of: fn(&Point) -> f64| places.iter().map(of).fold(f64::INFINITY, f64::min);
        let high = |of: fn(&Point) -> f64| places.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
        let corner = Point { x: low(|p| p.x), y: low(|p| p.y) };
        let width = (high(|p| p.x) - corner.x).max(high(|p| p.y) - corner.y);
        tree.divide(0..places.len(), corner, width, 0, places, mass);
        tree
    }

    fn divide(
        &mut self,
        nodes: std::ops::Range<usize>,
        corner: Point,
        width: f64,
        depth: usize,
        places: &[Point],
        mass: &[f64],
    ) {
        let mut centre = Point::default();
        let mut sum = 0.0;
        for &node in &self.order[nodes.clone()] {
            centre += places[node] * mass[node];
            sum += mass[node];
        }
        let own = self.squares.len();
        self.squares.push(Square {
            centre: centre * (1.0 / sum),
            mass: sum,
            width,
            nodes: nodes.clone(),
            next: own + 1,
        });
        if nodes.len() > FEW && depth < DEPTH {
            let half = width / 2.0;
            let middle = corner + Point { x: half, y: half };
            let quarter = |node: usize| (places[node].y >= middle.y, places[node].x >= middle.x);
            self.order[nodes.clone()].sort_by_key(|&node| quarter(node));
            let mut start = nodes.start;
            for (below, right) in [(false, false), (false, true), (true, false), (true, true)] {
                let count =
                    self.order[start..nodes.end].iter().take_while(|&&node| quarter(node) == (below, right)).count();
                let shift = Point { x: if right { half } else { 0.0 }, y: if below { half } else { 0.0 } };
                if count > 0 {
                    self.divide(start..start + count, corner + shift, half, depth + 1, places, mass);
                }
                start += count;
            }
        }
        self.squares[own].next = self.squares.len();
    }

    /// How all other nodes push `node` away.
    fn push(&self, node: usize, place: Point, places: &[Point], mass: &[f64]) -> Point {
        let mut force = Point::default();
        let mut at = 0;
        while let Some(square) = self.squares.get(at) {
            let way = place - square.centre;
            let distance = way.x * way.x + way.y * way.y;
            if square.width * square.width * FAR * FAR < distance {
                force += way * (square.mass * LENGTH / (distance * distance.sqrt()));
                at = square.next;
            } else if square.next == at + 1 {
                for &other in self.order[square.nodes.clone()].iter().filter(|&&other| other != node) {
                    let mut way = place - places[other];
                    if way.x * way.x + way.y * way.y < 1e-6 {
                        // Nodes in one place part along a line, the first to the left.
                        way.x = if node < other { -0.01 } else { 0.01 };
                    }
                    let distance = way.x * way.x + way.y * way.y;
                    force += way * (mass[other] * LENGTH / (distance * distance.sqrt()));
                }
                at += 1;
            } else {
                at += 1;
            }
        }
        force
    }
}

/// Rounds of moving nodes apart; few pictures need more than twenty.
const PARTINGS: usize = 120;

/// Moves nodes apart that cover each other, after giving the whole as much room as its nodes need, and no more.
fn make_room(places: &mut [Point], links: &[Vec<usize>], extents: &[Extent]) {
    let needed: f64 = extents.iter().map(|extent| extent.width * extent.height).sum();
    if needed <= 0.0 {
        return;
    }
    // Links should be as long as the nodes at their ends are wide, on the average.
    let (mut length, mut wanted) = (0.0, 0.0);
    for (node, others) in links.iter().enumerate() {
        for &other in others {
            length += (places[other] - places[node]).length();
            wanted += (extents[node].width + extents[other].width) * 0.5;
        }
    }
    if length > 0.0 {
        for place in places.iter_mut() {
            *place = *place * (wanted / length);
        }
    }
    for _ in 0..PARTINGS {
        if !part(places, extents) {
            break;
        }
    }
}

/// Moves each two nodes that cover each other apart along the shorter way. Says whether there were any.
fn part(places: &mut [Point], extents: &[Extent]) -> bool {
    let left = |node: usize, places: &[Point]| places[node].x - extents[node].width / 2.0;
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|&a, &b| left(a, places).total_cmp(&left(b, places)).then(a.cmp(&b)));
    let mut moves = vec![Point::default(); places.len()];
    let mut found = false;
    for (at, &a) in order.iter().enumerate() {
        let right = places[a].x + extents[a].width / 2.0;
        for &b in order[at + 1..].iter().take_while(|&&b| left(b, places) < right) {
            let way = places[b] - places[a];
            let over = Point {
                x: (extents[a].width + extents[b].width) * 0.5 - way.x.abs(),
                y: (extents[a].height + extents[b].height) * 0.5 - way.y.abs(),
            };
            if over.x <= 0.01 || over.y <= 0.01 {
                continue;
            }
            found = true;
            // A little more than half of the way for each, so that rows come to rest.
            let shift = if over.x < over.y {
                Point { x: if way.x < 0.0 { -over.x } else { over.x }, y: 0.0 }
            } else {
                Point { x: 0.0, y: if way.y < 0.0 { -over.y } else { over.y } }
            } * 0.55;
            moves[a] = moves[a] - shift;
            moves[b] += shift;
        }
    }
    for (place, shift) in places.iter_mut().zip(&moves) {
        *place += *shift;
    }
    found
}

/// The cells of the grid on which islands are packed are so wide.
const CELL: f64 = LENGTH * 0.5;

/// Room around every node that no node of another island may enter.
const MARGIN: f64 = LENGTH * 0.3;

/// Pictures are made about so many times as wide as high.
const ASPECT: f64 = 1.5;

/// Moves each island to the free place nearest to the middle, the first one first.
fn pack(islands: &mut [Island], extents: &[Extent]) {
    let mut taken: BTreeSet<(i64, i64)> = BTreeSet::new();
    let mut spots = Spots::default();
    // Islands of the same shape need not look again where an earlier one found no room.
    let mut tried: BTreeMap<Vec<(i64, i64)>, usize> = BTreeMap::new();
    for island in islands {
        let cells: Vec<(i64, i64)> = island.cells(extents).into_iter().collect();
        let from = tried.get(&cells).copied().unwrap_or(0);
        let mut at = from;
        let (dx, dy) = loop {
            let (dx, dy) = spots.get(at);
            if cells.iter().all(|&(x, y)| !taken.contains(&(x + dx, y + dy))) {
                break (dx, dy);
            }
            at += 1;
        };
        taken.extend(cells.iter().map(|&(x, y)| (x + dx, y + dy)));
        let shift = Point { x: whole(dx) * CELL, y: whole(dy) * CELL };
        for place in &mut island.places {
            *place += shift;
        }
        tried.insert(cells, at + 1);
    }
}

impl Island {
    /// The cells that its nodes and links take.
    fn cells(&self, extents: &[Extent]) -> BTreeSet<(i64, i64)> {
        let mut cells = BTreeSet::new();
        let mut take = |place: Point, width: f64, height: f64| {
            for x in cell(place.x - width / 2.0 - MARGIN)..=cell(place.x + width / 2.0 + MARGIN) {
                for y in cell(place.y - height / 2.0 - MARGIN)..=cell(place.y + height / 2.0 + MARGIN) {
                    cells.insert((x, y));
                }
            }
        };
        for (local, (&node, &place)) in self.nodes.iter().zip(&self.places).enumerate() {
            take(place, extents[node].width, extents[node].height);
            for &other in self.links[local].iter().filter(|&&other| other > local) {
                let way = self.places[other] - place;
                let steps = (way.length() / CELL).ceil().max(1.0);
                let mut step = 1.0;
                while step < steps {
                    take(place + way * (step / steps), 0.0, 0.0);
                    step += 1.0;
                }
            }
        }
        cells
    }
}

/// Shifts in cells, those near the middle first.
#[derive(Default)]
struct Spots {
    known: Vec<(i64, i64)>,
    radius: i64,
}

impl Spots {
    fn get(&mut self, at: usize) -> (i64, i64) {
        loop {
            if let Some(&spot) = self.known.get(at) {
                return spot;
            }
            let inner = self.radius;
            self.radius = (inner * 2).max(16);
            let distance = |&(x, y): &(i64, i64)| {
                let (x, y) = (whole(x) / ASPECT, whole(y));
                x * x + y * y
            };
            let limit = |radius: i64| whole(radius) * whole(radius);
            let side = self.radius * 2;
            let mut ring: Vec<(i64, i64)> = (-side..=side)
                .flat_map(|x| (-side..=side).map(move |y| (x, y)))
                .filter(|spot| distance(spot) < limit(self.radius) && (inner == 0 || distance(spot) >= limit(inner)))
                .collect();
            ring.sort_by(|a, b| distance(a).total_cmp(&distance(b)).then(a.cmp(b)));
            self.known.extend(ring);
        }
    }
}

/// The cell that a coordinate lies in.
#[expect(
    clippy::cast_possible_truncation,
    reason = "pictures are far smaller than 2^53 cells, and more would only be cut"
)]
fn cell(coordinate: f64) -> i64 {
    (coordinate / CELL).floor() as i64
}

fn whole(n: i64) -> f64 {
    i32::try_from(n).map_or(f64::MAX, f64::from)
}

impl Point {
    /// How long the way is.
    pub fn length(self) -> f64 {
        (self.x * self.x + self.y * self.y).sqrt()
    }
}

impl Add for Point {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { x: self.x + other.x, y: self.y + other.y }
    }
}

impl Sub for Point {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self { x: self.x - other.x, y: self.y - other.y }
    }
}

impl Mul<f64> for Point {
    type Output = Self;
    fn mul(self, factor: f64) -> Self {
        Self { x: self.x * factor, y: self.y * factor }
    }
}

impl AddAssign for Point {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pairs of nodes that cover each other.
    fn covered(places: &[Point], extents: &[Extent]) -> usize {
        let mut count = 0;
        for a in 0..places.len() {
            for b in a + 1..places.len() {
                let way = places[b] - places[a];
                let wide = way.x.abs() < (extents[a].width + extents[b].width) * 0.5 - 0.5;
                count += usize::from(wide && way.y.abs() < (extents[a].height + extents[b].height) * 0.5 - 0.5);
            }
        }
        count
    }

    #[test]
    fn neighbours_are_near_and_nobody_is_covered() {
        // A ring of 30 nodes, a star of 20, ten pairs and five nodes alone.
        let mut edges: Vec<(usize, usize)> = (0..30).map(|n| (n, (n + 1) % 30)).collect();
        edges.extend((31..50).map(|n| (30, n)));
        edges.extend((0..10).map(|n| (50 + 2 * n, 51 + 2 * n)));
        let extents = vec![Extent { width: 90.0, height: 30.0 }; 75];
        let places = layout(&extents, &edges);
        assert_eq!(covered(&places, &extents), 0);
        let longest = edges.iter().map(|&(a, b)| (places[a] - places[b]).length()).fold(0.0, f64::max);
        assert!(longest < 450.0, "{longest}");
        assert!(places.iter().all(|place| place.x.is_finite() && place.y.abs() < 1500.0));
        edges.reverse();
        assert_eq!(layout(&extents, &edges), places, "the order of the edges does not matter");
    }

    #[test]
    fn odd_graphs() {
        assert_eq!(layout(&[], &[]), []);
        assert_eq!(layout(&[Extent::default()], &[(0, 0)]), [Point::default()]);
        let two = layout(&[Extent::default(); 2], &[(0, 1), (1, 0)]);
        assert!((two[0] - two[1]).length() > LENGTH * 0.3);
        let alone = layout(&[Extent::default(); 300], &[]);
        assert_eq!(covered(&alone, &[Extent { width: 50.0, height: 50.0 }; 300]), 0);
    }
}
