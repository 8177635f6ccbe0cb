//! `redmoon eval` and `redmoon run` as a person meets them: output, errors, exit codes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::Write;
use std::process::{Command, Output, Stdio};

#[track_caller]
fn redmoon(args: &[&str], stdin: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_redmoon"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads nothing may be gone already.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    child.wait_with_output().unwrap()
}

/// Runs and compares standard output; the exit code is to be 0.
#[track_caller]
fn prints(args: &[&str], expected: &str) {
    let output = redmoon(args, "");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{stderr}");
    assert_eq!(output.status.code(), Some(0), "{stderr}");
}

/// Runs and looks for parts of standard error.
#[track_caller]
fn fails(args: &[&str], code: i32, parts: &[&str]) {
    let output = redmoon(args, "");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{stderr}");
    for part in parts {
        assert!(stderr.contains(part), "{part:?} is missing in {stderr}");
    }
}

#[track_caller]
fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".lua").tempfile().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

const HITS: &str =
    "local n = redis.call('INCRBY', KEYS[1], ARGV[1]); return {n, cjson.encode({hits=n})}";

#[test]
fn the_first_command_of_the_readme() {
    prints(&["eval", HITS, "1", "hits", "5"], "5\n{\"hits\":5}\n");
    prints(
        &["eval", "--no-raw", HITS, "1", "hits", "5"],
        "1) (integer) 5\n2) \"{\\\"hits\\\":5}\"\n",
    );
    prints(&["eval", "--json", HITS, "1", "hits", "5"], "[5,\"{\\\"hits\\\":5}\"]\n");
}

#[test]
fn scripts_come_from_files_and_standard_input() {
    let script = file("return {KEYS, ARGV}");
    let path = script.path().to_str().unwrap();
    let expected = "[[\"k\"],[\"a\",\"b\"]]\n";
    prints(&["eval", "--json", "--file", path, "1", "k", "a", "b"], expected);
    prints(&["eval", "--json", "--file", path, "--keys", "k", "--args", "a,b"], expected);
    prints(&["eval", "--json", "--eval", path, "k", ",", "a", "b"], expected);
    let output = redmoon(&["eval", "-", "0", "x"], "return ARGV[1]");
    assert_eq!(output.stdout, b"x\n");
}

#[test]
fn replies_take_the_shape_of_the_protocol() {
    let map =
        "redis.setresp(3) redis.call('HSET', 'h', 'f', '1') return redis.call('HGETALL', 'h')";
    prints(&["eval", "--no-raw", map], "1) \"f\"\n2) \"1\"\n");
    prints(&["eval", "--no-raw", "-3", map], "1# \"f\" => \"1\"\n");
    prints(&["eval", "--json", "--resp3", map], "{\"f\":\"1\"}\n");
}

#[test]
fn errors_point_into_the_source() {
    fails(
        &["eval", "local x = 1\nreturn nosuch"],
        1,
        &[
            "nonexistent global variable 'nosuch'",
            "script:2:8",
            "2 | return nosuch",
            "^^^^^^",
            "hint",
        ],
    );
    fails(
        &["eval", "local x = = 1"],
        1,
        &["user_script:1: unexpected symbol near '='", "script:1:11"],
    );
    let script = file("#!lua flags=no-writes\nreturn redis.call('SET', 'a', 'b')\n");
    let path = script.path().to_str().unwrap();
    fails(&["eval", "--file", path], 1, &["Write commands are not allowed", path, ":2:"]);
}

#[test]
fn an_error_reply_is_a_reply() {
    let output = redmoon(&["eval", "--no-raw", "return redis.error_reply('NOPE not now')"], "");
    assert_eq!(output.stdout, b"(error) NOPE not now\n");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn wrong_usage_is_explained() {
    fails(&["eval"], 2, &["no script", "hint"]);
    fails(&["eval", "return 1", "x"], 2, &["'x'", "hint"]);
    fails(&["eval", "return 1", "-1"], 2, &["negative"]);
    fails(&["eval", "return 1", "2", "a"], 2, &["2 keys", "1 words"]);
    fails(&["eval", "--bogus", "return 1"], 2, &["--bogus"]);
    fails(&["eval", "--file", "no/such/file.lua"], 1, &["no/such/file.lua"]);
    fails(&["eval", "return 1", "--file"], 2, &[]);
}

#[test]
fn limits_end_a_script() {
    fails(&["--fuel", "100000", "eval", "while true do end"], 3, &["fuel", "--fuel"]);
    fails(&["eval", "--fuel", "100000", "while true do pcall(error) end"], 3, &["fuel"]);
    fails(
        &[
            "eval",
            "--memory",
            "8mb",
            "local t = {} while true do t[#t + 1] = ('x'):rep(1000) .. #t end",
        ],
        3,
        &["memory"],
    );
}

#[test]
fn same_seed_and_time_give_the_same_bytes() {
    let script = "redis.call('SADD', 's', 'a', 'b', 'c', 'd', 'e') \
                  return {math.random(1000000), redis.call('SRANDMEMBER', 's'), redis.call('TIME')[1]}";
    let run =
        |seed| redmoon(&["eval", "--seed", seed, "--now", "1700000000000", script], "").stdout;
    assert_eq!(run("7"), run("7"));
    assert_ne!(run("7"), run("8"));
    assert!(run("7").ends_with(b"1700000000\n"));
}

#[test]
fn log_lines_go_to_standard_error() {
    let output = redmoon(&["eval", "redis.log(redis.LOG_WARNING, 'low', 3) return 1"], "");
    assert_eq!(output.stdout, b"1\n");
    assert_eq!(output.stderr, b"# low 3\n");
}

#[test]
fn run_gives_a_file_all_of_lua() {
    let script = file(
        "print('seeding', #ARGV)\nx = io.write('y\\n') ~= nil\nreturn redis.call('SET', 'k', ARGV[1])",
    );
    let path = script.path().to_str().unwrap();
    prints(&["run", path, "v"], "seeding\t1\ny\nOK\n");
    let script = file("io.write('bye') os.exit(7)");
    let output = redmoon(&["run", script.path().to_str().unwrap()], "");
    assert_eq!((output.stdout, output.status.code()), (b"bye".to_vec(), Some(7)));
    let script = file("local t\nreturn t.x");
    let path = script.path().to_str().unwrap();
    fails(&["run", path], 1, &["attempt to index local 't'", "2 | return t.x"]);
}
