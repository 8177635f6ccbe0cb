//! Pieces with a shape of their own: closures, coroutines, errors, varargs, chunks, sorting, order, objects.

use super::words::{KEYS, quoted};
use super::{Generator, Kind};

impl Generator {
    pub(super) fn closures(&mut self) {
        let make = self.fresh();
        let start = self.sound(Kind::Number, 1);
        emit!(self.open, "local function {make}(n)");
        self.line("local calls = 0");
        self.line("return function(d) tick() calls = calls + 1 n = n + (d or 1) return n, calls end, function() return n end");
        self.close("end");
        emit!(self.line, "local up, get = {make}({start})");
        let step = self.enclosed(Kind::Number, 1);
        emit!(self.line, "try(\"closure\", function() up() up({step}) return get(), up() end)");
        self.line("local fs = {}");
        let count = self.random.between(1, 4);
        let body =
            self.random.pick(&["i = i + 1 return i", "return i * 2", "i = i .. \"\" return i"]);
        emit!(self.line, "for i = 1, {count} do fs[i] = function() {body} end end");
        self.line("for i = 1, #fs do show(\"captured\", fs[i](), fs[i]()) end");
    }

    pub(super) fn coroutine(&mut self) {
        let name = self.fresh();
        emit!(self.open, "local {name} = coroutine.wrap(function(x, ...)");
        let seen = self.variables.len();
        self.declare("x", Kind::Number);
        self.varargs.push(true);
        let count = self.random.between(1, 4);
        emit!(self.open, "for i = 1, {count} do");
        self.line("tick()");
        self.declare("i", Kind::Number);
        let value = self.expression(Kind::Number, 2);
        emit!(self.line, "local got = coroutine.yield(i, {value})");
        if self.random.percent(40) {
            self.line("if got == \"stop\" then return \"stopped\" end");
        }
        self.line("x = got or x");
        self.close("end");
        if self.random.percent(30) {
            self.line("error(\"generator failed\", 1)");
        }
        self.varargs.pop();
        self.variables.truncate(seen);
        self.line("return \"finished\", select(\"#\", ...)");
        self.close("end)");
        for _ in 0..self.random.between(1, count + 1) {
            let argument = match self.random.below(4) {
                0 => "\"stop\"".to_owned(),
                1 => String::new(),
                _ => self.sound(Kind::Number, 1),
            };
            let comma = if argument.is_empty() { "" } else { ", " };
            emit!(self.line, "try(\"wrap\", {name}{comma}{argument})");
        }
    }

    pub(super) fn coroutine_by_hand(&mut self) {
        let name = self.fresh();
        let seen = self.variables.len();
        emit!(self.open, "local {name} = coroutine.create(function(a, b)");
        self.declare("a", Kind::Number);
        self.declare("b", Kind::String);
        self.varargs.push(false);
        self.line("show(\"started\", a, b, coroutine.running() ~= nil)");
        let count = self.random.between(1, 2);
        self.statements(count, 1);
        let yielded = self.expression(Kind::String, 2);
        emit!(self.line, "local c, d = coroutine.yield({yielded})");
        self.line("show(\"resumed\", c, d, pcall(error, c))");
        let ending = self.expression(Kind::Number, 2);
        emit!(self.line, "return {ending}, coroutine.yield(1, nil)");
        self.varargs.pop();
        self.variables.truncate(seen);
        self.close("end)");
        for _ in 0..self.random.between(1, 3) {
            let first = self.sound(Kind::Number, 1);
            let second = self.sound(Kind::String, 1);
            emit!(
                self.line,
                "show(coroutine.status({name}), coroutine.resume({name}, {first}, {second}))"
            );
        }
    }

    pub(super) fn errors(&mut self) {
        let name = self.fresh();
        let level = self.random.below(4);
        let value = match self.random.below(6) {
            0 => "nil".to_owned(),
            1 => "{ a = 5 }".to_owned(),
            2 => self.literal(Kind::Number),
            3 => "true".to_owned(),
            _ => self.literal(Kind::String),
        };
        emit!(
            self.line,
            "local function {name}(n) if n == 0 then error({value}, {level}) end local r = {name}(n - 1) return r end"
        );
        let depth = self.random.below(4);
        emit!(self.line, "try(\"error\", {name}, {depth})");
        let nested = self.enclosed(Kind::Number, 2);
        self.open("try(\"nested\", function()");
        emit!(self.line, "local ok, e = pcall({name}, {depth})");
        self.line("show(\"caught\", ok, e)");
        emit!(self.line, "local v = {nested}");
        self.line("error(type(e) == \"string\" and e .. \"!\" or e, 0)");
        self.close("end)");
        let handler = self.random.pick(&[
            "function(e) return str(e) .. \" handled\" end",
            "function(e) return e.a end",
            "function(e) return debug.traceback(str(e)) end",
            "function(e) error(e) end",
            "type",
        ]);
        emit!(self.line, "show(\"xpcall\", xpcall(function() {name}(1) end, {handler}))");
        if self.random.percent(40) {
            let condition = self.enclosed(Kind::Boolean, 2);
            let message = self.enclosed(Kind::String, 1);
            emit!(
                self.line,
                "show(\"assert\", pcall(function() assert({condition}, {message}) return \"held\" end))"
            );
        }
    }

    pub(super) fn vararg_piece(&mut self) {
        let name = self.fresh();
        emit!(self.open, "local function {name}(first, ...)");
        self.line("tick()");
        self.line("local n = select(\"#\", ...)");
        self.line("local list, a, b = { ... }, ...");
        match self.random.below(4) {
            0 => emit!(self.line, "if n > 0 then return first, {name}(...) end"),
            1 => self.line("for i = 1, n do show(\"argument\", i, (select(i, ...))) end"),
            2 => self.line("show(select(-1, first, ...))"),
            _ => self.line("show(a, b, #list, unpack(list, 1, n))"),
        }
        let results = ["n, ...", "(...), first", "first, n, a == list[1]"];
        let results = self.random.pick(&results);
        emit!(self.line, "return {results}");
        self.close("end");
        for _ in 0..self.random.between(1, 3) {
            let arguments: Vec<String> = (0..self.random.below(5))
                .map(|_| {
                    let kind = self.plain_kind();
                    if self.random.percent(20) { "nil".to_owned() } else { self.sound(kind, 1) }
                })
                .collect();
            emit!(
                self.line,
                "try(\"varargs\", {name}{}{})",
                if arguments.is_empty() { "" } else { ", " },
                arguments.join(", ")
            );
        }
    }

    pub(super) fn recursion(&mut self) {
        let name = self.fresh();
        let seen = self.variables.len();
        self.declare("n", Kind::Number);
        let base = self.enclosed(Kind::Number, 1);
        let extra = self.enclosed(Kind::Number, 2);
        self.variables.truncate(seen);
        let step = match self.random.below(4) {
            0 => format!("n + {name}(n - 1)"),
            1 => format!("{name}(n - 1) * 2 - {name}(n - 2)"),
            2 => format!("{name}(n - 1, n)"),
            _ => format!("({extra}) + {name}(n - 1)"),
        };
        emit!(
            self.line,
            "local function {name}(n, acc) tick() if n <= 0 then return acc or {base} end return {step} end"
        );
        let depth = self.random.between(0, 9);
        emit!(self.line, "try(\"recursion\", {name}, {depth})");
        let wrong = self.expression(Kind::Number, 1);
        emit!(self.line, "try(\"recursion\", {name}, {wrong})");
    }

    pub(super) fn chunk(&mut self) {
        let value = self.literal(Kind::Number);
        let broken = self.random.pick(&[
            "return +",
            "x = = 1",
            "local 1",
            "return 'open",
            "for i = 1 do end",
            "f(",
            "x = }",
            "return 1 2",
            "end",
            "a.b:c = 1",
        ]);
        emit!(self.line, "show(\"chunk\", loadstring({}))", quoted(broken));
        emit!(
            self.line,
            "local f = loadstring(\"local a, b = ... return a, b, g1, {}\", \"=chunk\")",
            value.replace('\\', "\\\\").replace('"', "\\\"")
        );
        self.line("try(\"chunk\", f, 1, \"two\")");
        self.line("try(\"environment\", setfenv(f, { g1 = \"private\" }), nil, 2)");
        let failing = self.random.pick(&[
            "local t = nil; return t.x",
            "return g1 + 1",
            "error('in chunk')",
            "return ('x'):nothing()",
            "return #g1",
        ]);
        let name = self.random.pick(&["=named", "@file.lua", "source text"]);
        emit!(self.line, "try(\"chunk\", loadstring({}, {}))", quoted(failing), quoted(name));
    }

    pub(super) fn sorting(&mut self) {
        let name = self.fresh();
        let strings = self.random.percent(40);
        let kind = if strings { Kind::String } else { Kind::Number };
        let mixed = self.random.percent(self.mischief * 2);
        let items: Vec<String> =
            (0..self.random.between(0, 14)).map(|_| self.literal(kind)).collect();
        let extra = if mixed { ", {}, \"mixed\", 1" } else { "" };
        let items = if items.is_empty() { "1".to_owned() } else { items.join(", ") };
        emit!(self.line, "local {name} = {{ {items}{extra} }}");
        let comparator = self.random.pick(&[
            "",
            "",
            ", function(x, y) tick() return x > y end",
            ", function(x, y) return #tostring(x) < #tostring(y) end",
            ", function(x, y) return x <= y end",
            ", function(x, y) return tostring(x) < tostring(y) end",
        ]);
        emit!(self.line, "try(\"sort\", table.sort, {name}{comparator})");
        emit!(self.line, "show(\"sorted\", dump({name}))");
        emit!(self.line, "show(\"joined\", pcall(table.concat, {name}, \", \"))");
    }

    /// Tables filled and emptied in a random order, shown as `pairs` and `#` see them.
    pub(super) fn order(&mut self) {
        let name = self.fresh();
        let value = self.constructor(Kind::Map);
        emit!(self.line, "local {name} = {value}");
        for _ in 0..self.random.between(3, 10) {
            let key = self.key();
            match self.random.below(4) {
                0 => emit!(self.line, "{name}[{key}] = nil"),
                1 => {
                    let low = self.random.between(0, 4);
                    let high = low + self.random.below(9);
                    emit!(self.line, "for i = {low}, {high} do {name}[i] = i end");
                }
                2 => {
                    let count = self.random.between(1, 12);
                    let prefix = self.random.pick(KEYS);
                    let value = self.random.pick(&["i", "nil", "true"]);
                    emit!(
                        self.line,
                        "for i = 1, {count} do {name}[\"{prefix}\" .. i] = {value} end"
                    );
                }
                _ => {
                    let value = self.random.below(100);
                    emit!(self.line, "{name}[{key}] = {value}");
                }
            }
            if self.random.percent(40) {
                emit!(self.line, "show(\"order\", dump({name}))");
            }
        }
        if self.random.percent(30) {
            emit!(
                self.line,
                "for k in pairs({name}) do if type(k) == \"string\" then {name}[k] = nil end end"
            );
        }
        emit!(self.line, "show(\"order\", dump({name}), next({name}))");
    }

    pub(super) fn objects(&mut self) {
        let class = self.random.below(self.classes);
        for name in ["o", "p"] {
            let first = self.expression(Kind::Number, 1);
            let second = self.sound(Kind::Number, 1);
            emit!(self.line, "local {name} = C{class}.new({first}, {second})");
        }
        for _ in 0..self.random.between(3, 7) {
            let operation = match self.random.below(16) {
                0 => "o + p".to_owned(),
                1 => format!("o - {}", self.literal(Kind::Number)),
                2 => format!("{} * p", self.literal(Kind::Number)),
                3 => "o / p".to_owned(),
                4 => "o % p".to_owned(),
                5 => "-o".to_owned(),
                6 => "o .. p".to_owned(),
                7 => format!("{} .. o", self.literal(Kind::String)),
                8 => "o < p, o > p".to_owned(),
                9 => "o <= p, o >= p".to_owned(),
                10 => "o == p, o ~= p, o == o".to_owned(),
                11 => format!("o({})", self.literal(Kind::Number)),
                12 => "#o, o.missing, rawget(o, \"total\")".to_owned(),
                13 => {
                    let argument = self.enclosed(Kind::Number, 1);
                    format!("o:total({argument}), p:label({argument})")
                }
                14 => "(tostring(o):gsub(\"0x%x+\", \"\"))".to_owned(),
                _ => "o:grow(1).a, o.a".to_owned(),
            };
            emit!(self.line, "show(\"object\", pcall(function() return {operation} end))");
        }
        if self.random.percent(40) {
            self.line("show(\"field\", pcall(function() o.fresh = 1 o.a = 2 return o.fresh, rawget(o, \"fresh\"), o.a end))");
        }
    }
}
