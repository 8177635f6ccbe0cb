//! `find`, `match` and `gmatch`: where a pattern stands, and what it captured.

use core::ops::Range;
use core::sync::atomic::{AtomicBool, Ordering};

use smallvec::SmallVec;

use super::meter::{Meter, Stop};
use super::pattern::{Capture, Caret, MatchError, Matcher, Pattern, is_plain};
use super::start_offset;
use crate::error::Failure;
use crate::handle::StringIndex;
use crate::heap::Heap;
use crate::native::{CallContext, Outcome, internal};
use crate::string::Strings;
use crate::value::Value;

type Native = Result<Outcome, Failure>;

/// The captures of a match.
pub(super) type Captures = SmallVec<[Capture; 4]>;

/// The fuel of the run as the matcher's meter.
pub(crate) struct FuelMeter<'a> {
    pub(crate) fuel: &'a mut i64,
    /// See [`Heap::fuel_floor`].
    pub(crate) floor: i64,
    pub(crate) kill: &'a AtomicBool,
}

impl Meter for FuelMeter<'_> {
    #[inline]
    fn charge(&mut self, units: u64) -> Result<(), Stop> {
        *self.fuel = self.fuel.saturating_sub(units.min(i64::MAX as u64) as i64);
        if *self.fuel <= 0 && (*self.fuel < self.floor || self.kill.load(Ordering::Relaxed)) {
            return Err(Stop);
        }
        Ok(())
    }
}

/// What a search was asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Search {
    pub(super) subject: StringIndex,
    pub(super) pattern: StringIndex,
    pub(super) caret: Caret,
    /// Offset at which it begins.
    pub(super) from: usize,
    /// Most captures that are wanted; others may be unfinished.
    pub(super) captures_max: usize,
}

impl Search {
    /// The first match, with its captures. A pattern without captures gives none.
    #[inline]
    pub(super) fn run(
        &self,
        heap: &mut Heap,
        captures: &mut Captures,
    ) -> Result<Option<Range<usize>>, MatchError> {
        let Search { subject, from, captures_max, .. } = *self;
        with_pattern(heap, self.pattern, self.caret, |pattern, strings, meter| {
            let mut matcher = Matcher::new(strings.bytes(subject), pattern);
            let Some(found) = matcher.search(from, meter)? else { return Ok(None) };
            for index in 0..pattern.capture_count().min(captures_max) {
                captures.push(matcher.capture(index, found.clone())?);
            }
            Ok(Some(found))
        })
    }
}

/// Longest pattern whose compiled form is kept: more would be memory that nobody is charged for.
const KEPT_PATTERN_MAX: usize = 1024;
/// Bytes of a longer pattern that are compiled for one unit of fuel.
const COMPILED_BYTES_PER_UNIT: usize = 16;

/// Lends the compiled form of a pattern to `body`.
///
/// # Errors
/// Those of `body`; [`MatchError::NoRoom`] when a long pattern takes more memory than there is.
#[inline(always)]
pub(super) fn with_pattern<R>(
    heap: &mut Heap,
    pattern: StringIndex,
    caret: Caret,
    body: impl FnOnce(&Pattern, &Strings, &mut FuelMeter<'_>) -> Result<R, MatchError>,
) -> Result<R, MatchError> {
    let Heap { strings, patterns, fuel, fuel_floor, kill, budget, .. } = heap;
    let mut meter = FuelMeter { fuel, floor: *fuel_floor, kill };
    let text = strings.bytes(pattern);
    if text.len() <= KEPT_PATTERN_MAX {
        let hash = strings.pool_hash(pattern);
        return body(patterns.get(text, hash, caret, &mut meter)?, strings, &mut meter);
    }
    meter.charge((text.len() / COMPILED_BYTES_PER_UNIT) as u64)?;
    let size_max = Pattern::memory_max(text.len());
    budget.charge_silently(size_max).map_err(|_| MatchError::NoRoom)?;
    let result = body(&Pattern::new(text, caret), strings, &mut meter);
    budget.refund(size_max);
    result
}

/// What a search that failed raises.
#[cold]
pub(super) fn match_failure(cx: &mut CallContext<'_>, error: MatchError) -> Failure {
    match error {
        MatchError::Pattern(error) => cx.error(error.message()),
        MatchError::NoRoom => Failure::Memory,
        MatchError::Stop => match cx.heap.check_ended() {
            Err(failure) => failure,
            Ok(()) => internal(),
        },
    }
}

/// The value of a capture.
#[inline]
pub(super) fn capture_value(
    heap: &mut Heap,
    subject: StringIndex,
    capture: &Capture,
) -> Result<Value, Failure> {
    match capture {
        Capture::Text(range) => heap.intern_part(subject, range.clone()),
        Capture::Position(position) => Ok(Value::number(*position as f64)),
    }
}

/// Returns the captures as results, after `before` results that are already in place; the whole match when there
/// are none and `whole_too`.
fn return_captures(
    cx: &mut CallContext<'_>,
    subject: StringIndex,
    found: Range<usize>,
    captures: &Captures,
    before: usize,
    whole_too: bool,
) -> Native {
    // The stack reaches far enough above the arguments for all captures that a pattern can have.
    let first = cx.function + before;
    if captures.is_empty() {
        if !whole_too {
            return Ok(Outcome::Return(before as u32));
        }
        cx.co.stack[first] = cx.heap.intern_part(subject, found)?;
        return Ok(Outcome::Return(before as u32 + 1));
    }
    let count = captures.len();
    for (n, capture) in captures.iter().enumerate() {
        cx.co.stack[first + n] = capture_value(cx.heap, subject, capture)?;
    }
    Ok(Outcome::Return((before + count) as u32))
}

pub(super) fn find(cx: &mut CallContext<'_>) -> Native {
    let (subject, pattern, from) = arguments(cx)?;
    let plain = cx.arg(4).is_truthy();
    let strings = &cx.heap.strings;
    let text = strings.bytes(pattern);
    if plain || is_plain(text) {
        let rest = strings.bytes(subject).get(from..).unwrap_or_default();
        let (found, size, looked_at) = (find_text(rest, text), text.len(), rest.len());
        let units = found.unwrap_or(looked_at) / SEARCHED_BYTES_PER_UNIT;
        if units > 0 {
            cx.charge(units as u64)?;
        }
        return match found {
            Some(offset) => {
                let start = from + offset;
                let last = start + size;
                cx.return2(Value::number((start + 1) as f64), Value::number(last as f64))
            }
            None => cx.return1(Value::NIL),
        };
    }
    let search = Search { subject, pattern, caret: Caret::Anchors, from, captures_max: usize::MAX };
    let mut captures = Captures::new();
    match search.run(cx.heap, &mut captures) {
        Ok(Some(found)) => {
            cx.co.stack[cx.function] = Value::number((found.start + 1) as f64);
            cx.co.stack[cx.function + 1] = Value::number(found.end as f64);
            return_captures(cx, subject, found, &captures, 2, false)
        }
        Ok(None) => cx.return1(Value::NIL),
        Err(error) => Err(match_failure(cx, error)),
    }
}

/// Where `needle` stands first.
///
/// Most searches are short, or for text whose first byte is rare, and then nothing beats a search for that byte. When
/// it is not rare, a search that is linear whatever the bytes are takes over.
#[inline]
fn find_text(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let Some((&first, others)) = needle.split_first() else { return Some(0) };
    let mut at = 0;
    for _ in 0..FIRST_BYTES_TRIED {
        let starts = haystack.get(at..(haystack.len() + 1).saturating_sub(needle.len()))?;
        at += memchr::memchr(first, starts)?;
        if haystack.get(at + 1..)?.starts_with(others) {
            return Some(at);
        }
        at += 1;
    }
    let found = memchr::memmem::find(haystack.get(at..)?, needle)?;
    Some(at + found)
}

/// Places that begin with the right byte and are tried before it counts as frequent.
const FIRST_BYTES_TRIED: usize = 8;
/// Bytes that a plain search looks at for one unit of fuel.
const SEARCHED_BYTES_PER_UNIT: usize = 256;

pub(super) fn match_(cx: &mut CallContext<'_>) -> Native {
    let (subject, pattern, from) = arguments(cx)?;
    let search = Search { subject, pattern, caret: Caret::Anchors, from, captures_max: usize::MAX };
    let mut captures = Captures::new();
    match search.run(cx.heap, &mut captures) {
        Ok(Some(found)) => return_captures(cx, subject, found, &captures, 0, true),
        Ok(None) => cx.return1(Value::NIL),
        Err(error) => Err(match_failure(cx, error)),
    }
}

/// Subject, pattern, and the offset at which to begin.
#[inline(always)]
fn arguments(cx: &mut CallContext<'_>) -> Result<(StringIndex, StringIndex, usize), Failure> {
    let (Some(subject), Some(pattern)) =
        (cx.check_string(1)?.as_string(), cx.check_string(2)?.as_string())
    else {
        return Err(internal());
    };
    let from = if cx.arg_count() < 3 {
        0
    } else {
        let position = cx.opt_integer(3, 1)?;
        let len = cx.heap.strings.bytes(subject).len();
        start_offset(position, len).min(len)
    };
    Ok((subject, pattern, from))
}

pub(super) fn gmatch(cx: &mut CallContext<'_>) -> Native {
    let (subject, pattern) = (cx.check_string(1)?, cx.check_string(2)?);
    let step =
        cx.new_native("gmatch step", gmatch_step, &[subject, pattern, Value::number(0.0)])?;
    cx.return1(step)
}

/// The iterator. Upvalues: subject, pattern, and the offset at which the next search begins.
pub(crate) fn gmatch_step(cx: &mut CallContext<'_>) -> Native {
    let Some(native) = cx.co.stack[cx.function].as_native() else { return Err(internal()) };
    let [subject, pattern, offset] = cx.heap.natives[native].upvalues[..] else {
        return Err(internal());
    };
    let (Some(subject), Some(pattern), Some(offset)) =
        (subject.as_string(), pattern.as_string(), offset.as_number())
    else {
        return Err(internal());
    };
    let from = offset as usize;
    if from > cx.heap.strings.bytes(subject).len() {
        return cx.return0();
    }
    let search = Search { subject, pattern, caret: Caret::Literal, from, captures_max: usize::MAX };
    let mut captures = Captures::new();
    match search.run(cx.heap, &mut captures) {
        Ok(Some(found)) => {
            let next = if found.is_empty() { found.end + 1 } else { found.end };
            // A number needs no barrier.
            cx.heap.natives[native].upvalues[2] = Value::number(next as f64);
            return_captures(cx, subject, found, &captures, 0, true)
        }
        Ok(None) => cx.return0(),
        Err(error) => Err(match_failure(cx, error)),
    }
}
