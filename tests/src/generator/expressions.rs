//! Expressions by kind, literals, and the mischief that makes errors.

use super::words::{BAD_PATTERNS, KEYS, PATTERNS, REPLACEMENTS, WORDS, quoted};
use super::{Generator, KEPT_LEN, Kind};

impl Generator {
    /// An expression that should be of `kind`, but by mischief may be of any other.
    pub(super) fn expression(&mut self, kind: Kind, depth: u32) -> String {
        if !self.random.percent(self.mischief) {
            return self.sound(kind, depth);
        }
        match self.random.below(8) {
            0 => "nil".to_owned(),
            1 => "undefined_name".to_owned(),
            2 => {
                let map = self.sound(Kind::Map, 0);
                if map.starts_with('{') {
                    "undefined_name.field".to_owned()
                } else {
                    format!("{map}.nothing")
                }
            }
            3 => self.variable(Kind::List).unwrap_or_else(|| "{}".to_owned()),
            4 => "\"not a number\"".to_owned(),
            5 => self.callable().map_or_else(|| "print".to_owned(), |(name, _)| name),
            _ => {
                let other = self.plain_kind();
                self.sound(other, depth.saturating_sub(1))
            }
        }
    }

    /// As [`Self::expression`], for the body of a function that has no `...`.
    pub(super) fn enclosed(&mut self, kind: Kind, depth: u32) -> String {
        self.varargs.push(false);
        let value = self.expression(kind, depth);
        self.varargs.pop();
        value
    }

    /// As [`Self::expression`], for a value that is stored: strings are cut.
    pub(super) fn kept(&mut self, kind: Kind, depth: u32) -> String {
        let value = self.expression(kind, depth);
        if kind == Kind::String && !value.starts_with('"') {
            format!("({value}):sub(1, {KEPT_LEN})")
        } else {
            value
        }
    }

    /// An expression of `kind`; parts of it may still go wrong.
    pub(super) fn sound(&mut self, kind: Kind, depth: u32) -> String {
        if depth == 0 || self.random.percent(25) {
            if self.random.percent(65)
                && let Some(name) = self.variable(kind)
            {
                return name;
            }
            return self.literal(kind);
        }
        match kind {
            Kind::Number => self.number(depth - 1),
            Kind::String => self.string(depth - 1),
            Kind::Boolean => self.boolean(depth - 1),
            Kind::List | Kind::Map => match self.variable(kind) {
                Some(name) if self.random.percent(70) => name,
                _ => self.constructor(kind),
            },
            Kind::Function(_) => "nil".to_owned(),
        }
    }

    pub(super) fn number(&mut self, depth: u32) -> String {
        match self.random.below(22) {
            0..=6 => {
                let operator = self.random.pick(&["+", "-", "*", "+", "-", "/", "%"]);
                let (a, b) =
                    (self.expression(Kind::Number, depth), self.expression(Kind::Number, depth));
                format!("({a} {operator} {b})")
            }
            7 => format!("-({})", self.expression(Kind::Number, depth)),
            8 => format!("{} ^ {}", self.random.below(12), self.random.below(4)),
            9 => format!("#({})", self.expression(Kind::String, depth)),
            10 => self
                .variable(Kind::List)
                .map_or_else(|| "#{ 1, nil, 3 }".to_owned(), |list| format!("#{list}")),
            11 => format!(
                "math.{}({})",
                self.random.pick(&["floor", "ceil", "abs", "sqrt"]),
                self.expression(Kind::Number, depth)
            ),
            12 => {
                let (a, b) =
                    (self.expression(Kind::Number, depth), self.expression(Kind::Number, depth));
                format!("math.{}({a}, {b})", self.random.pick(&["max", "min", "fmod", "max"]))
            }
            13 => format!("tonumber({})", self.sound(Kind::String, depth)),
            14 => format!("({}):len()", self.sound(Kind::String, depth)),
            15 => {
                format!("({}):byte({})", self.sound(Kind::String, depth), self.random.between(1, 4))
            }
            16 => {
                let position = self.random.between(1, 4);
                self.variable(Kind::List)
                    .map_or_else(|| position.to_string(), |list| format!("{list}[{position}]"))
            }
            17 => {
                let key = self.random.pick(KEYS);
                self.variable(Kind::Map).map_or_else(
                    || "0.5".to_owned(),
                    |map| format!("({map}.{key} or {})", key.len()),
                )
            }
            18 => self.call(Kind::Number, depth),
            19 => self.choice(Kind::Number, depth),
            20 if self.in_vararg() => "select(\"#\", ...)".to_owned(),
            _ => {
                let (a, b) =
                    (self.sound(Kind::Number, depth), self.expression(Kind::Number, depth));
                let helper = self.random.pick(&[
                    "(math.modf(%))",
                    "math.ldexp(%, 2)",
                    "(math.frexp(%))",
                    "select(2, %, $)",
                    "(function(x) return x end)(%)",
                ]);
                helper.replace('%', &a).replace('$', &b)
            }
        }
    }

    pub(super) fn string(&mut self, depth: u32) -> String {
        match self.random.below(20) {
            0..=3 => {
                let (a, b) = (self.expression(Kind::String, depth), self.piece_of_text(depth));
                format!("({a} .. {b})")
            }
            4 => {
                let (a, b, c) = (
                    self.piece_of_text(depth),
                    self.piece_of_text(depth),
                    self.piece_of_text(depth),
                );
                format!("({a} .. {b} .. {c})")
            }
            5 => format!(
                "({}):{}()",
                self.sound(Kind::String, depth),
                self.random.pick(&["upper", "lower", "reverse"])
            ),
            6 => {
                let (low, high) =
                    (self.random.below(9) as i64 - 3, self.random.below(12) as i64 - 4);
                format!("({}):sub({low}, {high})", self.sound(Kind::String, depth))
            }
            7 => {
                let bound = self.expression(Kind::Number, depth);
                format!("string.sub({}, {bound})", self.expression(Kind::String, depth))
            }
            8 => format!("({}):rep({})", self.sound(Kind::String, 0), self.random.below(4)),
            9 | 10 => self.formatted(depth),
            11 => format!("tostring({})", self.literal(Kind::Number)),
            12 => {
                let kind = self.plain_kind();
                format!("type({})", self.expression(kind, depth))
            }
            13 => {
                let kind = self.plain_kind();
                format!("str({})", self.expression(kind, depth))
            }
            14 => {
                let list = self.expression(Kind::List, depth);
                format!(
                    "table.concat({list}, {})",
                    self.random.pick(&["\",\"", "\" \"", "\"\"", "1"])
                )
            }
            15 => format!("dump({})", self.expression(Kind::Map, depth)),
            16 => format!("string.char({} % 26 + 65, 46)", self.expression(Kind::Number, depth)),
            17 => format!(
                "(({}):gsub({}, \"{}\"))",
                self.sound(Kind::String, depth),
                self.pattern(),
                self.random.pick(REPLACEMENTS)
            ),
            18 => self.call(Kind::String, depth),
            _ => self.choice(Kind::String, depth),
        }
    }

    pub(super) fn boolean(&mut self, depth: u32) -> String {
        match self.random.below(12) {
            0..=3 => {
                let operator = self.random.pick(&["<", "<=", ">", ">="]);
                let (a, b) =
                    (self.expression(Kind::Number, depth), self.expression(Kind::Number, depth));
                format!("({a} {operator} {b})")
            }
            4 => {
                let operator = self.random.pick(&["<", "<=", ">", ">="]);
                let (a, b) =
                    (self.expression(Kind::String, depth), self.expression(Kind::String, depth));
                format!("({a} {operator} {b})")
            }
            5 | 6 => {
                let operator = self.random.pick(&["==", "~="]);
                let (left, right) = (self.plain_kind(), self.plain_kind());
                let (a, b) = (self.expression(left, depth), self.expression(right, depth));
                format!("({a} {operator} {b})")
            }
            7 => {
                let kind = self.plain_kind();
                format!("not ({})", self.expression(kind, depth))
            }
            8 | 9 => {
                let operator = self.random.pick(&["and", "or"]);
                let (a, b) =
                    (self.expression(Kind::Boolean, depth), self.expression(Kind::Boolean, depth));
                format!("({a} {operator} {b})")
            }
            10 => {
                let (left, right) = (self.plain_kind(), self.plain_kind());
                format!(
                    "rawequal({}, {})",
                    self.expression(left, depth),
                    self.expression(right, depth)
                )
            }
            _ => self.call(Kind::Boolean, depth),
        }
    }

    /// `(test and a or b)`, and shorter.
    pub(super) fn choice(&mut self, kind: Kind, depth: u32) -> String {
        let (a, b) = (self.expression(kind, depth), self.expression(kind, depth));
        match self.random.below(3) {
            0 => format!("({a} or {b})"),
            1 => format!("({a} and {b})"),
            _ => format!("({} and {a} or {b})", self.expression(Kind::Boolean, depth)),
        }
    }

    pub(super) fn piece_of_text(&mut self, depth: u32) -> String {
        let kind = if self.random.percent(40) { Kind::Number } else { Kind::String };
        self.expression(kind, depth)
    }

    pub(super) fn formatted(&mut self, depth: u32) -> String {
        let number = self.expression(Kind::Number, depth);
        match self.random.below(5) {
            0 => format!(
                "string.format(\"{}\", {number})",
                self.random.pick(&[
                    "%d", "%5.1f", "%g", "%.3f", "%e", "%i", "%.0f", "%10.4g|", "%-9g|", "%+d",
                    "%.17g", "%.14g"
                ])
            ),
            1 => format!(
                "string.format(\"{}\", ({number}) % 4096)",
                self.random.pick(&["%x", "%X", "%#o", "%05d", "%-6u|", "%c", "% d", "%#x"])
            ),
            2 => format!(
                "string.format(\"%s/%s\", {number}, {})",
                self.expression(Kind::String, depth)
            ),
            3 => format!("string.format(\"%q\", {})", self.expression(Kind::String, depth)),
            _ => format!(
                "string.format(\"{}\", {}, {number})",
                self.random.pick(&["%-6s%4d|", "%s=%g", "%.2s:%3.1f", "%s", "%s %d %s"]),
                self.expression(Kind::String, depth)
            ),
        }
    }

    /// A call of a function that gives `kind`, or a literal where there is none.
    pub(super) fn call(&mut self, kind: Kind, depth: u32) -> String {
        match self.callable() {
            Some((name, number)) if depth > 0 && self.functions[number].result == kind => {
                let arguments = self.arguments(number);
                format!("{name}({arguments})")
            }
            _ => self.literal(kind),
        }
    }

    pub(super) fn arguments(&mut self, function: usize) -> String {
        let parameters = self.functions[function].parameters.clone();
        let mut arguments: Vec<String> =
            parameters.into_iter().map(|kind| self.expression(kind, 1)).collect();
        if self.random.percent(self.mischief) {
            arguments.pop();
        }
        if self.random.percent(15) {
            arguments.push(self.literal(Kind::Number));
        }
        arguments.join(", ")
    }

    pub(super) fn literal(&mut self, kind: Kind) -> String {
        match kind {
            Kind::Number => match self.random.below(10) {
                0..=5 => self.random.below(20).to_string(),
                6 => format!("-{}", self.random.between(1, 9)),
                7 => self
                    .random
                    .pick(&["0.5", "1.25", "3.75", "0.1", "2.5e-3", ".7", "1e2"])
                    .to_owned(),
                8 => self
                    .random
                    .pick(&["100", "255", "0x1F", "1000", "65536", "1e15", "123456789"])
                    .to_owned(),
                _ => self
                    .random
                    .pick(&[
                        "0",
                        "1e308",
                        "2^53",
                        "1e-7",
                        "1/3",
                        "\"10\"",
                        "\"0x10\"",
                        "-0",
                        "math.huge",
                    ])
                    .to_owned(),
            },
            Kind::String => format!("\"{}\"", self.random.pick(WORDS)),
            Kind::Boolean => self.random.pick(&["true", "false", "nil", "true"]).to_owned(),
            Kind::List | Kind::Map => self.constructor(kind),
            Kind::Function(_) => "nil".to_owned(),
        }
    }

    pub(super) fn constructor(&mut self, kind: Kind) -> String {
        let mut fields: Vec<String> = Vec::new();
        for _ in 0..self.random.below(6) {
            let items = if self.random.percent(75) { Kind::Number } else { Kind::String };
            let value = if self.random.percent(8) { "nil".to_owned() } else { self.literal(items) };
            if kind == Kind::List || self.random.percent(15) {
                fields.push(value);
            } else if self.random.percent(60) {
                fields.push(format!("{} = {value}", self.random.pick(KEYS)));
            } else {
                fields.push(format!("[{}] = {value}", self.key()));
            }
        }
        if fields.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", fields.join(", ")) }
    }

    /// A key whose place in a table is the same in every engine: no address, fewer than 32 bytes.
    pub(super) fn key(&mut self) -> String {
        match self.random.below(8) {
            0..=2 => format!("\"{}\"", self.random.pick(KEYS)),
            3 | 4 => self.random.between(1, 12).to_string(),
            5 => self
                .random
                .pick(&["0", "-1", "0.5", "1e10", "2.25", "100", "1e300", "-7"])
                .to_owned(),
            6 => self.random.pick(&["true", "false"]).to_owned(),
            _ => format!("\"{}{}\"", self.random.pick(KEYS), self.random.below(30)),
        }
    }

    pub(super) fn pattern(&mut self) -> String {
        let bad = self.random.percent(self.mischief);
        quoted(self.random.pick(if bad { BAD_PATTERNS } else { PATTERNS }))
    }
}
