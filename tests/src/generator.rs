//! Random Lua programs: the same seed gives the same program, and every program ends.
//!
//! A program is a prelude of helpers, some definitions (functions and classes), and pieces that each run under `pcall`
//! and print what came out, so that one error does not hide what follows. The last statement is sometimes left unprotected,
//! so that tracebacks are compared as well.
//!
//! Three rules keep a program comparable between engines:
//!
//! * It ends: every loop and function begins with `tick()`, which raises once a program has made `STEPS_MAX` steps, and no
//!   native is given a count that the program computed without a bound.
//! * It stays small: a string that is kept is cut to `KEPT_LEN` bytes first.
//! * It shows no addresses: values reach `print` through `str`, and no table or function is used as a key.
//!
//! Left out on purpose: `sin`, `exp` and their kin, whose last digit is the C library's own.

/// Writes one line of the program: `emit!(self.line, "local {name} = 1")`.
macro_rules! emit {
    ($self:ident.$write:ident, $($text:tt)*) => {{
        let text = format!($($text)*);
        $self.$write(&text);
    }};
}

mod random;
mod words;

mod definitions;
mod expressions;
mod pieces;
mod statements;

use random::Random;

/// Loop iterations and calls that a program makes before `tick` ends it.
const STEPS_MAX: u32 = 300;

/// Bytes of a string that a variable, field or result keeps.
const KEPT_LEN: u32 = 40;

/// Nested operators in an expression.
const EXPRESSION_DEPTH: u32 = 3;

/// Nested blocks in a piece.
const BLOCK_DEPTH: u32 = 3;

/// How many of the variables in scope are considered: far below the 60 upvalues of a function.
const VARIABLES_SEEN: usize = 24;

/// The helpers of every program. `str` gives a value as text without an address, `show` prints, `dump` gives a table in the
/// order of `pairs` with its border, `exact` gives all digits, `try` calls under protection.
const PRELUDE: &str = r##"local steps = 0
local function tick()
  steps = steps + 1
  if steps > STEPS_MAX then error("out of steps", 0) end
end
local function str(v)
  local t = type(v)
  if t == "table" then
    local a = rawget(v, "a")
    return type(a) == "number" and "<" .. a .. ">" or t
  end
  if t == "function" or t == "thread" or t == "userdata" then return t end
  return tostring(v)
end
local function show(...)
  local r = {}
  for i = 1, select("#", ...) do r[i] = str((select(i, ...))) end
  print(table.concat(r, " | "))
end
local function dump(t)
  local r = {}
  for k, v in pairs(t) do r[#r + 1] = str(k) .. "=" .. str(v) end
  return "#" .. #t .. " {" .. table.concat(r, ", "):sub(1, 400) .. "}"
end
local function exact(n) return string.format("%.17g", n) end
local function try(label, f, ...) show(label, pcall(f, ...)) end
"##;

/// Returns a Lua 5.1 program of some 30 to 150 lines that depends on `seed` only.
pub fn program(seed: u64) -> String {
    let mut generator = Generator::new(seed);
    generator.prelude(seed);
    generator.definitions();
    generator.pieces();
    generator.ending();
    generator.text
}

/// What a variable or expression is meant to hold; [`Generator::expression`] now and then breaks the promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Number,
    String,
    Boolean,
    /// A table with items at `1..`, perhaps with holes.
    List,
    /// A table with short strings, numbers and booleans as keys.
    Map,
    /// The function with this number.
    Function(usize),
}

#[derive(Clone, Debug)]
struct Variable {
    name: String,
    kind: Kind,
}

#[derive(Clone, Debug)]
struct Signature {
    parameters: Vec<Kind>,
    result: Kind,
}

#[derive(Debug)]
struct Generator {
    random: Random,
    text: String,
    indent: usize,
    /// Variables in scope, innermost last.
    variables: Vec<Variable>,
    functions: Vec<Signature>,
    classes: usize,
    names: usize,
    /// Per function being written: whether it has `...`.
    varargs: Vec<bool>,
    loops: u32,
    /// Percent of operands that are of another kind than they should be.
    mischief: usize,
}

/// Kinds that take part in everything; objects and functions come in by name only.
const PLAIN: [Kind; 5] = [Kind::Number, Kind::String, Kind::Boolean, Kind::List, Kind::Map];

impl Generator {
    fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        let mischief = [0, 1, 2, 4, 6, 10][random.below(6)];
        Self {
            random,
            text: String::new(),
            indent: 0,
            variables: Vec::new(),
            functions: Vec::new(),
            classes: 0,
            names: 0,
            varargs: vec![true],
            loops: 0,
            mischief,
        }
    }

    // The parts of a program.

    fn prelude(&mut self, seed: u64) {
        emit!(self.line, "-- Random program {seed}.");
        self.text.push_str(&PRELUDE.replace("STEPS_MAX", &STEPS_MAX.to_string()));
    }

    fn definitions(&mut self) {
        for _ in 0..self.random.between(1, 3) {
            let kind = self.plain_kind();
            let value = self.sound(kind, 1);
            let name = self.fresh();
            emit!(self.line, "local {name} = {value}");
            self.declare(&name, kind);
        }
        if self.random.percent(40) {
            let value = self.sound(Kind::Number, 1);
            emit!(self.line, "counter = {value}");
            self.declare("counter", Kind::Number);
        }
        for _ in 0..self.random.below(2) {
            self.class();
        }
        for _ in 0..self.random.between(1, 2) {
            self.function();
        }
    }

    fn pieces(&mut self) {
        for number in 1..=self.random.between(2, 4) {
            let seen = self.variables.len();
            match self.random.below(14) {
                0 => self.closures(),
                1 => self.coroutine(),
                2 => self.coroutine_by_hand(),
                3 => self.errors(),
                4 => self.vararg_piece(),
                5 => self.recursion(),
                6 => self.chunk(),
                7 => self.sorting(),
                8 => self.order(),
                9 if self.classes > 0 => self.objects(),
                _ => {
                    emit!(self.open, "try(\"piece {number}\", function()");
                    self.varargs.push(false);
                    let count = self.random.between(2, 6);
                    self.statements(count, BLOCK_DEPTH);
                    if self.random.percent(60) {
                        let kind = self.plain_kind();
                        let value = self.expression(kind, 1);
                        emit!(self.line, "return {value}, {}", self.varargs.len());
                    }
                    self.varargs.pop();
                    self.close("end)");
                }
            }
            self.variables.truncate(seen);
        }
    }

    /// Most programs end well; the others with an error that nobody catches, in various places.
    fn ending(&mut self) {
        if self.random.percent(70) {
            self.line("show(\"done\", steps)");
            return;
        }
        let value = self.enclosed(Kind::Number, EXPRESSION_DEPTH);
        match self.random.below(8) {
            0 => {
                self.line("local function inner(v) local r = v.field.deeper return r end");
                self.line("local function outer(v) local r = inner(v) return r end");
                self.line("outer({})");
            }
            1 => {
                self.line("local function inner(v) error(\"no way out of \" .. str(v)) end");
                self.line("local function outer(v) return inner(v) end");
                emit!(self.line, "outer({value})");
            }
            2 => {
                self.line("local machine = { parts = {} }");
                self.line("function machine:run(n) return self.parts[n].go(n) end");
                self.line("function machine:start() local r = self:run(1) return r end");
                self.line("machine:start()");
            }
            3 => {
                emit!(
                    self.line,
                    "local w = coroutine.wrap(function(v) coroutine.yield({value}) error(\"inside\") end)"
                );
                self.line("show(w())");
                self.line("w()");
            }
            4 => {
                self.line("local t = setmetatable({}, { __index = function(_, k) error(\"nothing called \" .. k, 2) end })");
                self.line("show(t.missing)");
            }
            5 => {
                let level = self.random.below(4);
                emit!(self.line, "local function check(v) error(v, {level}) end");
                self.line("local function use(v) check(v) end");
                self.line("use(\"checked\")");
            }
            6 => self.line("table.sort({ 3, 1, 2 }, function(x, y) return x < y.v end)"),
            _ => {
                self.line("function global_step(n) if n == 0 then return nil + n end local r = global_step(n - 1) return r end");
                let depth = self.random.between(0, 30);
                emit!(self.line, "global_step({depth})");
            }
        }
    }

    // Names and lines.

    fn plain_kind(&mut self) -> Kind {
        PLAIN[match self.random.below(10) {
            0..=3 => 0,
            4..=6 => 1,
            7 => 2,
            8 => 3,
            _ => 4,
        }]
    }

    fn in_vararg(&self) -> bool {
        self.varargs.last().copied().unwrap_or(false)
    }

    fn fresh(&mut self) -> String {
        self.names += 1;
        format!("v{}", self.names)
    }

    fn declare(&mut self, name: &str, kind: Kind) {
        self.variables.push(Variable { name: name.to_owned(), kind });
    }

    fn variable(&mut self, kind: Kind) -> Option<String> {
        let names: Vec<&Variable> = self
            .variables
            .iter()
            .rev()
            .take(VARIABLES_SEEN)
            .filter(|variable| variable.kind == kind)
            .collect();
        if names.is_empty() {
            None
        } else {
            Some(names[self.random.below(names.len())].name.clone())
        }
    }

    fn callable(&mut self) -> Option<(String, usize)> {
        let functions: Vec<(String, usize)> = self
            .variables
            .iter()
            .filter_map(|variable| match variable.kind {
                Kind::Function(number) => Some((variable.name.clone(), number)),
                _ => None,
            })
            .collect();
        if functions.is_empty() {
            None
        } else {
            Some(functions[self.random.below(functions.len())].clone())
        }
    }

    fn line(&mut self, text: &str) {
        for _ in 0..self.indent {
            self.text.push_str("  ");
        }
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn open(&mut self, text: &str) {
        self.line(text);
        self.indent += 1;
    }

    fn middle(&mut self, text: &str) {
        self.indent -= 1;
        self.line(text);
        self.indent += 1;
    }

    fn close(&mut self, text: &str) {
        self.indent -= 1;
        self.line(text);
    }
}

#[cfg(test)]
mod tests {
    use super::program;
    use std::collections::HashSet;

    #[test]
    fn a_seed_gives_one_program() {
        for seed in 0..200 {
            assert_eq!(program(seed), program(seed));
        }
    }

    #[test]
    fn seeds_give_different_programs() {
        let programs: HashSet<String> = (0..500).map(program).collect();
        assert_eq!(programs.len(), 500);
    }

    #[test]
    fn programs_have_the_promised_size() {
        let lines: Vec<usize> = (0..1000).map(|seed| program(seed).lines().count()).collect();
        let fitting = lines.iter().filter(|&&count| (30..=150).contains(&count)).count();
        assert!(fitting > 950, "{fitting} of 1000 programs have 30 to 150 lines");
    }
}
