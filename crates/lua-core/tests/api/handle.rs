//! Handles: foreign ones, stale ones, dropped ones.

use crate::support::*;

#[track_caller]
fn is_foreign<T: std::fmt::Debug>(result: Result<T>) {
    assert!(matches!(result.unwrap_err().kind(), ErrorKind::ForeignHandle));
}

#[test]
fn handles_of_another_machine_are_refused() {
    let (lua, other) = (Lua::new(), Lua::new());
    let foreign = other.create_table().unwrap();
    let function: Function = eval(&other, "return print");
    is_foreign(lua.globals().set("t", &foreign));
    is_foreign(lua.globals().get::<Value>(&foreign));
    is_foreign(lua.create_sequence_from([&foreign]));
    is_foreign(lua.globals().set_metatable(Some(&foreign)));
    is_foreign(lua.load("x = 1").set_environment(&foreign).exec());
    is_foreign(lua.load("return ...").call::<Value>((1, &foreign)));
    is_foreign(lua.start(&function, ()));
    is_foreign(lua.create_thread(&eval(&other, "return function() end")));
    is_foreign(Error::raise(&lua, &foreign));
    let back = foreign.clone();
    let give = lua.create_function(move |_, ()| Ok(back.clone())).unwrap();
    lua.globals().set("give", give).unwrap();
    assert_eq!(error(&lua, "give()").to_string(), "a handle belongs to another Lua");
    assert_ne!(lua.globals(), other.globals());
    still_works(&lua);
    still_works(&other);
}

#[test]
fn handles_outlive_calls_and_find_out_when_their_machine_is_gone() {
    let lua = Lua::new();
    let (table, function, thread, text): (Table, Function, Thread, LuaString) = eval(
        &lua,
        "local t = { 1 } return t, function() return t end, coroutine.create(function() end), ('x'):rep(100)",
    );
    for _ in 0..5 {
        lua.load("for i = 1, 1000 do local t = { tostring(i) } end").exec().unwrap();
        lua.collect_garbage().unwrap();
    }
    assert_eq!(function.call::<Table>(()).unwrap(), table);
    assert_eq!(thread.status().unwrap(), ThreadStatus::Resumable);
    drop(lua);
    let gone = |result: Result<()>| matches!(result.unwrap_err().kind(), ErrorKind::Destroyed);
    assert!(gone(table.set(1, 2)));
    assert!(gone(table.get::<Value>(1).map(drop)));
    assert!(gone(function.call(())));
    assert!(gone(thread.resume(())));
    assert!(gone(table.pairs::<Value, Value>().next().unwrap().map(drop)));
    assert_eq!(text.len(), 100);
}

#[test]
fn dropped_handles_free_their_objects() {
    let lua = Lua::new();
    let before = lua.memory().used_bytes;
    for round in 0..3 {
        let handles: Vec<Table> = (0..2000).map(|_| lua.create_table().unwrap()).collect();
        lua.collect_garbage().unwrap();
        handles[round].set("alive", true).unwrap();
        drop(handles);
        lua.collect_garbage().unwrap();
    }
    let weak: Table = eval(&lua, "return setmetatable({}, { __mode = 'v' })");
    let kept = lua.create_table().unwrap();
    weak.set("kept", &kept).unwrap();
    weak.set("lost", lua.create_table().unwrap()).unwrap();
    lua.collect_garbage().unwrap();
    assert!(weak.contains_key("kept").unwrap() && !weak.contains_key("lost").unwrap());
    let copy = kept.clone();
    drop(kept);
    lua.collect_garbage().unwrap();
    assert_eq!(weak.get::<Table>("kept").unwrap(), copy);
    // Arenas keep their size, objects do not.
    assert!(lua.memory().used_bytes < before + (600 << 10));
}

#[test]
fn handles_may_be_dropped_while_a_run_is_under_way() {
    let lua = Lua::new();
    let bag: Rc<RefCell<Vec<Table>>> = Rc::default();
    let sink = bag.clone();
    let keep = lua
        .create_function(move |_, table: Table| {
            let mut bag = sink.borrow_mut();
            bag.push(table);
            if bag.len() > 10 {
                bag.clear();
            }
            Ok(())
        })
        .unwrap();
    lua.globals().set("keep", keep).unwrap();
    lua.load("for i = 1, 5000 do local t = { i } keep(t) t = nil end").exec().unwrap();
    let function = lua.load("for i = 1, 1e9 do end").into_function().unwrap();
    let mut run = lua.start(&function, ()).unwrap();
    assert!(matches!(run.step(100).unwrap(), Step::OutOfFuel));
    drop(function);
    bag.borrow_mut().clear();
    lua.collect_garbage().unwrap();
    assert!(matches!(run.step(100).unwrap(), Step::OutOfFuel));
    drop(run);
    still_works(&lua);
}

#[test]
fn tables_are_read_and_written_while_a_run_waits_for_fuel() {
    let lua = Lua::new();
    let function = lua
        .load("local a, b, c = 1, 2, 3 for i = 1, 20000 do a = a + b * c - 5 end return a, b, c")
        .into_function()
        .unwrap();
    let table = lua.create_table().unwrap();
    let mut run = lua.start(&function, ()).unwrap();
    let mut steps = 0;
    let values = loop {
        match run.step(50).unwrap() {
            Step::Done(values) => break values,
            Step::OutOfFuel => {
                steps += 1;
                table.set(steps, format!("step {steps}")).unwrap();
                assert_eq!(table.get::<String>(steps).unwrap(), format!("step {steps}"));
                if steps % 50 == 0 {
                    lua.collect_garbage().unwrap();
                    eval::<()>(&lua, "local x, y, z = 7, 8, 9");
                }
            }
            Step::HostCall(_) => panic!("nobody asks"),
        }
    };
    assert!(steps > 100);
    assert_eq!(values.convert::<(i32, i32, i32)>(&lua).unwrap(), (20001, 2, 3));
}

#[test]
fn writers_of_print_cannot_get_in_the_way() {
    let lua = Lua::new();
    let inner = lua.clone();
    let seen = Rc::new(RefCell::new(Vec::new()));
    let sink = seen.clone();
    lua.set_output(move |_| {
        sink.borrow_mut().push(inner.load("return 1").exec().unwrap_err().to_string());
        sink.borrow_mut().push(inner.globals().get::<Value>("x").unwrap_err().to_string());
        let _ = inner.memory();
    })
    .unwrap();
    lua.load("print('x')").exec().unwrap();
    assert_eq!(seen.borrow().len(), 2);
    assert!(seen.borrow()[0].contains("in the middle of a step"));
    still_works(&lua);
}
