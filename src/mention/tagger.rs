//! Finds names that no list has, with a model over characters.

use crate::chars::is_han;
use crate::sentence::{Pos, Sentence};

/// What is looked at: which groups of features.
#[derive(Clone, Copy, Debug)]
pub struct Groups {
    pub word: bool,
    pub people: bool,
    pub cluster: bool,
    pub lexicon: bool,
}

/// A hash built from numbers.
#[derive(Clone, Copy)]
pub struct Mix(u64);

impl Mix {
    pub fn new(kind: u32) -> Self {
        Self(u64::from(kind).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }
    pub fn with(self, value: u32) -> Self {
        Self((self.0.rotate_left(23) ^ u64::from(value)).wrapping_mul(0xd6e8_feb8_6659_fd93))
    }
    pub fn hash(self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

/// Knowledge from outside the corpus.
#[derive(Default)]
pub struct Knowledge {
    pub surname: std::collections::HashMap<u64, i8>,
    pub given: std::collections::HashMap<u32, [i8; 3]>,
    pub translit: std::collections::HashMap<u32, i8>,
    /// Clusters of words and character pairs, by hash.
    pub words: std::collections::HashMap<u64, [u16; 3]>,
    pub pairs: std::collections::HashMap<u64, [u16; 3]>,
    pub lexicon: std::collections::HashMap<u64, u8>,
}

/// A sentence as the model sees it.
#[derive(Default)]
pub struct Line {
    pub chars: Vec<u32>,
    pub class: Vec<u8>,
    /// Which token each character stands in.
    pub token: Vec<u32>,
    /// Position in the token: 0 single, 1 first, 2 inner, 3 last.
    pub place: Vec<u8>,
    pub tokens: Vec<Word>,
    pub name: Vec<[u8; 4]>,
    pub hits: Vec<[u8; 4]>,
    pub paircl: Vec<[u16; 3]>,
}

#[derive(Clone, Copy, Default)]
pub struct Word {
    pub hash: u32,
    pub pos: u8,
    pub clusters: [u16; 3],
    pub last: u32,
    pub len: u8,
}

const EDGE: u32 = 1;

pub fn text_hash(chars: &[u32]) -> u64 {
    chars.iter().fold(Mix::new(chars.len() as u32), |m, &c| m.with(c)).hash()
}

impl Line {
    pub fn new(sentence: &Sentence, k: &Knowledge, g: Groups) -> Self {
        let mut line = Self::default();
        for token in &sentence.tokens {
            let text = sentence.key.of(token.span);
            let from = line.chars.len();
            for c in text.chars() {
                let (c, class) = match c {
                    '0'..='9' => ('0', 2),
                    'a'..='z' | 'A'..='Z' => (c.to_ascii_lowercase(), 3),
                    _ if is_han(c) => (c, 1),
                    _ if c.is_alphabetic() => (c, 4),
                    _ => (c, 0),
                };
                line.chars.push(u32::from(c));
                line.class.push(class);
                line.token.push(line.tokens.len() as u32);
                line.place.push(2);
            }
            let to = line.chars.len();
            if to == from {
                continue;
            }
            line.place[from] = 1;
            line.place[to - 1] = 3;
            if to - from == 1 {
                line.place[from] = 0;
            }
            let hash = text_hash(&line.chars[from..to]);
            line.tokens.push(Word {
                hash: hash as u32,
                pos: pos_code(token.pos),
                clusters: if g.cluster { k.words.get(&hash).copied().unwrap_or_default() } else { [0; 3] },
                last: line.chars[to - 1],
                len: (to - from).min(5) as u8,
            });
        }
        let n = line.chars.len();
        line.name = vec![[0; 4]; n];
        if g.people {
            for at in 0..n {
                let mut role = |i: usize, slot: usize, v: i32| {
                    if i < n {
                        let v = (v.clamp(-30, 60) / 10 + 4) as u8;
                        let s = &mut line.name[i][slot];
                        *s = (*s).max(v);
                    }
                };
                let sur1 = k.surname.get(&text_hash(&line.chars[at..at + 1])).copied();
                let get = |i: usize| line.chars.get(i).and_then(|c| k.given.get(c)).copied().unwrap_or([-40; 3]);
                if let Some(s) = sur1 {
                    let s = i32::from(s);
                    if at + 1 < n && line.class[at + 1] == 1 {
                        let two = s + i32::from(get(at + 1)[2]);
                        role(at, 0, two);
                        role(at + 1, 1, two);
                        if at + 2 < n && line.class[at + 2] == 1 {
                            let three = s + i32::from(get(at + 1)[0]) + i32::from(get(at + 2)[1]);
                            role(at, 0, three);
                            role(at + 1, 2, three);
                            role(at + 2, 3, three);
                        }
                    }
                }
            }
        }
        line.paircl = vec![[0; 3]; n];
        if g.cluster {
            for at in 0..n.saturating_sub(1) {
                if let Some(&c) = k.pairs.get(&text_hash(&line.chars[at..at + 2])) {
                    line.paircl[at] = c;
                }
            }
        }
        line.hits = vec![[0; 4]; n];
        if g.lexicon && !k.lexicon.is_empty() {
            for at in 0..n {
                let mut m = Mix::new(0);
                let _ = &mut m;
                for len in (2..=12.min(n - at)).rev() {
                    if let Some(&class) = k.lexicon.get(&text_hash(&line.chars[at..at + len])) {
                        // slots: starts, inside, ends of longest
                        if line.hits[at][0] == 0 {
                            line.hits[at][0] = class;
                            line.hits[at][3] = line.hits[at][3].max(len as u8);
                            for i in at + 1..at + len - 1 {
                                if line.hits[i][1] == 0 {
                                    line.hits[i][1] = class;
                                }
                            }
                            if line.hits[at + len - 1][2] == 0 {
                                line.hits[at + len - 1][2] = class;
                            }
                        }
                        break;
                    }
                }
            }
        }
        line
    }

    pub fn features(&self, at: usize, g: Groups, out: &mut Vec<u64>) {
        let n = self.chars.len();
        let c = |d: isize| {
            let i = at as isize + d;
            if i < 0 || i >= n as isize { EDGE } else { self.chars[i as usize] }
        };
        let k = |d: isize| {
            let i = at as isize + d;
            if i < 0 || i >= n as isize { 9 } else { u32::from(self.class[i as usize]) }
        };
        let (m2, m1, c0, p1, p2) = (c(-2), c(-1), c(0), c(1), c(2));
        let mut kind = 0;
        let mut add = |values: &[u32]| {
            kind += 1;
            out.push(values.iter().fold(Mix::new(kind), |m, &v| m.with(v)).hash());
        };
        add(&[]);
        add(&[m2]);
        add(&[m1]);
        add(&[c0]);
        add(&[p1]);
        add(&[p2]);
        add(&[m2, m1]);
        add(&[m1, c0]);
        add(&[c0, p1]);
        add(&[p1, p2]);
        add(&[m1, p1]);
        add(&[m2, m1, c0]);
        add(&[m1, c0, p1]);
        add(&[c0, p1, p2]);
        add(&[p1, p2, c(3)]);
        add(&[c(-3), m2, m1]);
        add(&[k(-2), k(-1), k(0), k(1), k(2)]);
        if g.word {
            let t = self.token[at] as usize;
            let place = u32::from(self.place[at]);
            let w = |d: isize| {
                let i = t as isize + d;
                if i < 0 || i >= self.tokens.len() as isize {
                    Word { hash: EDGE, pos: 99, ..Word::default() }
                } else {
                    self.tokens[i as usize]
                }
            };
            let (wm, w0, wp) = (w(-1), w(0), w(1));
            let pos = |w: Word| u32::from(w.pos);
            add(&[place, w0.hash]);
            add(&[place, wm.hash]);
            add(&[place, wp.hash]);
            add(&[place, wm.hash, w0.hash]);
            add(&[place, w0.hash, wp.hash]);
            add(&[place, pos(w0), u32::from(w0.len)]);
            add(&[place, pos(wm), pos(w0)]);
            add(&[place, pos(w0), pos(wp)]);
            add(&[place, pos(wm), pos(w0), pos(wp)]);
            add(&[place, wp.last, pos(w0)]);
            add(&[place, wm.last, pos(w0)]);
            let (wq, wr) = (w(2), w(-2));
            add(&[place, wq.hash]);
            add(&[place, wr.hash]);
            add(&[place, wp.last, wq.last]);
            if g.cluster {
                for i in 0..3 {
                    add(&[place, u32::from(w0.clusters[i])]);
                    add(&[place, u32::from(wm.clusters[i])]);
                    add(&[place, u32::from(wp.clusters[i])]);
                }
                add(&[place, u32::from(wm.clusters[1]), u32::from(w0.clusters[1])]);
                add(&[place, u32::from(w0.clusters[1]), u32::from(wp.clusters[1])]);
                add(&[place, u32::from(wm.clusters[1]), u32::from(wp.clusters[1])]);
                add(&[place, u32::from(wm.clusters[0]), u32::from(w0.clusters[0]), u32::from(wp.clusters[0])]);
            }
        }
        if g.cluster {
            let p = |d: isize| {
                let i = at as isize + d;
                if i < 0 || i >= n as isize { [9999; 3] } else { self.paircl[i as usize] }
            };
            for i in 0..3 {
                add(&[u32::from(p(-1)[i])]);
                add(&[u32::from(p(0)[i])]);
            }
            add(&[u32::from(p(-2)[1])]);
            add(&[u32::from(p(1)[1])]);
            add(&[u32::from(p(-2)[1]), u32::from(p(0)[1])]);
            add(&[u32::from(p(-1)[1]), u32::from(p(1)[1])]);
            add(&[u32::from(p(-1)[0]), u32::from(p(0)[0])]);
        }
        if g.people {
            let name = self.name[at];
            for (slot, v) in name.into_iter().enumerate() {
                add(&[slot as u32, u32::from(v)]);
            }
            add(&[u32::from(name[0]), u32::from(name[1]), u32::from(name[2]), u32::from(name[3])]);
            add(&[u32::from(name[0]), m1]);
            let next = self.name.get(at + 1).copied().unwrap_or_default();
            add(&[1, u32::from(next[0]), u32::from(next[1]), u32::from(next[2]), u32::from(next[3])]);
        }
        if g.lexicon {
            let h = self.hits[at];
            add(&[u32::from(h[0]), u32::from(h[3].min(6))]);
            add(&[u32::from(h[1])]);
            add(&[u32::from(h[2])]);
            add(&[u32::from(h[0]), u32::from(h[1]), u32::from(h[2])]);
            add(&[u32::from(h[0]), u32::from(h[1]), u32::from(h[2]), m1]);
            add(&[u32::from(h[0]), u32::from(h[1]), u32::from(h[2]), p1]);
        }
    }
}

fn pos_code(pos: Pos) -> u8 {
    pos as u8
}
