//! `io`. Lua 5.1 manual §5.7.
//!
//! A file is a userdata with a [`Handle`]; its metatable is in the registry as `FILE*`, and the default
//! input and output are the items 1 and 2 of the environment that all functions here share, as in PUC.

mod open;
mod read;

use std::cell::RefCell;
use std::io::{self, SeekFrom};
use std::rc::{Rc, Weak};

use lua_core::error::Failure;
use lua_core::handle::TableIndex;
use lua_core::machine::Machine;
use lua_core::native::{CallContext, Library, Outcome};
use lua_core::value::Value;

use super::load::describe_error;
use super::stream::{Buffering, Stream};
use super::{SharedStream, Streams};
pub(super) use open::shell;
use open::{input, open, output, popen, tmpfile};
use read::{file_lines, file_read, io_lines, io_read};

type Native = Result<Outcome, Failure>;

/// Name of the metatable of files in the registry.
const FILE_TYPE: &str = "FILE*";

/// Bytes charged for a file: its buffers.
const FILE_BYTES: usize = 8192;

/// Positions of the default files in the environment of the functions here.
const DEFAULT_INPUT: usize = 1;
const DEFAULT_OUTPUT: usize = 2;

/// What a file userdata holds.
#[derive(Debug)]
struct Handle {
    /// Absent when closed.
    stream: Option<SharedStream>,
    /// One of the three standard files, which are not closed.
    is_standard: bool,
}

/// Files that were opened and may have bytes to write when the program starts another one.
#[derive(Debug, Default)]
pub(super) struct OpenFiles(Vec<Weak<RefCell<Stream>>>);

impl OpenFiles {
    fn add(&mut self, stream: &SharedStream) {
        if self.0.len() == self.0.capacity() {
            self.0.retain(|stream| stream.strong_count() > 0);
        }
        self.0.push(Rc::downgrade(stream));
    }

    /// C's `fflush(NULL)`.
    fn flush(&self) {
        for stream in self.0.iter().filter_map(Weak::upgrade) {
            // As in C, an error shows when the file itself is used next.
            let _ = stream.borrow_mut().flush();
        }
    }
}

// ---- files as values -----------------------------------------------------------------------------

fn metatable(cx: &mut CallContext<'_>) -> Result<TableIndex, Failure> {
    let registry = cx.registry();
    match cx.raw_get_field(registry, FILE_TYPE)?.as_table() {
        Some(table) => Ok(table),
        None => Err(cx.error("the type 'FILE*' is gone from the registry")),
    }
}

fn new_file(cx: &mut CallContext<'_>, stream: Stream) -> Result<Value, Failure> {
    let metatable = metatable(cx)?;
    let stream = Rc::new(RefCell::new(stream));
    if let Some(files) = cx.app_data::<OpenFiles>() {
        files.add(&stream);
    }
    let handle = Handle { stream: Some(stream), is_standard: false };
    let file = cx.new_userdata(Box::new(handle), FILE_BYTES, Some(metatable))?;
    cx.set_environment(file, cx.own_environment());
    Ok(file)
}

/// The file that an argument is, closed or not.
fn check_handle(cx: &mut CallContext<'_>, position: usize) -> Result<Value, Failure> {
    let value = cx.arg(position);
    let metatable = metatable(cx)?;
    if cx.metatable(value) == Some(metatable) && cx.userdata::<Handle>(value).is_some() {
        return Ok(value);
    }
    Err(cx.type_error(position, FILE_TYPE))
}

fn stream_of(cx: &mut CallContext<'_>, file: Value) -> Option<SharedStream> {
    cx.userdata::<Handle>(file)?.stream.clone()
}

/// The open file that the first argument is.
fn check_open(cx: &mut CallContext<'_>) -> Result<SharedStream, Failure> {
    let file = check_handle(cx, 1)?;
    match stream_of(cx, file) {
        Some(stream) => Ok(stream),
        None => Err(cx.error("attempt to use a closed file")),
    }
}

/// The default input or output.
fn default_file(cx: &mut CallContext<'_>, which: usize) -> Result<SharedStream, Failure> {
    let file = cx.raw_get_position(cx.own_environment(), which);
    if let Some(stream) = stream_of(cx, file) {
        return Ok(stream);
    }
    let name = if which == DEFAULT_INPUT { "input" } else { "output" };
    Err(cx.error(format!("standard {name} file is closed")))
}

// ---- results -------------------------------------------------------------------------------------

/// `nil`, C's text for an error, and its number.
fn return_error(cx: &mut CallContext<'_>, error: &io::Error, name: Option<&[u8]>) -> Native {
    let (text, number) = describe_error(error);
    let mut message = Vec::new();
    if let Some(name) = name {
        message.extend_from_slice(name);
        message.extend_from_slice(b": ");
    }
    message.extend_from_slice(text.as_bytes());
    let message = cx.string(&message)?;
    cx.return3(Value::NIL, message, Value::number(f64::from(number)))
}

fn return_done<T>(cx: &mut CallContext<'_>, result: io::Result<T>) -> Native {
    match result {
        Ok(_) => cx.return1(Value::TRUE),
        Err(error) => return_error(cx, &error, None),
    }
}

// ---- closing -------------------------------------------------------------------------------------

/// Closes an open file.
fn close_file(cx: &mut CallContext<'_>, file: Value) -> Native {
    let Some(handle) = cx.userdata::<Handle>(file) else { return cx.return0() };
    if handle.is_standard {
        let text = cx.string(b"cannot close standard file")?;
        return cx.return2(Value::NIL, text);
    }
    let Some(stream) = handle.stream.take() else { return cx.return0() };
    // Nothing else holds the stream: natives give theirs back before they return.
    let result = match Rc::try_unwrap(stream) {
        Ok(stream) => stream.into_inner().close(),
        Err(stream) => stream.borrow_mut().flush(),
    };
    return_done(cx, result)
}

fn close(cx: &mut CallContext<'_>) -> Native {
    if !cx.has_arg(1) {
        let output = cx.raw_get_position(cx.own_environment(), DEFAULT_OUTPUT);
        cx.set_arg_count(1)?;
        cx.set_arg(1, output);
    }
    check_open(cx)?;
    let file = cx.arg(1);
    close_file(cx, file)
}

fn collect(cx: &mut CallContext<'_>) -> Native {
    let file = check_handle(cx, 1)?;
    let open = cx.userdata::<Handle>(file).is_some_and(|handle| handle.stream.is_some());
    if open { close_file(cx, file) } else { cx.return0() }
}

fn to_string(cx: &mut CallContext<'_>) -> Native {
    let file = check_handle(cx, 1)?;
    let is_open = stream_of(cx, file).is_some();
    let text = if is_open {
        let address = cx.text_of(file);
        let address = address.strip_prefix(b"userdata: ").unwrap_or(&address).to_vec();
        [b"file (", address.as_slice(), b")"].concat()
    } else {
        b"file (closed)".to_vec()
    };
    let text = cx.string(&text)?;
    cx.return1(text)
}

fn type_(cx: &mut CallContext<'_>) -> Native {
    let value = cx.check_any(1)?;
    let metatable = metatable(cx)?;
    if cx.metatable(value) != Some(metatable) || cx.userdata::<Handle>(value).is_none() {
        return cx.return1(Value::NIL);
    }
    let is_open = stream_of(cx, value).is_some();
    let text = cx.string(if is_open { b"file" } else { b"closed file" })?;
    cx.return1(text)
}

// ---- writing and the rest ------------------------------------------------------------------------

fn write_from(cx: &mut CallContext<'_>, stream: &SharedStream, first: usize) -> Native {
    let mut result = Ok(());
    for position in first..=cx.arg_count() {
        let value = cx.arg(position);
        let written = if value.is_number() {
            let text = cx.text_of(value);
            stream.borrow_mut().write(&text)
        } else {
            let value = cx.check_string(position)?;
            let text = cx.bytes(value);
            let len = text.len();
            let written = stream.borrow_mut().write(text);
            cx.charge(len as u64 / 64)?;
            written
        };
        // The first error counts, and what follows is not written.
        if result.is_ok() {
            result = written;
        }
        if result.is_err() {
            break;
        }
    }
    return_done(cx, result)
}

fn io_write(cx: &mut CallContext<'_>) -> Native {
    let stream = default_file(cx, DEFAULT_OUTPUT)?;
    write_from(cx, &stream, 1)
}

fn file_write(cx: &mut CallContext<'_>) -> Native {
    let stream = check_open(cx)?;
    write_from(cx, &stream, 2)
}

fn io_flush(cx: &mut CallContext<'_>) -> Native {
    let stream = default_file(cx, DEFAULT_OUTPUT)?;
    let result = stream.borrow_mut().flush();
    return_done(cx, result)
}

fn file_flush(cx: &mut CallContext<'_>) -> Native {
    let stream = check_open(cx)?;
    let result = stream.borrow_mut().flush();
    return_done(cx, result)
}

fn seek(cx: &mut CallContext<'_>) -> Native {
    const EINVAL: i32 = 22;
    let stream = check_open(cx)?;
    let whence = cx.check_option(2, Some("cur"), &["set", "cur", "end"])?;
    let offset = cx.opt_integer(3, 0)?;
    let result = match whence {
        0 => match u64::try_from(offset) {
            Ok(offset) => stream.borrow_mut().seek(SeekFrom::Start(offset)),
            Err(_) => Err(io::Error::from_raw_os_error(EINVAL)),
        },
        1 => stream.borrow_mut().seek(SeekFrom::Current(offset)),
        _ => stream.borrow_mut().seek(SeekFrom::End(offset)),
    };
    match result {
        Ok(position) => cx.return1(Value::number(position as f64)),
        Err(error) => return_error(cx, &error, None),
    }
}

fn setvbuf(cx: &mut CallContext<'_>) -> Native {
    const MODES: [Buffering; 3] = [Buffering::None, Buffering::Full, Buffering::Line];
    let stream = check_open(cx)?;
    let mode = cx.check_option(2, None, &["no", "full", "line"])?;
    let size = cx.opt_integer(3, 8192)?;
    let size = usize::try_from(size).unwrap_or(1);
    let result = stream.borrow_mut().set_buffering(MODES[mode], size);
    return_done(cx, result)
}

/// `io`.
pub(super) const IO: Library = lua_core::library!("io", {
    "close" => close,
    "flush" => io_flush,
    "input" => input,
    "lines" => io_lines,
    "open" => open,
    "output" => output,
    "popen" => popen,
    "read" => io_read,
    "tmpfile" => tmpfile,
    "type" => type_,
    "write" => io_write,
});

/// Methods and metamethods of files.
const METHODS: Library = lua_core::library!("", {
    "close" => close,
    "flush" => file_flush,
    "lines" => file_lines,
    "read" => file_read,
    "seek" => seek,
    "setvbuf" => setvbuf,
    "write" => file_write,
    "__gc" => collect,
    "__tostring" => to_string,
});

/// Registers `io` with these standard files.
///
/// # Errors
/// When memory runs out.
pub(super) fn open_library(machine: &mut Machine, streams: &Streams) -> Result<(), Failure> {
    let mut files = OpenFiles::default();
    for stream in [&streams.stdout, &streams.stderr] {
        files.add(stream);
    }
    machine.set_app_data(files);
    let library = machine.register(&IO)?;
    machine.with_context(|cx| {
        let metatable = cx.new_table(0, METHODS.entries.len() + 1)?;
        cx.raw_set_field(cx.registry(), FILE_TYPE, metatable.into())?;
        let environment = cx.new_table(2, 1)?;
        cx.push(environment.into())?;
        for entry in METHODS.entries {
            let method = cx.new_native(entry.name, entry.function, &[])?;
            cx.set_environment(method, environment);
            cx.raw_set_field(metatable, entry.name, method)?;
        }
        cx.raw_set_field(metatable, "__index", metatable.into())?;
        for entry in IO.entries {
            let function = cx.raw_get_field(library, entry.name)?;
            cx.set_environment(function, environment);
        }
        let standard = [
            ("stdin", &streams.stdin, Some(DEFAULT_INPUT)),
            ("stdout", &streams.stdout, Some(DEFAULT_OUTPUT)),
            ("stderr", &streams.stderr, None),
        ];
        for (name, stream, default) in standard {
            let handle = Handle { stream: Some(stream.clone()), is_standard: true };
            let file = cx.new_userdata(Box::new(handle), FILE_BYTES, Some(metatable))?;
            cx.set_environment(file, environment);
            cx.raw_set_field(library, name, file)?;
            if let Some(position) = default {
                cx.raw_set_position(environment, position, file)?;
            }
        }
        Ok(())
    })
}
