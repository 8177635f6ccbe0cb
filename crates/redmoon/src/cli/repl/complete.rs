//! Completion of names at the prompt: keywords, globals, fields of tables and methods of strings.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use lua_core::handle::TableIndex;
use lua_core::native::CallContext;
use lua_core::value::Value;
use rustyline::completion::{Completer, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::{Context, Helper, Hinter, Validator};

use super::super::interpreter::Interpreter;
use super::Colours;
use super::highlight::{self, KEYWORDS};

/// Entries of a table that are looked at for one completion.
const ENTRIES_MAX: usize = 10_000;

/// Tables that are looked through along `__index`.
const INDEX_STEPS_MAX: usize = 20;

/// What the editor asks about a line.
#[derive(Helper, Hinter, Validator)]
pub(super) struct LuaHelper {
    interpreter: Rc<RefCell<Interpreter>>,
    colours: Colours,
}

impl LuaHelper {
    pub(super) fn new(interpreter: Rc<RefCell<Interpreter>>, colours: Colours) -> Self {
        Self { interpreter, colours }
    }
}

impl Highlighter for LuaHelper {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        Cow::Owned(highlight::paint(line, self.colours))
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        kind != CmdKind::MoveCursor
    }
}

impl Completer for LuaHelper {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let before = &line[..position];
        let start = before
            .rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':')))
            .map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8));
        let path = &before[start..];
        let (parents, name) = match path.rfind(['.', ':']) {
            Some(at) => (Some(&path[..at]), &path[at + 1..]),
            None => (None, path),
        };
        let mut names = match self.interpreter.try_borrow_mut() {
            Ok(mut interpreter) => {
                interpreter.machine.with_context(|cx| names_of(cx, parents, name))
            }
            Err(_) => Vec::new(),
        };
        if parents.is_none() && !name.is_empty() {
            let keywords = KEYWORDS.iter().filter(|keyword| keyword.starts_with(name));
            names.extend(keywords.map(|keyword| (*keyword).to_owned()));
        }
        names.sort();
        names.dedup();
        let pair = |text: String| Pair { display: text.clone(), replacement: text };
        Ok((position - name.len(), names.into_iter().map(pair).collect()))
    }
}

/// Fields of what `parents` leads to, or globals, that begin with `prefix`.
fn names_of(cx: &mut CallContext<'_>, parents: Option<&str>, prefix: &str) -> Vec<String> {
    let mut object = Value::from(cx.globals());
    for name in parents.into_iter().flat_map(|path| path.split(['.', ':'])) {
        let Some(value) = field(cx, object, name) else { return Vec::new() };
        object = value;
    }
    let mut names = Vec::new();
    for table in index_chain(cx, object) {
        let mut position = 0;
        for _ in 0..ENTRIES_MAX {
            let Some((next, key, value)) = cx.next_from(table, position) else { break };
            position = next;
            let Ok(name) = std::str::from_utf8(cx.bytes(key)) else { continue };
            if name.starts_with(prefix) && is_name(name) {
                let opening = if value.is_function() && parents.is_some() { "(" } else { "" };
                names.push(format!("{name}{opening}"));
            }
        }
    }
    names
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !KEYWORDS.contains(&text)
}

/// The tables in which a field of an object is looked for, without calling anything.
fn index_chain(cx: &mut CallContext<'_>, object: Value) -> Vec<TableIndex> {
    let mut tables = Vec::new();
    let mut object = object;
    for _ in 0..INDEX_STEPS_MAX {
        tables.extend(object.as_table());
        let Some(metatable) = cx.metatable(object) else { break };
        match cx.raw_get_field(metatable, "__index") {
            Ok(index) if index.as_table().is_some() => object = index,
            _ => break,
        }
    }
    tables
}

fn field(cx: &mut CallContext<'_>, object: Value, name: &str) -> Option<Value> {
    for table in index_chain(cx, object) {
        let value = cx.raw_get_field(table, name).ok()?;
        if !value.is_nil() {
            return Some(value);
        }
    }
    None
}
