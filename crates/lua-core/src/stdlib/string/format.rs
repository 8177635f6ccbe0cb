//! The directives of `string.format`: how C's `printf` lays out numbers and strings.
//!
//! The caller walks over the format, converts each argument as Lua does and hands it to the [`Directive`] that asked for it.
//! Everything is written straight to the end of the output and then padded there.
//!
//! # Source
//! C99 §7.19.6.1 as glibc does it; PUC 5.1.5 `lstrlib.c`, `str_format`, for what is allowed.

mod float;
mod integer;

use crate::number::number_to_c_int;

/// Flags in one directive; one more raises "invalid format (repeated flags)", repeated or not.
const FLAGS_MAX: usize = 5;
/// From this length on, `%s` without a precision takes a string as it is, NULs included and without padding.
const LONG_STRING: usize = 100;

/// What a directive does with its argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversion {
    /// `%c`: the byte of this number.
    Byte,
    /// `%d`, `%i`
    Integer,
    /// `%u`
    Unsigned,
    /// `%o`
    Octal,
    /// `%x`
    Hex,
    /// `%X`
    HexUpper,
    /// `%e`
    Exponent,
    /// `%E`
    ExponentUpper,
    /// `%f`
    Fixed,
    /// `%g`
    General,
    /// `%G`
    GeneralUpper,
    /// `%q`
    Quoted,
    /// `%s`
    String,
}

impl Conversion {
    fn new(letter: u8) -> Option<Self> {
        Some(match letter {
            b'c' => Self::Byte,
            b'd' | b'i' => Self::Integer,
            b'u' => Self::Unsigned,
            b'o' => Self::Octal,
            b'x' => Self::Hex,
            b'X' => Self::HexUpper,
            b'e' => Self::Exponent,
            b'E' => Self::ExponentUpper,
            b'f' => Self::Fixed,
            b'g' => Self::General,
            b'G' => Self::GeneralUpper,
            b'q' => Self::Quoted,
            b's' => Self::String,
            _ => return None,
        })
    }

    /// Whether the argument is to be converted to a string (`%s`, `%q`), else to a number.
    pub fn takes_string(self) -> bool {
        matches!(self, Self::Quoted | Self::String)
    }
}

/// One directive: `%-5.2f`.
#[derive(Clone, Copy, Debug)]
pub struct Directive {
    conversion: Conversion,
    /// `-`: pad on the right.
    left: bool,
    /// `+`: always a sign.
    plus: bool,
    /// A space where the sign would be.
    space: bool,
    /// `#`: a prefix, or a point, or trailing zeros.
    alternate: bool,
    /// `0`: pad with zeros after the sign.
    zero: bool,
    width: u8,
    precision: Option<u8>,
}

/// What is wrong with a directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormatError {
    /// More flags than there are.
    RepeatedFlags,
    /// A width or precision of more than two digits.
    TooLong,
    /// No such conversion; 0 at the end of the format.
    Option(u8),
}

impl FormatError {
    /// The error's text.
    pub fn message(self) -> Vec<u8> {
        match self {
            Self::RepeatedFlags => b"invalid format (repeated flags)".to_vec(),
            Self::TooLong => b"invalid format (width or precision too long)".to_vec(),
            // The message is a C string, so a NUL adds nothing.
            Self::Option(0) => b"invalid option '%' to 'format'".to_vec(),
            Self::Option(letter) => {
                [b"invalid option '%", &[letter][..], b"' to 'format'"].concat()
            }
        }
    }
}

impl Directive {
    /// Reads the directive that `text`, which follows a `%`, begins with: the directive and its length.
    ///
    /// # Errors
    /// [`FormatError`] when Lua 5.1 refuses it.
    #[inline]
    pub fn parse(text: &[u8]) -> Result<(Self, usize), FormatError> {
        // Most directives are a single letter.
        if let Some(conversion) = text.first().and_then(|&letter| Conversion::new(letter)) {
            return Ok((Self::plain(conversion), 1));
        }
        Self::parse_full(text)
    }

    fn plain(conversion: Conversion) -> Self {
        Self {
            conversion,
            left: false,
            plus: false,
            space: false,
            alternate: false,
            zero: false,
            width: 0,
            precision: None,
        }
    }

    fn parse_full(text: &[u8]) -> Result<(Self, usize), FormatError> {
        let mut directive = Self::plain(Conversion::String);
        let mut at = 0;
        let peek = |at: usize| text.get(at).copied().unwrap_or_default();
        loop {
            match peek(at) {
                b'-' => directive.left = true,
                b'+' => directive.plus = true,
                b' ' => directive.space = true,
                b'#' => directive.alternate = true,
                b'0' => directive.zero = true,
                _ => break,
            }
            at += 1;
        }
        if at > FLAGS_MAX {
            return Err(FormatError::RepeatedFlags);
        }
        let up_to_two_digits = |at: &mut usize| {
            let mut value = 0;
            for _ in 0..2 {
                let digit = peek(*at);
                if !digit.is_ascii_digit() {
                    break;
                }
                value = value * 10 + (digit - b'0');
                *at += 1;
            }
            value
        };
        directive.width = up_to_two_digits(&mut at);
        if peek(at) == b'.' {
            at += 1;
            directive.precision = Some(up_to_two_digits(&mut at));
        }
        if peek(at).is_ascii_digit() {
            return Err(FormatError::TooLong);
        }
        let letter = peek(at);
        directive.conversion = Conversion::new(letter).ok_or(FormatError::Option(letter))?;
        Ok((directive, at + 1))
    }

    /// What the directive does with its argument.
    pub fn conversion(&self) -> Conversion {
        self.conversion
    }

    /// Appends a number. A directive that takes a string writes nothing.
    #[inline]
    pub fn write_number(&self, out: &mut Vec<u8>, n: f64) {
        match self.conversion {
            Conversion::Integer => integer::write_signed(self, out, n),
            Conversion::Unsigned | Conversion::Octal | Conversion::Hex | Conversion::HexUpper => {
                integer::write_unsigned(self, out, n);
            }
            Conversion::Fixed
            | Conversion::Exponent
            | Conversion::ExponentUpper
            | Conversion::General
            | Conversion::GeneralUpper => float::write(self, out, n),
            Conversion::Byte => self.write_byte(out, number_to_c_int(n) as u8),
            Conversion::Quoted | Conversion::String => {}
        }
    }

    /// Appends a string; quoted for `%q`.
    ///
    /// `%s` hands a short string, or one with a precision, to C, where it ends at its first NUL.
    #[inline]
    pub fn write_string(&self, out: &mut Vec<u8>, text: &[u8]) {
        if self.conversion == Conversion::Quoted {
            return write_quoted(out, text);
        }
        if self.precision.is_none() && text.len() >= LONG_STRING {
            return out.extend_from_slice(text);
        }
        let text = match self.precision {
            Some(precision) => text.get(..usize::from(precision)).unwrap_or(text),
            None => text,
        };
        let size = text.iter().position(|&byte| byte == 0).unwrap_or(text.len());
        let start = out.len();
        out.extend_from_slice(text.get(..size).unwrap_or_default());
        self.pad_with_spaces(out, start);
    }

    /// `%c`. C writes a NUL and whatever pads it, and Lua then takes the text up to the NUL.
    fn write_byte(&self, out: &mut Vec<u8>, byte: u8) {
        let start = out.len();
        out.push(byte);
        self.pad_with_spaces(out, start);
        if byte == 0 {
            let spaces = if self.left { 0 } else { usize::from(self.width).saturating_sub(1) };
            out.truncate(start + spaces);
        }
    }

    /// Appends the sign of a number.
    #[inline]
    fn push_sign(&self, out: &mut Vec<u8>, negative: bool) {
        if negative {
            out.push(b'-');
        } else if self.plus {
            out.push(b'+');
        } else if self.space {
            out.push(b' ');
        }
    }

    /// Brings what was written from `start` on to the directive's width.
    #[inline]
    fn pad_with_spaces(&self, out: &mut Vec<u8>, start: usize) {
        if out.len() - start < usize::from(self.width) {
            self.pad(out, start, start, b' ');
        }
    }

    /// As [`pad_with_spaces`](Self::pad_with_spaces), with zeros from `digits` on when the directive says so.
    #[inline]
    fn pad_number(&self, out: &mut Vec<u8>, start: usize, digits: usize) {
        if out.len() - start >= usize::from(self.width) {
            return;
        }
        if self.zero && !self.left {
            self.pad(out, start, digits, b'0');
        } else {
            self.pad(out, start, start, b' ');
        }
    }

    /// Puts `fill` before what was written from `at` on, or spaces after it.
    fn pad(&self, out: &mut Vec<u8>, start: usize, at: usize, fill: u8) {
        let end = out.len();
        let missing = usize::from(self.width).saturating_sub(end - start);
        out.resize(end + missing, b' ');
        if !self.left {
            out.copy_within(at..end, at + missing);
            if let Some(gap) = out.get_mut(at..at + missing) {
                gap.fill(fill);
            }
        }
    }
}

/// Appends `text` in double quotes, so that Lua reads it back as it is.
///
/// # Source
/// PUC 5.1.5 `lstrlib.c`, `addquoted`: a newline keeps its byte after a backslash, and a NUL becomes `\000`.
pub fn write_quoted(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    for &byte in text {
        match byte {
            b'"' | b'\\' | b'\n' => out.extend_from_slice(&[b'\\', byte]),
            b'\r' => out.extend_from_slice(b"\\r"),
            0 => out.extend_from_slice(b"\\000"),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests;
