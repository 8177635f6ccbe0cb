//! A function as readable text: one line per instruction, operands as the table of opcodes declares them,
//! and behind them what they stand for.

use core::fmt::Write;

use crate::bytecode::{Field, Instruction, Op, Operand, OperandKind};
use crate::error::chunk_id;
use crate::proto::{Constant, Proto};

/// Lists `proto` and the functions in it, each under its own heading: outer functions first.
pub fn list(proto: &Proto) -> String {
    let mut out = String::new();
    let mut waiting = vec![(proto, String::from("main"))];
    while let Some((proto, path)) = waiting.pop() {
        // Writing to a String cannot fail.
        let _ = list_function(&mut out, proto, &path);
        for (index, child) in proto.protos.iter().enumerate().rev() {
            waiting.push((child, format!("{path}.{index}")));
        }
        if !waiting.is_empty() {
            out.push('\n');
        }
    }
    out
}

fn list_function(out: &mut String, proto: &Proto, path: &str) -> core::fmt::Result {
    let source = String::from_utf8_lossy(&chunk_id(&proto.source)).into_owned();
    write!(out, "function {path} <{source}:{}", proto.line_defined)?;
    writeln!(
        out,
        ",{}> {} params{}, {} registers, {} upvalues",
        proto.last_line_defined,
        proto.params,
        vararg_text(proto),
        proto.registers,
        proto.upvalues.len()
    )?;
    for (pc, instruction) in proto.code.iter().enumerate() {
        let line = proto.lines.get(pc).map_or_else(|| String::from("-"), u32::to_string);
        write!(out, "{pc:5}  [{line}]  {:<14}", instruction.op.name())?;
        let operands = instruction.op.operands();
        let numbers: Vec<String> =
            operands.iter().map(|o| operand_value(*instruction, *o).to_string()).collect();
        write!(out, "{}", numbers.join(" "))?;
        let meanings: Vec<String> = operands
            .iter()
            .filter_map(|operand| meaning(proto, pc, *instruction, *operand))
            .collect();
        if !meanings.is_empty() {
            write!(out, "  ; {}", meanings.join(" "))?;
        }
        out.push('\n');
    }
    for (index, constant) in proto.constants.iter().enumerate() {
        writeln!(out, "    K[{index}] {}", constant_text(constant))?;
    }
    for (index, upvalue) in proto.upvalues.iter().enumerate() {
        let from = if upvalue.from_register { "R" } else { "U" };
        let name = String::from_utf8_lossy(&upvalue.name);
        let how = if upvalue.by_value { "copied from" } else { "is" };
        writeln!(out, "    U[{index}] {name} {how} {from}[{}] outside", upvalue.index)?;
    }
    for local in &proto.locals {
        let name = String::from_utf8_lossy(&local.name);
        writeln!(out, "    local {name} {}..{}", local.start_pc, local.end_pc)?;
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

fn constant_text(constant: &Constant) -> String {
    match constant {
        Constant::Nil => String::from("nil"),
        Constant::Boolean(boolean) => boolean.to_string(),
        Constant::Number(number) => number.to_string(),
        Constant::String(text) => {
            const SHOWN_MAX: usize = 40;
            let shown = text.get(..SHOWN_MAX).unwrap_or(text);
            let dots = if shown.len() < text.len() { "..." } else { "" };
            format!("\"{}\"{dots}", shown.escape_ascii())
        }
    }
}
