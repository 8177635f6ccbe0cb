//! What the compiler says of wrong sources, against what Redis and PUC Lua say: recorded in `errors/`, and
//! asked once more of `lua5.1` where it is installed.

use std::io::Write;
use std::process::{Command, Stdio};

use lua_compiler::{Options, chunk_id, compile, compile_with, skip_shebang};

/// `lua5.1` has two native calls in progress when its main program calls `loadstring`.
const LUA51: Options = Options { levels_in_use: 2, nested_brackets: false, power: None };

/// The cases of a file in `errors/`: source and message, escapes replaced.
fn cases(file: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut cases = Vec::new();
    let mut source = Vec::new();
    for line in file.lines() {
        if let Some(text) = line.strip_prefix("> ") {
            source = unescape(text);
        } else if let Some(text) = line.strip_prefix("  ") {
            cases.push((core::mem::take(&mut source), unescape(text)));
        }
    }
    cases
}

fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    let hex =
        |digit: Option<u8>| digit.and_then(|d| char::from(d).to_digit(16)).expect("a digit") as u8;
    while let Some(byte) = rest.next() {
        match byte {
            b'\\' => match rest.next() {
                Some(b'n') => bytes.push(b'\n'),
                Some(b'r') => bytes.push(b'\r'),
                Some(b'x') => bytes.push(hex(rest.next()) << 4 | hex(rest.next())),
                other => bytes.extend(other),
            },
            byte => bytes.push(byte),
        }
    }
    bytes
}

fn message(source: &[u8], chunk_name: &[u8], options: &Options) -> Vec<u8> {
    match compile_with(source, chunk_name, options) {
        Ok(_) => b"ok".to_vec(),
        Err(error) => error.into_message(),
    }
}

#[track_caller]
fn check(source: &[u8], chunk_name: &[u8], options: &Options, expected: &[u8]) {
    let got = message(source, chunk_name, options);
    assert!(
        got == expected,
        "source {}\n     got {}\nexpected {}",
        source.escape_ascii(),
        got.escape_ascii(),
        expected.escape_ascii()
    );
}

#[test]
fn as_redis_says() {
    let options = Options { nested_brackets: true, ..Options::default() };
    for (source, expected) in cases(include_str!("errors/redis.txt")) {
        check(&source, b"@user_script", &options, &expected);
    }
}

#[test]
fn as_lua51_said() {
    for (source, expected) in cases(include_str!("errors/lua51.txt")) {
        check(&source, b"=x", &LUA51, &expected);
    }
}

#[test]
fn levels_and_limits() {
    let names = |count: usize| (0..count).map(|n| format!("a{n}")).collect::<Vec<_>>().join(",");
    let joined = |count: usize| (0..count).map(|n| format!("a{n}")).collect::<Vec<_>>().join("..");
    let levels = "x:1: chunk has too many syntax levels";
    let locals = "x:1: main function has more than 200 local variables";
    for (source, expected) in [
        (format!("return {}1{}", "(".repeat(198), ")".repeat(198)), "ok"),
        (format!("return {}1{}", "(".repeat(199), ")".repeat(199)), levels),
        (format!("return {}{}", "{".repeat(199), "}".repeat(199)), "ok"),
        (format!("return {}{}", "{".repeat(200), "}".repeat(200)), levels),
        (format!("return {}1", "- ".repeat(198)), "ok"),
        (format!("return {}1", "- ".repeat(199)), levels),
        (format!("return {}'a'", "'a'..".repeat(198)), "ok"),
        (format!("return {}'a'", "'a'..".repeat(199)), levels),
        (format!("{}{}", "do ".repeat(199), "end ".repeat(199)), "ok"),
        (format!("{}{}", "do ".repeat(200), "end ".repeat(200)), levels),
        (format!("local {}", names(200)), "ok"),
        (format!("local {}", names(201)), locals),
        (
            format!("\nfunction f({}) end", names(201)),
            "x:2: function at line 2 has more than 200 local variables",
        ),
        (format!("local {} return function() return {} end", names(60), joined(60)), "ok"),
        (
            format!("local {} return function()\n return {} end", names(61), joined(61)),
            "x:2: function at line 1 has more than 60 upvalues",
        ),
        (format!("f({})", names(248)), "ok"),
        (format!("f({})", names(249)), "x:1: function or expression too complex near '<eof>'"),
        (format!("f({}\n)", names(300)), "x:1: function or expression too complex near 'a249'"),
        (format!("return {}", names(250)), "x:1: function or expression too complex near '<eof>'"),
        ("do local a end ".repeat(32767), "ok"),
        ("do local a end ".repeat(32768), "too many local variables"),
        (
            format!("while x do {} end", "a = b ".repeat(65536)),
            "x:1: control structure too long near 'end'",
        ),
    ] {
        let short = &source[..source.len().min(60)];
        let got = message(source.as_bytes(), b"=x", &Options::default());
        assert_eq!(String::from_utf8_lossy(&got), expected, "{short}");
    }
}

#[test]
fn native_calls_in_progress_count_as_levels() {
    let source = format!("return {}1{}", "(".repeat(100), ")".repeat(100));
    let options = |levels_in_use| Options { levels_in_use, ..Options::default() };
    check(source.as_bytes(), b"=x", &options(98), b"ok");
    check(source.as_bytes(), b"=x", &options(99), b"x:1: chunk has too many syntax levels");
    check(b"", b"=x", &options(u32::MAX - 1), b"x:1: chunk has too many syntax levels");
}

#[test]
fn parts_of_an_error() {
    let error = compile(b"x = 1\ny = = 2", b"@a.lua").unwrap_err();
    assert_eq!(error.to_string(), "a.lua:2: unexpected symbol near '='");
    assert_eq!(
        (error.line(), error.offset(), error.near(), error.at_eof()),
        (2, 10, Some(&b"="[..]), false)
    );
    for unfinished in
        ["x =", "if x then", "f(", "x = {", "x = [[a", "--[[", "function f()", "x = 'a\\\n"]
    {
        assert!(compile(unfinished.as_bytes(), b"=x").unwrap_err().at_eof(), "{unfinished}");
    }
    for wrong in ["x = )", "end", "x = 'a\n", "'<eof>'", "x = 1e+", "local a <eof> b"] {
        assert!(!compile(wrong.as_bytes(), b"=x").unwrap_err().at_eof(), "{wrong}");
    }
}

#[test]
fn chunk_names() {
    for (name, expected) in [
        ("=stdin", "stdin"),
        ("=", ""),
        ("@file.lua", "file.lua"),
        ("x = 1", "[string \"x = 1\"]"),
        ("x = 1\ny = 2", "[string \"x = 1...\"]"),
        ("\nx", "[string \"...\"]"),
        ("", "[string \"\"]"),
        ("a\0b", "[string \"a\"]"),
        (&"=".repeat(100), &"=".repeat(59)),
        (&format!("@{}z", "a".repeat(60)), &format!("...{}z", "a".repeat(51))),
        (&"x".repeat(43), &format!("[string \"{}\"]", "x".repeat(43))),
        (&"x".repeat(44), &format!("[string \"{}...\"]", "x".repeat(43))),
    ] {
        assert_eq!(String::from_utf8(chunk_id(name.as_bytes())).unwrap(), expected, "{name}");
    }
}

#[test]
fn shebang_lines() {
    assert_eq!(skip_shebang(b"#!/usr/bin/lua\nx ="), b"\nx =");
    assert_eq!(skip_shebang(b"#"), b"");
    assert_eq!(skip_shebang(b"x"), b"x");
    let error = compile(skip_shebang(b"#!\nx ="), b"=x").unwrap_err();
    assert_eq!(error.line(), 2);
}

/// Every recorded source is given to `lua5.1` too, when there is one.
#[test]
fn as_lua51_says_now() {
    const SEPARATOR: &[u8] = b"\n\x01\x02\x03\n";
    const ASK: &str = "
        local sources = io.read('*a')
        local at = 1
        while true do
          local from, to = sources:find('\\n\\1\\2\\3\\n', at, true)
          if not from then break end
          local _, message = loadstring(sources:sub(at, from - 1), '=x')
          io.write(message or 'ok', '\\n\\1\\2\\3\\n')
          at = to + 1
        end";
    let recorded = [include_str!("errors/redis.txt"), include_str!("errors/lua51.txt")];
    let sources: Vec<Vec<u8>> = recorded
        .iter()
        .flat_map(|file| cases(file))
        .map(|(source, _)| source)
        .filter(|source| source.first() != Some(&0x1b))
        .collect();
    let asked = Command::new("lua5.1")
        .args(["-e", ASK])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut lua) = asked else {
        eprintln!("no lua5.1: skipped");
        return;
    };
    let mut input = lua.stdin.take().unwrap();
    for source in &sources {
        input.write_all(source).unwrap();
        input.write_all(SEPARATOR).unwrap();
    }
    drop(input);
    let output = lua.wait_with_output().unwrap().stdout;
    let mut answers = output.as_slice();
    for source in &sources {
        let len = answers.windows(SEPARATOR.len()).position(|w| w == SEPARATOR).unwrap();
        check(source, b"=x", &LUA51, &answers[..len]);
        answers = &answers[len + SEPARATOR.len()..];
    }
}
