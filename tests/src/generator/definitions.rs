//! What pieces may use: functions and classes at the top of a program.

use super::{Generator, Kind, Signature};

impl Generator {
    /// A function of its own at the top level, which later pieces call.
    pub(super) fn function(&mut self) {
        let name = self.fresh();
        let parameters: Vec<Kind> =
            (0..self.random.between(0, 3)).map(|_| self.plain_kind()).collect();
        let result = self.plain_kind();
        let vararg = self.random.percent(25);
        let seen = self.variables.len();
        let mut list: Vec<String> = Vec::new();
        let mut declared = Vec::new();
        for kind in &parameters {
            let parameter = self.fresh();
            list.push(parameter.clone());
            declared.push((parameter, *kind));
        }
        if vararg {
            list.push("...".to_owned());
        }
        emit!(self.open, "local function {name}({})", list.join(", "));
        for (parameter, kind) in declared {
            self.declare(&parameter, kind);
        }
        self.varargs.push(vararg);
        let loops = std::mem::take(&mut self.loops);
        self.line("tick()");
        let count = self.random.between(1, 3);
        self.statements(count, 2);
        let value = self.kept(result, 2);
        emit!(self.line, "return {value}");
        self.loops = loops;
        self.varargs.pop();
        self.close("end");
        self.variables.truncate(seen);
        self.functions.push(Signature { parameters, result });
        self.declare(&name, Kind::Function(self.functions.len() - 1));
    }

    /// A class with a constructor, methods and some metamethods.
    pub(super) fn class(&mut self) {
        let number = self.classes;
        let class = format!("C{number}");
        emit!(self.line, "local {class} = {{}}");
        if self.random.percent(25) {
            emit!(
                self.line,
                "{class}.__index = function(o, k) return rawget({class}, k) or k .. \"?\" end"
            );
        } else {
            emit!(self.line, "{class}.__index = {class}");
        }
        emit!(
            self.line,
            "function {class}.new(a, b) return setmetatable({{ a = a, b = b }}, {class}) end"
        );
        emit!(
            self.line,
            "local function val{number}(x) return type(x) == \"table\" and x.a or x end"
        );
        let seen = self.variables.len();
        self.declare("x", Kind::Number);
        self.declare("self.a", Kind::Number);
        self.declare("self.b", Kind::Number);
        for method in ["total", "label"] {
            self.varargs.push(false);
            let value = if method == "total" {
                self.expression(Kind::Number, 2)
            } else {
                self.kept(Kind::String, 2)
            };
            self.varargs.pop();
            emit!(self.line, "function {class}:{method}(x) tick() return {value} end");
        }
        if self.random.percent(50) {
            emit!(self.line, "function {class}:grow(x) self.a = self.a + x return self end");
        }
        self.variables.truncate(seen);
        for (event, operator) in
            [("add", "+"), ("sub", "-"), ("mul", "*"), ("div", "/"), ("mod", "%")]
        {
            if self.random.percent(40) {
                let result = format!("val{number}(l) {operator} val{number}(r)");
                let result = if self.random.percent(50) {
                    format!("{class}.new({result}, l)")
                } else {
                    result
                };
                emit!(self.line, "{class}.__{event} = function(l, r) tick() return {result} end");
            }
        }
        for (event, body) in [
            ("unm", "return -o.a"),
            ("concat", "return str(o) .. \"&\" .. str(r)"),
            ("eq", "return o.a == r.a"),
            ("lt", "return o.a < r.a"),
            ("le", "return o.a <= r.a"),
            ("call", "return o.a, r"),
            ("tostring", "return \"object \" .. str(o.a)"),
            ("len", "return 77"),
            ("newindex", "rawset(o, r, \"new\")"),
        ] {
            if self.random.percent(40) {
                emit!(self.line, "{class}.__{event} = function(o, r) tick() {body} end");
            }
        }
        self.classes += 1;
    }
}
