//! The matching loop.
//!
//! On the way forward each op moves `at` or fails. A failure takes the newest [`Choice`], moves it one step on, and goes
//! forward again from the op after it.

use smallvec::SmallVec;
use std::ops::Range;

use super::{
    After, ByteSet, Capture, CaptureKind, First, Item, MatchError, Op, Pattern, PatternError,
};
use crate::stdlib::string::meter::{Meter, Stop};

/// Steps for one unit of fuel. A step is about as much work as to walk over a byte.
const STEPS_PER_UNIT: usize = 32;
/// Steps that an op takes, and a choice that is come back to, whatever they walk over.
const STEPS_PER_OP: usize = 16;
/// Steps that a byte takes in which a balance is sought.
const STEPS_PER_BALANCED_BYTE: usize = 3;
/// Steps that may pass before the meter is asked.
const STEPS_UNCHARGED_MAX: usize = 2048;
/// Bytes of a run or of a search for the next place to start that are walked over before the meter is asked.
const RUN_MAX: usize = 32 * STEPS_UNCHARGED_MAX;
/// Bytes that are compared, copied, or searched for a single byte in one step.
const FAST_BYTES_PER_STEP: usize = 8;

/// A place to come back to. The repetition at `op` can still end anywhere in `low..at` when it is greedy, at `at` or later
/// when it is lazy, and at `at` when it is optional.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    op: usize,
    low: usize,
    at: usize,
}

/// So many empty captures.
#[inline]
fn no_captures(count: usize) -> SmallVec<[Range<usize>; 4]> {
    let mut few = SmallVec::from_buf([0..0, 0..0, 0..0, 0..0]);
    if count > few.len() {
        return SmallVec::from_elem(0..0, count);
    }
    few.truncate(count);
    few
}

/// Matches one [`Pattern`] against one subject, again and again.
///
/// # Fuel
/// One unit per 32 steps: a byte that a repetition walks over is one, an op that is tried 16. Less than one unit's worth is
/// carried to the next match of the same matcher.
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
    #[inline]
    pub fn new(subject: &'a [u8], pattern: &'a Pattern) -> Self {
        Self {
            subject,
            pattern,
            captures: no_captures(pattern.captures.len()),
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
        let mut clock = Clock { meter, steps: self.steps };
        let mut start = from;
        let found = loop {
            if !self.pattern.anchored {
                match self.next_start(start, &mut clock)? {
                    Some(next) => start = next,
                    None => break None,
                }
            }
            if let Some(end) = self.run(start, &mut clock)? {
                break Some(start..end);
            }
            start = self.after_failure(start, &mut clock)?;
            if self.pattern.anchored || start > self.subject.len() {
                break None;
            }
        };
        self.steps = clock.settle()?;
        Ok(found)
    }

    /// Capture `index`, from 0, of the match that was just made and covers `whole`. A pattern without captures has one: the
    /// whole match.
    ///
    /// # Errors
    /// [`PatternError::CaptureIndex`] when there is no such capture, [`PatternError::UnfinishedCapture`] when it was never
    /// closed.
    #[inline]
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

    /// Counts the work of copying `size` bytes; it is charged with the next search.
    #[inline]
    pub(super) fn spend_copy(&mut self, size: usize) {
        self.steps += 1 + size / FAST_BYTES_PER_STEP;
    }

    /// Charges every whole unit that has come together.
    pub(super) fn settle(&mut self, meter: &mut impl Meter) -> Result<(), Stop> {
        self.steps = Clock { meter, steps: self.steps }.settle()?;
        Ok(())
    }

    /// The first place at `from` or later where the pattern can begin.
    #[inline(always)]
    fn next_start(
        &self,
        from: usize,
        clock: &mut Clock<'_, impl Meter>,
    ) -> Result<Option<usize>, Stop> {
        match self.pattern.start {
            First::Unknown => Ok(Some(from)),
            First::Byte(byte) => find_byte(self.subject, byte, from, clock),
            First::Set { set, or_end } => {
                let Some(set) = self.pattern.sets.get(set as usize) else { return Ok(None) };
                let at = walk(self.subject, from, clock, |byte| !set.contains(byte))?;
                Ok((at < self.subject.len() || or_end).then_some(at))
            }
        }
    }

    /// The next place to try after the pattern failed at `start`.
    #[inline(always)]
    fn after_failure(
        &self,
        start: usize,
        clock: &mut Clock<'_, impl Meter>,
    ) -> Result<usize, Stop> {
        let Some(run) = self.pattern.first_run else { return Ok(start + 1) };
        let sets = &self.pattern.sets[..];
        let end = match run.item {
            Item::Any => self.subject.len(),
            item => walk(self.subject, start, clock, |byte| item.accepts(byte, sets))?,
        };
        Ok((end + usize::from(run.or_none)).max(start + 1))
    }

    /// Tries the pattern at `start`.
    #[inline(always)]
    fn run(
        &mut self,
        start: usize,
        clock: &mut Clock<'_, impl Meter>,
    ) -> Result<Option<usize>, MatchError> {
        let (subject, pattern) = (self.subject, self.pattern);
        let (ops, sets) = (&pattern.ops[..], &pattern.sets[..]);
        let accepts =
            |item: Item, at: usize| subject.get(at).is_some_and(|&byte| item.accepts(byte, sets));
        self.choices.clear();
        let mut at = start;
        let mut pc = 0;
        loop {
            // Forward, up to a failure or to a repetition whose end is to be chosen.
            let mut choice = loop {
                clock.spend(STEPS_PER_OP)?;
                let Some(op) = ops.get(pc) else { return Ok(None) };
                let matched = match *op {
                    Op::Byte(byte) => {
                        let matched = subject.get(at) == Some(&byte);
                        at += 1;
                        matched
                    }
                    Op::Literal { start, len } => {
                        let (start, len) = (start as usize, len as usize);
                        let literal = pattern.literals.get(start..start + len).unwrap_or_default();
                        clock.steps += len / FAST_BYTES_PER_STEP;
                        let rest = subject.get(at..).unwrap_or_default();
                        at += len;
                        rest.starts_with(literal)
                    }
                    Op::One(item) => {
                        let matched = accepts(item, at);
                        at += 1;
                        matched
                    }
                    Op::Optional(item) => {
                        if accepts(item, at) {
                            self.choices.push(Choice { op: pc, low: at, at });
                            at += 1;
                        }
                        true
                    }
                    Op::Greedy { item, least, after } => {
                        let low = at + usize::from(least);
                        at = match item {
                            Item::Any => subject.len(),
                            Item::Byte(own) => walk(subject, at, clock, |byte| byte == own)?,
                            Item::Set(set) => {
                                let Some(set) = sets.get(set as usize) else { return Ok(None) };
                                walk(subject, at, clock, |byte| set.contains(byte))?
                            }
                        };
                        if at > low && after != After::Settled {
                            break Choice { op: pc, low, at: at + 1 };
                        }
                        at >= low
                    }
                    Op::Lazy { .. } => break Choice { op: pc, low: at, at },
                    Op::Open { index } | Op::Position { index } => {
                        if let Some(capture) = self.captures.get_mut(usize::from(index)) {
                            capture.start = at;
                        }
                        true
                    }
                    Op::Close { index } => {
                        if let Some(capture) = self.captures.get_mut(usize::from(index)) {
                            capture.end = at;
                        }
                        true
                    }
                    Op::BackReference { index } => {
                        let captured = self.captures.get(usize::from(index)).cloned();
                        let captured = captured.and_then(|range| subject.get(range));
                        let captured = captured.unwrap_or_default();
                        clock.steps += captured.len() / FAST_BYTES_PER_STEP;
                        let rest = subject.get(at..).unwrap_or_default();
                        at += captured.len();
                        rest.starts_with(captured)
                    }
                    Op::Balance { open, close } => {
                        match balance_end(subject, open, close, at, clock)? {
                            Some(end) => {
                                at = end;
                                true
                            }
                            None => false,
                        }
                    }
                    Op::Frontier { set } => {
                        let byte = |at: usize| subject.get(at).copied().unwrap_or_default();
                        let before = if at == 0 { 0 } else { byte(at - 1) };
                        let set = Item::Set(set);
                        !set.accepts(before, sets) && set.accepts(byte(at), sets)
                    }
                    Op::AtEnd => at == subject.len(),
                    Op::Never => false,
                    Op::Done => return Ok(Some(at)),
                    Op::Fail(error) => return Err(error.into()),
                };
                if matched {
                    pc += 1;
                } else {
                    match self.choices.pop() {
                        Some(choice) => break choice,
                        None => return Ok(None),
                    }
                }
            };
            // Back: the newest choice that is not used up says where to go on.
            at = loop {
                clock.steps += STEPS_PER_OP;
                let end = match ops.get(choice.op) {
                    Some(&Op::Greedy { after, .. }) => {
                        let end = last_end(subject, &choice, after, clock);
                        if let Some(end) = end.filter(|&end| end > choice.low) {
                            self.choices.push(Choice { at: end, ..choice });
                        }
                        end
                    }
                    Some(&Op::Lazy { item, after }) => {
                        let end = first_end(subject, sets, choice.at, item, after, clock)?;
                        if let Some(end) = end.filter(|&end| accepts(item, end)) {
                            self.choices.push(Choice { at: end + 1, ..choice });
                        }
                        end
                    }
                    _ => Some(choice.at),
                };
                match end {
                    Some(end) => break end,
                    None => match self.choices.pop() {
                        Some(next) => choice = next,
                        None => return Ok(None),
                    },
                }
            };
            pc = choice.op + 1;
        }
    }
}

/// The longest end that is left to a greedy repetition.
#[inline(always)]
fn last_end(
    subject: &[u8],
    choice: &Choice,
    after: After,
    clock: &mut Clock<'_, impl Meter>,
) -> Option<usize> {
    let After::Byte(byte) = after else { return choice.at.checked_sub(1) };
    let ends = subject.get(choice.low..choice.at.min(subject.len()))?;
    let end = memchr::memrchr(byte, ends);
    clock.steps += (ends.len() - end.unwrap_or(0)) / FAST_BYTES_PER_STEP;
    end.map(|end| choice.low + end)
}

/// The shortest end of a lazy repetition at `from` or later that what follows can go on from.
#[inline(always)]
fn first_end(
    subject: &[u8],
    sets: &[ByteSet],
    from: usize,
    item: Item,
    after: After,
    clock: &mut Clock<'_, impl Meter>,
) -> Result<Option<usize>, Stop> {
    match after {
        After::Byte(byte) => find_byte(subject, byte, from, clock),
        After::Set { set, or_end } => {
            let Some(set) = sets.get(set as usize) else { return Ok(None) };
            let end =
                walk(subject, from, clock, |byte| !set.contains(byte) && item.accepts(byte, sets))?;
            Ok(match subject.get(end) {
                Some(&byte) => set.contains(byte),
                None => or_end,
            }
            .then_some(end))
        }
        After::Unknown | After::Settled => Ok(Some(from)),
    }
}

/// The first `byte` at `from` or later.
#[inline(always)]
fn find_byte(
    subject: &[u8],
    byte: u8,
    from: usize,
    clock: &mut Clock<'_, impl Meter>,
) -> Result<Option<usize>, Stop> {
    let mut at = from;
    loop {
        let part = part(subject, at);
        let found = memchr::memchr(byte, part);
        clock.spend(found.unwrap_or(part.len()) / FAST_BYTES_PER_STEP)?;
        match found {
            Some(skipped) => return Ok(Some(at + skipped)),
            None if part.is_empty() => return Ok(None),
            None => at += part.len(),
        }
    }
}

/// The first place at `from` or later whose byte does not pass `test`, or the end.
#[inline(always)]
fn walk(
    subject: &[u8],
    from: usize,
    clock: &mut Clock<'_, impl Meter>,
    test: impl Fn(u8) -> bool,
) -> Result<usize, Stop> {
    let mut at = from;
    loop {
        let part = part(subject, at);
        let stop = part.iter().position(|&byte| !test(byte));
        clock.spend(stop.unwrap_or(part.len()))?;
        match stop {
            Some(passed) => return Ok(at + passed),
            None if part.is_empty() => return Ok(at),
            None => at += part.len(),
        }
    }
}

/// The end of the balanced text at `from` that begins with `open`. When both bytes are the same, the next one closes.
fn balance_end(
    subject: &[u8],
    open: u8,
    close: u8,
    from: usize,
    clock: &mut Clock<'_, impl Meter>,
) -> Result<Option<usize>, Stop> {
    if subject.get(from) != Some(&open) {
        return Ok(None);
    }
    let mut depth = 1usize;
    let mut at = from + 1;
    loop {
        let part = part(subject, at);
        for (index, &byte) in part.iter().enumerate() {
            if byte == close {
                depth -= 1;
                if depth == 0 {
                    clock.steps += index * STEPS_PER_BALANCED_BYTE;
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
        clock.spend(part.len() * STEPS_PER_BALANCED_BYTE)?;
    }
}

/// What can be walked over from `at` before the meter must be asked; empty at the end of the subject.
#[inline(always)]
fn part(subject: &[u8], at: usize) -> &[u8] {
    let rest = subject.get(at..).unwrap_or_default();
    rest.get(..RUN_MAX).unwrap_or(rest)
}

/// Steps not yet charged, counted in a register: only the rare call of the meter sees memory.
struct Clock<'m, M> {
    meter: &'m mut M,
    steps: usize,
}

impl<M: Meter> Clock<'_, M> {
    /// Counts steps, and charges them when many have come together.
    #[inline(always)]
    fn spend(&mut self, steps: usize) -> Result<(), Stop> {
        self.steps += steps;
        if self.steps >= STEPS_UNCHARGED_MAX {
            self.steps = charge(self.meter, self.steps)?;
        }
        Ok(())
    }

    /// Charges every whole unit and returns the steps that are left.
    #[inline(always)]
    fn settle(self) -> Result<usize, Stop> {
        if self.steps >= STEPS_PER_UNIT { charge(self.meter, self.steps) } else { Ok(self.steps) }
    }
}

#[cold]
fn charge(meter: &mut impl Meter, steps: usize) -> Result<usize, Stop> {
    meter.charge((steps / STEPS_PER_UNIT) as u64)?;
    Ok(steps % STEPS_PER_UNIT)
}
