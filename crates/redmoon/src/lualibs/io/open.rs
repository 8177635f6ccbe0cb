//! Opening files and starting processes: `io.open`, `popen`, `tmpfile`, `input` and `output`.

use std::fs::{File, OpenOptions};
use std::io;
use std::process::{Command, Stdio};

use lua_core::error::Failure;
use lua_core::native::{CallContext, c_string};

use super::{DEFAULT_INPUT, DEFAULT_OUTPUT, Native, OpenFiles, check_open, new_file, return_error};
use crate::lualibs::load::{describe_error, os_string, path_of};
use crate::lualibs::stream::{Buffering, Stream};

/// Opens a file as C's `fopen` with a mode.
pub(super) fn open_path(name: &[u8], mode: &[u8]) -> io::Result<Stream> {
    const EINVAL: i32 = 22;
    let (&kind, rest) = mode.split_first().ok_or_else(|| io::Error::from_raw_os_error(EINVAL))?;
    let rest = &rest[..rest.len().min(6)];
    let update = rest.contains(&b'+');
    let mut options = OpenOptions::new();
    match kind {
        b'r' => options.read(true).write(update),
        b'w' => options.write(true).read(update).create(true).truncate(true),
        b'a' => options.append(true).read(update).create(true),
        _ => return Err(io::Error::from_raw_os_error(EINVAL)),
    };
    if rest.contains(&b'x') && kind == b'w' {
        options.create_new(true);
    }
    let file = options.open(path_of(name))?;
    Ok(Stream::new(file, kind == b'r' || update, kind != b'r' || update, Buffering::Full))
}

pub(super) fn open(cx: &mut CallContext<'_>) -> Native {
    let name = cx.check_string(1)?;
    let name = c_string(cx.bytes(name)).to_vec();
    let mode = match cx.opt_string(2)? {
        Some(mode) => c_string(cx.bytes(mode)).to_vec(),
        None => b"r".to_vec(),
    };
    match open_path(&name, &mode) {
        Ok(stream) => {
            let file = new_file(cx, stream)?;
            cx.return1(file)
        }
        Err(error) => return_error(cx, &error, Some(&name)),
    }
}

pub(super) fn tmpfile(cx: &mut CallContext<'_>) -> Native {
    match tempfile::tempfile() {
        Ok(file) => {
            let file = new_file(cx, Stream::new(file, true, true, Buffering::Full))?;
            cx.return1(file)
        }
        Err(error) => return_error(cx, &error, None),
    }
}

/// Starts a command of the shell with a pipe to or from it.
fn start_process(command: &[u8], reads: bool) -> io::Result<Stream> {
    let mut process = shell(command);
    if reads {
        process.stdout(Stdio::piped())
    } else {
        process.stdin(Stdio::piped())
    };
    let mut child = process.spawn()?;
    let file =
        if reads { child.stdout.take().map(pipe_file) } else { child.stdin.take().map(pipe_file) };
    let file = file.ok_or_else(|| io::Error::from(io::ErrorKind::BrokenPipe))?;
    Ok(Stream::with_child(file, reads, child))
}

#[cfg(unix)]
fn pipe_file(pipe: impl Into<std::os::fd::OwnedFd>) -> File {
    File::from(pipe.into())
}

#[cfg(windows)]
fn pipe_file(pipe: impl Into<std::os::windows::io::OwnedHandle>) -> File {
    File::from(pipe.into())
}

/// A command for the system's shell.
pub(in crate::lualibs) fn shell(command: &[u8]) -> Command {
    let (program, option) = if cfg!(windows) { ("cmd", "/C") } else { ("/bin/sh", "-c") };
    let mut process = Command::new(program);
    process.arg(option).arg(os_string(command));
    process
}

pub(super) fn popen(cx: &mut CallContext<'_>) -> Native {
    let command = cx.check_string(1)?;
    let command = c_string(cx.bytes(command)).to_vec();
    let mode = match cx.opt_string(2)? {
        Some(mode) => c_string(cx.bytes(mode)).to_vec(),
        None => b"r".to_vec(),
    };
    if let Some(files) = cx.app_data::<OpenFiles>() {
        files.flush();
    }
    let result = match mode.as_slice() {
        b"r" | b"w" => start_process(&command, mode == b"r"),
        _ => Err(io::Error::from_raw_os_error(22)),
    };
    match result {
        Ok(stream) => {
            let file = new_file(cx, stream)?;
            cx.return1(file)
        }
        Err(error) => return_error(cx, &error, Some(&command)),
    }
}

/// `io.input` and `io.output`.
fn set_default(cx: &mut CallContext<'_>, which: usize, mode: &[u8]) -> Native {
    let environment = cx.own_environment();
    if !cx.arg_is_none_or_nil(1) {
        let given = cx.arg(1);
        let file = if given.is_string() || given.is_number() {
            let name = cx.check_string(1)?;
            let name = c_string(cx.bytes(name)).to_vec();
            match open_path(&name, mode) {
                Ok(stream) => new_file(cx, stream)?,
                Err(error) => return Err(file_error(cx, 1, &name, &error)),
            }
        } else {
            check_open(cx)?;
            given
        };
        cx.raw_set_position(environment, which, file)?;
    }
    let file = cx.raw_get_position(environment, which);
    cx.return1(file)
}

pub(super) fn input(cx: &mut CallContext<'_>) -> Native {
    set_default(cx, DEFAULT_INPUT, b"r")
}

pub(super) fn output(cx: &mut CallContext<'_>) -> Native {
    set_default(cx, DEFAULT_OUTPUT, b"w")
}

/// An error about the file that an argument names.
pub(super) fn file_error(
    cx: &mut CallContext<'_>,
    position: usize,
    name: &[u8],
    error: &io::Error,
) -> Failure {
    let text = describe_error(error).0;
    cx.arg_error(position, [name, b": ", text.as_bytes()].concat())
}
