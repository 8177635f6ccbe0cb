//! Random cases: the same seed and number give the same commands everywhere.
//!
//! Each [`Subject`] writes one kind of script. A case neither reads nor leaves anything behind: keys are
//! deleted first, and settings are changed in a module of the script's own.

mod random;
mod value;

mod bits;
mod json;
mod msgpack;
mod numbers;
mod order;
mod replies;
mod structs;

use random::Random;

use crate::case::{Argv, Case};

/// One kind of case.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    /// Its name, as `--area` takes it.
    pub name: &'static str,
    /// How many of 100 cases are of this kind.
    share: u64,
    write: fn(&mut Random) -> String,
}

/// All of them.
pub const SUBJECTS: &[Subject] = &[
    Subject { name: "cjson-encode", share: 12, write: json::encode },
    Subject { name: "cjson-decode", share: 14, write: json::decode },
    Subject { name: "cjson-options", share: 6, write: json::options },
    Subject { name: "cmsgpack-pack", share: 8, write: msgpack::pack },
    Subject { name: "cmsgpack-unpack", share: 12, write: msgpack::unpack },
    Subject { name: "struct", share: 10, write: structs::script },
    Subject { name: "bit", share: 6, write: bits::script },
    Subject { name: "numbers", share: 6, write: numbers::script },
    Subject { name: "order", share: 10, write: order::script },
    Subject { name: "replies", share: 8, write: replies::to_client },
    Subject { name: "commands", share: 5, write: replies::from_command },
    Subject { name: "programs", share: 3, write: program },
];

/// The case with this number of a seed; of one subject, or of all by their shares.
pub fn case(seed: u64, number: u64, only: Option<&Subject>) -> (Case, &'static str) {
    let mut random = Random::new(seed, number);
    let subject = only.copied().unwrap_or_else(|| {
        let mut at = random.below(SUBJECTS.iter().map(|subject| subject.share).sum());
        let found = SUBJECTS.iter().find(|subject| {
            let is_here = at < subject.share;
            at = at.saturating_sub(subject.share);
            is_here
        });
        *found.unwrap_or(&SUBJECTS[0])
    });
    let script = (subject.write)(&mut random);
    let command: Argv = vec![b"EVAL".to_vec(), script.into_bytes(), b"1".to_vec(), b"k".to_vec()];
    let name = format!("{}:{number}", subject.name);
    (Case { name, commands: vec![command], ..Case::default() }, subject.name)
}

/// Shows any value so that nothing is lost: numbers with 17 digits, fields in their order.
pub(crate) const SHOW: &str = r##"
local function show(v, d)
  local t = type(v)
  if t == "table" then
    if (d or 0) > 20 then return "..." end
    local r, byAddress = {}, false
    for k, x in pairs(v) do
      r[#r + 1] = show(k, (d or 0) + 1) .. "=" .. show(x, (d or 0) + 1)
      byAddress = byAddress or type(k) == "table"
    end
    if byAddress then table.sort(r) end
    return "{" .. table.concat(r, ",") .. "}" .. (#v > 0 and #v or "")
  elseif t == "string" then return string.format("%q", v)
  elseif t == "number" then return string.format("%.17g", v) end
  return tostring(v)
end
local function all(...)
  local r = {}
  for i = 1, select("#", ...) do r[i] = show((select(i, ...))) end
  return table.concat(r, ";")
end
local function hex(s, ...)
  if type(s) ~= "string" then return all(s, ...) end
  return (s:gsub(".", function(c) return string.format("%02x", c:byte()) end))
end
"##;

/// A Lua string literal with these bytes.
fn literal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::from("\"");
    for &byte in bytes {
        match byte {
            b'"' | b'\\' => text.extend(['\\', char::from(byte)]),
            b' '..=b'~' => text.push(char::from(byte)),
            _ => {
                // Writing to a string does not fail.
                let _ = write!(text, "\\{byte:03}");
            }
        }
    }
    text.push('"');
    text
}

/// A program of the generator that also tests the plain Lua engine.
fn program(random: &mut Random) -> String {
    let text = redmoon_tests::generator::program(random.next());
    format!(
        "local out = {{}} local function print(...) local r = {{...}} \
         for i = 1, select('#', ...) do r[i] = tostring(r[i]) end \
         out[#out + 1] = table.concat(r, '\\t') end {text}\nreturn out"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_case() {
        for number in 0..200 {
            let (first, second) = (case(7, number, None), case(7, number, None));
            assert_eq!(first.0.commands, second.0.commands);
        }
        assert_ne!(case(7, 0, None).0.commands, case(8, 0, None).0.commands);
    }

    #[test]
    fn every_subject_turns_up() {
        for subject in SUBJECTS {
            assert!((0..2000).any(|number| case(1, number, None).1 == subject.name));
        }
    }
}
