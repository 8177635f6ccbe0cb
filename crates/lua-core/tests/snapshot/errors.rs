//! What is not saved, and what is not read, says why.

use std::any::Any;
use std::rc::Rc;

use lua_core::machine::{Machine, Options, Progress};
use lua_core::native::{CallContext, Outcome};
use lua_core::snapshot::SnapshotError;
use lua_core::value::{Type, Value};
use snapshot::FormatError;

use crate::support::Tested;

type Native = Result<Outcome, lua_core::error::Failure>;

fn set(machine: &mut Machine, name: &str, value: Value) {
    let globals = machine.globals();
    machine.with_context(|cx| cx.raw_set_field(globals, name, value)).unwrap();
}

#[test]
fn a_run_in_progress() {
    let mut tested = Tested::new();
    let chunk = tested.machine.load(b"while true do end", b"=loop").unwrap().unwrap();
    tested.machine.start(chunk, &[]).unwrap();
    assert_eq!(tested.machine.snapshot(&[]), Err(SnapshotError::Busy));
    assert!(matches!(tested.machine.step(1000), Progress::OutOfFuel));
    assert_eq!(tested.machine.snapshot(&[]), Err(SnapshotError::Busy));
    tested.machine.abort();
    assert!(tested.machine.snapshot(&[]).is_ok());
}

#[test]
fn parked_runs() {
    let mut tested = Tested::new();
    let start = |tested: &mut Tested| {
        let chunk = tested.machine.load(b"for i = 1, 1e4 do n = i end print(n)", b"=loop");
        let chunk = chunk.unwrap().unwrap();
        tested.machine.start(chunk, &[]).unwrap();
        assert!(matches!(tested.machine.step(1000), Progress::OutOfFuel));
        tested.machine.park().unwrap()
    };
    let first = start(&mut tested);
    assert_eq!(tested.machine.snapshot(&[]), Err(SnapshotError::Busy));
    let second = start(&mut tested);
    drop(second);
    tested.machine.unpark(first);
    assert!(matches!(tested.machine.run(), Progress::Finished(_)));
    assert_eq!(
        tested.run("co = coroutine.wrap(function() coroutine.yield(1) end) co()"),
        "10000\n"
    );
    // Which stack is the machine's own makes no difference.
    let third = start(&mut tested);
    drop(third);
    let mut moved = tested.moved();
    assert_eq!(
        moved.run("print(co(), coroutine.running()) collectgarbage() print(n > 1)"),
        "nil\tnil\ntrue\n"
    );
}

#[test]
fn a_hook_and_a_foreign_root() {
    let mut tested = Tested::new();
    assert_eq!(tested.run("debug.sethook(function() end, 'l')"), "");
    assert_eq!(tested.machine.snapshot(&[]), Err(SnapshotError::Hook));
    let root = Tested::new().machine.root(Value::TRUE);
    let mut other = Tested::new();
    assert_eq!(other.machine.snapshot(&[&root]), Err(SnapshotError::ForeignRoot));
}

#[test]
fn functions_of_the_host_need_a_name() {
    let double = |cx: &mut CallContext<'_>| {
        let n = cx.check_number(1)?;
        cx.return1(Value::number(n * 2.0))
    };
    let mut tested = Tested::new();
    let function = tested.machine.new_host_function("double", Rc::new(double)).unwrap();
    set(&mut tested.machine, "double", function);
    let error = tested.machine.snapshot(&[]).unwrap_err();
    assert_eq!(error.to_string(), "the native function 'double' has no name for snapshots");
    assert!(tested.machine.name_function(function, "test.double"));
    let bytes = tested.snapshot();

    let mut other = Tested::new();
    let error = other.machine.restore(&bytes).unwrap_err();
    assert_eq!(error.to_string(), "no native function 'test.double' here");
    assert_eq!(other.run("print(double)"), "nil\n");
    let function = other.machine.new_host_function("double", Rc::new(double)).unwrap();
    other.machine.name_function(function, "test.double");
    let _kept = other.machine.root(function);
    other.machine.restore(&bytes).unwrap();
    assert_eq!(other.run("print(double(21))"), "42\n");
}

#[test]
fn natives_made_by_natives_are_declared() {
    fn counter(cx: &mut CallContext<'_>) -> Native {
        let next = cx.upvalue(0).as_number().unwrap_or(0.0) + 1.0;
        cx.set_upvalue(0, Value::number(next));
        cx.return1(Value::number(next))
    }
    let declare = |tested: &mut Tested| {
        tested.machine.declare_native("counter", counter, &[Type::Number]);
    };
    let mut tested = Tested::new();
    let made =
        tested.machine.with_context(|cx| cx.new_native("counter", counter, &[Value::number(4.0)]));
    set(&mut tested.machine, "counter", made.unwrap());
    assert!(matches!(tested.machine.snapshot(&[]), Err(SnapshotError::UnnamedNative(_))));
    declare(&mut tested);
    assert_eq!(tested.run("print(counter())"), "5\n");
    let bytes = tested.snapshot();
    let mut other = Tested::new();
    assert_eq!(
        other.machine.restore(&bytes).unwrap_err(),
        SnapshotError::MissingNative("counter".into())
    );
    declare(&mut other);
    other.machine.restore(&bytes).unwrap();
    assert_eq!(other.run("print(counter())"), "6\n");
}

#[test]
fn userdata_of_the_host_is_declared() {
    let mut tested = Tested::new();
    let value = tested.machine.new_userdata(Box::new(7_u32), 4).unwrap();
    set(&mut tested.machine, "u", value);
    assert_eq!(
        tested.machine.snapshot(&[]).unwrap_err().to_string(),
        "a userdata of the host cannot be saved (without a name)"
    );
    let declare = |machine: &mut Machine| {
        machine.declare_userdata(
            "number",
            |data| Some(data.downcast_ref::<u32>()?.to_le_bytes().to_vec()),
            |bytes| {
                let number = u32::from_le_bytes(bytes.try_into().ok()?);
                Some((Box::new(number) as Box<dyn Any>, 4))
            },
        );
    };
    declare(&mut tested.machine);
    let bytes = tested.snapshot();
    let mut other = Tested::new();
    assert!(matches!(other.machine.restore(&bytes), Err(SnapshotError::MissingUserdata(_))));
    declare(&mut other.machine);
    other.machine.restore(&bytes).unwrap();
    let globals = other.machine.globals();
    let number = other.machine.with_context(|cx| {
        let value = cx.raw_get_field(globals, "u").unwrap();
        cx.userdata::<u32>(value).copied()
    });
    assert_eq!(number, Some(7));
}

#[test]
fn a_library_that_is_missing() {
    let mut tested = Tested::new();
    let bytes = tested.snapshot();
    let mut plain = Tested::with(&Options::default());
    let error = plain.machine.restore(&bytes).unwrap_err();
    assert!(error.to_string().starts_with("no native function 'debug."), "{error}");
}

#[test]
fn bytes_of_something_else() {
    let mut tested = Tested::new();
    let bytes = tested.snapshot();
    let mut refuse = |bytes: &[u8]| tested.machine.restore(bytes).unwrap_err();
    assert_eq!(refuse(b"hello"), SnapshotError::Format(FormatError::NotASnapshot));
    assert_eq!(refuse(&bytes[..bytes.len() - 1]), SnapshotError::Format(FormatError::Length));
    let mut other = bytes.clone();
    other[9] += 1;
    assert_eq!(refuse(&other).to_string(), "a snapshot of version 2, where 1 is read");
    let mut other = bytes.clone();
    other[11] ^= 1;
    assert_eq!(refuse(&other), SnapshotError::Format(FormatError::Bytecode));
    let mut other = bytes.clone();
    if let Some(last) = other.last_mut() {
        *last ^= 1;
    }
    assert_eq!(refuse(&other), SnapshotError::Format(FormatError::Checksum));
}

#[test]
fn too_little_memory() {
    let mut tested = Tested::new();
    tested.run("t = {} for i = 1, 100000 do t[i] = i .. '' end");
    let bytes = tested.snapshot();
    let mut small =
        Tested::with(&Options { memory_bytes: 1 << 20, debug: true, ..Options::default() });
    assert_eq!(small.machine.restore(&bytes).unwrap_err(), SnapshotError::Memory);
    assert_eq!(small.run("print(t)"), "nil\n");
}
