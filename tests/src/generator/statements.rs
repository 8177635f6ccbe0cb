//! Statements and blocks.

use super::words::{KEYS, REPLACEMENTS};
use super::{EXPRESSION_DEPTH, Generator, Kind};

impl Generator {
    pub(super) fn statements(&mut self, count: usize, depth: u32) {
        let seen = self.variables.len();
        for _ in 0..count {
            self.statement(depth);
        }
        self.variables.truncate(seen);
    }

    /// One statement or a few; what it declares stays in scope until the block ends.
    pub(super) fn statement(&mut self, depth: u32) {
        let choices = if depth == 0 { 12 } else { 21 };
        match self.random.below(choices) {
            0..=2 => self.local(),
            3 => self.assignment(),
            4 => self.multiple_assignment(),
            5 | 6 => self.print_values(),
            7 => self.change_list(),
            8 => self.change_map(),
            9 => self.string_work(),
            10 => {
                let kind = self.plain_kind();
                let value = self.enclosed(kind, EXPRESSION_DEPTH);
                emit!(self.line, "show(pcall(function() return {value} end))");
            }
            11 => self.call_statement(),
            12 | 13 => self.condition(depth),
            14 => self.numeric_for(depth),
            15 => self.traversal(depth),
            16 => self.while_loop(depth),
            17 => self.repeat_loop(depth),
            18 => {
                self.open("do");
                let count = self.random.between(1, 3);
                self.statements(count, depth - 1);
                self.close("end");
            }
            19 => self.protected_block(depth),
            _ => self.word_loop(depth),
        }
    }

    pub(super) fn local(&mut self) {
        let kind = self.plain_kind();
        let name = self.fresh();
        let value = self.kept(kind, EXPRESSION_DEPTH);
        emit!(self.line, "local {name} = {value}");
        self.declare(&name, kind);
    }

    pub(super) fn assignment(&mut self) {
        let kind = self.plain_kind();
        let Some(name) = self.variable(kind) else { return self.local() };
        let value = self.kept(kind, 2);
        emit!(self.line, "{name} = {value}");
    }

    pub(super) fn multiple_assignment(&mut self) {
        let kind = if self.random.percent(50) { Kind::Number } else { Kind::String };
        let (Some(a), Some(b)) = (self.variable(kind), self.variable(kind)) else {
            return self.local();
        };
        if self.random.percent(50) {
            emit!(self.line, "{a}, {b} = {b}, {a}");
        } else {
            let (first, second) = (self.kept(kind, 1), self.kept(kind, 1));
            emit!(self.line, "{a}, {b} = {first}, {second}");
        }
        emit!(self.line, "show({a}, {b})");
    }

    pub(super) fn print_values(&mut self) {
        if self.random.percent(30) {
            let value = self.expression(Kind::Number, EXPRESSION_DEPTH);
            return emit!(self.line, "show(exact({value}))");
        }
        let values: Vec<String> = (0..self.random.between(1, 3))
            .map(|_| {
                let kind = self.plain_kind();
                self.expression(kind, EXPRESSION_DEPTH)
            })
            .collect();
        emit!(self.line, "show({})", values.join(", "));
    }

    pub(super) fn change_list(&mut self) {
        let Some(list) = self.variable(Kind::List) else { return self.local() };
        let value = self.kept(Kind::Number, 1);
        let position = self.random.between(1, 6);
        match self.random.below(9) {
            0 => emit!(self.line, "table.insert({list}, {value})"),
            1 => emit!(self.line, "table.insert({list}, {position}, {value})"),
            2 => emit!(self.line, "show(table.remove({list}), #{list})"),
            3 => emit!(self.line, "show(table.remove({list}, {position}))"),
            4 => emit!(self.line, "show(pcall(table.sort, {list}))"),
            5 => emit!(self.line, "{list}[#{list} + 1] = {value}"),
            6 => {
                let value = self.random.pick(&["nil", "false", "0", "\"s\""]);
                emit!(self.line, "{list}[{position}] = {value}");
            }
            7 => emit!(
                self.line,
                "show(table.maxn({list}), table.getn({list}), unpack({list}, 1, {position}))"
            ),
            _ => emit!(
                self.line,
                "table.foreachi({list}, function(i, v) tick() show(i, v) if i == {position} then return v end end)"
            ),
        }
        emit!(self.line, "show(dump({list}))");
    }

    pub(super) fn change_map(&mut self) {
        let Some(map) = self.variable(Kind::Map) else { return self.local() };
        let key = self.random.pick(KEYS);
        match self.random.below(5) {
            0 => {
                let value = self.kept(Kind::Number, 2);
                emit!(self.line, "{map}.{key} = {value}");
            }
            1 => {
                let computed = self.key();
                let value = self.kept(Kind::String, 1);
                emit!(self.line, "{map}[{computed}] = {value}");
            }
            2 => emit!(self.line, "{map}.{key} = ({map}.{key} or 0) + 1"),
            3 => emit!(self.line, "{map}.{key} = nil"),
            _ => emit!(
                self.line,
                "show({map}.{key}, rawget({map}, \"{key}\"), {map}[{map}.{key} or 1])"
            ),
        }
        emit!(self.line, "show(dump({map}))");
    }

    pub(super) fn string_work(&mut self) {
        let subject = self.sound(Kind::String, 1);
        let pattern = self.pattern();
        match self.random.below(6) {
            0 => emit!(self.line, "show(({subject}):find({pattern}))"),
            1 => emit!(self.line, "show(({subject}):match({pattern}))"),
            2 => {
                let replacement = self.random.pick(REPLACEMENTS);
                emit!(self.line, "show(({subject}):gsub({pattern}, \"{replacement}\"))");
            }
            3 => {
                let body = self.random.pick(&[
                    "return c:upper()",
                    "return nil",
                    "return #c",
                    "return false",
                    "return c .. \"_\"",
                    "return c + 1",
                    "return {}",
                ]);
                emit!(
                    self.line,
                    "show(({subject}):gsub({pattern}, function(c) tick() {body} end))"
                );
            }
            4 => {
                let map = self.sound(Kind::Map, 1);
                emit!(self.line, "show(({subject}):gsub({pattern}, {map}))");
            }
            _ => {
                let directive = self
                    .random
                    .pick(&["%5s|", "%-8s|", "%.3s|", "%q", "%s", "%10.2s|", "%d", "%c"]);
                emit!(self.line, "show(string.format(\"{directive}\", {subject}))");
            }
        }
    }

    pub(super) fn call_statement(&mut self) {
        let Some((name, number)) = self.callable() else { return self.print_values() };
        let arguments = self.arguments(number);
        emit!(
            self.line,
            "show(pcall({name}{}{arguments}))",
            if arguments.is_empty() { "" } else { ", " }
        );
    }

    pub(super) fn condition(&mut self, depth: u32) {
        let test = self.expression(Kind::Boolean, 2);
        emit!(self.open, "if {test} then");
        let count = self.random.between(1, 2);
        self.statements(count, depth - 1);
        if self.random.percent(30) {
            let other = self.expression(Kind::Boolean, 2);
            emit!(self.middle, "elseif {other} then");
            self.statements(1, depth - 1);
        }
        if self.random.percent(50) {
            self.middle("else");
            self.statements(1, depth - 1);
        }
        self.close("end");
    }

    pub(super) fn numeric_for(&mut self, depth: u32) {
        let name = self.fresh();
        let range = match self.random.below(6) {
            0 => format!("{}, 1, -1", self.random.between(0, 5)),
            1 => format!("0, 1, {}", self.random.pick(&["0.25", "0.1", "0.3", "2"])),
            2 => {
                let limit = self.expression(Kind::Number, 1);
                format!("1, ({limit}) % 5")
            }
            3 => format!(
                "{}, {}",
                self.random.pick(&["\"1\"", "-1", "0.5"]),
                self.random.between(0, 4)
            ),
            _ => format!("1, {}", self.random.between(1, 5)),
        };
        emit!(self.open, "for {name} = {range} do");
        self.loop_body(&[(&name, Kind::Number)], depth);
    }

    pub(super) fn traversal(&mut self, depth: u32) {
        let (key, value) = (self.fresh(), self.fresh());
        let kind = if self.random.percent(50) { Kind::List } else { Kind::Map };
        let table = self.expression(kind, 1);
        let walk = if kind == Kind::List && self.random.percent(60) { "ipairs" } else { "pairs" };
        emit!(self.open, "for {key}, {value} in {walk}({table}) do");
        emit!(self.line, "show({key}, {value})");
        let keys = if walk == "ipairs" { Kind::Number } else { Kind::String };
        self.loop_body(&[(&key, keys), (&value, Kind::Number)], depth);
    }

    pub(super) fn while_loop(&mut self, depth: u32) {
        let name = self.fresh();
        let limit = self.random.between(1, 5);
        emit!(self.line, "local {name} = 0");
        let extra = if self.random.percent(30) {
            format!(" and {}", self.expression(Kind::Boolean, 1))
        } else {
            String::new()
        };
        emit!(self.open, "while {name} < {limit}{extra} do");
        emit!(self.line, "{name} = {name} + 1");
        self.loop_body(&[], depth);
    }

    pub(super) fn repeat_loop(&mut self, depth: u32) {
        let name = self.fresh();
        let limit = self.random.between(1, 4);
        emit!(self.line, "local {name} = 0");
        self.open("repeat");
        self.line("tick()");
        emit!(self.line, "{name} = {name} + 1");
        let seen = self.variables.len();
        self.declare(&name, Kind::Number);
        self.loops += 1;
        self.statements(1, depth - 1);
        self.loops -= 1;
        let test = self.expression(Kind::Boolean, 1);
        self.variables.truncate(seen);
        emit!(self.close, "until {name} >= {limit} or {test}");
    }

    pub(super) fn word_loop(&mut self, depth: u32) {
        let name = self.fresh();
        let subject = self.sound(Kind::String, 1);
        let pattern = self.pattern();
        emit!(self.open, "for {name} in ({subject}):gmatch({pattern}) do");
        emit!(self.line, "show({name})");
        self.loop_body(&[(&name, Kind::String)], depth);
    }

    /// The inside of a loop whose head is written, up to its `end`.
    pub(super) fn loop_body(&mut self, declared: &[(&str, Kind)], depth: u32) {
        self.line("tick()");
        let seen = self.variables.len();
        for (name, kind) in declared {
            self.declare(name, *kind);
        }
        self.loops += 1;
        let count = self.random.between(1, 2);
        let inner = if self.loops > 1 { 0 } else { depth - 1 };
        self.statements(count, inner);
        if self.random.percent(20) {
            let test = self.expression(Kind::Boolean, 1);
            emit!(self.line, "if {test} then break end");
        }
        self.loops -= 1;
        self.variables.truncate(seen);
        self.close("end");
    }

    pub(super) fn protected_block(&mut self, depth: u32) {
        self.open("show(pcall(function()");
        self.varargs.push(false);
        let loops = std::mem::take(&mut self.loops);
        let count = self.random.between(1, 3);
        self.statements(count, depth - 1);
        if self.random.percent(40) {
            let message = self.expression(Kind::String, 1);
            let level = self.random.below(3);
            emit!(self.line, "error({message}, {level})");
        }
        self.loops = loops;
        self.varargs.pop();
        self.close("end))");
    }
}
