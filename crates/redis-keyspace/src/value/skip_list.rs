//! Members in the order of score, then bytes, with the rank of each in O(log n).
//!
//! A skip list whose nodes lie in one vector and name each other by index. Each link knows how many
//! steps of the lowest level it spans, so the spans along a path add up to a rank.
//!
//! ```text
//! level 1   head ------- 2 -------> b ----------- 3 ----------> end
//! level 0   head - 1 -> a - 1 -> b - 1 -> c - 1 -> d - 1 -> end
//! ```

use std::cmp::Ordering;

use ahash::RandomState;
use smallvec::SmallVec;
use snapshot::{FormatError, Reader, Writer};

use crate::index::HashIndex;
use crate::limits::SKIP_LIST_LEVELS_MAX;
use crate::random::Random;

/// The end of a level, and what the first node has before it.
const NONE: u32 = u32::MAX;

#[derive(Debug, Clone)]
pub(crate) struct SkipList {
    nodes: Vec<Node>,
    /// Nodes that are not in use.
    free: Vec<u32>,
    /// Links of the head, one per level in use.
    head: Vec<Link>,
    last: u32,
    len: usize,
    index: HashIndex,
    hasher: RandomState,
    heights: Random,
}

#[derive(Debug, Clone)]
struct Node {
    score: f64,
    member: Box<[u8]>,
    previous: u32,
    links: SmallVec<[Link; 2]>,
}

#[derive(Debug, Clone, Copy)]
struct Link {
    next: u32,
    /// Steps of level 0 from here to `next`; to the end it is not kept.
    span: u32,
    /// The score of `next`, so that passing it by does not touch it.
    score: f64,
}

const LINK_TO_END: Link = Link { next: NONE, span: 0, score: f64::INFINITY };

/// A place between two nodes: for each level the last node before it (`NONE` for the head), and how many
/// nodes come before the end of that node.
struct Path {
    nodes: [u32; SKIP_LIST_LEVELS_MAX],
    ranks: [u32; SKIP_LIST_LEVELS_MAX],
}

/// The order of a sorted set: by score, then by the bytes of the member.
pub(crate) fn compare(left: (f64, &[u8]), right: (f64, &[u8])) -> Ordering {
    left.0.partial_cmp(&right.0).unwrap_or(Ordering::Equal).then_with(|| left.1.cmp(right.1))
}

/// Puts members in the order that [`SortedSet::from_sorted`](super::SortedSet::from_sorted) expects.
// One copy of the sort for all who make sorted sets.
#[inline(never)]
pub(crate) fn sort_members(members: &mut [(Vec<u8>, f64)]) {
    ordered::sort_by(members, |(a, a_score), (b, b_score)| compare((*a_score, a), (*b_score, b)));
}

fn existing(id: u32) -> Option<u32> {
    (id != NONE).then_some(id)
}

impl SkipList {
    pub(crate) fn new(hasher: &RandomState) -> Self {
        Self {
            nodes: Vec::new(),
            free: Vec::new(),
            head: vec![LINK_TO_END],
            last: NONE,
            len: 0,
            index: HashIndex::default(),
            hasher: hasher.clone(),
            heights: Random::new(hasher.hash_one(0)),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn score(&self, member: &[u8]) -> Option<f64> {
        self.find(member).map(|id| self.nodes[id as usize].score)
    }

    /// Adds a member that is not there yet.
    pub(crate) fn insert(&mut self, member: &[u8], score: f64) {
        let height = self.random_height();
        while self.head.len() < height {
            self.head.push(LINK_TO_END);
        }
        let path = self.path_to(score, member);
        let id = self.allocate(Node {
            score,
            member: member.into(),
            previous: path.nodes[0],
            links: SmallVec::new(),
        });
        let rank = path.ranks[0];
        for level in 0..self.head.len() {
            let before = path.nodes[level];
            let steps = rank - path.ranks[level];
            let link = self.link_mut(before, level);
            let old = *link;
            if level < height {
                *link = Link { next: id, span: steps + 1, score };
                // A span to the end wraps and is never read.
                let span = old.span.wrapping_sub(steps);
                self.nodes[id as usize].links.push(Link { span, ..old });
            } else {
                link.span = old.span.wrapping_add(1);
            }
        }
        match self.nodes[id as usize].links[0].next {
            NONE => self.last = id,
            next => self.nodes[next as usize].previous = id,
        }
        self.index.insert(self.hash(member), id);
        self.len += 1;
    }

    /// Answers whether the member was there.
    pub(crate) fn remove(&mut self, member: &[u8]) -> bool {
        let Some(id) = self.find(member) else { return false };
        let score = self.nodes[id as usize].score;
        let path = self.path_to(score, member);
        let links = std::mem::take(&mut self.nodes[id as usize].links);
        for level in 0..self.head.len() {
            let link = self.link_mut(path.nodes[level], level);
            if let Some(own) = links.get(level) {
                let span = link.span.wrapping_add(own.span).wrapping_sub(1);
                *link = Link { span, ..*own };
            } else {
                link.span = link.span.wrapping_sub(1);
            }
        }
        let previous = self.nodes[id as usize].previous;
        match links.first().map_or(NONE, |link| link.next) {
            NONE => self.last = previous,
            next => self.nodes[next as usize].previous = previous,
        }
        while self.head.len() > 1 && self.head[self.head.len() - 1].next == NONE {
            self.head.pop();
        }
        self.index.remove(self.hash(member), id);
        self.nodes[id as usize].member = Box::default();
        self.free.push(id);
        self.len -= 1;
        true
    }

    /// How many members lie at the front for which `is_before` holds; it must not hold again after it
    /// has failed once.
    pub(crate) fn count_while(&self, mut is_before: impl FnMut(f64, &[u8]) -> bool) -> usize {
        let path = self.path(|score, id| is_before(score, &self.nodes[id as usize].member));
        path.ranks[0] as usize
    }

    /// How many members lie before this place.
    pub(crate) fn count_before(&self, score: f64, member: &[u8]) -> usize {
        self.path_to(score, member).ranks[0] as usize
    }

    /// The members from rank `start` (0 is the lowest) upwards.
    pub(crate) fn ascending(&self, start: usize) -> impl Iterator<Item = (&[u8], f64)> {
        let first = self.at(start);
        std::iter::successors(first, |&id| existing(self.nodes[id as usize].links[0].next))
            .map(|id| self.entry(id))
    }

    /// The members from rank `start` (0 is the lowest) downwards.
    pub(crate) fn descending(&self, start: usize) -> impl Iterator<Item = (&[u8], f64)> {
        let first = self.at(start);
        std::iter::successors(first, |&id| existing(self.nodes[id as usize].previous))
            .map(|id| self.entry(id))
    }

    /// Shows up to `count` members from the node numbered `cursor` on. Answers where to go on; 0 at the end.
    ///
    /// Nodes stay where they are, so a member that is there all the time is shown exactly once.
    pub(crate) fn scan<'a>(
        &'a self,
        cursor: u64,
        count: usize,
        mut show: impl FnMut(&'a [u8], f64),
    ) -> u64 {
        let mut left = count;
        let from = usize::try_from(cursor).unwrap_or(usize::MAX).min(self.nodes.len());
        for (at, node) in self.nodes.iter().enumerate().skip(from) {
            // A node that is not in use has no links.
            if node.links.is_empty() {
                continue;
            }
            if left == 0 {
                return at as u64;
            }
            left -= 1;
            show(&node.member, node.score);
        }
        0
    }

    /// Writes the members node by node: a scan goes by them.
    pub(crate) fn save(&self, out: &mut Writer) {
        out.len(self.nodes.len());
        for node in &self.nodes {
            let is_used = !node.links.is_empty();
            out.option(is_used.then_some(node), |out, node| {
                out.double(node.score);
                out.bytes(&node.member);
            });
        }
        self.free.iter().for_each(|&id| out.number(id.into()));
    }

    /// Reads what [`Self::save`] wrote, from bytes that may be anything.
    pub(crate) fn load(input: &mut Reader<'_>, hasher: &RandomState) -> Result<Self, FormatError> {
        let mut list = Self::new(hasher);
        let count = input.count(1)?;
        let mut is_free = Vec::new();
        for id in 0..count {
            let unused =
                Node { score: 0.0, member: Box::default(), previous: NONE, links: SmallVec::new() };
            list.nodes.push(unused);
            let is_used = input.flag()?;
            is_free.push(!is_used);
            if is_used {
                let (score, member) = (input.double()?, input.bytes()?);
                input.check(!score.is_nan(), "a score that is no number")?;
                input.check(list.score(member).is_none(), "a member that is there twice")?;
                list.free.push(id as u32);
                list.insert(member, score);
            }
        }
        for _ in 0..count - list.len {
            let id = input.below(count, "a node that is not there")?;
            let was_free = is_free.get_mut(id).is_some_and(std::mem::take);
            input.check(was_free, "a node that is free twice")?;
            list.free.push(id as u32);
        }
        Ok(list)
    }

    /// The node with rank `rank`.
    fn at(&self, rank: usize) -> Option<u32> {
        if rank >= self.len {
            return None;
        }
        if rank + 1 == self.len {
            return existing(self.last);
        }
        let mut id = NONE;
        let mut passed = 0;
        for level in (0..self.head.len()).rev() {
            loop {
                let link = self.link(id, level);
                if link.next == NONE || passed + link.span as usize > rank + 1 {
                    break;
                }
                passed += link.span as usize;
                id = link.next;
            }
        }
        existing(id)
    }

    /// The path to the place of a member with this score, there or not.
    fn path_to(&self, score: f64, member: &[u8]) -> Path {
        self.path(|other, id| match other.partial_cmp(&score) {
            Some(Ordering::Less) => true,
            Some(Ordering::Greater) => false,
            _ => *self.nodes[id as usize].member < *member,
        })
    }

    /// The path to the place behind all nodes for whose score and number `is_before` holds.
    fn path(&self, mut is_before: impl FnMut(f64, u32) -> bool) -> Path {
        let mut path =
            Path { nodes: [NONE; SKIP_LIST_LEVELS_MAX], ranks: [0; SKIP_LIST_LEVELS_MAX] };
        let mut id = NONE;
        let mut rank = 0;
        for level in (0..self.head.len()).rev() {
            loop {
                let link = self.link(id, level);
                if link.next == NONE || !is_before(link.score, link.next) {
                    break;
                }
                rank += link.span;
                id = link.next;
            }
            path.nodes[level] = id;
            path.ranks[level] = rank;
        }
        path
    }

    fn find(&self, member: &[u8]) -> Option<u32> {
        self.index.find(self.hash(member), |id| *self.nodes[id as usize].member == *member)
    }

    fn entry(&self, id: u32) -> (&[u8], f64) {
        let node = &self.nodes[id as usize];
        (&node.member, node.score)
    }

    fn link(&self, id: u32, level: usize) -> Link {
        if id == NONE { self.head[level] } else { self.nodes[id as usize].links[level] }
    }

    fn link_mut(&mut self, id: u32, level: usize) -> &mut Link {
        if id == NONE { &mut self.head[level] } else { &mut self.nodes[id as usize].links[level] }
    }

    fn allocate(&mut self, node: Node) -> u32 {
        if let Some(id) = self.free.pop() {
            self.nodes[id as usize] = node;
            return id;
        }
        self.nodes.push(node);
        (self.nodes.len() - 1) as u32
    }

    /// Each level is there for a quarter of the nodes of the level below.
    fn random_height(&mut self) -> usize {
        let quarters = self.heights.next().trailing_zeros() as usize / 2;
        (quarters + 1).min(SKIP_LIST_LEVELS_MAX)
    }

    fn hash(&self, member: &[u8]) -> u32 {
        (self.hasher.hash_one(member) >> 32) as u32
    }
}
