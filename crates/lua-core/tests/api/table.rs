//! Tables, with and without metamethods.

use crate::support::*;

#[test]
fn tables_read_and_write() {
    let lua = Lua::new();
    let table = lua.create_table().unwrap();
    assert!(table.is_empty().unwrap());
    table.set("a", 1).unwrap();
    table.set(1, "one").unwrap();
    table.set(true, 2.5).unwrap();
    table.raw_set("b", Value::Nil).unwrap();
    assert_eq!(table.get::<i32>("a").unwrap(), 1);
    assert_eq!(table.get::<String>(1).unwrap(), "one");
    assert_eq!(table.raw_get::<f64>(true).unwrap(), 2.5);
    assert!(table.contains_key("a").unwrap() && !table.contains_key("b").unwrap());
    table.push("two").unwrap();
    assert_eq!((table.len().unwrap(), table.raw_len().unwrap()), (2, 2));
    assert_eq!(table.pop::<String>().unwrap(), "two");
    assert_eq!(table.pop::<String>().unwrap(), "one");
    assert_eq!(table.pop::<Value>().unwrap(), Value::Nil);
    assert_eq!(table.set(Value::Nil, 1).unwrap_err().message(), &b"table index is nil"[..]);
    assert!(table.raw_set(f64::NAN, 1).is_err());
    table.clear().unwrap();
    assert!(table.is_empty().unwrap());
}

#[test]
fn metamethods_answer_the_host() {
    let lua = Lua::new();
    let table: Table = eval(
        &lua,
        "log = {}
         return setmetatable({}, {
           __index = function(t, k) return k .. '!' end,
           __newindex = function(t, k, v) log[k] = v end,
           __call = function(self, a, b) return a + b end,
           __eq = function() return true end,
           __tostring = function() return 'me' end,
         })",
    );
    assert_eq!(table.get::<String>("x").unwrap(), "x!");
    assert_eq!(table.raw_get::<Value>("x").unwrap(), Value::Nil);
    table.set("k", 5).unwrap();
    assert_eq!(eval::<i32>(&lua, "log.k"), 5);
    assert_eq!(table.call::<i32>((1, 2)).unwrap(), 3);
    assert_eq!(Value::Table(table.clone()).to_text(&lua).unwrap(), *"me");
    let other = lua.create_table().unwrap();
    assert!(!table.equals(&other).unwrap());
    other.set_metatable(table.metatable().unwrap().as_ref()).unwrap();
    assert!(table.equals(&other).unwrap() && table != other);
    table.set_metatable(None).unwrap();
    assert_eq!(table.get::<Value>("x").unwrap(), Value::Nil);
    assert!(table.call::<()>(()).is_err());
}

#[test]
fn methods_of_tables_are_called() {
    let lua = Lua::new();
    let table: Table = eval(
        &lua,
        "return { n = 3, f = function(a, b) return b end, m = function(self, k) return self[k] end }",
    );
    assert_eq!(table.call_function::<String>("f", (1, "b")).unwrap(), "b");
    assert_eq!(table.call_method::<i32>("m", "n").unwrap(), 3);
    let missing = table.call_function::<()>("nothing", ()).unwrap_err();
    assert_eq!(missing.to_string(), "cannot make function of a nil");
}

#[test]
fn entries_come_in_the_order_of_pairs() {
    let lua = Lua::new();
    let table: Table = eval(&lua, "return { 10, 20, 30, x = 1, y = 2, [0.5] = 3 }");
    lua.globals().set("t", &table).unwrap();
    let order: Vec<String> =
        eval(&lua, "local l = {} for k in pairs(t) do l[#l + 1] = tostring(k) end return l");
    let ours: Vec<String> =
        table.pairs::<Value, Value>().map(|entry| entry.unwrap().0.to_string()).collect();
    assert_eq!(ours, order);
    // Entries may be cleared on the way.
    for entry in table.pairs::<Value, Value>() {
        table.raw_set(entry.unwrap().0, Value::Nil).unwrap();
    }
    assert!(table.is_empty().unwrap());
    let holes: Table = eval(&lua, "return { 1, 2, nil, 4 }");
    let items: Vec<i32> = holes.sequence_values().map(Result::unwrap).collect();
    assert_eq!(items, [1, 2]);
    let mixed: Table = eval(&lua, "return { 1, 'x', 3 }");
    let items: Vec<Result<i32>> = mixed.sequence_values().collect();
    assert_eq!(items.len(), 2);
    assert!(items[1].is_err());
}

#[test]
fn read_only_tables_refuse_everyone() {
    let lua = Lua::new();
    let table = lua.create_table_from([("x", 1)]).unwrap();
    table.set_readonly(true).unwrap();
    assert!(table.is_readonly().unwrap());
    assert!(table.set("x", 2).is_err() && table.clear().is_err() && table.push(1).is_err());
    assert!(table.set_metatable(None).is_err());
    lua.globals().set("t", &table).unwrap();
    assert_eq!(error(&lua, "t.x = 3").to_string(), "t:1: Attempt to modify a readonly table");
    table.set_readonly(false).unwrap();
    table.set("x", 2).unwrap();
}
