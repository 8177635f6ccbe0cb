//! `gsub`. A replacement text is put in at once; a function or table is asked match by match.

use core::ops::Range;

use super::buffer::Buffer;
use super::pattern::{Caret, Matcher, Replacement, substitute};
use super::search::{Captures, Search, capture_value, match_failure, with_pattern};
use crate::continuation::Continuation;
use crate::error::Failure;
use crate::handle::StringIndex;
use crate::heap::Heap;
use crate::limits::STRING_LEN_MAX;
use crate::native::{CallContext, Outcome, internal, type_name};
use crate::number::NumberText;
use crate::value::Value;
use crate::vm::index::{self, Read};

type Native = Result<Outcome, Failure>;

/// A `gsub` that asks a function or a table. Subject, pattern and replacement lie in the arguments' slots.
#[derive(Debug)]
pub struct GsubState {
    out: Buffer,
    /// Offset behind the last byte that is in `out`, replaced or not.
    copied: usize,
    /// Offset at which the next search begins; beyond the subject when there is none.
    from: usize,
    count: usize,
    count_max: usize,
    /// The match whose replacement is being asked for.
    found: Range<usize>,
}

impl GsubState {
    /// Bytes that are charged for it.
    pub(crate) fn held_bytes(&self) -> usize {
        self.out.charged()
    }
}

pub(super) fn gsub(cx: &mut CallContext<'_>) -> Native {
    let (Some(subject), Some(pattern)) =
        (cx.check_string(1)?.as_string(), cx.check_string(2)?.as_string())
    else {
        return Err(internal());
    };
    let len = cx.heap.strings.bytes(subject).len();
    let count_max =
        if cx.arg_count() < 4 { len + 1 } else { cx.opt_int(4, (len + 1) as i32)?.max(0) as usize };
    let replacement = cx.arg(3);
    if replacement.is_string() || replacement.is_number() {
        return gsub_text(cx, subject, pattern, count_max);
    }
    if !replacement.is_function() && replacement.as_table().is_none() {
        return Err(cx.arg_error(3, "string/function/table expected"));
    }
    cx.set_arg_count(3)?;
    let out = Buffer::new(cx.heap);
    let mut state = GsubState { out, copied: 0, from: 0, count: 0, count_max, found: 0..0 };
    match advance(cx, &mut state) {
        Ok(Turn::Done) => finish(cx, state),
        Ok(Turn::Call(args)) => {
            if let Err(failure) = state.out.charge_all(&mut cx.heap.budget) {
                state.out.abandon(cx.heap);
                return Err(failure);
            }
            Ok(cx.call(args, 1, Continuation::Gsub(Box::new(state))))
        }
        Err(failure) => {
            state.out.abandon(cx.heap);
            Err(failure)
        }
    }
}

/// `gsub` with a replacement text.
fn gsub_text(
    cx: &mut CallContext<'_>,
    subject: StringIndex,
    pattern: StringIndex,
    count_max: usize,
) -> Native {
    let Some(replacement) = cx.check_string(3)?.as_string() else { return Err(internal()) };
    let mut buffer = Buffer::new(cx.heap);
    // The buffer may have twice the room that it needs.
    let size_max = (cx.heap.budget.room() / 2).min(STRING_LEN_MAX);
    let out = &mut buffer.bytes;
    let result = with_pattern(cx.heap, pattern, Caret::Anchors, |pattern, strings, meter| {
        let mut matcher = Matcher::new(strings.bytes(subject), pattern);
        let replacement = Replacement::new(strings.bytes(replacement));
        substitute(&mut matcher, &replacement, count_max, out, size_max, meter)
    });
    let value = match result {
        Ok(0) => {
            buffer.abandon(cx.heap);
            cx.arg(1)
        }
        Ok(_) => buffer.finish(cx.heap)?,
        Err(error) => {
            buffer.abandon(cx.heap);
            return Err(match_failure(cx, error));
        }
    };
    let count = result.unwrap_or_default();
    cx.return2(value, Value::number(count as f64))
}

/// What comes after a part of the work.
enum Turn {
    /// All matches are replaced.
    Done,
    /// A function and so many arguments lie on the stack: its result is the replacement.
    Call(usize),
}

/// The function or metamethod has returned the replacement.
pub(crate) fn gsub_step(cx: &mut CallContext<'_>, state: Box<GsubState>) -> Native {
    let mut state = state;
    let value = cx.result();
    cx.drop_results();
    let turn = match replace(cx, &mut state, value) {
        Ok(()) => advance(cx, &mut state),
        Err(failure) => Err(failure),
    };
    match turn {
        Ok(Turn::Done) => finish(cx, *state),
        Ok(Turn::Call(args)) => Ok(cx.call(args, 1, Continuation::Gsub(state))),
        Err(failure) => {
            state.out.abandon(cx.heap);
            Err(failure)
        }
    }
}

fn finish(cx: &mut CallContext<'_>, state: GsubState) -> Native {
    let mut state = state;
    let count = Value::number(state.count as f64);
    let value = if state.count == 0 {
        state.out.abandon(cx.heap);
        cx.arg(1)
    } else {
        if let Err(failure) = push_subject(cx, &mut state.out, state.copied..usize::MAX) {
            state.out.abandon(cx.heap);
            return Err(failure);
        }
        state.out.finish(cx.heap)?
    };
    cx.return2(value, count)
}

/// Appends a part of the subject.
fn push_subject(
    cx: &mut CallContext<'_>,
    out: &mut Buffer,
    range: Range<usize>,
) -> Result<(), Failure> {
    let Some(subject) = cx.arg(1).as_string() else { return Err(internal()) };
    let Heap { strings, budget, .. } = &mut *cx.heap;
    let subject = strings.bytes(subject);
    let end = range.end.min(subject.len());
    let part = subject.get(range.start..end).unwrap_or_default();
    out.push(part, budget)?;
    let units = part.len() as u64 / 64;
    if units > 0 { cx.charge(units) } else { Ok(()) }
}

/// Replaces matches until a function must be called for one, or all are done.
fn advance(cx: &mut CallContext<'_>, state: &mut GsubState) -> Result<Turn, Failure> {
    let (Some(subject), Some(pattern)) = (cx.arg(1).as_string(), cx.arg(2).as_string()) else {
        return Err(internal());
    };
    let replacement = cx.arg(3);
    let is_function = replacement.is_function();
    let len = cx.heap.strings.bytes(subject).len();
    let captures_max = if is_function { usize::MAX } else { 1 };
    while state.count < state.count_max && state.from <= len {
        let caret = Caret::Anchors;
        let search = Search { subject, pattern, caret, from: state.from, captures_max };
        let mut captures = Captures::new();
        let found = match search.run(cx.heap, &mut captures) {
            Ok(Some(found)) => found,
            Ok(None) => break,
            Err(error) => return Err(match_failure(cx, error)),
        };
        state.count += 1;
        push_subject(cx, &mut state.out, state.copied..found.start)?;
        state.found = found.clone();
        if is_function {
            let args = captures.len().max(1);
            cx.push(replacement)?;
            if captures.is_empty() {
                let whole = cx.heap.intern_part(subject, found)?;
                cx.push(whole)?;
            }
            for capture in &captures {
                let value = capture_value(cx.heap, subject, capture)?;
                cx.push(value)?;
            }
            return Ok(Turn::Call(args));
        }
        let key = match captures.first() {
            Some(capture) => capture_value(cx.heap, subject, capture)?,
            None => cx.heap.intern_part(subject, found)?,
        };
        match index::read(cx.heap, cx.co, replacement, key)? {
            Read::Value(value) => replace(cx, state, value)?,
            Read::Call(function, object) => {
                cx.push(function)?;
                cx.push(object)?;
                cx.push(key)?;
                return Ok(Turn::Call(2));
            }
        }
    }
    Ok(Turn::Done)
}

/// Puts the replacement of the current match in its place; a false one leaves the match as it is.
fn replace(cx: &mut CallContext<'_>, state: &mut GsubState, value: Value) -> Result<(), Failure> {
    let found = state.found.clone();
    if !value.is_truthy() {
        push_subject(cx, &mut state.out, found.clone())?;
    } else if let Some(text) = value.as_string() {
        let Heap { strings, budget, .. } = &mut *cx.heap;
        let text = strings.bytes(text);
        state.out.push(text, budget)?;
        let units = text.len() as u64 / 64;
        if units > 0 {
            cx.charge(units)?;
        }
    } else if let Some(n) = value.as_number() {
        state.out.push(NumberText::new(n).as_bytes(), &mut cx.heap.budget)?;
    } else {
        return Err(cx.error(format!("invalid replacement value (a {})", type_name(value))));
    }
    state.copied = found.end;
    // After an empty match the next byte stays, whatever it is.
    state.from = if found.is_empty() { found.end + 1 } else { found.end };
    if cx.bytes(cx.arg(2)).first() == Some(&b'^') {
        state.from = usize::MAX;
    }
    Ok(())
}
