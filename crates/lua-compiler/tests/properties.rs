//! What holds for every source and for every sequence of bytes.

#![expect(clippy::format_collect, reason = "sources are put together the short way")]

use lua_compiler::encode::{decode, encode, encode_stripped};
use lua_compiler::names::{called_function_name, register_name};
use lua_compiler::verify::{Fault, verify};
use lua_compiler::{Instruction, Op, Options, Proto, compile, compile_with, listing};
use proptest::prelude::*;

/// Words of which sources are put together: most of the time they make no sense, sometimes they do.
const WORDS: &[&str] = &[
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in", "local",
    "nil", "not", "or", "repeat", "return", "then", "true", "until", "while", "+", "-", "*", "/",
    "%", "^", "#", "==", "~=", "<=", ">=", "<", ">", "=", "(", ")", "{", "}", "[", "]", ";", ":",
    ",", ".", "..", "...", "a", "b", "c", "x", "self", "arg", "1", "0", "2.5", "0x10", "1e", "'s'",
    "\"t\\n\"", "[[long]]", "[=[", "--c\n", "--[[", "]]", "\n", "'", "\\", "$",
];

/// Whole pieces, so that more of the sources compile.
const PIECES: &[&str] = &[
    "local a, b = f(), 1",
    "a = b",
    "a.b[c] = d, e",
    "f(a, ...)",
    "a:m {1, x = 2; ...}",
    "return",
    "return a and b or c",
    "if a < 1 then",
    "elseif not b then",
    "else",
    "end",
    "while a do",
    "for i = 1, 10 do",
    "for k, v in f do",
    "repeat",
    "until a == b",
    "function f(x, ...)",
    "local function g()",
    "do",
    "break",
    "x = function() return a end",
    "a = a .. b .. 1",
    "t = {f()}",
    "local z = -x ^ 2 % #y",
    "a, b = b, a",
    "y = a == 1 or b ~= nil",
];

fn words() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(WORDS), 0..40).prop_map(|words| words.join(" "))
}

fn pieces() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..25).prop_map(|pieces| pieces.join("\n"))
}

/// Everything that can be asked of a source; answers what it compiled to.
fn ask_everything(source: &[u8]) -> Option<Proto> {
    let options = Options { nested_brackets: source.len().is_multiple_of(2), ..Options::default() };
    match compile_with(source, b"@file.lua", &options) {
        Ok(proto) => {
            assert_eq!(verify(&proto), Ok(()), "{}", source.escape_ascii());
            assert_eq!(decode(&encode(&proto)).as_ref(), Ok(&proto));
            let stripped = decode(&encode_stripped(&proto)).expect("stripped code is good");
            assert_eq!(decode(&encode_stripped(&stripped)), Ok(stripped));
            listing::list(&proto);
            for pc in 0..proto.code.len().min(300) {
                called_function_name(&proto, pc);
                register_name(&proto, pc, pc as u8);
            }
            Some(proto)
        }
        Err(error) => {
            assert!(error.offset() <= source.len());
            assert!(error.message().starts_with(b"file.lua:"), "{error}");
            None
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_bytes(source: Vec<u8>) {
        ask_everything(&source);
    }

    #[test]
    fn any_words(source in words()) {
        ask_everything(source.as_bytes());
    }

    #[test]
    fn any_pieces(source in pieces()) {
        ask_everything(source.as_bytes());
    }

    /// Cutting a source that compiles anywhere gives an error or another source that does.
    #[test]
    fn any_prefix(source in pieces(), cut in 0usize..1000) {
        ask_everything(&source.as_bytes()[..cut.min(source.len())]);
    }

    #[test]
    fn decoding_any_bytes(bytes: Vec<u8>) {
        prop_assert!(decode(&bytes).is_err());
    }

    /// Damaged code is refused, or is still good code.
    #[test]
    fn decoding_damaged_code(source in pieces(), damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        if let Ok(proto) = compile(source.as_bytes(), b"=x") {
            let mut bytes = encode(&proto);
            for (at, byte) in damage {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            if let Ok(proto) = decode(&bytes) {
                prop_assert_eq!(verify(&proto), Ok(()));
                listing::list(&proto);
                for pc in 0..proto.code.len().min(300) {
                    called_function_name(&proto, pc);
                    register_name(&proto, pc, bytes[0]);
                }
            }
        }
    }

    #[test]
    fn decoding_cut_code(source in pieces(), cut in any::<prop::sample::Index>()) {
        if let Ok(proto) = compile(source.as_bytes(), b"=x") {
            let bytes = encode(&proto);
            prop_assert!(decode(&bytes[..cut.index(bytes.len())]).is_err());
        }
    }
}

/// A function of two registers with this code and nothing else.
fn with_code(code: &[Instruction]) -> Proto {
    Proto { registers: 2, code: code.to_vec(), ..Proto::default() }
}

#[track_caller]
fn refused(code: &[Instruction], pc: u32, fault: Fault) {
    let error = verify(&with_code(code)).expect_err("a fault");
    assert_eq!((error.pc, error.fault), (pc, fault));
}

#[test]
fn bad_code_is_refused() {
    use Instruction as I;
    let end = I::abc(Op::Return0, 0, 0, 0);
    assert_eq!(verify(&with_code(&[end])), Ok(()));
    refused(&[], 0, Fault::NoReturn);
    refused(&[I::abc(Op::Move, 0, 1, 0)], 0, Fault::NoReturn);
    refused(&[I::abc(Op::Move, 2, 0, 0), end], 0, Fault::Register);
    refused(&[I::abc(Op::Move, 0, 2, 0), end], 0, Fault::Register);
    refused(&[I::abc(Op::LoadNil, 0, 2, 0), end], 0, Fault::Register);
    refused(&[I::ad(Op::LoadK, 0, 0), end], 0, Fault::Constant);
    refused(&[I::abc(Op::GetUpvalue, 0, 0, 0), end], 0, Fault::Upvalue);
    refused(&[I::ad(Op::Closure, 0, 0), end], 0, Fault::Proto);
    refused(&[I::abc(Op::LoadBool, 0, 2, 0), end], 0, Fault::Count);
    refused(&[I::e(Op::Jump, 1), end], 0, Fault::Jump);
    refused(&[I::e(Op::Jump, -2), end], 0, Fault::Jump);
    refused(&[I::abc(Op::LoadBoolSkip, 0, 1, 0), end], 0, Fault::Jump);
    refused(&[I::abc(Op::Test, 0, 0, 1), end], 0, Fault::SecondWord);
    refused(&[I::abc(Op::SetList, 0, 1, 0), end], 0, Fault::SecondWord);
    refused(&[I::e(Op::Extra, 0), end], 0, Fault::SecondWord);
    refused(&[I::abc(Op::Call, 1, 2, 1), end], 0, Fault::Register);
    refused(&[I::abc(Op::Call, 0, 0, 1), end], 0, Fault::OpenValues);
    refused(&[I::abc(Op::Call, 0, 1, 0), end], 1, Fault::OpenValues);
    refused(&[I::abc(Op::TailCall, 0, 1, 0), end], 1, Fault::OpenValues);
    refused(&[I::abc(Op::VarArg, 0, 2, 0), end], 0, Fault::Count);
    refused(&[I::abc(Op::Concat, 0, 1, 0), end], 0, Fault::Count);
    refused(&[I::abc(Op::Concat, 0, 1, 1), end], 0, Fault::Count);
    refused(&[I::asd(Op::ForPrep, 0, 0), end], 0, Fault::Register);
    let test = I::abc(Op::Test, 0, 0, 1);
    refused(&[test, I::e(Op::Jump, -1), end], 1, Fault::Jump);
    refused(&[I::e(Op::Jump, 1), test, I::e(Op::Jump, 0), end], 0, Fault::Jump);
}

#[test]
fn far_jumps_of_numeric_loops() {
    for statements in [100, 4_000, 8_000, 20_000, 60_000] {
        let body = "a = b ".repeat(statements);
        let source = format!("for i = 1, 10 do for j = 1, 2 do {body} if a then break end end end");
        let proto = ask_everything(source.as_bytes()).expect("compiles");
        let count = |op: Op| proto.code.iter().filter(|i| i.op == op).count();
        assert_eq!((count(Op::ForPrep), count(Op::ForLoop)), (2, 2));
    }
    // As many instructions as a byte of source can make.
    let body = "x = a < a < a < a ".repeat(3_000);
    ask_everything(format!("for i = 1, 2 do {body} end").as_bytes()).expect("compiles");
    let body = format!("x = a{} ", " <a".repeat(20_000));
    ask_everything(format!("for i = 1, 2 do {body} end").as_bytes()).expect("compiles");
    let body = format!("x = {}y ", "not ".repeat(150)).repeat(500);
    ask_everything(format!("for i = 1, 2 do {body} end").as_bytes()).expect("compiles");
}

#[test]
fn many_constants() {
    let fields = (0..70_000).map(|n| format!("g{n} = 'v{n}' t.x = 'v{n}'\n")).collect::<String>();
    let source =
        format!("{fields} far = other t:method(next_to_last and 'last' or 1.5, {{[far] = 'f'}})");
    let proto = ask_everything(source.as_bytes()).expect("compiles");
    assert!(proto.code.iter().any(|i| i.op == Op::SetGlobalWide));
    assert!(proto.code.iter().any(|i| i.op == Op::GetGlobalWide));
    assert!(proto.code.iter().any(|i| i.op == Op::MethodWide));
    let source = (0..131_072).map(|n| format!("g{n} = 'v{n}'\n")).collect::<String>();
    let error = compile(source.as_bytes(), b"=x").expect_err("too many");
    assert_eq!(error.to_string(), "constant table overflow");
}

#[test]
fn many_list_items_and_functions() {
    let source = format!("return {{{}}}", "1,".repeat(20_000));
    ask_everything(source.as_bytes()).expect("compiles");
    let source = "f(function() end) ".repeat(1 << 16);
    compile(source.as_bytes(), b"=x").expect("compiles");
    let error =
        compile(format!("{source} f(function() end)").as_bytes(), b"=x").expect_err("too many");
    assert_eq!(error.to_string(), "constant table overflow");
}

/// Twice the source takes about twice the time; here only that a large one takes no time worth telling.
#[test]
fn large_sources() {
    let unit = "local t = {1, 2, x = function(a) return a + 1 end} for i = 1, 2 do t.x(t[i]) end ";
    let source = format!("f = function() {unit} end\n").repeat(10_000);
    let started = std::time::Instant::now();
    compile(source.as_bytes(), b"=x").expect("compiles");
    let names = (0..100_000).map(|n| format!("n{n}(n{}) ", n / 2)).collect::<String>();
    let nested = format!("{} {names} {}", "local function f(a) ".repeat(90), "end ".repeat(90));
    compile(nested.as_bytes(), b"=x").expect("compiles");
    assert!(started.elapsed().as_secs() < 20);
}
