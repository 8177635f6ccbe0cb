//! Runs a Lua file in another process and compares outcomes.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A program that takes a Lua file as its last argument.
#[derive(Debug, Clone)]
pub struct Engine {
    program: PathBuf,
    args: &'static [&'static str],
    /// What it puts in front of the message of an uncaught error.
    prefix: &'static str,
}

/// Longer than any test may take, also in an unoptimised build on a busy machine.
const TIMEOUT: Duration = Duration::from_mins(1);

/// What came out of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Standard output, byte for byte.
    pub stdout: Vec<u8>,
    /// Standard error, without the program's name in front of the message.
    pub stderr: Vec<u8>,
    /// Exit code; `None` when a signal ended the process, or the time limit did.
    pub code: Option<i32>,
}

/// The program `redmoon`: `$REDMOON_BIN`, or that of the build that this test belongs to.
///
/// # Errors
/// A hint how to build it when it is absent or older than its sources.
pub fn redmoon() -> Result<PathBuf, String> {
    if let Some(program) = env::var_os("REDMOON_BIN") {
        return Ok(PathBuf::from(program));
    }
    // target/PROFILE/deps/TEST: the programs of the profile lie one folder up.
    let test = env::current_exe().map_err(|error| error.to_string())?;
    let profile = test.parent().and_then(Path::parent).unwrap_or(Path::new("."));
    let program = profile.join(format!("redmoon{}", env::consts::EXE_SUFFIX));
    check_fresh(&program)?;
    Ok(program)
}

impl Engine {
    /// The oracle: PUC Lua 5.1.5.
    pub(crate) fn lua51(program: PathBuf) -> Self {
        Self { program, args: &[], prefix: "lua5.1: " }
    }

    /// `redmoon lua`: `$REDMOON_BIN`, or the program of the build that this test belongs to.
    ///
    /// # Errors
    /// A hint how to build it when it is absent or older than its sources.
    pub fn redmoon() -> Result<Self, String> {
        Ok(Self { program: redmoon()?, args: &["lua"], prefix: "lua: " })
    }

    /// Runs `file` in `folder` with an empty standard input.
    ///
    /// # Errors
    /// When the process cannot be started.
    pub fn run(&self, folder: &Path, file: &str) -> io::Result<Outcome> {
        let mut child = Command::new(&self.program)
            .args(self.args)
            .arg(file)
            .current_dir(folder)
            // Both read these; a developer's own settings are no part of a test.
            .env_remove("LUA_INIT")
            .env_remove("LUA_PATH")
            .env_remove("LUA_CPATH")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let stdout = read_all(child.stdout.take());
        let stderr = read_all(child.stderr.take());
        let code = wait(&mut child)?;
        let mut stderr = stderr.join().unwrap_or_default();
        strip_prefix(&mut stderr, self.prefix.as_bytes());
        Ok(Outcome { stdout: stdout.join().unwrap_or_default(), stderr, code })
    }
}

/// Reads a pipe to its end beside the others, so that none fills up and blocks the process.
fn read_all(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What arrived before an error is what there is to compare.
            let _ = pipe.read_to_end(&mut bytes);
        }
        bytes
    })
}

fn wait(child: &mut Child) -> io::Result<Option<i32>> {
    let deadline = Instant::now() + TIMEOUT;
    let mut pause = Duration::from_micros(200);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code());
        }
        if Instant::now() > deadline {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(5));
    }
}

/// Takes the program's name off the first line that starts with it; what a script wrote to standard
/// error before its error stands above that line.
fn strip_prefix(stderr: &mut Vec<u8>, prefix: &[u8]) {
    let mut start = 0;
    while start < stderr.len() {
        if stderr[start..].starts_with(prefix) {
            stderr.drain(start..start + prefix.len());
            return;
        }
        match stderr[start..].iter().position(|&byte| byte == b'\n') {
            Some(end) => start += end + 1,
            None => return,
        }
    }
}

/// Cargo lists the sources of a program in a file beside it; none may be younger than the program.
fn check_fresh(program: &Path) -> Result<(), String> {
    const HINT: &str = "cargo build -p redmoon builds it, cargo xtask test does so by itself";
    let changed = |path: &Path| path.metadata().and_then(|data| data.modified());
    let built =
        changed(program).map_err(|_| format!("{} is not there; {HINT}", program.display()))?;
    let list = fs::read_to_string(program.with_extension("d")).unwrap_or_default();
    let sources = list.split_once(": ").map_or("", |(_, sources)| sources);
    for source in sources.split_whitespace() {
        if changed(Path::new(source)).is_ok_and(|changed| changed > built) {
            return Err(format!("{source} is younger than {}; {HINT}", program.display()));
        }
    }
    Ok(())
}

impl Outcome {
    /// Where this outcome differs from the expected one; `None` when it does not.
    pub fn difference(&self, expected: &Outcome) -> Option<String> {
        let mut text = String::new();
        if self.code != expected.code {
            let _ = writeln!(text, "exit code: expected {:?}, got {:?}", expected.code, self.code);
        }
        for (name, expected, got) in [
            ("standard output", &expected.stdout, &self.stdout),
            ("standard error", &expected.stderr, &self.stderr),
        ] {
            if let Some(place) = first_difference(expected, got) {
                let _ = writeln!(text, "{name}, {place}");
            }
        }
        (!text.is_empty()).then_some(text)
    }
}

/// The first line in which two outputs differ, with the line before it, control characters escaped.
pub fn first_difference(expected: &[u8], got: &[u8]) -> Option<String> {
    if expected == got {
        return None;
    }
    let mut lines = expected.split(|&byte| byte == b'\n').zip(got.split(|&byte| byte == b'\n'));
    let equal = lines.by_ref().take_while(|(a, b)| a == b).count();
    let line = |output: &[u8], number: usize| match output.split(|&byte| byte == b'\n').nth(number)
    {
        Some(line) => line.escape_ascii().to_string(),
        None => "(the end)".to_owned(),
    };
    let mut text = format!("line {}:", equal + 1);
    if equal > 0 {
        let _ = write!(text, "\n      after: {}", line(expected, equal - 1));
    }
    let _ = write!(text, "\n   expected: {}", line(expected, equal));
    let _ = write!(text, "\n        got: {}", line(got, equal));
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_off_only_the_name_of_the_program() {
        for (before, after) in [
            ("lua5.1: a.lua:1: boom\nlua5.1: stays\n", "a.lua:1: boom\nlua5.1: stays\n"),
            ("noise\nlua5.1: boom\n", "noise\nboom\n"),
            ("in lua5.1: boom\n", "in lua5.1: boom\n"),
            ("", ""),
        ] {
            let mut stderr = before.as_bytes().to_vec();
            strip_prefix(&mut stderr, b"lua5.1: ");
            assert_eq!(String::from_utf8(stderr).unwrap(), after);
        }
    }

    #[test]
    fn shows_the_first_line_that_differs() {
        assert_eq!(first_difference(b"a\nb\n", b"a\nb\n"), None);
        let shown = first_difference(b"a\nb\nc\n", b"a\n\x01\nc\n").unwrap();
        assert_eq!(shown, "line 2:\n      after: a\n   expected: b\n        got: \\x01");
        let shown = first_difference(b"a", b"a\nb").unwrap();
        assert_eq!(shown, "line 2:\n      after: a\n   expected: (the end)\n        got: b");
    }
}
