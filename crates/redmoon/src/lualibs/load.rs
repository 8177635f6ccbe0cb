//! Loading of files: `dofile`, `loadfile`, and the texts of what can go wrong (PUC `lauxlib.c`,
//! `luaL_loadfile`).

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use lua_core::continuation::Continuation;
use lua_core::error::Failure;
use lua_core::native::{CallContext, Library, Outcome, c_string};

use super::SharedStream;
use super::stream::Stream;

type Native = Result<Outcome, Failure>;

/// Bytes of a name as the operating system has it.
pub fn bytes_of(name: &OsStr) -> &[u8] {
    name.as_encoded_bytes()
}

/// A path with these bytes. Where paths are not bytes, what is not UTF-8 is replaced.
pub fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(os_string(bytes))
}

/// A text for the operating system with these bytes, as far as C would read them.
pub fn os_string(bytes: &[u8]) -> OsString {
    let bytes = c_string(bytes);
    #[cfg(unix)]
    return <OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes).to_owned();
    #[cfg(not(unix))]
    return OsString::from(String::from_utf8_lossy(bytes).into_owned());
}

/// C's `strerror` and `errno` of an error.
pub fn describe_error(error: &io::Error) -> (String, i32) {
    let number = error.raw_os_error().unwrap_or(0);
    let text = error.to_string();
    let suffix = format!(" (os error {number})");
    (text.strip_suffix(&suffix).unwrap_or(&text).to_owned(), number)
}

/// A chunk's source without its first line, when that begins with `#`, and its name.
type Chunk = (Vec<u8>, Vec<u8>);

/// The chunk in a file, or PUC's message.
///
/// # Errors
/// `cannot open name: …`, `cannot read name: …`.
pub fn read_file(name: &[u8]) -> Result<Chunk, Vec<u8>> {
    let name = c_string(name);
    let failed = |what: &str, error: io::Error| {
        let text = describe_error(&error).0;
        [b"cannot ", what.as_bytes(), b" ", name, b": ", text.as_bytes()].concat()
    };
    let mut file = File::open(path_of(name)).map_err(|error| failed("open", error))?;
    let mut source = Vec::new();
    file.read_to_end(&mut source).map_err(|error| failed("read", error))?;
    Ok((strip_first_line(source), [b"@", name].concat()))
}

/// The chunk on standard input, all of it.
///
/// # Errors
/// `cannot read stdin: …`.
pub fn read_stdin(stdin: &SharedStream) -> Result<Chunk, Vec<u8>> {
    let source = read_all(&mut stdin.borrow_mut())
        .map_err(|error| [b"cannot read stdin: ", describe_error(&error).0.as_bytes()].concat())?;
    Ok((strip_first_line(source), b"=stdin".to_vec()))
}

fn read_all(stream: &mut Stream) -> io::Result<Vec<u8>> {
    let mut source = Vec::new();
    while stream.read_some(1 << 16, &mut source)? > 0 {}
    Ok(source)
}

/// What precompiled code begins with.
const BYTECODE_MARK: u8 = 0x1b;

fn strip_first_line(source: Vec<u8>) -> Vec<u8> {
    if source.first() != Some(&b'#') {
        return source;
    }
    match lua_compiler::skip_shebang(&source) {
        [b'\n', code @ ..] if code.first() == Some(&BYTECODE_MARK) => code.to_vec(),
        rest => rest.to_vec(),
    }
}

/// Loads the file that the first argument names, standard input when there is none.
fn load(cx: &mut CallContext<'_>) -> Result<Result<lua_core::value::Value, Vec<u8>>, Failure> {
    let chunk = match cx.opt_string(1)? {
        Some(name) => {
            let name = cx.bytes(name).to_vec();
            read_file(&name)
        }
        None => match super::streams(cx).map(|streams| streams.stdin.clone()) {
            Some(stdin) => read_stdin(&stdin),
            None => Err(b"cannot read stdin".to_vec()),
        },
    };
    match chunk {
        Ok((source, name)) => cx.load(&source, &name),
        Err(message) => Ok(Err(message)),
    }
}

fn loadfile(cx: &mut CallContext<'_>) -> Native {
    match load(cx)? {
        Ok(function) => cx.return1(function),
        Err(message) => {
            let message = cx.string(&message)?;
            cx.return2(lua_core::value::Value::NIL, message)
        }
    }
}

fn dofile(cx: &mut CallContext<'_>) -> Native {
    match load(cx)? {
        Ok(function) => {
            cx.push(function)?;
            Ok(cx.call(0, -1, Continuation::ReturnResults))
        }
        Err(message) => Err(cx.raise_text(&message)),
    }
}

/// The basic functions that read files.
pub const FILES: Library = lua_core::library!("", {
    "dofile" => dofile,
    "loadfile" => loadfile,
});
