//! From bytes to requests: arrays of bulk strings, or a line typed by hand.

#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use crate::error::{DecodeError, DecodeErrorKind as Kind};
use crate::input::Input;
use crate::limits::{Limits, RESERVED_ARGUMENTS_MAX};
use crate::number::parse_i64;

/// Decodes the requests of a client, as a server must.
///
/// ```
/// let mut decoder = resp::RequestDecoder::default();
/// decoder.feed(b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\nSET k \"a b\"\r\n");
/// assert_eq!(decoder.next(), Ok(Some(vec![b"GET".to_vec(), b"k".to_vec()])));
/// assert_eq!(decoder.next(), Ok(Some(vec![b"SET".to_vec(), b"k".to_vec(), b"a b".to_vec()])));
/// ```
#[derive(Debug, Default)]
pub struct RequestDecoder {
    input: Input,
    limits: Limits,
    /// Arguments of the current request that have not come yet; 0 between requests.
    missing: usize,
    /// Size of the argument whose header has been read.
    argument_size: Option<usize>,
    /// Where the arguments of the current request lie, from its first byte on.
    places: Vec<(usize, usize)>,
    /// The arguments of a request that came as a line, where quotes have been taken off.
    line: Option<Vec<Vec<u8>>>,
    failed: Option<DecodeError>,
}

impl RequestDecoder {
    /// A decoder with the given limits.
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Takes bytes that have arrived.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.input.feed(bytes);
    }

    /// The arguments of the next whole request, at least one; `None` until more bytes are fed.
    /// Empty requests are passed over.
    ///
    /// # Errors
    /// When the bytes are no request or exceed a limit; the same error from then on. A server sends
    /// it as `ERR Protocol error: <kind>` and closes the connection.
    #[expect(clippy::should_implement_trait, reason = "an iterator would end at the first `None`")]
    pub fn next(&mut self) -> Result<Option<Vec<Vec<u8>>>, DecodeError> {
        let found = self.advance()?;
        Ok(found.then(|| self.arguments().map(<[u8]>::to_vec).collect()))
    }

    /// As [`Self::next`], but leaves the arguments where they are: true when [`Self::arguments`] gives those
    /// of a whole request.
    ///
    /// # Errors
    /// As for [`Self::next`].
    pub fn advance(&mut self) -> Result<bool, DecodeError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let outcome = self.decode();
        if let Err(error) = &outcome {
            self.failed = Some(error.clone());
        }
        outcome
    }

    /// The arguments of the request that [`Self::advance`] has found, until the next one is looked for.
    pub fn arguments(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        let count = self.line.as_ref().map_or(self.places.len(), Vec::len);
        (0..count).map(|index| match &self.line {
            Some(line) => line.get(index).map(Vec::as_slice).unwrap_or_default(),
            None => self
                .places
                .get(index)
                .map(|&(start, end)| self.input.held(start, end))
                .unwrap_or_default(),
        })
    }

    /// Number of bytes fed that belong to no request yet.
    pub fn pending_size(&self) -> usize {
        self.input.unused_size()
    }

    fn decode(&mut self) -> Result<bool, DecodeError> {
        self.line = None;
        if self.missing == 0 {
            self.places.clear();
            self.input.release();
        }
        loop {
            if self.missing > 0 {
                if !self.take_argument()? {
                    return Ok(false);
                }
                if self.missing == 0 {
                    return Ok(true);
                }
                continue;
            }
            match self.input.rest().first() {
                None => return Ok(false),
                Some(b'*') => {
                    if !self.take_header()? {
                        return Ok(false);
                    }
                }
                Some(_) => match self.take_inline()? {
                    None => return Ok(false),
                    Some(argv) if argv.is_empty() => {}
                    Some(argv) => {
                        self.line = Some(argv);
                        return Ok(true);
                    }
                },
            }
        }
    }

    fn take_header(&mut self) -> Result<bool, DecodeError> {
        if let Some((count, size)) = short_header(self.input.rest(), b'*')
            && (1..=self.limits.items_max).contains(&count)
        {
            self.missing = count;
            self.places.clear();
            self.places.reserve(count.min(RESERVED_ARGUMENTS_MAX));
            self.input.hold();
            self.input.advance(size);
            return Ok(true);
        }
        let size_max = self.limits.line_size_max;
        let Some(line) = self.header_line(size_max, Kind::MultibulkCountTooLong)? else {
            return Ok(false);
        };
        let size = line.len();
        let count = line.get(1..).and_then(parse_i64);
        let max = i64::try_from(self.limits.items_max).unwrap_or(i64::MAX);
        let Some(count) = count.filter(|&count| count <= max) else {
            return Err(self.input.error(Kind::InvalidMultibulkLength));
        };
        // Zero and less ask for nothing.
        self.missing = usize::try_from(count).unwrap_or(0);
        self.places.clear();
        self.places.reserve(self.missing.min(RESERVED_ARGUMENTS_MAX));
        self.input.hold();
        self.input.advance(size.saturating_add(2));
        if self.missing == 0 {
            self.input.release();
        }
        Ok(true)
    }

    fn take_argument(&mut self) -> Result<bool, DecodeError> {
        let size = match self.argument_size {
            Some(size) => size,
            None => match self.take_argument_size()? {
                Some(size) => size,
                None => return Ok(false),
            },
        };
        self.argument_size = Some(size);
        // Redis skips the two bytes that follow without looking at them.
        if self.input.unused_size() < size.saturating_add(2) {
            return Ok(false);
        }
        let start = self.input.held_size();
        self.places.push((start, start.saturating_add(size)));
        self.input.advance(size.saturating_add(2));
        self.argument_size = None;
        self.missing = self.missing.saturating_sub(1);
        Ok(true)
    }

    fn take_argument_size(&mut self) -> Result<Option<usize>, DecodeError> {
        if let Some((size, header_size)) = short_header(self.input.rest(), b'$')
            && size <= self.limits.bulk_size_max
        {
            self.input.advance(header_size);
            return Ok(Some(size));
        }
        let size_max = self.limits.line_size_max;
        let bulk_size_max = self.limits.bulk_size_max;
        let Some(line) = self.header_line(size_max, Kind::BulkCountTooLong)? else {
            return Ok(None);
        };
        let line_size = line.len();
        let size = match line {
            [b'$', text @ ..] => parse_i64(text)
                .and_then(|size| usize::try_from(size).ok())
                .filter(|&size| size <= bulk_size_max)
                .ok_or(Kind::InvalidBulkLength),
            [other, ..] => Err(Kind::ExpectedDollar(*other)),
            [] => Err(Kind::ExpectedDollar(b'\r')),
        };
        match size {
            Ok(size) => {
                self.input.advance(line_size.saturating_add(2));
                Ok(Some(size))
            }
            Err(kind) => Err(self.input.error(kind)),
        }
    }

    /// A line up to its CR, once the byte after the CR has come too; Redis does not look at that one.
    fn header_line(&mut self, size_max: usize, kind: Kind) -> Result<Option<&[u8]>, DecodeError> {
        let Some(size) = self.input.line_size(b'\r', size_max, kind)? else { return Ok(None) };
        let rest = self.input.rest();
        Ok(rest.get(size.saturating_add(1)).and(rest.get(..size)))
    }

    fn take_inline(&mut self) -> Result<Option<Vec<Vec<u8>>>, DecodeError> {
        let Some(size) =
            self.input.line_size(b'\n', self.limits.line_size_max, Kind::InlineTooLong)?
        else {
            return Ok(None);
        };
        let line = without_cr(self.input.rest().get(..size).unwrap_or_default());
        match split_inline(line) {
            Some(argv) => {
                self.input.advance(size.saturating_add(1));
                Ok(Some(argv))
            }
            None => Err(self.input.error(Kind::UnbalancedQuotes)),
        }
    }
}

/// The number in a header of one or two digits, as most are, and the size of the header with its line end. All
/// others are read with more care.
#[inline]
fn short_header(rest: &[u8], kind: u8) -> Option<(usize, usize)> {
    let (first, rest) = rest.split_first()?;
    if *first != kind {
        return None;
    }
    match rest {
        [digit @ b'0'..=b'9', b'\r', _, ..] => Some((usize::from(digit & 15), 4)),
        [tens @ b'1'..=b'9', digit @ b'0'..=b'9', b'\r', _, ..] => {
            let tens = usize::from(tens & 15).saturating_mul(10);
            Some((tens.saturating_add(usize::from(digit & 15)), 5))
        }
        _ => None,
    }
}

fn without_cr(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Splits a line into arguments as Redis splits an inline request and `redis-cli` its prompt.
///
/// Spaces separate. Double quotes know `\n`, `\r`, `\t`, `\b`, `\a`, `\xHH` and take any other escaped
/// byte as itself; single quotes know `\'`. `None` when a quote is not closed, or its end is not
/// followed by a space.
///
/// # Source
/// Observed on redis-server 7.0.15; the rules are those of `sdssplitargs`.
pub fn split_inline(line: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut argv = Vec::new();
    let mut rest = line;
    loop {
        rest = skip_spaces(rest);
        // A NUL ends the line, since Redis reads it as a C string.
        if matches!(rest.first(), None | Some(0)) {
            return Some(argv);
        }
        let mut argument = Vec::new();
        loop {
            match rest {
                [] | [0, ..] => break,
                [b' ' | b'\t' | b'\r' | b'\n', ..] => break,
                [b'"', tail @ ..] => rest = double_quoted(tail, &mut argument)?,
                [b'\'', tail @ ..] => rest = single_quoted(tail, &mut argument)?,
                [byte, tail @ ..] => {
                    argument.push(*byte);
                    rest = tail;
                }
            }
        }
        argv.push(argument);
    }
}

/// Reads up to the closing quote, and gives what follows it.
fn double_quoted<'a>(mut rest: &'a [u8], argument: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        rest = match rest {
            [] | [0, ..] => return None,
            [b'\\', b'x', high, low, tail @ ..]
                if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                argument.push((hex_digit(*high) << 4) | hex_digit(*low));
                tail
            }
            [b'\\', escaped, tail @ ..] if *escaped != 0 => {
                argument.push(match escaped {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 8,
                    b'a' => 7,
                    other => *other,
                });
                tail
            }
            [b'"', tail @ ..] => return after_quote(tail),
            [byte, tail @ ..] => {
                argument.push(*byte);
                tail
            }
        }
    }
}

fn single_quoted<'a>(mut rest: &'a [u8], argument: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        rest = match rest {
            [] | [0, ..] => return None,
            [b'\\', b'\'', tail @ ..] => {
                argument.push(b'\'');
                tail
            }
            [b'\'', tail @ ..] => return after_quote(tail),
            [byte, tail @ ..] => {
                argument.push(*byte);
                tail
            }
        }
    }
}

/// What follows a closing quote: it must be a space or the end.
fn after_quote(rest: &[u8]) -> Option<&[u8]> {
    match rest.first() {
        None | Some(0) => Some(rest),
        Some(byte) if is_space(*byte) => Some(rest),
        Some(_) => None,
    }
}

fn skip_spaces(line: &[u8]) -> &[u8] {
    let spaces = line.iter().take_while(|byte| is_space(**byte)).count();
    line.get(spaces..).unwrap_or_default()
}

/// C's `isspace`: unlike Rust's, it counts the vertical tab.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

fn hex_digit(digit: u8) -> u8 {
    char::from(digit).to_digit(16).map_or(0, |value| value as u8)
}
