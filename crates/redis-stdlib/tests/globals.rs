//! What a script sees is what redis-server 7.0.15 shows to EVAL (`conformance/recorded/globals.json`), read-only
//! where it is there.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use redis_stdlib::{Answer, Call, Config, Host, Request, ScriptEngine};
use resp::Reply;
use serde_json::Value;

struct NoHost;

impl Host for NoHost {
    fn call(&mut self, _: &Call<'_>) -> Answer {
        Answer::Reply(Reply::error("ERR there is nothing here"))
    }
}

fn eval(script: &str) -> Reply {
    let mut engine = ScriptEngine::new(Config::default()).unwrap();
    match engine.eval(&mut NoHost, &Request::source(script.as_bytes())) {
        Ok(reply) => reply,
        Err(error) => error.into_reply(),
    }
}

fn recorded() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../conformance/recorded/globals.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// `name type` of everything that can be reached by fields, sorted.
const EVERYTHING: &str = r#"
        local seen, out = {}, {}
        local function walk(table, prefix)
            if seen[table] then return end
            seen[table] = true
            for name, value in pairs(table) do
                local path = prefix .. name
                out[#out + 1] = path .. " " .. type(value)
                if type(value) == "table" then walk(value, path .. ".") end
            end
        end
        seen[_G] = true
        for name, value in pairs(_G) do
            out[#out + 1] = name .. " " .. type(value)
            if type(value) == "table" then walk(value, name .. ".") end
        end
        table.sort(out)
        return table.concat(out, "\n")"#;

/// The names and types of one part of the record, sorted.
fn names(part: &str) -> Vec<String> {
    let recorded = recorded();
    let mut expected: Vec<String> = recorded[part]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| !entry["name"].as_str().unwrap().starts_with("metatable("))
        .map(|entry| {
            format!("{} {}", entry["name"].as_str().unwrap(), entry["type"].as_str().unwrap())
        })
        .collect();
    expected.sort();
    expected
}

#[test]
fn every_global_is_there_and_no_other() {
    let Reply::Bulk(got) = eval(EVERYTHING) else { panic!("the script fails") };
    let got = String::from_utf8(got).unwrap();
    assert_eq!(got.lines().collect::<Vec<_>>(), names("eval"));
}

#[test]
fn functions_see_what_is_recorded() {
    let mut engine = ScriptEngine::new(Config::default()).unwrap();
    let library =
        format!("#!lua name=l\nredis.register_function('f', function() {EVERYTHING}\nend)");
    engine.load_library(library.as_bytes(), false).unwrap();
    let reply = engine.eval(&mut NoHost, &Request::function(b"f"));
    let Ok(Reply::Bulk(got)) = reply else { panic!("the function fails") };
    let got = String::from_utf8(got).unwrap();
    assert_eq!(got.lines().collect::<Vec<_>>(), names("fcall"));
}

#[test]
fn libraries_see_what_is_recorded() {
    let load = |body: &str| {
        let mut engine = ScriptEngine::new(Config::default()).unwrap();
        let code = format!("#!lua name=l\n{body} redis.register_function('f', function() end)");
        engine.load_library(code.as_bytes(), false)
    };
    for name in names("function_load") {
        let (name, kind) = name.split_once(' ').unwrap();
        load(&format!("local x = {name}")).unwrap();
        if kind == "function" {
            load(&format!("local x = {name} .. ''")).unwrap_err();
        }
    }
    for name in names("fcall") {
        let (name, _) = name.split_once(' ').unwrap();
        if !names("function_load").iter().any(|there| there.split_once(' ').unwrap().0 == name) {
            let error = load(&format!("local x = {name}")).unwrap_err();
            let text = String::from_utf8_lossy(error.message()).into_owned();
            assert!(text.contains("nonexistent global variable"), "{name}: {text}");
        }
    }
}

#[test]
fn values_are_those_recorded() {
    for entry in recorded()["eval"].as_array().unwrap() {
        let (name, kind) = (entry["name"].as_str().unwrap(), entry["type"].as_str().unwrap());
        let Some(value) = entry["value"].as_str() else { continue };
        if name == "_G" || name.starts_with("metatable(") {
            continue;
        }
        let script = match kind {
            "number" => format!("return string.format('%.17g', {name})"),
            _ => format!("return tostring({name})"),
        };
        assert_eq!(eval(&script), Reply::bulk(value), "{name}");
    }
}

#[test]
fn tables_are_read_only_where_recorded() {
    for entry in recorded()["eval"].as_array().unwrap() {
        let name = entry["name"].as_str().unwrap();
        if entry["type"] != "table" {
            continue;
        }
        let table = match name {
            "metatable(_G)" => "getmetatable(_G)",
            "metatable(string values)" => "getmetatable('')",
            _ if name.contains('(') => continue,
            name => name,
        };
        let script = format!("return tostring(pcall(rawset, {table}, 'field', 1))");
        let is_read_only = entry["read_only"] == true;
        let expected = if is_read_only { "false" } else { "true" };
        assert_eq!(eval(&script), Reply::bulk(expected), "{name}");
    }
}

#[test]
fn what_is_absent_raises() {
    for name in recorded()["absent"].as_array().unwrap() {
        let name = name.as_str().unwrap();
        let reply = eval(&format!("return tostring({name})"));
        if name.contains('.') {
            assert_eq!(reply, Reply::bulk("nil"), "{name}");
        } else {
            let Reply::Error(text) = reply else { panic!("{name} is there") };
            let expected = format!("nonexistent global variable '{name}'");
            assert!(String::from_utf8_lossy(&text).contains(&expected), "{name}");
        }
    }
}

#[test]
fn nothing_leaks_from_script_to_script() {
    let mut engine = ScriptEngine::new(Config::default()).unwrap();
    let mut run = |script: &str| match engine.eval(&mut NoHost, &Request::source(script.as_bytes()))
    {
        Ok(reply) => reply,
        Err(error) => error.into_reply(),
    };
    run("KEYS.x = 1 ARGV[1] = 'left' KEYS[1] = 'k'");
    assert_eq!(run("return {KEYS.x or 'none', #ARGV, #KEYS}"), run("return {'none', 0, 0}"));
    run("redis.setresp(3)");
    assert_eq!(run("return true"), Reply::Integer(1));
    run("local s = getmetatable('') pcall(function() s.__index = nil end)");
    assert_eq!(run("return ('x'):rep(3)"), Reply::bulk("xxx"));
}
