//! `gsub` with a replacement text.

use std::ops::Range;

use super::{Capture, MatchError, Matcher};
use crate::stdlib::string::meter::Meter;

/// The replacement text of `gsub`: `%0` is the match, `%1` to `%9` are its captures, and a `%` before anything else is
/// dropped.
#[derive(Clone, Copy, Debug)]
pub struct Replacement<'a> {
    text: &'a [u8],
    has_escapes: bool,
}

impl<'a> Replacement<'a> {
    /// Looks `text` over once.
    pub fn new(text: &'a [u8]) -> Self {
        Self { text, has_escapes: memchr::memchr(b'%', text).is_some() }
    }

    /// Appends the text for a match of `matcher` that covers `whole`.
    fn expand(
        &self,
        matcher: &mut Matcher<'_>,
        whole: &Range<usize>,
        output: &mut Output<'_>,
    ) -> Result<(), MatchError> {
        if !self.has_escapes {
            return output.push(self.text, matcher);
        }
        let mut rest = self.text;
        while let Some(at) = memchr::memchr(b'%', rest) {
            output.push(rest.get(..at).unwrap_or_default(), matcher)?;
            // C Lua reads on into the NUL that ends the text.
            let escaped = rest.get(at + 1).copied().unwrap_or_default();
            rest = rest.get(at + 2..).unwrap_or_default();
            match escaped {
                b'0' => output.push_range(whole.clone(), matcher)?,
                b'1'..=b'9' => {
                    match matcher.capture(usize::from(escaped - b'1'), whole.clone())? {
                        Capture::Text(range) => output.push_range(range, matcher)?,
                        Capture::Position(position) => {
                            let mut buffer = itoa::Buffer::new();
                            output.push(buffer.format(position).as_bytes(), matcher)?;
                        }
                    }
                }
                _ => output.push(&[escaped], matcher)?,
            }
        }
        output.push(rest, matcher)
    }
}

/// A growing text with a limit.
struct Output<'a> {
    bytes: &'a mut Vec<u8>,
    size_max: usize,
}

impl Output<'_> {
    #[inline]
    fn push(&mut self, bytes: &[u8], matcher: &mut Matcher<'_>) -> Result<(), MatchError> {
        if bytes.len() > self.size_max - self.bytes.len() {
            return Err(MatchError::NoRoom);
        }
        matcher.spend_copy(bytes.len());
        match bytes {
            [] => {}
            // A call of memcpy costs more than the byte.
            [byte] => self.bytes.push(*byte),
            _ => self.bytes.extend_from_slice(bytes),
        }
        Ok(())
    }

    fn push_range(
        &mut self,
        range: Range<usize>,
        matcher: &mut Matcher<'_>,
    ) -> Result<(), MatchError> {
        self.push(matcher.subject().get(range).unwrap_or_default(), matcher)
    }
}

/// Appends the matcher's subject to `out` with the first `count_max` matches replaced, and returns how many there were.
/// `out` may grow to `size_max` bytes.
///
/// # Errors
/// Those of [`Matcher::search`]; [`MatchError::NoRoom`] when the result is too large.
/// # Source
/// PUC 5.1.5 `lstrlib.c`, `str_gsub` and `add_s`.
pub fn substitute(
    matcher: &mut Matcher<'_>,
    replacement: &Replacement<'_>,
    count_max: usize,
    out: &mut Vec<u8>,
    size_max: usize,
    meter: &mut impl Meter,
) -> Result<usize, MatchError> {
    let subject_len = matcher.subject().len();
    let mut output = Output { size_max: size_max.max(out.len()), bytes: out };
    let mut count = 0;
    let mut copied = 0;
    let mut from = 0;
    while count < count_max {
        let Some(found) = matcher.search(from, meter)? else { break };
        count += 1;
        output.push_range(copied..found.start, matcher)?;
        replacement.expand(matcher, &found, &mut output)?;
        copied = found.end;
        // After an empty match the next byte is copied, whatever it is.
        from = if found.is_empty() { found.end + 1 } else { found.end };
        if from > subject_len || matcher.pattern().is_anchored() {
            break;
        }
    }
    output.push_range(copied..subject_len, matcher)?;
    matcher.settle(meter)?;
    Ok(count)
}
