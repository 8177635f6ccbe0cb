//! What can be wrong with a source, and how a chunk is called in messages.

use core::fmt;

use crate::limits::{CHUNK_ID_SIZE, CHUNK_ID_SIZE_COMPILING};

/// Why a source does not compile: PUC's text, with the position and the token for tools.
#[derive(Clone, PartialEq, Eq)]
pub struct CompileError(Box<Details>);

const _: () = assert!(size_of::<CompileError>() == size_of::<usize>());

#[derive(Clone, PartialEq, Eq)]
struct Details {
    message: Vec<u8>,
    line: u32,
    offset: usize,
    near: Option<Box<[u8]>>,
    at_eof: bool,
}

impl CompileError {
    /// An error without a position, as a full table of constants gives it.
    pub(crate) fn plain(text: &str, line: u32, offset: usize) -> Self {
        let message = text.as_bytes().to_vec();
        Self(Box::new(Details { message, line, offset, near: None, at_eof: false }))
    }

    /// `chunk:line: text near 'near'`.
    pub(crate) fn at(
        chunk_name: &[u8],
        text: &[u8],
        line: u32,
        offset: usize,
        near: Option<Near>,
    ) -> Self {
        let mut message = chunk_id_of_size(chunk_name, CHUNK_ID_SIZE_COMPILING);
        message.extend_from_slice(format!(":{line}: ").as_bytes());
        message.extend_from_slice(text);
        let at_eof = matches!(near, Some(Near::Eof));
        let near = near.map(|near| match near {
            Near::Eof => b"<eof>".to_vec().into_boxed_slice(),
            Near::Text(text) => text.into_boxed_slice(),
        });
        if let Some(near) = &near {
            message.extend_from_slice(b" near '");
            message.extend_from_slice(until_nul(near));
            message.push(b'\'');
        }
        Self(Box::new(Details { message, line, offset, near, at_eof }))
    }

    /// The complete text, as `loadstring` returns it.
    pub fn message(&self) -> &[u8] {
        &self.0.message
    }

    /// The complete text, owned.
    pub fn into_message(self) -> Vec<u8> {
        self.0.message
    }

    /// Line of the error, from 1.
    pub fn line(&self) -> u32 {
        self.0.line
    }

    /// Where the offending token starts: an index into the source, at most its length.
    pub fn offset(&self) -> usize {
        self.0.offset
    }

    /// The token that the message names after `near`, when it names one.
    pub fn near(&self) -> Option<&[u8]> {
        self.0.near.as_deref()
    }

    /// True when the source just ends too early: more lines may complete it.
    pub fn at_eof(&self) -> bool {
        self.0.at_eof
    }
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0.message))
    }
}

impl fmt::Debug for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CompileError({:?})", String::from_utf8_lossy(&self.0.message))
    }
}

impl core::error::Error for CompileError {}

/// The token that a message names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Near {
    /// The end of the source.
    Eof,
    /// The token's text.
    Text(Vec<u8>),
}

/// How a running chunk is called in messages and in `debug.getinfo`'s `short_src`: `=name` and `@file` give the name, anything else is source text and
/// gives `[string "first line..."]`. At most 59 bytes; of a long file name the end is kept. (Messages
/// of the compiler itself keep 20 bytes more.)
///
/// # Source
/// PUC `lobject.c`, `luaO_chunkid`.
pub fn chunk_id(chunk_name: &[u8]) -> Vec<u8> {
    chunk_id_of_size(chunk_name, CHUNK_ID_SIZE)
}

fn chunk_id_of_size(chunk_name: &[u8], size: usize) -> Vec<u8> {
    const DOTS: &[u8] = b"...";
    const OPEN: &[u8] = b"[string \"";
    const CLOSE: &[u8] = b"\"]";
    let text = until_nul(chunk_name);
    match text.split_first() {
        Some((b'=', name)) => name.get(..size - 1).unwrap_or(name).to_vec(),
        Some((b'@', name)) => {
            let room = size - (DOTS.len() + 1 + 4);
            match name.len().checked_sub(room) {
                Some(cut) if cut > 0 => [DOTS, name.get(cut..).unwrap_or(name)].concat(),
                _ => name.to_vec(),
            }
        }
        _ => {
            let room = size - (OPEN.len() + DOTS.len() + CLOSE.len() + 1 + 2);
            let line_len = text.iter().position(|b| matches!(b, b'\n' | b'\r'));
            let kept = line_len.unwrap_or(text.len()).min(room);
            let dots = if kept < text.len() { DOTS } else { b"" };
            [OPEN, text.get(..kept).unwrap_or(text), dots, CLOSE].concat()
        }
    }
}

/// What C sees of `text`.
fn until_nul(text: &[u8]) -> &[u8] {
    text.split(|&b| b == 0).next().unwrap_or(text)
}
