//! A sorted set of few members: vectors side by side, all in the order of the set.
//!
//! A search by score looks at scores alone, and one for a member at numbers of four bytes, several at a time. Members
//! of usual size take no heap block of their own.

use std::cmp::Ordering;
use std::ops::Range;

use smallvec::SmallVec;

use crate::value::skip_list::compare;

/// Room for a number and a time.
type Member = SmallVec<[u8; 32]>;

#[derive(Debug, Clone, Default)]
pub(super) struct Few {
    scores: Vec<f64>,
    /// A hash of each member.
    marks: Vec<u32>,
    members: Vec<Member>,
}

impl Few {
    pub(super) fn len(&self) -> usize {
        self.scores.len()
    }

    pub(super) fn score(&self, rank: usize) -> f64 {
        self.scores.get(rank).copied().unwrap_or_default()
    }

    /// The rank of a member, whose hash is `mark`.
    pub(super) fn find(&self, mark: u32, member: &[u8]) -> Option<usize> {
        /// Marks that the processor compares at once, or nearly.
        const GROUP: usize = 16;
        for (group, marks) in self.marks.chunks(GROUP).enumerate() {
            // Counting has no branches, and so becomes a few wide comparisons.
            if marks.iter().filter(|&&other| other == mark).count() == 0 {
                continue;
            }
            let first = group * GROUP;
            let mut same = (first..).zip(marks).filter(|&(_, &other)| other == mark);
            let is_it = |&(at, _): &(usize, &u32)| *self.members[at] == *member;
            if let Some((at, _)) = same.find(is_it) {
                return Some(at);
            }
        }
        None
    }

    /// Adds a member that is not there yet.
    pub(super) fn insert(&mut self, score: f64, mark: u32, member: &[u8]) {
        let is_before = |other_score: f64, other: &[u8]| {
            compare((other_score, other), (score, member)) == Ordering::Less
        };
        let at = self.count_while(is_before);
        self.scores.insert(at, score);
        self.marks.insert(at, mark);
        self.members.insert(at, Member::from_slice(member));
    }

    pub(super) fn remove(&mut self, ranks: Range<usize>) {
        self.scores.drain(ranks.clone());
        self.marks.drain(ranks.clone());
        self.members.drain(ranks);
    }

    /// How many members lie at the front for which `is_before` holds; it must not hold again after it
    /// has failed once.
    pub(super) fn count_while(&self, mut is_before: impl FnMut(f64, &[u8]) -> bool) -> usize {
        let mut is_before_at = |at: usize| is_before(self.scores[at], &self.members[at]);
        let Some(last) = self.len().checked_sub(1) else { return 0 };
        // Time grows, and what comes last or is too old lies at an end.
        if !is_before_at(0) {
            return 0;
        }
        if is_before_at(last) {
            return self.len();
        }
        let (mut before, mut behind) = (0, last);
        while before + 1 < behind {
            let middle = before.midpoint(behind);
            if is_before_at(middle) {
                before = middle;
            } else {
                behind = middle;
            }
        }
        behind
    }

    /// Members and scores with ranks in a range, which lies within the set.
    pub(super) fn range(
        &self,
        ranks: Range<usize>,
    ) -> impl DoubleEndedIterator<Item = (&[u8], f64)> {
        let scores = self.scores[ranks.clone()].iter();
        self.members[ranks].iter().zip(scores).map(|(member, score)| (member.as_slice(), *score))
    }
}
