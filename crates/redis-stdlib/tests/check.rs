//! What a check finds in sources, and that what it says comes true when they run.

use redis_stdlib::check::{Dialect, check};
use redis_stdlib::{Answer, Call, Config, Host, Request, ScriptEngine};
use resp::Reply;

struct Nobody;

impl Host for Nobody {
    fn call(&mut self, _: &Call<'_>) -> Answer {
        Answer::Reply(Reply::Nil)
    }
}

/// `line:column+len message` of each problem.
#[track_caller]
fn problems(source: &str, dialect: Dialect, expected: &[&str]) {
    let found = check(source.as_bytes(), dialect);
    let text = |one: &redis_stdlib::check::Problem| {
        assert!(one.offset + one.len <= source.len());
        format!("{}:{}+{} {}", one.line, one.column, one.len, one.message)
    };
    assert_eq!(found.iter().map(text).collect::<Vec<_>>(), expected);
}

#[test]
fn the_first_error_stands_at_its_token() {
    let script = |source, expected| problems(source, Dialect::Script, &[expected]);
    script("return 1 +", "1:11+0 unexpected symbol near '<eof>'");
    script("if x then\nreturn 1\n", "3:1+0 'end' expected (to close 'if' at line 1) near '<eof>'");
    script("local 1 = 2", "1:7+1 '<name>' expected near '1'");
    script("x = 'a\ny = 2", "1:5+2 unfinished string near ''a'");
    script("x = [[a\nb", "2:2+0 unfinished long string near '<eof>'");
    script("\r\nx = = 1", "2:5+1 unexpected symbol near '='");
    script("#!lua flags=no-writes\nreturn )", "2:8+1 unexpected symbol near ')'");
    script("for i = 1 do end", "1:11+2 ',' expected near 'do'");
    script("break", "1:6+0 no loop to break near '<eof>'");
    problems("return 1", Dialect::Script, &[]);
    problems("#!/usr/bin/lua\nprint(x, y.z) z = 1", Dialect::Lua, &[]);
    problems("x = \x01", Dialect::Lua, &["1:5+1 unexpected symbol near 'char(1)'"]);
}

#[test]
fn first_lines_are_looked_at() {
    problems(
        "#!lua flags=fast\nreturn 1",
        Dialect::Script,
        &["1:1+16 Unexpected flag in script shebang: fast"],
    );
    problems("return 1", Dialect::Library, &["1:1+8 Missing library metadata"]);
    problems("#!lua\nx", Dialect::Library, &["1:1+5 Library name was not given"]);
}

#[test]
fn globals_that_are_not_there_are_problems() {
    problems(
        "local a = x\nprint(a, cjson.encode(KEYS), ARGV)\n y = 1\nfunction f() return tostring(_G) end",
        Dialect::Script,
        &[
            "1:11+1 Script attempted to access nonexistent global variable 'x'",
            "2:1+5 Script attempted to access nonexistent global variable 'print'",
            "3:2+1 Attempt to modify a readonly table",
            "4:10+1 Attempt to modify a readonly table",
        ],
    );
    problems(
        "#!lua name=lib\nlocal s = string\nredis.register_function('f', function() return string.rep(KEYS[1]) end)",
        Dialect::Library,
        &[
            "2:11+6 Script attempted to access nonexistent global variable 'string'",
            "3:59+4 Script attempted to access nonexistent global variable 'KEYS'",
        ],
    );
    let many = "x() ".repeat(1000);
    assert_eq!(check(many.as_bytes(), Dialect::Script).len(), redis_stdlib::limits::PROBLEMS_MAX);
}

/// Names of Lua's and Redis's globals, there or not.
const NAMES: &[&str] = &[
    "ARGV",
    "KEYS",
    "_G",
    "_VERSION",
    "__redis__err__handler",
    "assert",
    "bit",
    "cjson",
    "cmsgpack",
    "collectgarbage",
    "coroutine",
    "debug",
    "dofile",
    "error",
    "gcinfo",
    "getfenv",
    "getmetatable",
    "io",
    "ipairs",
    "load",
    "loadfile",
    "loadstring",
    "math",
    "module",
    "newproxy",
    "next",
    "nothing",
    "os",
    "package",
    "pairs",
    "pcall",
    "print",
    "rawequal",
    "rawget",
    "rawset",
    "redis",
    "require",
    "select",
    "server",
    "setfenv",
    "setmetatable",
    "string",
    "struct",
    "table",
    "tonumber",
    "tostring",
    "type",
    "unpack",
    "xpcall",
];

#[test]
fn what_the_check_says_of_globals_comes_true() {
    for name in NAMES {
        let mut engine = ScriptEngine::new(Config::default()).unwrap();
        let script = format!("return type({name})");
        let is_fine = check(script.as_bytes(), Dialect::Script).is_empty();
        let runs = engine.eval(&mut Nobody, &Request::source(script.as_bytes())).is_ok();
        assert_eq!(is_fine, runs, "{name} in a script");

        let code = format!(
            "#!lua name=l\nredis.register_function('f', function() local x = {name} return 1 end)"
        );
        let is_fine = check(code.as_bytes(), Dialect::Library).is_empty();
        engine.load_library(code.as_bytes(), true).unwrap();
        let runs = engine.eval(&mut Nobody, &Request::function(b"f")).is_ok();
        assert_eq!(is_fine, runs, "{name} in a function");

        let code = format!(
            "#!lua name=l2\nlocal x = {name}\nredis.register_function('g', function() end)"
        );
        let is_fine = check(code.as_bytes(), Dialect::Library).is_empty();
        let loads = engine.load_library(code.as_bytes(), true).is_ok();
        assert_eq!(is_fine, loads, "{name} while loading");
    }
}
