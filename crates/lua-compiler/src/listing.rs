//! A function as readable text: one line per instruction, operands as the table of opcodes declares them,
//! and behind them what they stand for. [`functions`] gives the same in pieces, for those who lay it out themselves.

use core::fmt::Write;
use ordered::IdSet;

use crate::bytecode::{Field, Instruction, Op, Operand, OperandKind};
use crate::error::chunk_id;
use crate::proto::{Constant, Proto};

/// A function's listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionListing {
    /// `main`, `main.0` for the first function in it, and so on.
    pub path: String,
    /// The chunk as messages name it.
    pub chunk: String,
    /// Line of the `function` keyword; 0 for a main chunk.
    pub line_defined: u32,
    /// Line of the `end`; 0 for a main chunk.
    pub last_line_defined: u32,
    /// Number of fixed parameters.
    pub params: u8,
    /// Declared with `...`.
    pub is_vararg: bool,
    /// Registers used.
    pub registers: u8,
    /// Its instructions.
    pub instructions: Vec<InstructionListing>,
    /// Its constants in Lua's notation; of long strings the beginning.
    pub constants: Vec<String>,
    /// What its closures capture.
    pub upvalues: Vec<UpvalueListing>,
    /// Its local variables by start.
    pub locals: Vec<LocalListing>,
}

/// An instruction of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstructionListing {
    /// Its number in the function.
    pub pc: usize,
    /// Its line in the source; `None` when the function was stripped.
    pub line: Option<u32>,
    /// The name of its opcode.
    pub op: &'static str,
    /// Its operands as numbers.
    pub operands: String,
    /// What the operands stand for; empty when the numbers say it.
    pub comment: String,
}

/// An upvalue of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpvalueListing {
    /// The variable's name; empty when stripped.
    pub name: String,
    /// It is a register of the function around, and not an upvalue of it.
    pub from_register: bool,
    /// Which register or upvalue.
    pub index: u8,
    /// Its value is copied, for nobody assigns to it any more.
    pub by_value: bool,
}

/// A local variable of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalListing {
    /// Its name.
    pub name: String,
    /// First instruction at which it is active.
    pub start_pc: u32,
    /// First instruction at which it is not active any more.
    pub end_pc: u32,
}

/// Lists `proto` and the functions in it, each under its own heading: outer functions first.
pub fn list(proto: &Proto) -> String {
    let mut out = String::new();
    let mut all = walk(proto).peekable();
    while let Some((path, proto)) = all.next() {
        // Writing to a String cannot fail.
        let _ = write_function(&mut out, proto, &function(path, proto));
        if all.peek().is_some() {
            out.push('\n');
        }
    }
    out
}

/// The listings of `proto` and of the functions in it, outer functions first.
pub fn functions(proto: &Proto) -> Vec<FunctionListing> {
    walk(proto).map(|(path, proto)| function(path, proto)).collect()
}

/// The lines that have code, in `proto` and in the functions in it, in order: where a breakpoint can be.
pub fn code_lines(proto: &Proto) -> Vec<u32> {
    let mut lines = IdSet::default();
    for (_, proto) in walk(proto) {
        for &line in &*proto.lines {
            lines.insert(line);
        }
    }
    lines.iter().collect()
}

/// `proto` and the functions in it with their paths, outer functions first.
pub(crate) fn walk(proto: &Proto) -> impl Iterator<Item = (String, &Proto)> {
    let mut waiting = vec![(String::from("main"), proto)];
    core::iter::from_fn(move || {
        let (path, proto) = waiting.pop()?;
        for (index, child) in proto.protos.iter().enumerate().rev() {
            waiting.push((format!("{path}.{index}"), child));
        }
        Some((path, proto))
    })
}

/// Words with spaces between them.
fn words(words: impl Iterator<Item = String>) -> String {
    let mut text = String::new();
    for (at, word) in words.enumerate() {
        text.push_str(if at > 0 { " " } else { "" });
        text.push_str(&word);
    }
    text
}

fn function(path: String, proto: &Proto) -> FunctionListing {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let instructions = proto.code.iter().enumerate().map(|(pc, &instruction)| {
        let operands = instruction.op.operands();
        let numbers = operands.iter().map(|o| operand_value(instruction, *o).to_string());
        let meanings = operands.iter().filter_map(|o| meaning(proto, pc, instruction, *o));
        InstructionListing {
            pc,
            line: proto.lines.get(pc).copied(),
            op: instruction.op.name(),
            operands: words(numbers),
            comment: words(meanings),
        }
    });
    let upvalues = proto.upvalues.iter().map(|upvalue| UpvalueListing {
        name: text(&upvalue.name),
        from_register: upvalue.from_register,
        index: upvalue.index,
        by_value: upvalue.by_value,
    });
    let locals = proto.locals.iter().map(|local| LocalListing {
        name: text(&local.name),
        start_pc: local.start_pc,
        end_pc: local.end_pc,
    });
    FunctionListing {
        path,
        chunk: text(&chunk_id(&proto.source)),
        line_defined: proto.line_defined,
        last_line_defined: proto.last_line_defined,
        params: proto.params,
        is_vararg: proto.is_vararg,
        registers: proto.registers,
        instructions: instructions.collect(),
        constants: proto.constants.iter().map(constant_text).collect(),
        upvalues: upvalues.collect(),
        locals: locals.collect(),
    }
}

fn write_function(out: &mut String, proto: &Proto, listing: &FunctionListing) -> core::fmt::Result {
    let FunctionListing { path, chunk, line_defined, last_line_defined, .. } = listing;
    writeln!(
        out,
        "function {path} <{chunk}:{line_defined},{last_line_defined}> {} params{}, {} registers, {} upvalues",
        listing.params,
        vararg_text(proto),
        listing.registers,
        listing.upvalues.len()
    )?;
    for InstructionListing { pc, line, op, operands, comment } in &listing.instructions {
        let line = line.map_or_else(|| String::from("-"), |line| line.to_string());
        write!(out, "{pc:5}  [{line}]  {op:<14}{operands}")?;
        if !comment.is_empty() {
            write!(out, "  ; {comment}")?;
        }
        out.push('\n');
    }
    for (index, constant) in listing.constants.iter().enumerate() {
        writeln!(out, "    K[{index}] {constant}")?;
    }
    for (n, UpvalueListing { name, from_register, index, by_value }) in
        listing.upvalues.iter().enumerate()
    {
        let from = if *from_register { "R" } else { "U" };
        let how = if *by_value { "copied from" } else { "is" };
        writeln!(out, "    U[{n}] {name} {how} {from}[{index}] outside")?;
    }
    for LocalListing { name, start_pc, end_pc } in &listing.locals {
        writeln!(out, "    local {name} {start_pc}..{end_pc}")?;
    }
    Ok(())
}

fn vararg_text(proto: &Proto) -> &'static str {
    match (proto.is_vararg, proto.has_arg, proto.needs_arg) {
        (false, ..) => "",
        (true, false, _) => " + ...",
        (true, true, false) => " + ... (arg unused)",
        (true, true, true) => " + arg",
    }
}

/// The number that an operand field holds, with its sign where it has one.
pub(crate) fn operand_value(instruction: Instruction, operand: Operand) -> i64 {
    let signed = matches!(operand.kind, OperandKind::Jump | OperandKind::Int);
    match operand.field {
        Field::A => i64::from(instruction.a),
        Field::B => i64::from(instruction.b),
        Field::C => i64::from(instruction.c),
        Field::D if signed => i64::from(instruction.sd()),
        Field::D => i64::from(instruction.d()),
        Field::E if signed => i64::from(instruction.se()),
        Field::E => i64::from(instruction.ue()),
    }
}

/// What an operand stands for, when the number alone does not say it.
fn meaning(proto: &Proto, pc: usize, instruction: Instruction, operand: Operand) -> Option<String> {
    let value = operand_value(instruction, operand);
    let index = usize::try_from(value);
    match operand.kind {
        OperandKind::Const => proto.constants.get(index.ok()?).map(constant_text),
        OperandKind::Upvalue => {
            let name = &proto.upvalues.get(index.ok()?)?.name;
            Some(String::from_utf8_lossy(name).into_owned())
        }
        OperandKind::Jump => Some(format!("to {}", pc as i64 + 1 + value)),
        OperandKind::Count if instruction.op == Op::Extra => {
            let is_wide = pc.checked_sub(1).and_then(|before| proto.code.get(before));
            let is_wide = is_wide.is_some_and(|before| before.op == Op::LoadKWide);
            proto.constants.get(index.ok()?).filter(|_| is_wide).map(constant_text)
        }
        OperandKind::Dst
        | OperandKind::Reg
        | OperandKind::Proto
        | OperandKind::Count
        | OperandKind::Flag
        | OperandKind::Int => None,
    }
}

/// The fewest digits that mean the number, without an exponent: what `core` would write, which is linked for nothing
/// else.
fn number_text(number: f64) -> String {
    /// More than any double has.
    const DIGITS_MAX: usize = 800;
    let sign = if number.is_sign_negative() && !number.is_nan() { "-" } else { "" };
    let size = number.abs();
    if size.is_nan() {
        return String::from("NaN");
    }
    if size == 0.0 || size.is_infinite() {
        return format!("{sign}{}", if size == 0.0 { "0" } else { "inf" });
    }
    let is_meant = |&(digits, power, count): &(u64, i32, u32)| {
        let exponent = power + 1 - count as i32;
        decimal::parse(format!("{digits}e{exponent}").as_bytes()) == Some(size)
    };
    let found = (1..=decimal::DIGITS_MAX)
        .map(|count| {
            let (digits, power) = decimal::significant(size, count);
            (digits, power, count)
        })
        .find(is_meant);
    let Some((digits, power, count)) = found else { return String::new() };
    // In the middle between two such numbers `core` takes the larger one, and not the even one.
    let mut all = Vec::new();
    decimal::put_significant(size, DIGITS_MAX, &mut all);
    let is_middle = all.get(count as usize..).is_some_and(|rest| {
        rest.first() == Some(&b'5') && rest.iter().skip(1).all(|digit| *digit == b'0')
    });
    let is_below =
        all.get(count as usize - 1).is_some_and(|last| u64::from(last - b'0') == digits % 10);
    let larger = (digits + 1, power, count);
    let is_larger = is_middle && is_below && is_meant(&larger);
    let digits = (digits + u64::from(is_larger)).to_string();
    let zeros = |count: usize| "0".repeat(count);
    let Ok(whole) = usize::try_from(power + 1) else {
        return format!("{sign}0.{}{digits}", zeros(power.unsigned_abs() as usize - 1));
    };
    match digits.split_at_checked(whole) {
        Some(("", fraction)) => format!("{sign}0.{fraction}"),
        Some((digits, "")) => format!("{sign}{digits}"),
        Some((digits, fraction)) => format!("{sign}{digits}.{fraction}"),
        None => format!("{sign}{digits}{}", zeros(whole - digits.len())),
    }
}

fn constant_text(constant: &Constant) -> String {
    match constant {
        Constant::Nil => String::from("nil"),
        Constant::Boolean(boolean) => boolean.to_string(),
        Constant::Number(number) => number_text(*number),
        Constant::String(text) => {
            const SHOWN_MAX: usize = 40;
            let shown = text.get(..SHOWN_MAX).unwrap_or(text);
            let dots = if shown.len() < text.len() { "..." } else { "" };
            format!("\"{}\"{dots}", shown.escape_ascii())
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::number_text;

    proptest! {
        #[test]
        fn numbers_are_written_as_core_does(bits: u64, short in -1e6..1e6, whole: i32) {
            for number in [f64::from_bits(bits), short, (short * 8.0).round() / 8.0, whole.into()] {
                prop_assert_eq!(number_text(number), number.to_string());
            }
        }
    }

    #[test]
    fn numbers_at_the_edges() {
        let edges = [
            0.0,
            -0.0,
            0.1,
            1.0,
            10.0,
            123.456,
            1e21,
            5e-324,
            2.5e-308,
            f64::MAX,
            f64::MIN_POSITIVE,
        ];
        for edge in edges {
            for number in [edge, -edge, edge.recip()] {
                assert_eq!(number_text(number), number.to_string());
            }
        }
        for power in -323..309 {
            for number in [format!("1e{power}"), format!("9.999999999999999e{}", power.min(307))] {
                let number: f64 = number.parse().unwrap_or_default();
                assert_eq!(number_text(number), number.to_string());
            }
        }
        assert_eq!(number_text(f64::NAN), "NaN");
        assert_eq!(number_text(-f64::NAN), "NaN");
    }
}
