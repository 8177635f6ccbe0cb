//! A set: sorted integers as long as all members are integers and few, else byte strings.
//!
//! Redis walks a set of integers in ascending order, which scripts see; any other set in the order of
//! its secret hash function, where ours keeps the order of insertion.

use std::borrow::Cow;

use ahash::RandomState;
use resp::number::parse_i64;
use snapshot::{FormatError, Reader, Writer};

use crate::dict::Dict;
use crate::random::Random;
use crate::settings::Thresholds;

#[derive(Debug, Clone)]
pub(crate) struct Set {
    members: Members,
    hasher: RandomState,
}

#[derive(Debug, Clone)]
enum Members {
    /// Ascending.
    Integers(Vec<i64>),
    Bytes(Dict<()>),
}

/// The spelling of a number as a member.
fn format_integer(number: i64) -> Vec<u8> {
    let mut text = Vec::with_capacity(20);
    resp::number::put_i64(number, &mut text);
    text
}

impl Set {
    pub(crate) fn new(hasher: &RandomState) -> Self {
        Self { members: Members::Integers(Vec::new()), hasher: hasher.clone() }
    }

    pub(crate) fn len(&self) -> usize {
        match &self.members {
            Members::Integers(numbers) => numbers.len(),
            Members::Bytes(members) => members.len(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of all members together.
    pub(crate) fn content_size(&self) -> usize {
        match &self.members {
            Members::Integers(numbers) => size_of_val(numbers.as_slice()),
            Members::Bytes(members) => members.keys_size(),
        }
    }

    /// The members as long as they are kept as integers, ascending.
    pub(crate) fn integers(&self) -> Option<&[i64]> {
        match &self.members {
            Members::Integers(numbers) => Some(numbers),
            Members::Bytes(_) => None,
        }
    }

    pub(crate) fn contains(&self, member: &[u8]) -> bool {
        match &self.members {
            Members::Integers(numbers) => {
                parse_i64(member).is_some_and(|number| numbers.binary_search(&number).is_ok())
            }
            Members::Bytes(members) => members.contains(member),
        }
    }

    /// Answers whether the member is new.
    pub(crate) fn insert(&mut self, member: &[u8], thresholds: &Thresholds) -> bool {
        if let Members::Integers(numbers) = &mut self.members {
            if let Some(number) = parse_i64(member) {
                let Err(at) = numbers.binary_search(&number) else { return false };
                numbers.insert(at, number);
                if numbers.len() > thresholds.intset_len_max {
                    self.leave_integers();
                }
                return true;
            }
            self.leave_integers();
        }
        match &mut self.members {
            Members::Bytes(members) if !members.contains(member) => {
                members.insert(member, ());
                true
            }
            _ => false,
        }
    }

    /// Answers whether the member was there.
    pub(crate) fn remove(&mut self, member: &[u8]) -> bool {
        match &mut self.members {
            Members::Integers(numbers) => {
                let at = parse_i64(member).and_then(|number| numbers.binary_search(&number).ok());
                at.map(|at| numbers.remove(at)).is_some()
            }
            Members::Bytes(members) => {
                let Some(slot) = members.find(member) else { return false };
                members.remove(slot);
                members.tidy();
                true
            }
        }
    }

    pub(crate) fn iter(&self) -> Box<dyn Iterator<Item = Cow<'_, [u8]>> + '_> {
        match &self.members {
            Members::Integers(numbers) => {
                Box::new(numbers.iter().map(|&number| Cow::Owned(format_integer(number))))
            }
            Members::Bytes(members) => {
                Box::new(members.iter().map(|(member, ())| Cow::Borrowed(member)))
            }
        }
    }

    pub(crate) fn random(&self, random: &mut Random) -> Option<Cow<'_, [u8]>> {
        match &self.members {
            Members::Integers(numbers) => numbers
                .get(random.below(numbers.len()))
                .map(|&number| Cow::Owned(format_integer(number))),
            Members::Bytes(members) => {
                members.random(random).and_then(|slot| members.key(slot)).map(Cow::Borrowed)
            }
        }
    }

    pub(crate) fn scan<'a>(
        &'a self,
        cursor: u64,
        count: usize,
        mut show: impl FnMut(Cow<'a, [u8]>),
    ) -> u64 {
        match &self.members {
            Members::Integers(numbers) => {
                for &number in numbers {
                    show(Cow::Owned(format_integer(number)));
                }
                0
            }
            Members::Bytes(members) => {
                members.scan(cursor, count, |member, ()| show(Cow::Borrowed(member)))
            }
        }
    }

    pub(crate) fn save(&self, out: &mut Writer) {
        match &self.members {
            Members::Integers(numbers) => {
                out.flag(true);
                out.len(numbers.len());
                for &number in numbers {
                    out.signed(number);
                }
            }
            Members::Bytes(members) => {
                out.flag(false);
                members.save(out, |_, ()| ());
            }
        }
    }

    pub(crate) fn load(input: &mut Reader<'_>, hasher: &RandomState) -> Result<Self, FormatError> {
        let members = if input.flag()? {
            let mut numbers: Vec<i64> = Vec::new();
            for _ in 0..input.count(1)? {
                let number = input.signed()?;
                let is_next = numbers.last().is_none_or(|&last| last < number);
                input.check(is_next, "integers out of order")?;
                numbers.push(number);
            }
            Members::Integers(numbers)
        } else {
            Members::Bytes(Dict::load(input, hasher, |_| Ok(()))?)
        };
        Ok(Self { members, hasher: hasher.clone() })
    }

    pub(crate) fn encoding(&self) -> &'static str {
        match &self.members {
            Members::Integers(_) => "intset",
            Members::Bytes(_) => "hashtable",
        }
    }

    fn leave_integers(&mut self) {
        let Members::Integers(numbers) = &self.members else { return };
        let mut members = Dict::new(&self.hasher);
        for &number in numbers {
            members.insert(itoa::Buffer::new().format(number).as_bytes(), ());
        }
        self.members = Members::Bytes(members);
    }
}
