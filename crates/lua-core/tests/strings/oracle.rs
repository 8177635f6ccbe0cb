//! Asks Debian's `lua5.1` what it says, many questions at a time.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Prints one line per call: what the function returned or raised, every value as `show` writes it. `raw` prints as is.
const PRELUDE: &str = r#"
local function show(v)
  if type(v) == "string" then
    return '"' .. v:gsub("[^\33-\126]", function(c) return ("\\%03d"):format(c:byte()) end) .. '"'
  elseif type(v) == "number" then return ("%.17g"):format(v)
  else return tostring(v) end
end
local function out(...)
  local t = {...}
  if t[1] == false then t[2] = t[2]:gsub("^stdin:%d+: ", "") end
  for i = 1, select('#', ...) do t[i] = show(t[i]) end
  io.write(table.concat(t, " ", 1, select('#', ...)), "\n")
end
local function t(f, ...) out(pcall(f, ...)) end
local function all(s, p)
  out(pcall(function()
    local r = {}
    for a, b, c in s:gmatch(p) do r[#r + 1] = show(a) .. show(b) .. show(c) end
    return table.concat(r, ";")
  end))
end
local nan, inf, find, match, gsub, format, rep = 0/0, 1/0, string.find, string.match, string.gsub, string.format, string.rep
"#;

/// The lines that `lua5.1` prints for a script of `questions`, or `None`, with a note, where there is no `lua5.1`.
pub(crate) fn ask(questions: &[String]) -> Option<Vec<String>> {
    let child =
        Command::new("lua5.1").arg("-").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = child else {
        println!("lua5.1 is not on the PATH: nothing to compare with");
        return None;
    };
    let mut script = String::from(PRELUDE);
    // A function has room for so many constants only.
    for part in questions.chunks(500) {
        let _ = writeln!(script, "do local function part()\n{}\nend part() end", part.join("\n"));
    }
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(script.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success());
    Some(String::from_utf8(output.stdout).unwrap().lines().map(String::from).collect())
}

/// Compares our answers with the oracle's, question by question.
pub(crate) fn compare(questions: &[String], ours: &[String]) {
    let Some(theirs) = ask(questions) else { return };
    assert_eq!(theirs.len(), questions.len());
    let mut wrong = 0;
    for ((question, ours), theirs) in questions.iter().zip(ours).zip(&theirs) {
        if ours != theirs && wrong < 20 {
            println!("{question}\n  ours   {ours}\n  theirs {theirs}");
        }
        wrong += usize::from(ours != theirs);
    }
    assert_eq!(wrong, 0, "of {} answers differ", questions.len());
}

/// A byte string as a Lua literal.
pub(crate) fn quote(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    for byte in bytes {
        let _ = write!(text, "\\{byte:03}");
    }
    text + "\""
}

/// A byte string as `show` prints it.
pub(crate) fn show(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    for &byte in bytes {
        if (33..=126).contains(&byte) {
            text.push(byte.into());
        } else {
            let _ = write!(text, "\\{byte:03}");
        }
    }
    text + "\""
}

/// xorshift64*: small, seeded, good enough to choose test cases.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        ((self.next() >> 11) % limit as u64) as usize
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}
