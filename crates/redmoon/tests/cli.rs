//! The command line as its users meet it: output, messages and exit codes.

#![cfg(feature = "cli")]

use std::io::Write;
use std::process::{Command, Output, Stdio};

/// Runs the command with arguments, standard input and variables of the environment.
fn run_with(args: &[&str], input: &str, variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_redmoon"));
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for name in ["LUA_INIT", "LUA_PATH", "LUA_CPATH"] {
        command.env_remove(name);
    }
    command.env("NO_COLOR", "1").envs(variables.iter().copied());
    let mut child = command.spawn().expect("the command starts");
    // A command that does not read its input has closed it.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    child.wait_with_output().expect("the command ends")
}

/// Checks output, errors and exit code of a run.
#[track_caller]
fn check(args: &[&str], input: &str, stdout: &str, stderr: &str, code: i32) {
    let output = run_with(args, input, &[]);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(
        (text(&output.stdout).as_str(), text(&output.stderr).as_str(), output.status.code()),
        (stdout, stderr, Some(code)),
        "{args:?}"
    );
}

#[test]
fn lua_runs_scripts_with_arguments() {
    let script = "print(arg[0], ...) print(#arg, arg[-1])";
    check(&["lua", "-", "a", "b"], script, "-\ta\tb\n2\tlua\n", "", 0);
    check(&["lua", "-e", "x = 1", "-", "a"], "print(x, arg[-2])", "1\t-e\n", "", 0);
    check(&["lua", "-e", "print(1)", "-eprint(arg)"], "", "1\nnil\n", "", 0);
}

#[test]
fn lua_prints_errors_with_a_traceback() {
    check(
        &["lua", "-e", "local function f() error('boo') end f()"],
        "",
        "",
        "lua: (command line):1: boo\n\
         stack traceback:\n\
         \t[C]: in function 'error'\n\
         \t(command line):1: in function 'f'\n\
         \t(command line):1: in main chunk\n\
         \t[C]: ?\n",
        1,
    );
    check(&["lua", "-e", "error({})"], "", "", "lua: (error object is not a string)\n", 1);
    check(&["lua", "-e", "error()"], "", "", "", 1);
    check(
        &["lua", "-e", "x ="],
        "",
        "",
        "lua: (command line):1: unexpected symbol near '<eof>'\n",
        1,
    );
}

#[test]
fn lua_names_files_that_it_cannot_read() {
    let missing = "lua: cannot open no-such.lua: No such file or directory\n";
    check(&["lua", "no-such.lua"], "", "", missing, 1);
    check(&["lua", "/"], "", "", "lua: cannot read /: Is a directory\n", 1);
}

#[test]
fn lua_ends_with_the_code_of_os_exit() {
    check(&["lua", "-e", "io.write('x') os.exit(7)"], "", "x", "", 7);
    // PUC's `lua` ends with 0 when a program from standard input fails, but honours its `os.exit`.
    check(&["lua"], "os.exit(4)", "", "", 4);
}

#[test]
fn finalisers_run_at_the_end() {
    let script = "local p = newproxy(true) getmetatable(p).__gc = function() print('gc') end";
    check(&["lua", "-e", script], "", "gc\n", "", 0);
    check(&["lua", "-e", &format!("{script} os.exit(0)")], "", "", "", 0);
}

#[test]
fn lua_init_runs_first() {
    let output = run_with(&["lua", "-e", "print(x)"], "", &[("LUA_INIT", "x = 5")]);
    assert_eq!(output.stdout, b"5\n");
    let output = run_with(&["lua", "-e", "print(x)"], "", &[("LUA_INIT", "error('i', 0)")]);
    assert!(output.stderr.starts_with(b"lua: i\n") && output.stdout.is_empty());
}

#[test]
fn lua_path_extends_the_default() {
    let output = run_with(&["lua", "-e", "print(package.path)"], "", &[("LUA_PATH", "a?;;")]);
    let path = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(path.starts_with("a?;./?.lua;"), "{path}");
}

#[test]
fn limits_end_a_run_with_code_3() {
    let fuel = "lua: the script has used all the fuel that --fuel allows\n";
    check(&["lua", "--fuel", "1000", "-e", "while true do end"], "", "", fuel, 3);
    check(
        &["--fuel=1000", "lua", "-e", "pcall(function() while true do end end)"],
        "",
        "",
        fuel,
        3,
    );
    check(
        &["lua", "--memory", "8mb", "-e", "print(pcall(string.rep, 'x', 2^30))"],
        "",
        "false\tnot enough memory\n",
        "",
        0,
    );
}

#[test]
fn the_same_seed_and_time_give_the_same_bytes() {
    let script = "print(math.random(), math.random(1000), os.time(), os.clock())";
    let args = ["lua", "--seed", "7", "--now", "1700000000000", "-e", script];
    let first = run_with(&args, "", &[]).stdout;
    assert_eq!(first, run_with(&args, "", &[]).stdout);
    assert!(first.ends_with(b"\t1700000000\t0\n"));
}

#[test]
fn wrong_usage_ends_with_code_2() {
    for args in [
        &["--bogus"][..],
        &["frobnicate"],
        &["check"],
        &["disasm"],
        &["lua", "--fuel"],
        &["lua", "--fuel", "many"],
        &["lua", "--memory", "12parsecs"],
    ] {
        let output = run_with(args, "", &[]);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{args:?}");
    }
    // PUC's `lua` says 1 for options that it does not know.
    assert_eq!(run_with(&["lua", "-z"], "", &[]).status.code(), Some(1));
}

#[test]
fn help_and_version_are_no_errors() {
    for args in [&["--help"][..], &["--version"], &["lua", "--help"], &["repl", "--help"]] {
        let output = run_with(args, "", &[]);
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert!(!output.stdout.is_empty() && output.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn check_points_at_the_place() {
    check(&["check", "-"], "return 1", "", "", 0);
    check(
        &["check", "-"],
        "local x\nif x = 1 then end\n",
        "",
        "error: 'then' expected near '='\n \
         --> stdin:2:6\n  \
         |\n\
         2 | if x = 1 then end\n  \
         |      ^\n  \
         |\n  \
         = help: if and elseif are followed by a condition and then; compare with ==\n",
        1,
    );
    let missing = "error: cannot open no-such.lua: No such file or directory\n";
    check(&["check", "no-such.lua"], "", "", missing, 1);
}

#[test]
fn disasm_lists_sources_and_bytecode() {
    let listing = run_with(&["disasm", "-"], "return 1 + x", &[]);
    assert!(String::from_utf8_lossy(&listing.stdout).contains("GetGlobal"));
    let dump = "io.write(string.dump(loadstring('return 1 + x', '=stdin')))";
    let bytes = run_with(&["lua", "-e", dump], "", &[]).stdout;
    let path = std::env::temp_dir().join(format!("redmoon-disasm-{}", std::process::id()));
    std::fs::write(&path, bytes).expect("the folder for temporary files can be written to");
    let again = run_with(&["disasm", &path.to_string_lossy()], "", &[]);
    std::fs::remove_file(&path).expect("it was written");
    assert_eq!(String::from_utf8_lossy(&again.stdout), String::from_utf8_lossy(&listing.stdout));
}

#[test]
fn the_prompt_reads_chunks_from_a_pipe() {
    check(
        &["repl"],
        "1 + 1\n= 'a', nil\nfor i = 1, 2 do\n  print(i)\nend\nx = 5\nx\n",
        "2\na\tnil\n1\n2\n5\n",
        "",
        0,
    );
    check(&["repl"], "os.exit(9)\nprint(1)\n", "", "", 9);
    let output = run_with(&["repl"], "error('boo', 0)\nlocal = 1\nprint('on')\n", &[]);
    assert_eq!((output.stdout.as_slice(), output.status.code()), (&b"on\n"[..], Some(0)));
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(errors.starts_with("boo\nstack traceback:") && errors.contains("repl:1:7"), "{errors}");
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text_are_shown_with_escapes() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let output = Command::new(env!("CARGO_BIN_EXE_redmoon"))
        .arg("check")
        .arg(OsStr::from_bytes(b"no-\xff-such"))
        .output()
        .expect("the command runs");
    assert_eq!(output.status.code(), Some(1));
    let expected = "error: cannot open no-\\xff-such: No such file or directory\n";
    assert_eq!(String::from_utf8_lossy(&output.stderr), expected);
}
