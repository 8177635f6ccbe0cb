//! Reading: formats, lines and their iterators.

use std::io;

use lua_core::error::Failure;
use lua_core::native::{CallContext, c_string};
use lua_core::value::Value;

use super::open::{file_error, open_path};
use super::{
    DEFAULT_INPUT, Native, check_open, close_file, default_file, new_file, return_error, stream_of,
};
use crate::lualibs::SharedStream;
use crate::lualibs::load::describe_error;

/// Bytes read between two looks at the memory limit.
const READ_BLOCK: usize = 1 << 16;

/// Scratch bytes that a reading native has charged.
#[derive(Default)]
struct Charged(usize);

impl Charged {
    /// Charges for `bytes` more.
    fn more(&mut self, cx: &mut CallContext<'_>, bytes: usize) -> Result<(), Failure> {
        cx.charge(bytes as u64 / 64)?;
        let result = cx.charge_memory(bytes);
        if result.is_ok() {
            self.0 += bytes;
        }
        result
    }

    fn refund(self, cx: &mut CallContext<'_>) {
        cx.refund(self.0);
    }
}

/// What reading one format came to: a value, nothing at the end of the file, or the file's error.
type Item = io::Result<Option<Value>>;

/// A line as PUC reads it with `fgets`: a piece ends behind its line end, and a byte 0 ends what is taken of
/// the piece.
fn read_line(cx: &mut CallContext<'_>, stream: &SharedStream) -> Result<Item, Failure> {
    {
        let mut stream = stream.borrow_mut();
        match stream.peek_line() {
            Err(error) => return Ok(Err(error)),
            Ok(Some(line)) => {
                let len = line.len();
                let value = cx.string(line)?;
                cx.charge(len as u64 / 64)?;
                stream.skip_line(len);
                return Ok(Ok(Some(value)));
            }
            Ok(None) => {}
        }
    }
    let mut line = Vec::new();
    let mut charged = Charged::default();
    let mut piece = Vec::new();
    let item = loop {
        piece.clear();
        match stream.borrow_mut().read_piece(&mut piece) {
            Err(error) => break Err(error),
            Ok(false) => break Ok(!line.is_empty()),
            Ok(true) => {}
        }
        let taken = c_string(&piece);
        charged.more(cx, piece.len())?;
        if let Some(text) = taken.strip_suffix(b"\n") {
            line.extend_from_slice(text);
            break Ok(true);
        }
        line.extend_from_slice(taken);
    };
    charged.refund(cx);
    Ok(match item {
        Ok(true) => Ok(Some(cx.string(&line)?)),
        Ok(false) => Ok(None),
        Err(error) => Err(error),
    })
}

/// Up to `len` bytes; nothing when there are none.
fn read_chars(
    cx: &mut CallContext<'_>,
    stream: &SharedStream,
    len: usize,
) -> Result<io::Result<Vec<u8>>, Failure> {
    let mut text = Vec::new();
    let mut charged = Charged::default();
    let result = loop {
        let wanted = (len - text.len()).min(READ_BLOCK);
        if wanted == 0 {
            break Ok(());
        }
        match stream.borrow_mut().read_some(wanted, &mut text) {
            Ok(0) => break Ok(()),
            Ok(count) => charged.more(cx, count)?,
            Err(error) => break Err(error),
        }
    };
    charged.refund(cx);
    Ok(result.map(|()| text))
}

/// Reads what the argument at `position` asks for.
fn read_format(
    cx: &mut CallContext<'_>,
    stream: &SharedStream,
    position: usize,
) -> Result<Item, Failure> {
    let format = cx.arg(position);
    if format.is_number() {
        let len = cx.check_integer(position)?;
        if len == 0 {
            let at_end = stream.borrow_mut().at_end();
            return match at_end {
                Ok(true) => Ok(Ok(None)),
                Ok(false) => Ok(Ok(Some(cx.string(b"")?))),
                Err(error) => Ok(Err(error)),
            };
        }
        // A negative number is a huge size to C.
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        return match read_chars(cx, stream, len)? {
            Ok(text) if text.is_empty() => Ok(Ok(None)),
            Ok(text) => Ok(Ok(Some(cx.string(&text)?))),
            Err(error) => Ok(Err(error)),
        };
    }
    match cx.bytes(format) {
        [b'*', b'n', ..] => Ok(stream.borrow_mut().read_number().map(|n| n.map(Value::number))),
        [b'*', b'l', ..] => read_line(cx, stream),
        [b'*', b'a', ..] => match read_chars(cx, stream, usize::MAX)? {
            Ok(text) => Ok(Ok(Some(cx.string(&text)?))),
            Err(error) => Ok(Err(error)),
        },
        [b'*', ..] => Err(cx.arg_error(position, "invalid format")),
        _ => Err(cx.arg_error(position, "invalid option")),
    }
}

/// Reads with the formats from argument `first` on.
fn read_from(cx: &mut CallContext<'_>, stream: &SharedStream, first: usize) -> Native {
    let last = cx.arg_count();
    if first > last {
        return match read_line(cx, stream)? {
            Ok(line) => cx.return1(line.unwrap_or(Value::NIL)),
            Err(error) => return_error(cx, &error, None),
        };
    }
    let mut count = 0;
    for position in first..=last {
        match read_format(cx, stream, position)? {
            Ok(item) => {
                cx.push(item.unwrap_or(Value::NIL))?;
                count += 1;
                if item.is_none() {
                    break;
                }
            }
            Err(error) => return return_error(cx, &error, None),
        }
    }
    cx.return_pushed(count)
}

pub(super) fn io_read(cx: &mut CallContext<'_>) -> Native {
    let stream = default_file(cx, DEFAULT_INPUT)?;
    read_from(cx, &stream, 1)
}

pub(super) fn file_read(cx: &mut CallContext<'_>) -> Native {
    let stream = check_open(cx)?;
    read_from(cx, &stream, 2)
}

/// The iterator that `lines` returns; its upvalues are the file and whether it is closed at its end.
fn next_line(cx: &mut CallContext<'_>) -> Native {
    let file = cx.upvalue(0);
    let Some(stream) = stream_of(cx, file) else {
        return Err(cx.error("file is already closed"));
    };
    match read_line(cx, &stream)? {
        Ok(Some(line)) => cx.return1(line),
        Ok(None) => {
            if cx.upvalue(1).is_truthy() {
                drop(stream);
                close_file(cx, file)?;
            }
            cx.return0()
        }
        Err(error) => Err(cx.error(describe_error(&error).0)),
    }
}

fn return_lines(cx: &mut CallContext<'_>, file: Value, closes: bool) -> Native {
    let iterator = cx.new_native("lines", next_line, &[file, Value::boolean(closes)])?;
    cx.return1(iterator)
}

pub(super) fn io_lines(cx: &mut CallContext<'_>) -> Native {
    if cx.arg_is_none_or_nil(1) {
        let file = cx.raw_get_position(cx.own_environment(), DEFAULT_INPUT);
        cx.set_arg_count(1)?;
        cx.set_arg(1, file);
        return file_lines(cx);
    }
    let name = cx.check_string(1)?;
    let name = c_string(cx.bytes(name)).to_vec();
    match open_path(&name, b"r") {
        Ok(stream) => {
            let file = new_file(cx, stream)?;
            cx.push(file)?;
            return_lines(cx, file, true)
        }
        Err(error) => Err(file_error(cx, 1, &name, &error)),
    }
}

pub(super) fn file_lines(cx: &mut CallContext<'_>) -> Native {
    check_open(cx)?;
    let file = cx.arg(1);
    return_lines(cx, file, false)
}
