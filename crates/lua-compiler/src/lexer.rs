//! Bytes to tokens. logos finds where a token starts and of which shape it is; strings, long brackets
//! and comments are read on by hand, since their ends depend on how they opened.
//!
//! Lines are counted as PUC does: `\n`, `\r`, `\r\n` and `\n\r` are one line end each.

use logos::Logos;

use crate::error::{CompileError, Near};
use crate::intern::Symbols;
use crate::number::parse_number;
use crate::token::{Shape, Token};

/// A token and where it stood.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lexeme {
    pub(crate) token: Token,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The line on which it ends.
    pub(crate) line: u32,
}

/// The source being read.
pub(crate) struct Lexer<'s> {
    shapes: logos::Lexer<'s, Shape>,
    source: &'s [u8],
    pub(crate) chunk_name: &'s [u8],
    pub(crate) symbols: Symbols,
    nested_brackets: bool,
    line: u32,
}

impl<'s> Lexer<'s> {
    pub(crate) fn new(source: &'s [u8], chunk_name: &'s [u8], nested_brackets: bool) -> Self {
        let symbols = Symbols::default();
        let shapes = Shape::lexer(source);
        Self { shapes, source, chunk_name, symbols, nested_brackets, line: 1 }
    }

    /// The same source from its start.
    pub(crate) fn restarted(&self) -> Self {
        Self::new(self.source, self.chunk_name, self.nested_brackets)
    }

    /// The line at which reading stands.
    pub(crate) fn line(&self) -> u32 {
        self.line
    }

    /// The next token; [`Token::Eof`] for ever after the last.
    pub(crate) fn next(&mut self) -> Result<Lexeme, CompileError> {
        loop {
            let Some(shape) = self.shapes.next() else {
                let end = self.source.len();
                return Ok(Lexeme { token: Token::Eof, start: end, end, line: self.line });
            };
            let shape = shape.unwrap_or(Shape::Other);
            let start = self.shapes.span().start;
            let token = match shape {
                Shape::LineEnd => {
                    self.line += 1;
                    continue;
                }
                Shape::Comment => {
                    self.skip_comment()?;
                    continue;
                }
                Shape::Name => Token::Name(self.symbols.intern(self.shapes.slice())),
                Shape::Number => self.number()?,
                Shape::Quote => self.quoted_string(start)?,
                Shape::LongBracket => {
                    let level = self.shapes.slice().len() - 2;
                    let text = self.long_bracket(level, "unfinished long string")?;
                    Token::String(self.symbols.intern(&text))
                }
                Shape::BrokenBracket => {
                    let near = Near::Text(self.shapes.slice().to_vec());
                    return Err(self.error("invalid long string delimiter", start, Some(near)));
                }
                Shape::Other => Token::Other(self.source.get(start).copied().unwrap_or(0)),
                _ => match shape.fixed_token() {
                    Some(token) => token,
                    None => continue,
                },
            };
            let end = self.shapes.span().end;
            return Ok(Lexeme { token, start, end, line: self.line });
        }
    }

    /// How messages show a token; `None` for the byte 0, which C takes for the absence of a token.
    pub(crate) fn near(&self, lexeme: &Lexeme) -> Option<Near> {
        let written = self.source.get(lexeme.start..lexeme.end).unwrap_or(&[]);
        let text = match lexeme.token {
            Token::Eof => return Some(Near::Eof),
            Token::Other(0) => return None,
            Token::Other(byte) if byte.is_ascii_control() => format!("char({byte})").into_bytes(),
            Token::Other(byte) => vec![byte],
            Token::Name(_) | Token::Number(_) => written.to_vec(),
            Token::String(symbol) => {
                let content = self.symbols.text(symbol);
                let delimiter_len = match written.first() {
                    Some(b'[') => 2 + written.iter().skip(1).take_while(|b| **b == b'=').count(),
                    _ => 1,
                };
                let open = written.get(..delimiter_len).unwrap_or(&[]);
                let close =
                    written.len().checked_sub(delimiter_len).and_then(|at| written.get(at..));
                [open, content, close.unwrap_or(&[])].concat()
            }
            token => token.fixed_text().unwrap_or("").as_bytes().to_vec(),
        };
        Some(Near::Text(text))
    }

    /// An error on the current line.
    pub(crate) fn error(&self, text: &str, offset: usize, near: Option<Near>) -> CompileError {
        CompileError::at(self.chunk_name, text.as_bytes(), self.line, offset, near)
    }

    fn number(&mut self) -> Result<Token, CompileError> {
        let text = self.shapes.slice();
        if let Some(number) = parse_number(text) {
            return Ok(Token::Number(number));
        }
        let near = Near::Text(text.to_vec());
        Err(self.error("malformed number", self.shapes.span().start, Some(near)))
    }

    fn skip_comment(&mut self) -> Result<(), CompileError> {
        let rest = self.shapes.remainder();
        let level = rest.iter().skip(1).take_while(|b| **b == b'=').count();
        if rest.first() == Some(&b'[') && rest.get(level + 1) == Some(&b'[') {
            self.shapes.bump(level + 2);
            self.long_bracket(level, "unfinished long comment")?;
        } else {
            let len = rest.iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(rest.len());
            self.shapes.bump(len);
        }
        Ok(())
    }

    /// Reads behind an opening long bracket of `level` to the end of the closing one. Every line end
    /// becomes `\n`, and one right at the start is dropped.
    fn long_bracket(&mut self, level: usize, unfinished: &str) -> Result<Vec<u8>, CompileError> {
        let rest = self.shapes.remainder();
        let mut text = Vec::new();
        let mut at = 0;
        if let Some(len) = line_end(rest) {
            at += len;
            self.line += 1;
        }
        while let Some(&byte) = rest.get(at) {
            let tail = rest.get(at..).unwrap_or(&[]);
            match byte {
                b']' if bracket_level(tail, b']') == Some(level) => {
                    self.shapes.bump(at + level + 2);
                    return Ok(text);
                }
                b'[' if level == 0 && !self.nested_brackets && tail.get(1) == Some(&b'[') => {
                    let start = self.shapes.span().start;
                    let near = Near::Text(b"[".to_vec());
                    let message = "nesting of [[...]] is deprecated";
                    return Err(self.error(message, start, Some(near)));
                }
                b']' => {
                    // What looked like a closing bracket of another level; its last byte may open the real one.
                    let run = 1 + tail.iter().skip(1).take_while(|b| **b == b'=').count();
                    text.extend_from_slice(tail.get(..run).unwrap_or(&[]));
                    at += run;
                }
                b'\n' | b'\r' => {
                    text.push(b'\n');
                    at += line_end(tail).unwrap_or(1);
                    self.line += 1;
                }
                _ => {
                    text.push(byte);
                    at += 1;
                }
            }
        }
        Err(self.error(unfinished, self.source.len(), Some(Near::Eof)))
    }

    /// Reads behind an opening quote to the end of the closing one.
    fn quoted_string(&mut self, start: usize) -> Result<Token, CompileError> {
        let quote = self.source.get(start).copied().unwrap_or(b'"');
        let rest = self.shapes.remainder();
        let mut text = Vec::new();
        let mut at = 0;
        loop {
            let plain = rest.get(at..).unwrap_or(&[]);
            let special = |b: &u8| *b == quote || matches!(b, b'\\' | b'\n' | b'\r');
            let len = plain.iter().position(special).unwrap_or(plain.len());
            text.extend_from_slice(plain.get(..len).unwrap_or(&[]));
            at += len;
            match rest.get(at) {
                None => {
                    return Err(self.error(
                        "unfinished string",
                        self.source.len(),
                        Some(Near::Eof),
                    ));
                }
                Some(b'\\') => {
                    at += self.escape(rest.get(at..).unwrap_or(&[]), quote, start, &mut text)?;
                }
                Some(&byte) if byte == quote => break,
                Some(_) => {
                    return Err(self.error_in_string("unfinished string", quote, start, &text));
                }
            }
        }
        self.shapes.bump(at + 1);
        Ok(Token::String(self.symbols.intern(&text)))
    }

    /// Appends what the escape sequence at the start of `rest` stands for and returns its length.
    fn escape(
        &mut self,
        rest: &[u8],
        quote: u8,
        start: usize,
        text: &mut Vec<u8>,
    ) -> Result<usize, CompileError> {
        let Some(&byte) = rest.get(1) else {
            return Err(self.error("unfinished string", self.source.len(), Some(Near::Eof)));
        };
        let plain = match byte {
            b'a' => b'\x07',
            b'b' => b'\x08',
            b'f' => b'\x0c',
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => b'\x0b',
            b'\n' | b'\r' => {
                self.line += 1;
                text.push(b'\n');
                return Ok(1 + rest.get(1..).and_then(line_end).unwrap_or(1));
            }
            b'0'..=b'9' => {
                let digits = rest.iter().skip(1).take(3).take_while(|b| b.is_ascii_digit());
                let (len, value) = digits
                    .fold((0, 0u32), |(len, value), b| (len + 1, value * 10 + u32::from(b - b'0')));
                let Ok(value) = u8::try_from(value) else {
                    return Err(self.error_in_string(
                        "escape sequence too large",
                        quote,
                        start,
                        text,
                    ));
                };
                text.push(value);
                return Ok(1 + len);
            }
            other => other,
        };
        text.push(plain);
        Ok(2)
    }

    /// An error in a quoted string; messages show what has been read of it, escapes replaced.
    fn error_in_string(&self, message: &str, quote: u8, start: usize, text: &[u8]) -> CompileError {
        self.error(message, start, Some(Near::Text([&[quote], text].concat())))
    }
}

/// Length of the line end at the start of `text`, if there is one.
fn line_end(text: &[u8]) -> Option<usize> {
    match text {
        [b'\r', b'\n', ..] | [b'\n', b'\r', ..] => Some(2),
        [b'\r' | b'\n', ..] => Some(1),
        _ => None,
    }
}

/// The level of the long bracket at the start of `text`, made of `bracket` and `=`.
fn bracket_level(text: &[u8], bracket: u8) -> Option<usize> {
    let level = text.iter().skip(1).take_while(|b| **b == b'=').count();
    (text.get(level + 1) == Some(&bracket)).then_some(level)
}
