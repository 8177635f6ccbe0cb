//! A sorted set: a sorted vector as long as it is small, then a skip list.

use std::cmp::Ordering;

use ahash::RandomState;
use snapshot::{FormatError, Reader, Writer};

use crate::settings::Thresholds;
use crate::value::skip_list::{SkipList, compare};

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
    /// In order.
    Few(Vec<(f64, Box<[u8]>)>),
    Many(SkipList),
}

impl SortedSet {
    pub(crate) fn new(hasher: &RandomState) -> Self {
        Self { members: Members::Few(Vec::new()), size: 0, hasher: hasher.clone() }
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
                members.iter().find(|(_, other)| **other == *member).map(|(score, _)| *score)
            }
            Members::Many(members) => members.score(member),
        }
    }

    /// Sets the score of a member, new or not.
    pub(crate) fn insert(&mut self, member: &[u8], score: f64, thresholds: &Thresholds) {
        self.remove(member);
        self.size += member.len();
        match &mut self.members {
            Members::Few(members) => {
                // A listpack keeps whole scores as integers, and so loses the sign of -0.
                let score = score + 0.0;
                let at = members.partition_point(|(other_score, other)| {
                    compare((*other_score, other), (score, member)) == Ordering::Less
                });
                members.insert(at, (score, member.into()));
                if members.len() > thresholds.zset_len_max
                    || member.len() > thresholds.zset_size_max
                {
                    self.grow_up();
                }
            }
            Members::Many(members) => members.insert(member, score),
        }
    }

    /// Answers whether the member was there.
    pub(crate) fn remove(&mut self, member: &[u8]) -> bool {
        let was_there = match &mut self.members {
            Members::Few(members) => {
                let at = members.iter().position(|(_, other)| **other == *member);
                at.map(|at| members.remove(at)).is_some()
            }
            Members::Many(members) => members.remove(member),
        };
        if was_there {
            self.size -= member.len();
        }
        was_there
    }

    /// The rank of a member, counted from the lowest.
    pub(crate) fn rank(&self, member: &[u8]) -> Option<usize> {
        let place = (self.score(member)?, member);
        Some(match &self.members {
            Members::Few(members) => members.partition_point(|(score, other)| {
                compare((*score, other), place) == Ordering::Less
            }),
            Members::Many(members) => members.count_before(place.0, place.1),
        })
    }

    /// How many members lie at the front for which `is_before` holds; it must not hold again after it
    /// has failed once.
    pub(crate) fn count_while(&self, mut is_before: impl FnMut(f64, &[u8]) -> bool) -> usize {
        match &self.members {
            Members::Few(members) => {
                members.partition_point(|(score, member)| is_before(*score, member))
            }
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
            Members::Few(members) => {
                Box::new(members[start..end].iter().map(|(score, member)| (&**member, *score)))
            }
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
            Members::Few(members) => Box::new(
                members[start..end].iter().rev().map(|(score, member)| (&**member, *score)),
            ),
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
                for (score, member) in members {
                    show(member, *score);
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
                for (score, member) in members {
                    out.double(*score);
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
            let mut members: Vec<(f64, Box<[u8]>)> = Vec::new();
            for _ in 0..input.count(9)? {
                let (score, member) = (input.double()?, input.bytes()?);
                input.check(!score.is_nan(), "a score that is no number")?;
                let is_next = members.last().is_none_or(|(last_score, last)| {
                    compare((*last_score, last), (score, member)) == Ordering::Less
                });
                input.check(is_next, "members out of order")?;
                members.push((score, member.into()));
            }
            let mut names: Vec<&[u8]> = members.iter().map(|(_, member)| &**member).collect();
            names.sort_unstable();
            names.dedup();
            input.check(names.len() == members.len(), "a member that is there twice")?;
            Members::Few(members)
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
        for (score, member) in few {
            many.insert(member, *score);
        }
        self.members = Members::Many(many);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The skip list and a plain sorted vector agree about order, ranks and ranges.
        #[test]
        fn skip_list_equals_sorted_vector(
            steps in proptest::collection::vec((0_u8..4, 0_u16..300, -20_i8..20), 1..600),
        ) {
            let hasher = RandomState::with_seeds(1, 2, 3, 4);
            let mut set = SortedSet::new(&hasher);
            set.grow_up();
            let mut model: Vec<(f64, Vec<u8>)> = Vec::new();
            for (kind, member, score) in steps {
                let member = member.to_string().into_bytes();
                model.retain(|(_, other)| *other != member);
                if kind == 0 {
                    set.remove(&member);
                } else {
                    set.insert(&member, f64::from(score), &Thresholds::default());
                    model.push((f64::from(score), member));
                }
                model.sort_by(|a, b| compare((a.0, &a.1), (b.0, &b.1)));
            }
            prop_assert_eq!(set.len(), model.len());
            prop_assert_eq!(set.content_size(), model.iter().map(|(_, m)| m.len()).sum::<usize>());
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
