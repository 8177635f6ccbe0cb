//! Cases: commands on an empty server, and what redis-server 7.0.15 answered to each.
//!
//! Those written by hand are text, `conformance/cases/<area>.txt`: a line is a command as `redis-cli` takes
//! it, or `= script` for `EVAL script 0`. A line that does not begin with a space begins a case, indented
//! lines go on with it; `#` begins a comment. What was recorded is `conformance/recorded/<area>.jsonl`: one
//! case a line, one character for each byte. An area without a text is recorded only: its cases came from
//! elsewhere, and recording asks for them anew.

use std::io;
use std::path::{Path, PathBuf};

use resp::Protocol;
use serde::Serialize as _;
use serde_json::ser::{Formatter, Serializer};
use serde_json::{Value, json};

/// The arguments of a command.
pub type Argv = Vec<Vec<u8>>;

/// Both protocols, with the field that holds their replies.
pub const PROTOCOLS: [(Protocol, &str); 2] =
    [(Protocol::Resp2, "resp2"), (Protocol::Resp3, "resp3")];

/// Commands that one client sends to an empty server.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// Where it comes from: `area:line`.
    pub name: String,
    /// What the client sends.
    pub commands: Vec<Argv>,
    /// What redis-server answered, first in RESP2, then in RESP3; empty when nothing is recorded.
    pub replies: [Vec<Vec<u8>>; 2],
}

/// The folder `conformance/` of the repository.
pub fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The names of all areas, in alphabetical order.
///
/// # Errors
/// When the folders cannot be read.
pub fn areas() -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for (part, ending) in [("recorded", "jsonl"), ("cases", "txt")] {
        for entry in folder().join(part).read_dir()? {
            let path = entry?.path();
            if path.extension().is_some_and(|found| found == ending) {
                names.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
            }
        }
    }
    names.sort();
    names.dedup();
    Ok(names)
}

fn text_path(area: &str) -> PathBuf {
    folder().join("cases").join(format!("{area}.txt"))
}

fn recorded_path(area: &str) -> PathBuf {
    folder().join("recorded").join(format!("{area}.jsonl"))
}

/// The cases of an area. Recorded replies are found by the commands, so a text may be reordered.
///
/// # Errors
/// When a file cannot be read, or a line is none.
pub fn load(area: &str) -> io::Result<Vec<Case>> {
    let mut recorded = match std::fs::read_to_string(recorded_path(area)) {
        Ok(text) => text
            .lines()
            .enumerate()
            .map(|(index, line)| from_json(format!("{area}:{}", index + 1), line))
            .collect::<io::Result<Vec<_>>>()?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    let text = match std::fs::read_to_string(text_path(area)) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(recorded),
        Err(error) => return Err(error),
    };
    let mut cases = parse(area, &text)?;
    let by_commands: std::collections::BTreeMap<Vec<Argv>, [Vec<Vec<u8>>; 2]> =
        recorded.drain(..).map(|case| (case.commands, case.replies)).collect();
    for case in &mut cases {
        if let Some(replies) = by_commands.get(&case.commands) {
            case.replies.clone_from(replies);
        }
    }
    Ok(cases)
}

/// Writes what was recorded of an area.
///
/// # Errors
/// When the file cannot be written.
pub fn store(area: &str, cases: &[Case]) -> io::Result<()> {
    let mut text = Vec::new();
    for case in cases {
        to_json(case).serialize(&mut Serializer::with_formatter(&mut text, Spaced))?;
        text.push(b'\n');
    }
    std::fs::write(recorded_path(area), text)
}

/// JSON on one line as people write it: a space after each comma and colon.
struct Spaced;

impl Formatter for Spaced {
    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> io::Result<()> {
        out.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> io::Result<()> {
        out.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }
}

/// Reads the text of hand-written cases.
///
/// # Errors
/// When a line is no command.
pub fn parse(area: &str, text: &str) -> io::Result<Vec<Case>> {
    let mut cases: Vec<Case> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let command = line.trim_start();
        if command.is_empty() || command.starts_with('#') {
            continue;
        }
        let name = format!("{area}:{}", index + 1);
        let argv = match command.strip_prefix("= ") {
            Some(script) => vec![b"EVAL".to_vec(), script.into(), b"0".to_vec()],
            None => resp::split_inline(command.as_bytes())
                .ok_or_else(|| wrong(&name, "a quote is not closed"))?,
        };
        match cases.last_mut() {
            Some(case) if command.len() < line.len() => case.commands.push(argv),
            _ => cases.push(Case { name, commands: vec![argv], ..Case::default() }),
        }
    }
    Ok(cases)
}

fn wrong(name: &str, what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{name}: {what}"))
}

/// One character for each byte.
fn text_of(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| char::from(byte)).collect()
}

/// What Redmoon answers to the commands of a case, and the fuel that each of them leaves as used: one line.
pub fn trace_line(case: &Case, protocol: Protocol, replies: &[Vec<u8>], fuel: &[u64]) -> String {
    let texts = |list: &[Vec<u8>]| list.iter().map(|bytes| text_of(bytes)).collect::<Vec<_>>();
    let commands: Vec<_> = case.commands.iter().map(|argv| texts(argv)).collect();
    let version = if protocol == Protocol::Resp3 { 3 } else { 2 };
    json!({"name": case.name, "resp": version, "cmds": commands, "replies": texts(replies), "fuel": fuel})
        .to_string()
}

fn bytes_of(text: &Value) -> Option<Vec<u8>> {
    text.as_str()?.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect()
}

fn to_json(case: &Case) -> Value {
    let texts = |list: &[Vec<u8>]| list.iter().map(|bytes| text_of(bytes)).collect::<Vec<_>>();
    let commands: Vec<_> = case.commands.iter().map(|argv| texts(argv)).collect();
    let mut line = json!({"cmds": commands, "resp2": texts(&case.replies[0])});
    if case.replies[1] != case.replies[0] {
        line["resp3"] = json!(texts(&case.replies[1]));
    }
    line
}

fn from_json(name: String, line: &str) -> io::Result<Case> {
    let value: Value = serde_json::from_str(line)?;
    let list = |value: &Value| value.as_array()?.iter().map(bytes_of).collect::<Option<Vec<_>>>();
    let commands = || value["cmds"].as_array()?.iter().map(list).collect::<Option<Vec<_>>>();
    let commands = commands().ok_or_else(|| wrong(&name, "not a list of commands"))?;
    let first = list(&value["resp2"]).ok_or_else(|| wrong(&name, "no replies"))?;
    let second = value.get("resp3").map_or_else(|| Some(first.clone()), list);
    let second = second.ok_or_else(|| wrong(&name, "no replies"))?;
    Ok(Case { name, commands, replies: [first, second] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_commands_and_scripts() {
        let text =
            "# comment\nSET k 'a b'\n    = return redis.call('GET', 'k')\n\n= return \"x\"\n";
        let cases = parse("area", text).unwrap();
        assert_eq!(cases.len(), 2);
        assert_eq!(cases[0].name, "area:2");
        assert_eq!(cases[0].commands[0][2], b"a b");
        assert_eq!(cases[0].commands[1][1], b"return redis.call('GET', 'k')");
        assert_eq!(cases[1].commands[0], [&b"EVAL"[..], b"return \"x\"", b"0"]);
        assert!(parse("area", "SET 'k").is_err());
    }

    #[test]
    fn bytes_survive() {
        let bytes: Vec<u8> = (0..=255).collect();
        let replies = [vec![b"+a\r\n".to_vec()], vec![bytes.clone()]];
        let case = Case { name: "a:1".into(), commands: vec![vec![bytes]], replies };
        let again = from_json("a:1".into(), &to_json(&case).to_string()).unwrap();
        assert_eq!(again.commands, case.commands);
        assert_eq!(again.replies, case.replies);
    }
}
