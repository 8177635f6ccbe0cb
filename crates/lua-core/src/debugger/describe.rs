//! Values as people read them, in Lua's notation, with bounds on everything.

use core::fmt::Write;

use crate::heap::Heap;
use crate::number;
use crate::value::{Type, Value};

/// How much of a value is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Tables in tables that are opened, at most 16; with 0 a table is `{...}`.
    pub depth: usize,
    /// Entries of each table.
    pub items: usize,
    /// Bytes of the text, about.
    pub bytes: usize,
}

impl Default for Shape {
    /// Two tables deep, 20 entries each, 400 bytes.
    fn default() -> Self {
        Self { depth: 2, items: 20, bytes: 400 }
    }
}

/// Tables in tables, whatever the shape: this is how deep the functions below call themselves.
const DEPTH_MAX: usize = 16;

/// What stands for what is left out.
const LEFT_OUT: &str = "...";

const KEYWORDS: [&[u8]; 21] = [
    b"and",
    b"break",
    b"do",
    b"else",
    b"elseif",
    b"end",
    b"false",
    b"for",
    b"function",
    b"if",
    b"in",
    b"local",
    b"nil",
    b"not",
    b"or",
    b"repeat",
    b"return",
    b"then",
    b"true",
    b"until",
    b"while",
];

/// Most bytes of a key in front of a value.
const KEY_BYTES: usize = 80;

/// A value as text.
pub(super) fn value(heap: &Heap, value: Value, shape: &Shape) -> String {
    let mut writer = Writer { heap, text: String::new(), shape, parents: Vec::new() };
    writer.value(value, shape.depth.min(DEPTH_MAX));
    if writer.is_full() && !writer.text.trim_end_matches('}').ends_with(LEFT_OUT) {
        writer.text.push_str(LEFT_OUT);
    }
    writer.text
}

/// A key of a table as it stands in front of a value.
pub(super) fn key(heap: &Heap, key: Value) -> String {
    let shape = Shape { depth: 0, items: 0, bytes: KEY_BYTES };
    if key.is_string() && is_name(heap.bytes(key)) && heap.bytes(key).len() <= KEY_BYTES {
        return String::from_utf8_lossy(heap.bytes(key)).into_owned();
    }
    format!("[{}]", value(heap, key, &shape))
}

fn is_name(text: &[u8]) -> bool {
    let is_word = |&byte: &u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !text.is_empty()
        && text.iter().all(is_word)
        && !text.first().is_some_and(u8::is_ascii_digit)
        && !KEYWORDS.contains(&text)
}

struct Writer<'a> {
    heap: &'a Heap,
    text: String,
    shape: &'a Shape,
    /// Tables that are being written.
    parents: Vec<Value>,
}

impl Writer<'_> {
    fn is_full(&self) -> bool {
        self.text.len() > self.shape.bytes
    }

    fn value(&mut self, value: Value, depth: usize) {
        match value.type_of() {
            Type::String => self.string(self.heap.bytes(value)),
            Type::Table => self.table(value, depth),
            Type::Function => {
                let text = self.function(value);
                self.text.push_str(&text);
            }
            Type::Number => {
                let mut text = Vec::new();
                number::write_number(&mut text, value.number_bits());
                self.text.push_str(&String::from_utf8_lossy(&text));
            }
            Type::Nil | Type::Boolean | Type::LightUserdata | Type::Userdata | Type::Thread => {
                let mut text = Vec::new();
                self.heap.describe(value, &mut text);
                self.text.push_str(&String::from_utf8_lossy(&text));
            }
        }
    }

    /// A string in quotes: text as it is, control characters and bytes that are no text as Lua's escapes.
    fn string(&mut self, bytes: &[u8]) {
        self.text.push('"');
        'all: for chunk in bytes.utf8_chunks() {
            for c in chunk.valid().chars() {
                if self.is_full() {
                    break 'all;
                }
                match c {
                    '"' | '\\' => self.text.extend(['\\', c]),
                    '\n' => self.text.push_str("\\n"),
                    '\r' => self.text.push_str("\\r"),
                    '\t' => self.text.push_str("\\t"),
                    c if c.is_ascii_control() => {
                        self.escape(c as u8);
                    }
                    c => self.text.push(c),
                }
            }
            if self.is_full() {
                break;
            }
            for byte in chunk.invalid() {
                self.escape(*byte);
            }
        }
        self.text.push_str(if self.is_full() { LEFT_OUT } else { "\"" });
    }

    fn escape(&mut self, byte: u8) {
        // Writing to a String cannot fail.
        let _ = write!(self.text, "\\{byte:03}");
    }

    fn table(&mut self, value: Value, depth: usize) {
        let Some(index) = value.as_table() else { return };
        let table = &self.heap.tables[index];
        if self.parents.contains(&value) {
            self.text.push_str("<cycle>");
            return;
        }
        if depth == 0 {
            let is_empty = table.next_from(0).is_none();
            self.text.push_str(if is_empty { "{}" } else { "{...}" });
            return;
        }
        self.parents.push(value);
        self.text.push('{');
        let (mut at, mut written) = (0, 0);
        // The position that a value without a key in front of it has.
        let mut position = 1.0;
        while let Some((next, key, value)) = table.next_from(at) {
            if written > 0 {
                self.text.push_str(", ");
            }
            if written == self.shape.items || self.is_full() {
                self.text.push_str(LEFT_OUT);
                break;
            }
            if key.as_number() == Some(position) {
                position += 1.0;
            } else {
                let name = self::key(self.heap, key);
                self.text.push_str(&name);
                self.text.push_str(" = ");
            }
            self.value(value, depth - 1);
            (at, written) = (next, written + 1);
        }
        self.text.push('}');
        self.parents.pop();
    }

    fn function(&self, value: Value) -> String {
        if let Some(native) = value.as_native() {
            return format!("function <{}>", self.heap.natives[native].name);
        }
        let proto =
            value.as_closure().and_then(|closure| self.heap.closures[closure].proto.clone());
        let Some(proto) = proto else { return "function".into() };
        let chunk = lua_compiler::chunk_id(self.heap.bytes(proto.source));
        format!("function <{}:{}>", String::from_utf8_lossy(&chunk), proto.def.line_defined)
    }
}
