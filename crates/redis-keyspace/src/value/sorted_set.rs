//! A sorted set: sorted vectors as long as it is small, then a skip list.

mod few;

use std::ops::Range;

use ahash::RandomState;
use ordered::ByteSet;
use snapshot::{FormatError, Reader, Writer};

use crate::settings::Thresholds;
use crate::value::skip_list::SkipList;

use few::Few;

/// Members with scores; none of them is NaN.
#[derive(Debug, Clone)]
pub(crate) struct SortedSet {
    members: Members,
    /// Bytes of all members together.
    size: usize,
    hasher: RandomState,
}

#[derive(Debug, Clone)]
enum Members {
    Few(Few),
    Many(SkipList),
}

impl SortedSet {
    pub(crate) fn new(hasher: &RandomState) -> Self {
        Self { members: Members::Few(Few::default()), size: 0, hasher: hasher.clone() }
    }

    /// A set of members that are in order already.
    pub(crate) fn from_sorted(
        hasher: &RandomState,
        members: &[(Vec<u8>, f64)],
        thresholds: &Thresholds,
    ) -> Self {
        let mut set = Self::new(hasher);
        let is_large = members.len() > thresholds.zset_len_max
            || members.iter().any(|(member, _)| member.len() > thresholds.zset_size_max);
        if is_large {
            set.grow_up();
        }
        for (member, score) in members {
            set.insert(member, *score, thresholds);
        }
        set
    }

    pub(crate) fn len(&self) -> usize {
        match &self.members {
            Members::Few(members) => members.len(),
            Members::Many(members) => members.len(),
        }
    }

    /// Bytes of all members together.
    pub(crate) fn content_size(&self) -> usize {
        self.size
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn score(&self, member: &[u8]) -> Option<f64> {
        match &self.members {
            Members::Few(members) => {
                let at = members.find(self.mark(member), member)?;
                Some(members.score(at))
            }
            Members::Many(members) => members.score(member),
        }
    }

    /// Sets the score of a member, new or not.
    pub(crate) fn insert(&mut self, member: &[u8], score: f64, thresholds: &Thresholds) {
        let mark = self.mark(member);
        match &mut self.members {
            Members::Few(members) => {
                match members.find(mark, member) {
                    Some(at) => members.remove(at..at + 1),
                    None => self.size += member.len(),
                }
                // A listpack keeps whole scores as integers, and so loses the sign of -0.
                members.insert(score + 0.0, mark, member);
                if members.len() > thresholds.zset_len_max
                    || member.len() > thresholds.zset_size_max
                {
                    self.grow_up();
                }
            }
            Members::Many(members) => {
                if !members.remove(member) {
                    self.size += member.len();
                }
                members.insert(member, score);
            }
        }
    }

    /// Answers whether the member was there.
    pub(crate) fn remove(&mut self, member: &[u8]) -> bool {
        let mark = self.mark(member);
        let was_there = match &mut self.members {
            Members::Few(members) => {
                let at = members.find(mark, member);
                at.map(|at| members.remove(at..at + 1)).is_some()
            }
            Members::Many(members) => members.remove(member),
        };
        if was_there {
            self.size -= member.len();
        }
        was_there
    }

    /// Removes the members with ranks in a range, which lies within the set.
    pub(crate) fn remove_ranks(&mut self, ranks: Range<usize>) {
        match &mut self.members {
            Members::Few(members) => {
                let doomed = members.range(ranks.clone()).map(|(member, _)| member.len());
                self.size -= doomed.sum::<usize>();
                members.remove(ranks);
            }
            Members::Many(members) => {
                let doomed = members.ascending(ranks.start).take(ranks.len());
                let doomed: Vec<Box<[u8]>> = doomed.map(|(member, _)| member.into()).collect();
                for member in doomed {
                    self.size -= member.len();
                    members.remove(&member);
                }
            }
        }
    }

    /// The rank of a member, counted from the lowest.
    pub(crate) fn rank(&self, member: &[u8]) -> Option<usize> {
        match &self.members {
            Members::Few(members) => members.find(self.mark(member), member),
            Members::Many(members) => Some(members.count_before(members.score(member)?, member)),
        }
    }

    /// How many members lie at the front for which `is_before` holds; it must not hold again after it
    /// has failed once.
    pub(crate) fn count_while(&self, is_before: impl FnMut(f64, &[u8]) -> bool) -> usize {
        match &self.members {
            Members::Few(members) => members.count_while(is_before),
            Members::Many(members) => members.count_while(is_before),
        }
    }

    /// The members with ranks from `start` up to but without `end`, upwards.
    pub(crate) fn ascending(
        &self,
        start: usize,
        end: usize,
    ) -> Box<dyn Iterator<Item = (&[u8], f64)> + '_> {
        let end = end.min(self.len());
        let start = start.min(end);
        match &self.members {
            Members::Few(members) => Box::new(members.range(start..end)),
            Members::Many(members) => Box::new(members.ascending(start).take(end - start)),
        }
    }

    /// The same members, downwards.
    pub(crate) fn descending(
        &self,
        start: usize,
        end: usize,
    ) -> Box<dyn Iterator<Item = (&[u8], f64)> + '_> {
        let end = end.min(self.len());
        let start = start.min(end);
        match &self.members {
            Members::Few(members) => Box::new(members.range(start..end).rev()),
            // An empty range may end at 0, before which there is nothing.
            Members::Many(members) => {
                Box::new(members.descending(end.saturating_sub(1)).take(end - start))
            }
        }
    }

    pub(crate) fn iter(&self) -> Box<dyn Iterator<Item = (&[u8], f64)> + '_> {
        self.ascending(0, self.len())
    }

    /// Shows members from `cursor` on, where 0 is the beginning, `count` of a large set. Answers the cursor
    /// to go on with; 0 at the end.
    ///
    /// Members are shown in no particular order, one that stays all the time exactly once.
    pub(crate) fn scan<'a>(
        &'a self,
        cursor: u64,
        count: usize,
        mut show: impl FnMut(&'a [u8], f64),
    ) -> u64 {
        match &self.members {
            Members::Few(members) => {
                for (member, score) in members.range(0..members.len()) {
                    show(member, score);
                }
                0
            }
            Members::Many(members) => members.scan(cursor, count, show),
        }
    }

    pub(crate) fn hasher(&self) -> &RandomState {
        &self.hasher
    }

    pub(crate) fn encoding(&self) -> &'static str {
        match &self.members {
            Members::Few(_) => "listpack",
            Members::Many(_) => "skiplist",
        }
    }

    pub(crate) fn save(&self, out: &mut Writer) {
        match &self.members {
            Members::Few(members) => {
                out.flag(true);
                out.len(members.len());
                for (member, score) in members.range(0..members.len()) {
                    out.double(score);
                    out.bytes(member);
                }
            }
            Members::Many(members) => {
                out.flag(false);
                members.save(out);
            }
        }
    }

    pub(crate) fn load(input: &mut Reader<'_>, hasher: &RandomState) -> Result<Self, FormatError> {
        let members = if input.flag()? {
            let mut members: Vec<(f64, &[u8])> = Vec::new();
            for _ in 0..input.count(9)? {
                let (score, member) = (input.double()?, input.bytes()?);
                input.check(!score.is_nan(), "a score that is no number")?;
                let is_next = members.last().is_none_or(|(last_score, last)| {
                    crate::value::skip_list::compare((*last_score, *last), (score, member)).is_lt()
                });
                input.check(is_next, "members out of order")?;
                members.push((score, member));
            }
            let mut names = ByteSet::default();
            let are_different = members.iter().all(|(_, member)| names.insert(*member));
            input.check(are_different, "a member that is there twice")?;
            let mut few = Few::default();
            for (score, member) in members {
                few.insert(score, (hasher.hash_one(member) >> 32) as u32, member);
            }
            Members::Few(few)
        } else {
            Members::Many(SkipList::load(input, hasher)?)
        };
        let mut set = Self { members, size: 0, hasher: hasher.clone() };
        set.size = set.iter().map(|(member, _)| member.len()).sum();
        Ok(set)
    }

    /// Makes this a skip list.
    pub(crate) fn grow_up(&mut self) {
        let Members::Few(few) = &self.members else { return };
        let mut many = SkipList::new(&self.hasher);
        for (member, score) in few.range(0..few.len()) {
            many.insert(member, score);
        }
        self.members = Members::Many(many);
    }

    /// What tells most members apart.
    fn mark(&self, member: &[u8]) -> u32 {
        // The choice must be one and the same on every machine.
        (self.hasher.hash_one(member) >> 32) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::skip_list::compare;
    use proptest::prelude::*;

    proptest! {
        /// Both encodings and a plain sorted vector agree about order, ranks and ranges.
        #[test]
        fn both_equal_a_sorted_vector(
            steps in proptest::collection::vec((0_u8..5, 0_u16..300, -20_i8..20), 1..600),
            is_large in any::<bool>(),
        ) {
            let hasher = RandomState::with_seeds(1, 2, 3, 4);
            let thresholds = Thresholds { zset_len_max: usize::MAX, ..Thresholds::default() };
            let mut set = SortedSet::new(&hasher);
            if is_large {
                set.grow_up();
            }
            let mut model: Vec<(f64, Vec<u8>)> = Vec::new();
            for (kind, member, score) in steps {
                let member = member.to_string().into_bytes();
                model.retain(|(_, other)| *other != member);
                if kind == 0 {
                    set.remove(&member);
                } else {
                    set.insert(&member, f64::from(score), &thresholds);
                    model.push((f64::from(score), member));
                }
                model.sort_by(|a, b| compare((a.0, &a.1), (b.0, &b.1)));
                if kind == 1 {
                    let below = f64::from(score) - 15.0;
                    let count = set.count_while(|score, _| score < below);
                    prop_assert_eq!(count, model.iter().filter(|(score, _)| *score < below).count());
                    set.remove_ranks(0..count);
                    model.drain(..count);
                }
            }
            prop_assert_eq!(set.len(), model.len());
            prop_assert_eq!(set.content_size(), model.iter().map(|(_, m)| m.len()).sum::<usize>());
            prop_assert_eq!(set.encoding(), if is_large { "skiplist" } else { "listpack" });
            let all: Vec<_> = set.iter().map(|(m, s)| (s, m.to_vec())).collect();
            prop_assert_eq!(&all, &model);
            let mut down: Vec<_> = set.descending(0, model.len()).map(|(m, s)| (s, m.to_vec())).collect();
            down.reverse();
            prop_assert_eq!(&down, &model);
            for (rank, (score, member)) in model.iter().enumerate() {
                prop_assert_eq!(set.rank(member), Some(rank));
                prop_assert_eq!(set.score(member), Some(*score));
                let from_here = set.ascending(rank, rank + 3).map(|(m, _)| m.to_vec()).collect::<Vec<_>>();
                let expected = model[rank..(rank + 3).min(model.len())].iter().map(|(_, m)| m.clone());
                prop_assert_eq!(from_here, expected.collect::<Vec<_>>());
            }
        }
    }
}
