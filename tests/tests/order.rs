//! The order of `pairs` and the border `#t`.
//!
//! *Recorded*: `conformance/iteration-order-cases.jsonl` holds scripts and the order in which
//! redis-server 7.0.15 walked their tables, with string keys of all lengths.
//!
//! *Histories*: random tables made by constructors, assignments, deletions, traversals and collections,
//! compared with `lua5.1`. String keys stay under 32 bytes, where plain 5.1 and Redis hash alike.
//! `REDMOON_HISTORIES` is their number (10,000); `REDMOON_SEED` runs the one of that seed and shows it.

use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;

use libtest_mimic::{Arguments, Failed, Trial};
use redmoon_tests::corpus;
use redmoon_tests::oracle;
use redmoon_tests::runner::{Engine, first_difference};

/// Cases in one process.
const BATCH: usize = 250;

/// Longest string key that plain Lua 5.1 hashes in whole.
const PLAIN_KEY_LEN_MAX: usize = 31;

fn main() {
    let arguments = Arguments::from_args();
    let redmoon = Engine::redmoon();
    let lua51 = oracle::lua51();
    let absent = matches!(lua51, Ok(None));
    let engines = move || redmoon.clone().and_then(|redmoon| Ok((redmoon, lua51.clone()?)));
    let mut trials = Vec::new();

    let recorded = recorded();
    for (number, cases) in recorded.chunks(BATCH).enumerate() {
        let (engines, cases) = (engines(), cases.to_vec());
        let trial = Trial::test(format!("recorded {number}"), move || {
            let (redmoon, lua51) = engines?;
            check_recorded(&redmoon, lua51.as_ref(), &cases)
        });
        trials.push(trial);
    }

    let seed = oracle::number_from_environment("REDMOON_SEED");
    let count = oracle::number_from_environment("REDMOON_HISTORIES");
    let first = seed.unwrap_or(1);
    let end = first + count.unwrap_or(if seed.is_some() { 1 } else { 10_000 });
    for start in (first..end).step_by(BATCH) {
        let (engines, seeds) = (engines(), start..end.min(start + BATCH as u64));
        let name = format!("histories {} to {}", seeds.start, seeds.end - 1);
        let trial = Trial::test(name, move || match engines? {
            (redmoon, Some(lua51)) => check_histories(&redmoon, &lua51, seeds),
            (_, None) => Ok(()),
        });
        trials.push(trial.with_ignored_flag(absent));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

// ---- recorded cases --------------------------------------------------------------------------------

#[derive(Debug, Clone)]
struct Case {
    /// A chunk that returns a list of strings.
    script: String,
    /// That list as Redis returned it; a character stands for the byte of its number.
    order: Vec<String>,
}

fn recorded() -> Vec<Case> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/iteration-order-cases.jsonl");
    let text = corpus::read(&path).expect("the recorded cases are part of the repository");
    let text = String::from_utf8(text).expect("the recorded cases are JSON");
    let case = |line: &str| {
        let case: serde_json::Value = serde_json::from_str(line).expect("one object a line");
        let order = case["order"].as_array().expect("a list of keys").iter();
        let key = |key: &serde_json::Value| key.as_str().expect("keys are strings").to_owned();
        let script = case["script"].as_str().expect("a script").to_owned();
        Case { script, order: order.map(key).collect() }
    };
    text.lines().map(case).collect()
}

fn check_recorded(redmoon: &Engine, lua51: Option<&Engine>, cases: &[Case]) -> Result<(), Failed> {
    // The oracle on what it agrees with Redis about: a mistake in this file would show here.
    if let Some(lua51) = lua51 {
        let cases: Vec<Case> = cases.iter().filter(|case| is_plain(case)).cloned().collect();
        check_batch(lua51, &cases).map_err(|failed| describe("lua5.1 itself", &failed))?;
    }
    check_batch(redmoon, cases)
}

fn describe(who: &str, failed: &Failed) -> Failed {
    format!("{who}: {}", failed.message().unwrap_or_default()).into()
}

/// No literal is longer than what plain 5.1 hashes in whole. Escapes count as what is written, so some
/// shorter ones are left out too.
fn is_plain(case: &Case) -> bool {
    let literals = || case.script.split('"').skip(1).step_by(2);
    !case.script.contains("\\\"") && literals().all(|literal| literal.len() <= PLAIN_KEY_LEN_MAX)
}

/// Keys are printed in hexadecimal, since they hold blanks and line ends.
fn check_batch(engine: &Engine, cases: &[Case]) -> Result<(), Failed> {
    let mut program = "\
        local function hex(c) return ('%02x'):format(c:byte()) end\n\
        local function show(r)\n\
          for i = 1, #r do r[i] = r[i]:gsub('.', hex) end\n\
          print(table.concat(r, ' '))\n\
        end\n"
        .to_owned();
    let mut expected = String::new();
    for case in cases {
        let _ = writeln!(program, "show((function() {} end)())", case.script);
        for (number, key) in case.order.iter().enumerate() {
            expected.push_str(if number == 0 { "" } else { " " });
            for c in key.chars() {
                let _ = write!(expected, "{:02x}", u32::from(c));
            }
        }
        expected.push('\n');
    }
    let output = run(engine, &program)?;
    for ((case, expected), got) in cases.iter().zip(expected.lines()).zip(lines(&output)) {
        if expected.as_bytes() != got {
            let got = got.escape_ascii();
            let script = &case.script;
            return Err(format!("{script}\n   expected: {expected}\n        got: {got}").into());
        }
    }
    first_difference(expected.as_bytes(), &output).map_or(Ok(()), |place| Err(place.into()))
}

fn lines(output: &[u8]) -> impl Iterator<Item = &[u8]> {
    output.split(|&byte| byte == b'\n')
}

/// Standard output of a program that must end well.
fn run(engine: &Engine, program: &str) -> Result<Vec<u8>, Failed> {
    const FILE: &str = "program.lua";
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join(FILE), program)?;
    let outcome = engine.run(folder.path(), FILE)?;
    if outcome.code != Some(0) || !outcome.stderr.is_empty() {
        let stderr = String::from_utf8_lossy(&outcome.stderr);
        return Err(format!("exit code {:?}: {stderr}", outcome.code).into());
    }
    Ok(outcome.stdout)
}

// ---- histories -------------------------------------------------------------------------------------

/// What every history uses. `look` prints the order, the border and what `next` calls the first key.
///
/// A full collection restarts the collector, so it is stopped again each time: only the collections that
/// a history asks for may touch its table, because a key that was collected while its value was nil is
/// not found again (PUC `lgc.c`, `removeentry`).
const PRELUDE: &str = r##"
collectgarbage("stop")
local function collect() collectgarbage() collectgarbage("stop") end
local function list(...) return ... end
local function look(t)
  local r = {}
  for k in pairs(t) do
    r[#r + 1] = type(k) == "number" and ("%.17g"):format(k) or type(k) == "boolean" and tostring(k) or ("%q"):format(k)
  end
  print("#" .. #t, (table.concat(r, " "):gsub("\n", "n")))
end
"##;

fn check_histories(redmoon: &Engine, lua51: &Engine, seeds: Range<u64>) -> Result<(), Failed> {
    let show = seeds.end - seeds.start == 1;
    let mut program = PRELUDE.to_owned();
    for seed in seeds {
        let _ = writeln!(program, "print('seed {seed}')\ndo\n{}end", history(seed));
    }
    if show {
        eprintln!("{program}");
    }
    let expected = run(lua51, &program)?;
    let got = run(redmoon, &program)?;
    if expected == got {
        return Ok(());
    }
    let same = lines(&expected).zip(lines(&got)).take_while(|(a, b)| a == b);
    let seed = same.filter_map(|(line, _)| line.strip_prefix(b"seed ")).last().unwrap_or_default();
    let seed = String::from_utf8_lossy(seed);
    let again = format!("REDMOON_SEED={seed} cargo test -p redmoon-tests --test order");
    let place = first_difference(&expected, &got).unwrap_or_default();
    Err(format!("history {seed}, {place}\nagain: {again} -- histories").into())
}

/// SplitMix64: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// The kinds of keys that one history draws from.
#[derive(Clone, Copy)]
enum Keys {
    SmallIntegers,
    Numbers,
    Names,
    Bytes,
    Mixed,
}

/// Statements that make a table, change it and look at it.
fn history(seed: u64) -> String {
    let random = &mut Random(seed);
    let keys = [Keys::SmallIntegers, Keys::Numbers, Keys::Names, Keys::Bytes, Keys::Mixed];
    let keys = keys[random.below(5) as usize];
    let mut text = format!("local t = {}\nlook(t)\n", constructor(random, keys));
    // Used keys come up again: deletions and second insertions are where orders part.
    let mut used: Vec<String> = Vec::new();
    let steps_max = if random.chance(10) { 120 } else { 25 };
    let steps = 1 + random.below(steps_max);
    for _ in 0..steps {
        let key = if used.is_empty() || random.chance(55) {
            let key = key(random, keys);
            used.push(key.clone());
            key
        } else {
            used[random.below(used.len() as u64) as usize].clone()
        };
        let _ = match random.below(100) {
            0..=54 => writeln!(text, "t[{key}] = {}", random.below(9)),
            55..=74 => writeln!(text, "t[{key}] = nil"),
            75..=80 => writeln!(text, "t[#t + 1] = {}", random.below(9)),
            81..=83 => writeln!(text, "table.insert(t, {})", random.below(9)),
            84..=85 => writeln!(text, "table.remove(t)"),
            86..=87 => writeln!(text, "for i = 1, {} do t[i] = i end", random.below(40)),
            88 => writeln!(text, "for i = #t, {}, -1 do t[i] = nil end", 1 + random.below(20)),
            89..=91 => {
                let v = random.below(9);
                writeln!(text, "for k, v in pairs(t) do if v == {v} then t[k] = nil end end")
            }
            92..=94 => writeln!(text, "collect()"),
            95..=96 => writeln!(text, "local x = t[{key}] rawset(t, {key}, x)"),
            97 => writeln!(text, "t = {{ list(unpack(t, 1, #t)) }}"),
            _ => writeln!(text, "look(t)"),
        };
    }
    text.push_str("look(t)\n");
    text
}

/// A table constructor: items, fields and bracketed keys mixed, nils among them, a last item that has
/// several values.
fn constructor(random: &mut Random, keys: Keys) -> String {
    let size = match random.below(10) {
        0..=2 => 0,
        3..=6 => random.below(6),
        7..=8 => random.below(20),
        _ => random.below(130),
    };
    let mut text = "{".to_owned();
    for _ in 0..size {
        let value = if random.chance(15) { "nil".to_owned() } else { random.below(9).to_string() };
        let _ = match random.below(3) {
            0 => write!(text, "[{}] = {value}, ", key(random, keys)),
            1 => write!(text, "{} = {value}, ", name(random)),
            _ => write!(text, "{value}, "),
        };
    }
    if random.chance(25) {
        let values: Vec<_> = (0..random.below(12)).map(|_| random.below(9).to_string()).collect();
        let _ = write!(text, "list({})", values.join(", "));
    }
    text.push('}');
    text
}

fn key(random: &mut Random, keys: Keys) -> String {
    let keys = match keys {
        Keys::Mixed => match random.below(5) {
            0 => Keys::SmallIntegers,
            1 => Keys::Numbers,
            2 => Keys::Bytes,
            3 => return if random.chance(50) { "true" } else { "false" }.to_owned(),
            _ => Keys::Names,
        },
        other => other,
    };
    match keys {
        Keys::SmallIntegers => (random.below(40) as i64 - 4).to_string(),
        Keys::Numbers => match random.below(6) {
            0 => (random.below(1 << 40) as i64 - (1 << 39)).to_string(),
            1 => format!("{}.{:02}", random.below(100), random.below(100)),
            2 => format!("-{}.5", random.below(1000)),
            3 => format!("2^{}", random.below(70)),
            4 => format!("{}e{}", 1 + random.below(9), random.below(300) as i64 - 150),
            _ => random.below(2000).to_string(),
        },
        Keys::Bytes => {
            let len = random.below(PLAIN_KEY_LEN_MAX as u64 + 1);
            let mut text = "\"".to_owned();
            for _ in 0..len {
                let _ = write!(text, "\\{:03}", random.below(256));
            }
            text.push('"');
            text
        }
        Keys::Names | Keys::Mixed => format!("\"{}\"", name(random)),
    }
}

/// A name from a small set or a long made-up one; never a keyword.
fn name(random: &mut Random) -> String {
    match random.below(3) {
        0 => format!("k{}", random.below(30)),
        1 => {
            let words = ["id", "name", "x", "y", "value", "next", "left", "right", "count", "type"];
            words[random.below(words.len() as u64) as usize].to_owned()
        }
        _ => {
            let len = 1 + random.below(PLAIN_KEY_LEN_MAX as u64 - 1);
            let letter = |_| char::from(b'a' + random.below(26) as u8);
            format!("_{}", (0..len).map(letter).collect::<String>())
        }
    }
}
