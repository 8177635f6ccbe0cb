//! `string`, `table` and `math` as scripts see them: the programs in `libraries/`, run by the machine and by Debian's
//! `lua5.1`, and what the machine's limits do to them.
//!
//! What `lua5.1` printed is recorded as a hash, so the programs are checked where it is absent, too.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests may")]

use std::cell::RefCell;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;

use lua_core::error::{Ending, Failure};
use lua_core::machine::{Machine, Options, Progress};

/// Everything that a program prints.
fn run(source: &[u8], name: &str) -> Vec<u8> {
    let output = Rc::new(RefCell::new(Vec::new()));
    let mut machine = Machine::new(&Options::default()).unwrap();
    let sink = Rc::clone(&output);
    machine.set_output(move |text| sink.borrow_mut().extend_from_slice(text));
    let function = machine.load(source, name.as_bytes()).unwrap().unwrap();
    machine.start(function, &[]).unwrap();
    let progress = machine.run();
    assert!(matches!(progress, Progress::Finished(_)), "{name}: {progress:?}");
    output.take()
}

/// FNV-1a.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[track_caller]
fn check(file: &str, recorded: u64) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/libraries");
    let source = std::fs::read(folder.join(file)).unwrap();
    let ours = run(&source, &format!("@{file}"));
    match Command::new("lua5.1").arg(file).current_dir(&folder).output() {
        Ok(oracle) => {
            let theirs = oracle.stdout;
            let lines = |text: &[u8]| -> Vec<String> {
                text.split(|&byte| byte == b'\n')
                    .map(|line| String::from_utf8_lossy(line).into_owned())
                    .collect()
            };
            for (n, (ours, theirs)) in lines(&ours).iter().zip(&lines(&theirs)).enumerate() {
                assert_eq!(ours, theirs, "{file}: line {} of the output", n + 1);
            }
            assert_eq!(ours, theirs, "{file}");
        }
        Err(_) => println!("lua5.1 is not on the PATH: only the recorded hash is compared"),
    }
    assert_eq!(hash(&ours), recorded, "{file}: recorded is {:#x} now", hash(&ours));
}

#[test]
fn errors() {
    check("errors.lua", 0xb983_7979_01f1_37cf);
}

#[test]
fn sort() {
    check("sort.lua", 0xf88d_1442_1d8f_b6f9);
}

#[test]
fn calls() {
    check("calls.lua", 0x9e35_087a_9ca5_892e);
}

/// A program's error, or how it ended, under limits.
fn failure(source: &str, memory_bytes: usize, fuel: u64) -> (Failure, String, Machine) {
    let options = Options { memory_bytes, fuel, ..Options::default() };
    let mut machine = Machine::new(&options).unwrap();
    let function = machine.load(source.as_bytes(), b"=test").unwrap().unwrap();
    machine.start(function, &[]).unwrap();
    match machine.run() {
        Progress::Failed(failure) => {
            let value = machine.error_value();
            let text =
                machine.with_context(|cx| String::from_utf8_lossy(cx.bytes(value)).into_owned());
            (failure, text, machine)
        }
        progress => panic!("{source}: {progress:?}"),
    }
}

#[test]
fn results_that_do_not_fit_are_refused_before_they_are_made() {
    for source in [
        "string.rep('x', 1e9)",
        "string.rep('abc', 2^31 - 1)",
        "local s = ('x'):rep(1e6) s:rep(100)",
        "local s = ('x'):rep(1e6) local t = {} for i = 1, 60 do t[i] = s end table.concat(t)",
        "local s = ('x'):rep(1e6) local t = {} for i = 1, 60 do t[i] = '' end table.concat(t, s)",
        "local s = ('x'):rep(1e6) s:gsub('x', ('y'):rep(100))",
        "local s = ('x'):rep(1e6) s:gsub('x', function() return s end)",
        "local s = ('x'):rep(1e6) s:gsub('x', {x = s})",
        "local s = ('x'):rep(1e6) string.format(('%s'):rep(60), unpack(setmetatable({}, nil), 1, 60))",
        "local s = ('\\0'):rep(1e7) string.format('%q', s)",
        "string.find('a', ('a?'):rep(2e6))",
        "string.gsub('a', ('a?'):rep(2e6), print)",
    ] {
        let (failure, text, machine) = failure(source, 32 << 20, u64::MAX);
        assert_eq!(failure, Failure::Raised, "{source}");
        if !source.contains("%s") {
            assert_eq!(text, "not enough memory", "{source}");
        }
        assert!(machine.memory().peak_bytes <= 32 << 20, "{source}");
    }
}

#[test]
fn empty_strings_repeat_at_once() {
    let source = b"print(#string.rep('', 2^31 - 1), #string.rep('x', -5), #string.rep('abc', 0))";
    assert_eq!(run(source, "=test"), b"0\t0\t0\n");
}

#[test]
fn work_ends_when_its_fuel_is_used_up() {
    for source in [
        "pcall(string.find, ('a'):rep(100000), ('a*'):rep(50) .. 'b')",
        "pcall(string.match, ('a'):rep(100000), ('.-'):rep(50) .. 'b')",
        "pcall(string.gsub, ('a'):rep(100000), ('a?'):rep(50) .. 'b', 'x')",
        "for _ in string.gmatch(('a'):rep(100000), ('a-'):rep(50) .. 'b') do end",
        "while true do string.rep('x', 100000) end",
        "local s = ('x'):rep(1e6) while true do s:upper() end",
        "local s = ('x'):rep(1e6) while true do s:find('y', 1, true) end",
        "local s = ('x'):rep(1e6) while true do s:sub(2) end",
        "table.insert({}, -2^31, 1)",
        "local t = {} for i = 1, 1e5 do t[i] = i end while true do table.insert(t, 1, 1) table.remove(t, 1) end",
        "local t = {} for i = 1, 1e5 do t[i] = i end while true do table.concat(t) end",
        "local t = {} for i = 1, 1e5 do t[i] = i end while true do table.sort(t) end",
        "local t = {} for i = 1, 1e5 do t[i] = i end while true do table.maxn(t) end",
        "local t = {} for i = 1, 1e3 do t[i] = i end while true do table.sort(t, function(a, b) return a < b end) end",
        "local a, b = ('x'):rep(1e6) .. 'a', ('x'):rep(1e6) .. 'b' local t = {} for i = 1, 1e5 do t[i] = i % 2 == 0 and a or b end table.sort(t)",
    ] {
        let (failure, _, machine) = failure(source, 256 << 20, 1_000_000);
        assert_eq!(failure, Failure::Ended(Ending::Fuel), "{source}");
        assert!(machine.fuel_used() < 10_000_000, "{source}: {}", machine.fuel_used());
    }
}

#[test]
fn steps_change_neither_results_nor_fuel() {
    let source = "
        local list = {}
        for i = 1, 500 do list[i] = { x = i * 7919 % 101, name = 'n' .. i * 31 % 17 } end
        table.sort(list, function(a, b) return a.x < b.x end)
        table.sort(list, function(a, b) if a.name == b.name then return a.x > b.x end return a.name < b.name end)
        local count = 0
        table.sort(list, function(a, b) count = count + 1 return a.x < b.x end)
        for i = 1, 500 do list[i] = list[i].name .. list[i].x end
        local text = table.concat(list, ' '):gsub('%d+', function(n) return n + count end):gsub('n', { n = 'm' })
        table.foreach(list, function(k, v) text = text .. k end)
        table.foreachi(list, function(k, v) text = text .. v end)
        for word in text:gmatch('%a%d+') do count = count + #word end
        print(count, #text)
    ";
    let run_in_steps = |fuel: u64| {
        let output = Rc::new(RefCell::new(Vec::new()));
        let mut machine = Machine::new(&Options::default()).unwrap();
        let sink = Rc::clone(&output);
        machine.set_output(move |text| sink.borrow_mut().extend_from_slice(text));
        let function = machine.load(source.as_bytes(), b"=test").unwrap().unwrap();
        machine.start(function, &[]).unwrap();
        loop {
            match machine.step(fuel) {
                Progress::OutOfFuel => {}
                Progress::Finished(_) => return (output.take(), machine.fuel_used()),
                progress => panic!("{progress:?}"),
            }
        }
    };
    let whole = run_in_steps(1 << 40);
    for fuel in [1, 2, 3, 7, 50, 1000] {
        assert_eq!(run_in_steps(fuel), whole, "in steps of {fuel}");
    }
}

#[test]
fn what_natives_hold_is_given_back_when_an_error_ends_them() {
    let source = "
        local s = ('x'):rep(1e6)
        collectgarbage()
        local before = collectgarbage('count')
        for i = 1, 200 do
            pcall(string.gsub, s, 'x', function() error('enough') end)
            pcall(string.gsub, s, '()', function(at) if at > 5e5 then error('enough') end return 'y' end, 1)
            pcall(string.gsub, s, 'x+', function() return {} end)
            pcall(string.format, '%s%d', s, 'no number')
            pcall(table.concat, { s, s, {} })
            pcall(coroutine.wrap(function() s:gsub('x', function() return s end, 3) error('no') end))
            local suspended = coroutine.create(function() s:gsub('x', function() coroutine.yield() end) end)
            coroutine.resume(suspended)
        end
        collectgarbage()
        collectgarbage()
        print(collectgarbage('count') - before < 300)
    ";
    assert_eq!(run(source.as_bytes(), "=test"), b"true\n");
}

#[test]
fn random_numbers_are_those_of_redis() {
    // Recorded from redis-server 7.0.15.
    let source = "
        math.randomseed(42)
        print(math.random(1), math.random(5, 5), math.random(2^31 - 1))
        math.randomseed(42)
        print(math.random(-5, 5), math.random(-5, 5), math.random(-5, 5), math.random(-5, 5), math.random(-5, 5))
        math.randomseed('7')
        print(math.random(100))
        math.randomseed(1e10)
        print(math.random(1000000))
        math.randomseed(1.9)
        print(math.random(1000000))
        print(select(2, pcall(function() math.random(2^31) end)))
        print(select(2, pcall(function() math.random(0, 2^31) end)))
    ";
    let expected = "1\t5\t238553828\n3\t-2\t-4\t-1\t-5\n27\n826714\n41631\n\
        test:12: bad argument #1 to 'random' (interval is empty)\n\
        test:13: bad argument #2 to 'random' (interval is empty)\n";
    assert_eq!(String::from_utf8(run(source.as_bytes(), "=test")).unwrap(), expected);
}
