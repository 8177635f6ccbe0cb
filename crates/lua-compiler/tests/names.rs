//! The names that error texts give to values: those of `lua5.1` for the same sources.

#![expect(clippy::format_collect, reason = "sources are put together the short way")]

use lua_compiler::names::{called_function_name, local_name, register_name};
use lua_compiler::{Op, Proto, compile};

/// The last instruction of the function for which `wanted` gives a register, and that register.
fn last(proto: &Proto, wanted: impl Fn(Op) -> bool) -> usize {
    proto.code.iter().rposition(|i| wanted(i.op)).expect("such an instruction")
}

fn describe(name: Option<(lua_compiler::names::NameKind, &[u8])>) -> String {
    name.map_or_else(
        || String::from("none"),
        |(kind, name)| format!("{} '{}'", kind.text(), String::from_utf8_lossy(name)),
    )
}

#[track_caller]
fn called(source: &str, expected: &str) {
    let proto = compile(source.as_bytes(), b"=x").expect("compiles");
    let pc = last(&proto, |op| matches!(op, Op::Call | Op::TailCall | Op::GenericFor));
    assert_eq!(describe(called_function_name(&proto, pc)), expected, "{source}");
}

/// What the table is called that the last indexing reads.
#[track_caller]
fn indexed(source: &str, expected: &str) {
    let proto = compile(source.as_bytes(), b"=x").expect("compiles");
    let pc = last(&proto, |op| matches!(op, Op::GetField | Op::GetIndex | Op::GetInt | Op::Method));
    assert_eq!(describe(register_name(&proto, pc, proto.code[pc].b)), expected, "{source}");
}

#[test]
fn called_functions() {
    called("f()", "global 'f'");
    called("return f()", "global 'f'");
    called("local f; f()", "local 'f'");
    called("local t; t.f()", "field 'f'");
    called("t.a.b.f()", "field 'f'");
    called("t['f']()", "field 'f'");
    called("t[1]()", "field '?'");
    called("t[k]()", "field '?'");
    called("t:m()", "method 'm'");
    called("f(1)(2)", "none");
    called("(f)()", "global 'f'");
    called("(f or g)()", "none");
    called("local f; (f or g)()", "none");
    called("('x')()", "none");
    called("(1)()", "none");
    called("for k in f do end", "local '(for generator)'");
    called("local t = {} t.x = function() end t.x()", "field 'x'");
}

#[test]
fn upvalues() {
    let proto = compile(b"local up; return function() up() return up.x end", b"=x").unwrap();
    let inner = &proto.protos[0];
    let call = last(inner, |op| op == Op::Call);
    assert_eq!(describe(called_function_name(inner, call)), "upvalue 'up'");
    let index = last(inner, |op| op == Op::GetField);
    assert_eq!(describe(register_name(inner, index, inner.code[index].b)), "upvalue 'up'");
    let mut stripped = inner.clone();
    stripped.upvalues[0].name = Box::default();
    assert_eq!(describe(called_function_name(&stripped, call)), "upvalue '?'");
}

#[test]
fn indexed_tables() {
    indexed("return a.b", "global 'a'");
    indexed("return a.b.c", "field 'b'");
    indexed("return a[1].c", "field '?'");
    indexed("return a[k].c", "field '?'");
    indexed("local t; return t.x", "local 't'");
    indexed("return f().x", "none");
    indexed("return ('x').y", "none");
    indexed("return (a or b).c", "none");
    indexed("return (a and b).c", "none");
    indexed("return a:b().c:d()", "field 'c'");
    indexed("local a, b = f(); return b.x", "local 'b'");
    indexed("return (a .. b).x", "none");
    indexed("for i = 1, 2 do local x = i.y end", "local 'i'");
    indexed("while a.b do end", "global 'a'");
}

#[test]
fn constants_beyond_a_byte() {
    let fields = (0..300).map(|n| format!("x = t.f{n} ")).collect::<String>();
    indexed(&format!("{fields} return t.far.x"), "field '?'");
    called(&format!("{fields} t:far()"), "method '?'");
    called(&format!("{fields} far()"), "global 'far'");
}

#[test]
fn locals_by_number() {
    let source = b"local a do local b = 1 end local c f(a)";
    let proto = compile(source, b"=x").unwrap();
    let end = proto.code.len() - 2;
    assert_eq!(local_name(&proto, 0, end), Some(&b"a"[..]));
    assert_eq!(local_name(&proto, 1, end), Some(&b"c"[..]));
    assert_eq!(local_name(&proto, 2, end), None);
    assert_eq!(local_name(&proto, 0, 0), None);
}

/// Whatever is asked, there is an answer and no panic.
#[test]
fn nonsense_questions() {
    let proto = compile(b"local a = b.c:d(...) for i = 1, 2 do a = i end", b"=x").unwrap();
    for pc in 0..proto.code.len() + 3 {
        for register in 0..=255 {
            register_name(&proto, pc, register);
        }
        called_function_name(&proto, pc);
    }
    let empty = Proto::default();
    assert_eq!(register_name(&empty, 5, 5), None);
    assert_eq!(called_function_name(&empty, 0), None);
}
