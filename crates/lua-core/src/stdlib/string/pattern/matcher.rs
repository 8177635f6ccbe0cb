//! The matching loop.
//!
//! On the way forward each op moves `at` or fails. A failure takes the newest [`Choice`], moves it one step on, and goes
//! forward again from the op after it.

use smallvec::SmallVec;
use std::ops::Range;

use super::{After, Capture, CaptureKind, First, Item, MatchError, Op, Pattern, PatternError};
use crate::stdlib::string::meter::{Meter, Stop};

/// Ops tried, or bytes walked over, for one unit of fuel.
const STEPS_PER_UNIT: usize = 32;
/// Steps that may pass before the meter is asked.
const STEPS_UNCHARGED_MAX: usize = 1024;
/// Bytes of a run or of a search for the next place to start that are walked over before the meter is asked.
const RUN_MAX: usize = 64 * STEPS_UNCHARGED_MAX;
/// Bytes that a search for a single byte looks at in one step.
const SEARCHED_BYTES_PER_STEP: usize = 8;

/// A place to come back to. The repetition at `op` can still end anywhere in `low..at` when it is greedy, at `at` or later
/// when it is lazy, and at `at` when it is optional.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    op: usize,
    low: usize,
    at: usize,
}

/// Matches one [`Pattern`] against one subject, again and again.
///
/// # Fuel
/// One unit per 32 steps: an op that is tried or a byte that a repetition walks over. Less than one unit's worth is carried to
/// the next match of the same matcher.
#[derive(Debug)]
pub struct Matcher<'a> {
    subject: &'a [u8],
    pattern: &'a Pattern,
    captures: SmallVec<[Range<usize>; 4]>,
    choices: SmallVec<[Choice; 6]>,
    steps: usize,
}

impl<'a> Matcher<'a> {
    /// A matcher of `pattern` in `subject`, which must be the whole subject even when the search begins later: `%f` looks
    /// back.
    pub fn new(subject: &'a [u8], pattern: &'a Pattern) -> Self {
        Self {
            subject,
            pattern,
            captures: SmallVec::from_elem(0..0, pattern.captures.len()),
            choices: SmallVec::new(),
            steps: 0,
        }
    }

    /// The first match that begins at `from` or later, or exactly there when the pattern is anchored.
    ///
    /// # Errors
    /// [`MatchError::Pattern`] when a malformed part of the pattern is reached, [`MatchError::Stop`] when the meter says so.
    pub fn search(
        &mut self,
        from: usize,
        meter: &mut impl Meter,
    ) -> Result<Option<Range<usize>>, MatchError> {
        let mut start = from;
        let found = loop {
            if !self.pattern.anchored {
                match self.next_start(start, meter)? {
                    Some(next) => start = next,
                    None => break None,
                }
            }
            if let Some(end) = self.run(start, meter)? {
                break Some(start..end);
            }
            if self.pattern.anchored || start >= self.subject.len() {
                break None;
            }
            start += 1;
        };
        self.settle(meter)?;
        Ok(found)
    }

    /// The end of the match that begins at `start`, if there is one.
    ///
    /// # Errors
    /// As for [`search`](Self::search).
    pub fn match_at(
        &mut self,
        start: usize,
        meter: &mut impl Meter,
    ) -> Result<Option<usize>, MatchError> {
        let end = self.run(start, meter)?;
        self.settle(meter)?;
        Ok(end)
    }

    /// Capture `index`, from 0, of the match that was just made and covers `whole`. A pattern without captures has one: the
    /// whole match.
    ///
    /// # Errors
    /// [`PatternError::CaptureIndex`] when there is no such capture, [`PatternError::UnfinishedCapture`] when it was never
    /// closed.
    pub fn capture(&self, index: usize, whole: Range<usize>) -> Result<Capture, PatternError> {
        match (self.pattern.captures.get(index), self.captures.get(index)) {
            (Some(CaptureKind::Text), Some(range)) => Ok(Capture::Text(range.clone())),
            (Some(CaptureKind::Position), Some(range)) => Ok(Capture::Position(range.start + 1)),
            (Some(_), _) => Err(PatternError::UnfinishedCapture),
            (None, _) if index == 0 => Ok(Capture::Text(whole)),
            (None, _) => Err(PatternError::CaptureIndex),
        }
    }

    /// The subject.
    pub fn subject(&self) -> &'a [u8] {
        self.subject
    }

    /// The pattern.
    pub fn pattern(&self) -> &'a Pattern {
        self.pattern
    }

    /// The first place at `from` or later where the pattern's first byte stands.
    #[inline]
    fn next_start(&mut self, from: usize, meter: &mut impl Meter) -> Result<Option<usize>, Stop> {
        match self.pattern.start {
            First::Unknown => Ok(Some(from)),
            First::End => Ok(Some(self.subject.len())),
            First::Byte(byte) => self.find_byte(byte, from, meter),
            First::Set(set) => {
                let Some(set) = self.pattern.sets.get(set as usize) else { return Ok(None) };
                let mut at = from;
                loop {
                    let part = self.part(at);
                    match part.iter().position(|&byte| set.contains(byte)) {
                        Some(skipped) => {
                            self.steps += skipped;
                            return Ok(Some(at + skipped));
                        }
                        None if part.is_empty() => return Ok(None),
                        None => at += part.len(),
                    }
                    self.spend(part.len(), meter)?;
                }
            }
        }
    }

    /// Tries the pattern at `start`.
    fn run(&mut self, start: usize, meter: &mut impl Meter) -> Result<Option<usize>, MatchError> {
        let (subject, pattern) = (self.subject, self.pattern);
        let sets = &pattern.sets[..];
        self.choices.clear();
        let mut at = start;
        let mut pc = 0;
        while let Some(op) = pattern.ops.get(pc) {
            self.spend(1, meter)?;
            let matched = match *op {
                Op::Byte(byte) => {
                    let matched = subject.get(at) == Some(&byte);
                    at += 1;
                    matched
                }
                Op::Literal { start, len } => {
                    let (start, len) = (start as usize, len as usize);
                    let literal = pattern.literals.get(start..start + len).unwrap_or_default();
                    self.steps += len / SEARCHED_BYTES_PER_STEP;
                    let matched = subject.get(at..).is_some_and(|rest| rest.starts_with(literal));
                    at += len;
                    matched
                }
                Op::One(item) => {
                    let matched = subject.get(at).is_some_and(|&byte| item.accepts(byte, sets));
                    at += 1;
                    matched
                }
                Op::Optional(item) => {
                    if subject.get(at).is_some_and(|&byte| item.accepts(byte, sets)) {
                        self.choices.push(Choice { op: pc, low: at, at });
                        at += 1;
                    }
                    true
                }
                Op::Greedy { item, least, after } => {
                    let low = at + usize::from(least);
                    at = self.run_end(item, at, meter)?;
                    if at < low {
                        false
                    } else if at == low || after == After::Settled {
                        true
                    } else {
                        match self.one_less(Choice { op: pc, low, at: at + 1 }, after) {
                            Some(end) => {
                                at = end;
                                true
                            }
                            None => false,
                        }
                    }
                }
                Op::Lazy { item, after } => {
                    let choice = Choice { op: pc, low: at, at };
                    match self.one_more(choice, item, after, meter)? {
                        Some(end) => {
                            at = end;
                            true
                        }
                        None => false,
                    }
                }
                Op::Open { index } => {
                    self.mark(index, at..at);
                    true
                }
                Op::Close { index } => {
                    if let Some(capture) = self.captures.get_mut(usize::from(index)) {
                        capture.end = at;
                    }
                    true
                }
                Op::Position { index } => {
                    self.mark(index, at..at);
                    true
                }
                Op::BackReference { index } => match self.back_reference(index, at) {
                    Some(len) => {
                        at += len;
                        true
                    }
                    None => false,
                },
                Op::Balance { open, close } => match self.balance_end(open, close, at, meter)? {
                    Some(end) => {
                        at = end;
                        true
                    }
                    None => false,
                },
                Op::Frontier { set } => {
                    let byte = |at: Option<usize>| {
                        at.and_then(|at| subject.get(at)).copied().unwrap_or_default()
                    };
                    let set = Item::Set(set);
                    !set.accepts(byte(at.checked_sub(1)), sets) && set.accepts(byte(Some(at)), sets)
                }
                Op::AtEnd => at == subject.len(),
                Op::Never => false,
                Op::Done => return Ok(Some(at)),
                Op::Fail(error) => return Err(error.into()),
            };
            if matched {
                pc += 1;
                continue;
            }
            match self.retry(meter)? {
                Some((next, end)) => (pc, at) = (next, end),
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Moves the newest choice that is not used up one step on: the op to go forward from, and where.
    fn retry(&mut self, meter: &mut impl Meter) -> Result<Option<(usize, usize)>, Stop> {
        while let Some(choice) = self.choices.pop() {
            self.spend(1, meter)?;
            let end = match self.pattern.ops.get(choice.op) {
                Some(&Op::Greedy { after, .. }) => self.one_less(choice, after),
                Some(&Op::Lazy { item, after }) => self.one_more(choice, item, after, meter)?,
                _ => Some(choice.at),
            };
            if let Some(end) = end {
                return Ok(Some((choice.op + 1, end)));
            }
        }
        Ok(None)
    }

    /// The longest end of a greedy repetition in `choice.low..choice.at`, leaving the shorter ones as a choice.
    #[inline]
    fn one_less(&mut self, choice: Choice, after: After) -> Option<usize> {
        let end = match after {
            After::Byte(byte) => {
                let ends = self.subject.get(choice.low..choice.at.min(self.subject.len()))?;
                let end = memchr::memrchr(byte, ends);
                self.steps += (ends.len() - end.unwrap_or(0)) / SEARCHED_BYTES_PER_STEP;
                choice.low + end?
            }
            After::Unknown | After::Settled => choice.at - 1,
        };
        if end > choice.low {
            self.choices.push(Choice { at: end, ..choice });
        }
        Some(end)
    }

    /// The shortest end of a lazy repetition at `choice.at` or later, leaving the longer ones as a choice.
    #[inline]
    fn one_more(
        &mut self,
        choice: Choice,
        item: Item,
        after: After,
        meter: &mut impl Meter,
    ) -> Result<Option<usize>, Stop> {
        let end = match (after, item) {
            (After::Byte(byte), Item::Any) => self.find_byte(byte, choice.at, meter)?,
            (After::Byte(byte), _) => self.find_byte_within(byte, item, choice.at, meter)?,
            _ => Some(choice.at),
        };
        let Some(end) = end else { return Ok(None) };
        if self.subject.get(end).is_some_and(|&byte| item.accepts(byte, &self.pattern.sets)) {
            self.choices.push(Choice { at: end + 1, ..choice });
        }
        Ok(Some(end))
    }

    /// The first `byte` at `from` or later.
    #[inline]
    fn find_byte(
        &mut self,
        byte: u8,
        from: usize,
        meter: &mut impl Meter,
    ) -> Result<Option<usize>, Stop> {
        let mut at = from;
        loop {
            let part = self.part(at);
            let found = memchr::memchr(byte, part);
            self.spend(found.unwrap_or(part.len()) / SEARCHED_BYTES_PER_STEP, meter)?;
            match found {
                Some(skipped) => return Ok(Some(at + skipped)),
                None if part.is_empty() => return Ok(None),
                None => at += part.len(),
            }
        }
    }

    /// The first `byte` at `from` or later with nothing but `item`s before it.
    fn find_byte_within(
        &mut self,
        byte: u8,
        item: Item,
        from: usize,
        meter: &mut impl Meter,
    ) -> Result<Option<usize>, Stop> {
        let sets = &self.pattern.sets[..];
        let mut at = from;
        loop {
            let part = self.part(at);
            let stop = part.iter().position(|&next| next == byte || !item.accepts(next, sets));
            self.spend(stop.unwrap_or(part.len()), meter)?;
            match stop {
                Some(skipped) => {
                    return Ok((part.get(skipped) == Some(&byte)).then_some(at + skipped));
                }
                None if part.is_empty() => return Ok(None),
                None => at += part.len(),
            }
        }
    }

    /// Where the run of `item`s that begins at `from` ends.
    #[inline]
    fn run_end(&mut self, item: Item, from: usize, meter: &mut impl Meter) -> Result<usize, Stop> {
        let subject = self.subject;
        let mut at = from;
        loop {
            let part = self.part(at);
            let len = match item {
                Item::Any => return Ok(subject.len().max(from)),
                Item::Byte(byte) => part.iter().position(|&next| next != byte),
                Item::Set(set) => {
                    let Some(set) = self.pattern.sets.get(set as usize) else { return Ok(at) };
                    part.iter().position(|&next| !set.contains(next))
                }
            };
            self.spend(len.unwrap_or(part.len()), meter)?;
            match len {
                Some(len) => return Ok(at + len),
                None if part.is_empty() => return Ok(at),
                None => at += part.len(),
            }
        }
    }

    /// The end of the balanced text at `from` that begins with `open`. When both bytes are the same, the next one closes.
    fn balance_end(
        &mut self,
        open: u8,
        close: u8,
        from: usize,
        meter: &mut impl Meter,
    ) -> Result<Option<usize>, Stop> {
        if self.subject.get(from) != Some(&open) {
            return Ok(None);
        }
        let mut depth = 1usize;
        let mut at = from + 1;
        loop {
            let part = self.part(at);
            for (index, &byte) in part.iter().enumerate() {
                if byte == close {
                    depth -= 1;
                    if depth == 0 {
                        self.steps += index;
                        return Ok(Some(at + index + 1));
                    }
                } else if byte == open {
                    depth += 1;
                }
            }
            if part.is_empty() {
                return Ok(None);
            }
            at += part.len();
            self.spend(part.len(), meter)?;
        }
    }

    /// The length of capture `index`, if its text stands at `at` again.
    fn back_reference(&mut self, index: u8, at: usize) -> Option<usize> {
        let captured = self.subject.get(self.captures.get(usize::from(index))?.clone())?;
        self.steps += captured.len() / SEARCHED_BYTES_PER_STEP;
        self.subject.get(at..)?.starts_with(captured).then_some(captured.len())
    }

    /// What can be walked over from `at` before the meter must be asked; empty at the end of the subject.
    #[inline]
    fn part(&self, at: usize) -> &'a [u8] {
        let rest = self.subject.get(at..).unwrap_or_default();
        rest.get(..RUN_MAX).unwrap_or(rest)
    }

    /// Counts steps, and charges them when many have come together.
    #[inline]
    fn spend(&mut self, steps: usize, meter: &mut impl Meter) -> Result<(), Stop> {
        self.steps += steps;
        if self.steps >= STEPS_UNCHARGED_MAX { self.charge(meter) } else { Ok(()) }
    }

    /// Counts the work of copying `size` bytes.
    pub(super) fn spend_copy(&mut self, size: usize) {
        self.steps += 1 + size / SEARCHED_BYTES_PER_STEP;
    }

    /// Charges every whole unit that has come together.
    #[inline]
    pub(super) fn settle(&mut self, meter: &mut impl Meter) -> Result<(), Stop> {
        if self.steps >= STEPS_PER_UNIT { self.charge(meter) } else { Ok(()) }
    }

    #[cold]
    fn charge(&mut self, meter: &mut impl Meter) -> Result<(), Stop> {
        let units = self.steps / STEPS_PER_UNIT;
        self.steps %= STEPS_PER_UNIT;
        meter.charge(units as u64)
    }

    #[inline]
    fn mark(&mut self, index: u8, range: Range<usize>) {
        if let Some(capture) = self.captures.get_mut(usize::from(index)) {
            *capture = range;
        }
    }
}
