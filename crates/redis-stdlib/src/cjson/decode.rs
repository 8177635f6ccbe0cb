//! `cjson.decode`: JSON to a value.

#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use lua_core::error::Failure;
use lua_core::handle::TableIndex;
use lua_core::native::CallContext;
use lua_core::value::Value;

use super::{NULL, Native, Settings, number, settings};
use crate::limits;

/// What the text consists of.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Token {
    ObjectBegin,
    ObjectEnd,
    ArrayBegin,
    ArrayEnd,
    /// A string, now a value.
    String(Value),
    Number(f64),
    Boolean(bool),
    Null,
    Colon,
    Comma,
    End,
    /// What it is instead of a token.
    Bad(&'static str),
}

impl Token {
    /// The name in messages.
    fn name(self) -> &'static str {
        match self {
            Token::ObjectBegin => "T_OBJ_BEGIN",
            Token::ObjectEnd => "T_OBJ_END",
            Token::ArrayBegin => "T_ARR_BEGIN",
            Token::ArrayEnd => "T_ARR_END",
            Token::String(_) => "T_STRING",
            Token::Number(_) => "T_NUMBER",
            Token::Boolean(_) => "T_BOOLEAN",
            Token::Null => "T_NULL",
            Token::Colon => "T_COLON",
            Token::Comma => "T_COMMA",
            Token::End => "T_END",
            Token::Bad(what) => what,
        }
    }
}

/// An array or object being read.
enum Open {
    /// The items so far lie among the reader's values, from this index on.
    Array {
        first: usize,
    },
    Object {
        table: TableIndex,
        key: Value,
    },
}

/// Slots that lua-cjson asks for before it reads an array.
const ARRAY_SLOTS: usize = 2;
/// Slots that lua-cjson asks for before it reads an object.
const OBJECT_SLOTS: usize = 3;

impl Open {
    /// Slots in use while something inside is read: the table, and the key.
    fn slots(&self) -> usize {
        match self {
            Open::Array { .. } => 1,
            Open::Object { .. } => 2,
        }
    }
}

/// Bytes charged per table in progress.
const OPEN_SIZE: usize = size_of::<Open>().saturating_mul(2);

struct Reader<'a> {
    text: &'a [u8],
    /// Index of the next byte.
    at: usize,
    /// Index of the token read last.
    start: usize,
    /// Slots of Lua's stack that lua-cjson would have in use.
    slots: usize,
    settings: Settings,
    /// Items of the arrays being read.
    values: Vec<Value>,
    /// A string with escapes in the making.
    scratch: Vec<u8>,
}

pub(super) fn decode(cx: &mut CallContext<'_>) -> Native {
    if cx.arg_count() != 1 {
        return Err(cx.arg_error(1, "expected 1 argument"));
    }
    let text = cx.check_string(1)?;
    let settings = *settings(cx)?;
    // Making values needs the context that lends the bytes, so they are copied.
    let size = cx.bytes(text).len();
    cx.charge(1_u64.saturating_add(size as u64 / limits::BYTES_PER_FUEL))?;
    // Once for the copy, once for strings with escapes in the making.
    let held = size.saturating_mul(2);
    cx.charge_memory(held)?;
    let text = cx.bytes(text).to_vec();
    if text.len() >= 2 && text.iter().take(2).any(|&b| b == 0) {
        cx.refund(held);
        return Err(cx.error("JSON parser does not support UTF-16 or UTF-32"));
    }
    let mut reader = Reader {
        text: &text,
        at: 0,
        start: 0,
        slots: 1,
        settings,
        values: Vec::new(),
        scratch: Vec::new(),
    };
    let mut open = Vec::new();
    let result = reader.document(cx, &mut open);
    cx.refund(held);
    cx.refund(open.capacity().saturating_mul(OPEN_SIZE));
    cx.refund(reader.values.capacity().saturating_mul(size_of::<Value>()));
    let value = result?;
    cx.return1(value)
}

impl Reader<'_> {
    /// A value and the end of the text.
    fn document(
        &mut self,
        cx: &mut CallContext<'_>,
        open: &mut Vec<Open>,
    ) -> Result<Value, Failure> {
        let mut token = self.token(cx)?;
        'value: loop {
            let mut value = match token {
                Token::String(value) => value,
                Token::Number(number) => Value::number(number),
                Token::Boolean(truth) => Value::boolean(truth),
                Token::Null => NULL,
                Token::ArrayBegin => {
                    self.check_depth(cx, open.len(), ARRAY_SLOTS)?;
                    token = self.token(cx)?;
                    if token != Token::ArrayEnd {
                        let first = self.values.len();
                        self.push(cx, open, Open::Array { first })?;
                        continue 'value;
                    }
                    cx.new_table(0, 0)?.into()
                }
                Token::ObjectBegin => {
                    self.check_depth(cx, open.len(), OBJECT_SLOTS)?;
                    let table = cx.new_table(0, 0)?;
                    token = self.token(cx)?;
                    if token != Token::ObjectEnd {
                        let key = self.key(cx, token)?;
                        self.push(cx, open, Open::Object { table, key })?;
                        token = self.token(cx)?;
                        continue 'value;
                    }
                    table.into()
                }
                _ => return Err(self.expected(cx, "value", token)),
            };
            // The value is complete: it goes to the innermost table, and may complete that.
            loop {
                let Some(innermost) = open.last_mut() else {
                    token = self.token(cx)?;
                    if token != Token::End {
                        return Err(self.expected(cx, "the end", token));
                    }
                    return Ok(value);
                };
                cx.charge(1)?;
                match innermost {
                    Open::Array { first } => {
                        let first = *first;
                        self.keep(cx, value)?;
                        token = self.token(cx)?;
                        match token {
                            Token::Comma => {
                                token = self.token(cx)?;
                                continue 'value;
                            }
                            Token::ArrayEnd => {
                                let items = self.values.get(first..).unwrap_or_default();
                                value = cx.new_list(items)?.into();
                                self.values.truncate(first);
                            }
                            _ => return Err(self.expected(cx, "comma or array end", token)),
                        }
                    }
                    Open::Object { table, key } => {
                        cx.raw_set(*table, *key, value)?;
                        token = self.token(cx)?;
                        match token {
                            Token::Comma => {
                                token = self.token(cx)?;
                                *key = self.key(cx, token)?;
                                token = self.token(cx)?;
                                continue 'value;
                            }
                            Token::ObjectEnd => value = (*table).into(),
                            _ => return Err(self.expected(cx, "comma or object end", token)),
                        }
                    }
                }
                if let Some(done) = open.pop() {
                    self.slots = self.slots.saturating_sub(done.slots());
                }
            }
        }
    }

    /// Adds an item to the innermost array.
    #[inline]
    fn keep(&mut self, cx: &mut CallContext<'_>, value: Value) -> Result<(), Failure> {
        if self.values.len() == self.values.capacity() {
            let more = self.values.capacity().max(16);
            cx.charge_memory(more.saturating_mul(size_of::<Value>()))?;
            self.values.reserve_exact(more);
        }
        self.values.push(value);
        Ok(())
    }

    /// Whether one more array or object may be around what comes next.
    fn check_depth(
        &self,
        cx: &mut CallContext<'_>,
        depth: usize,
        slots: usize,
    ) -> Result<(), Failure> {
        let depth = depth.saturating_add(1);
        if depth > self.settings.decode_depth_max as usize
            || self.slots.saturating_add(slots) > limits::REPLY_STACK_MAX
        {
            let at = self.at;
            return Err(cx.error(format!(
                "Found too many nested data structures ({depth}) at character {at}"
            )));
        }
        Ok(())
    }

    fn push(
        &mut self,
        cx: &mut CallContext<'_>,
        open: &mut Vec<Open>,
        table: Open,
    ) -> Result<(), Failure> {
        if open.len() == open.capacity() {
            let more = open.capacity().max(8);
            cx.charge_memory(more.saturating_mul(OPEN_SIZE))?;
            open.reserve_exact(more);
        }
        self.slots = self.slots.saturating_add(table.slots());
        open.push(table);
        Ok(())
    }

    /// The key of an entry, whose token this should be, and the colon behind it.
    fn key(&mut self, cx: &mut CallContext<'_>, token: Token) -> Result<Value, Failure> {
        let Token::String(key) = token else {
            return Err(self.expected(cx, "object key string", token));
        };
        let token = self.token(cx)?;
        if token != Token::Colon {
            return Err(self.expected(cx, "colon", token));
        }
        Ok(key)
    }

    #[cold]
    fn expected(&self, cx: &mut CallContext<'_>, what: &str, found: Token) -> Failure {
        let (found, at) = (found.name(), self.start.saturating_add(1));
        cx.error(format!("Expected {what} but found {found} at character {at}"))
    }

    // ---- tokens ----------------------------------------------------------------------------------

    /// The byte at an index; 0 at the end, which is also how C sees the end.
    #[inline]
    fn byte(&self, at: usize) -> u8 {
        self.text.get(at).copied().unwrap_or(0)
    }

    #[inline]
    fn token(&mut self, cx: &mut CallContext<'_>) -> Result<Token, Failure> {
        while matches!(self.byte(self.at), b' ' | b'\t' | b'\n' | b'\r') {
            self.at = self.at.saturating_add(1);
        }
        self.start = self.at;
        let simple = match self.byte(self.at) {
            b'"' => return self.string(cx),
            b'{' => Token::ObjectBegin,
            b'}' => Token::ObjectEnd,
            b'[' => Token::ArrayBegin,
            b']' => Token::ArrayEnd,
            b',' => Token::Comma,
            b':' => Token::Colon,
            0 => return Ok(Token::End),
            _ => return Ok(self.number_or_word()),
        };
        self.at = self.at.saturating_add(1);
        Ok(simple)
    }

    fn number_or_word(&mut self) -> Token {
        const INVALID_NUMBER: Token = Token::Bad("invalid number");
        let rest = self.text.get(self.at..).unwrap_or_default();
        let lenient = self.settings.decode_invalid;
        if matches!(rest.first(), Some(b'-' | b'0'..=b'9')) {
            if !lenient && number::is_not_json(rest) {
                return INVALID_NUMBER;
            }
        } else {
            for (word, token) in [
                (&b"true"[..], Token::Boolean(true)),
                (b"false", Token::Boolean(false)),
                (b"null", Token::Null),
            ] {
                if rest.starts_with(word) {
                    self.at = self.at.saturating_add(word.len());
                    return token;
                }
            }
            if !lenient || !number::is_not_json(rest) {
                return Token::Bad("invalid token");
            }
        }
        match number::scan(rest) {
            Some((number, len)) => {
                self.at = self.at.saturating_add(len);
                Token::Number(number)
            }
            None => INVALID_NUMBER,
        }
    }

    fn string(&mut self, cx: &mut CallContext<'_>) -> Result<Token, Failure> {
        let begin = self.at.saturating_add(1);
        let rest = self.text.get(begin..).unwrap_or_default();
        let plain = end_of_plain(rest);
        self.at = begin.saturating_add(plain);
        if rest.get(plain) == Some(&b'"') {
            self.at = self.at.saturating_add(1);
            return Ok(Token::String(cx.string(rest.get(..plain).unwrap_or_default())?));
        }
        self.escaped_string(cx, rest.get(..plain).unwrap_or_default())
    }

    /// A string that has an escape, or no end.
    fn escaped_string(&mut self, cx: &mut CallContext<'_>, plain: &[u8]) -> Result<Token, Failure> {
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        scratch.extend_from_slice(plain);
        let token = loop {
            match self.byte(self.at) {
                b'"' => {
                    self.at = self.at.saturating_add(1);
                    break Token::String(cx.string(&scratch)?);
                }
                b'\\' => {
                    if let Err(what) = self.escape(&mut scratch) {
                        break Token::Bad(what);
                    }
                }
                _ => break Token::Bad("unexpected end of string"),
            }
            let rest = self.text.get(self.at..).unwrap_or_default();
            let plain = end_of_plain(rest);
            scratch.extend_from_slice(rest.get(..plain).unwrap_or_default());
            self.at = self.at.saturating_add(plain);
        };
        if let Token::Bad(_) = token {
            self.start = self.at;
        }
        self.scratch = scratch;
        Ok(token)
    }

    /// Appends what the escape at the current place stands for.
    fn escape(&mut self, out: &mut Vec<u8>) -> Result<(), &'static str> {
        let letter = self.byte(self.at.saturating_add(1));
        let byte = match letter {
            b'"' | b'\\' | b'/' => letter,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let (character, len) = self.unicode().ok_or("invalid unicode escape code")?;
                out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                self.at = self.at.saturating_add(len);
                return Ok(());
            }
            _ => return Err("invalid escape code"),
        };
        out.push(byte);
        self.at = self.at.saturating_add(2);
        Ok(())
    }

    /// The character that one or two `\uXXXX` stand for, and their length.
    fn unicode(&self) -> Option<(char, usize)> {
        let first = self.unit(self.at)?;
        match first {
            0xD800..=0xDBFF => {
                let second = self.unit(self.at.checked_add(6)?)?;
                let pair = char::decode_utf16([first, second]).next()?.ok()?;
                Some((pair, 12))
            }
            _ => Some((char::from_u32(first.into())?, 6)),
        }
    }

    /// The number in `\uXXXX` at an index.
    fn unit(&self, at: usize) -> Option<u16> {
        let digits = self.text.get(at..at.checked_add(6)?)?.strip_prefix(b"\\u")?;
        let mut unit = 0_u16;
        for &digit in digits {
            let digit = char::from(digit).to_digit(16)?;
            unit = unit.checked_mul(16)?.checked_add(digit as u16)?;
        }
        Some(unit)
    }
}

/// Index of the first quote, backslash or NUL.
#[inline]
fn end_of_plain(text: &[u8]) -> usize {
    /// Most strings end before it is worth calling a search with a set-up cost.
    const SHORT: usize = 24;
    let is_end = |b: &u8| matches!(b, b'"' | b'\\' | 0);
    let head = text.get(..SHORT).unwrap_or(text);
    if let Some(at) = head.iter().position(is_end) {
        return at;
    }
    let rest = text.get(head.len()..).unwrap_or_default();
    memchr::memchr3(b'"', b'\\', 0, rest).unwrap_or(rest.len()).saturating_add(head.len())
}
