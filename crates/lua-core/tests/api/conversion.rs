//! Values of the host in Lua and back.

use crate::support::*;

#[track_caller]
fn round_trip<T: IntoLua + FromLua + PartialEq + std::fmt::Debug + Clone>(lua: &Lua, value: T) {
    let echo: Function = eval(lua, "return function(...) return ... end");
    assert_eq!(echo.call::<T>(value.clone()).unwrap(), value);
    let through_value = lua.pack(value.clone()).unwrap();
    assert_eq!(lua.unpack::<T>(through_value).unwrap(), value);
    lua.globals().set("value", value.clone()).unwrap();
    assert_eq!(lua.globals().get::<T>("value").unwrap(), value);
}

#[test]
fn values_survive_the_way_through_lua() {
    let lua = Lua::new();
    round_trip(&lua, true);
    round_trip(&lua, -128_i8);
    round_trip(&lua, u8::MAX);
    round_trip(&lua, i32::MIN);
    round_trip(&lua, u32::MAX);
    round_trip(&lua, 1_i64 << 53);
    round_trip(&lua, usize::MAX >> 12);
    round_trip(&lua, i128::from(i64::MIN));
    round_trip(&lua, 1.5_f32);
    round_trip(&lua, -0.1_f64);
    round_trip(&lua, f64::INFINITY);
    round_trip(&lua, String::from("grüße\0!"));
    round_trip(&lua, LuaString::from(&b"\xFF\0\n"[..]));
    round_trip(&lua, vec![0_u8, 255, 10]);
    round_trip(&lua, vec![1, 2, 3]);
    round_trip(&lua, vec![vec!["a".to_owned()], vec![]]);
    round_trip(&lua, [1.5, 2.5]);
    round_trip(&lua, Some(7));
    round_trip(&lua, None::<i32>);
    round_trip(&lua, BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)]));
    round_trip(&lua, HashMap::from([(1, vec![true]), (2, vec![])]));
    round_trip(&lua, LightUserData(7));
    round_trip(&lua, Value::Nil);
    round_trip(&lua, lua.create_table().unwrap());
}

#[test]
fn bytes_are_strings_and_numbers_are_lists() {
    let lua = Lua::new();
    let kind: Function = eval(&lua, "return type");
    assert_eq!(kind.call::<String>(vec![1_u8]).unwrap(), "string");
    assert_eq!(kind.call::<String>(&[1_u8][..]).unwrap(), "string");
    assert_eq!(kind.call::<String>(b"ab").unwrap(), "string");
    assert_eq!(kind.call::<String>(vec![1_u16]).unwrap(), "table");
    assert_eq!(eval::<Vec<u8>>(&lua, "return { 1, 2 }"), [1, 2]);
}

#[track_caller]
fn misfit<T: FromLua + std::fmt::Debug>(lua: &Lua, source: &str, expected: &str) {
    let value: Value = eval(lua, source);
    assert_eq!(lua.unpack::<T>(value).unwrap_err().to_string(), expected);
    assert_eq!(lua.load(source).eval::<T>().unwrap_err().to_string(), expected);
}

#[test]
fn errors_of_conversions_name_the_value() {
    let lua = Lua::new();
    misfit::<u8>(&lua, "300", "cannot make u8 of a number: 300 is out of range");
    misfit::<u32>(&lua, "-1", "cannot make u32 of a number: -1 is out of range");
    misfit::<i32>(&lua, "1.5", "cannot make i32 of a number: 1.5 is not a whole number");
    misfit::<i64>(&lua, "1e300", "cannot make i64 of a number: 1e+300 is out of range");
    misfit::<i64>(&lua, "math.huge", "cannot make i64 of a number: inf is not a whole number");
    misfit::<i32>(&lua, "{}", "cannot make i32 of a table");
    misfit::<f64>(&lua, "'x'", "cannot make f64 of a string");
    misfit::<String>(&lua, "'\\255'", "cannot make String of a string: not UTF-8 at byte 0");
    misfit::<String>(&lua, "nil", "cannot make String of a nil");
    misfit::<Table>(&lua, "1", "cannot make table of a number");
    misfit::<Function>(&lua, "{}", "cannot make function of a table");
    misfit::<Vec<u8>>(
        &lua,
        "{ 1, 256 }",
        "cannot make u8 of a number: position 2: 256 is out of range",
    );
    misfit::<Vec<Vec<i32>>>(
        &lua,
        "{ { 1 }, { 1, {} } }",
        "cannot make i32 of a table: position 2: position 2",
    );
    misfit::<BTreeMap<String, i32>>(&lua, "{ x = true }", "cannot make i32 of a boolean: field x");
    misfit::<[i32; 2]>(&lua, "{ 1 }", "cannot make list of a table: it has 1 items, not 2");

    let error = lua.pack(u64::MAX).unwrap_err();
    assert_eq!(error.to_string(), "cannot make a number of u64: 18446744073709551615 is no double");
    assert!(lua.pack(u128::MAX).is_err());
    assert!(lua.pack(i64::MAX).is_err());
    assert!(lua.pack(i64::MIN).is_ok());
}

#[test]
fn strings_and_numbers_convert_as_in_lua() {
    let lua = Lua::new();
    assert_eq!(eval::<i32>(&lua, "' 0x10 '"), 16);
    assert_eq!(eval::<String>(&lua, "1.5"), "1.5");
    assert_eq!(eval::<LuaString>(&lua, "7"), *"7");
    assert!(eval::<bool>(&lua, "0"));
    assert!(!eval::<bool>(&lua, "nil"));
}

#[test]
fn tuples_take_what_is_there() {
    let lua = Lua::new();
    assert_eq!(eval::<(i32, Option<i32>)>(&lua, "1"), (1, None));
    assert_eq!(eval::<(i32, i32)>(&lua, "return 1, 2, 3"), (1, 2));
    let (first, rest): (i32, Variadic<String>) = eval(&lua, "return 1, 'a', 'b'");
    assert_eq!((first, rest.into_vec()), (1, vec!["a".to_owned(), "b".to_owned()]));
    eval::<()>(&lua, "return 1, 2");
    type Twelve = (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32);
    let echo: Function = eval(&lua, "return function(...) return ... end");
    let twelve: Twelve = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    assert_eq!(echo.call::<Twelve>(twelve).unwrap(), twelve);
    let all: MultiValue = echo.call((1, "a", Variadic::from(vec![true, false]))).unwrap();
    assert_eq!(all.len(), 4);
    let failed: core::result::Result<i32, String> = Err("no".to_owned());
    assert_eq!(echo.call::<(Option<i32>, String)>(failed).unwrap(), (None, "no".to_owned()));
}

/// A conversion that runs Lua and collects while others are under way.
#[derive(Clone, Debug, PartialEq)]
struct Meddler(String);

impl IntoLua for Meddler {
    fn into_lua(self, lua: &Lua) -> Result<Value> {
        lua.load("for i = 1, 100 do local t = { i } end").exec()?;
        lua.collect_garbage()?;
        self.0.into_lua(lua)
    }
}

impl FromLua for Meddler {
    fn from_lua(value: Value, lua: &Lua) -> Result<Self> {
        lua.collect_garbage()?;
        lua.load("for i = 1, 100 do local s = 'x' .. i end").exec()?;
        Ok(Meddler(lua.unpack(value)?))
    }
}

#[test]
fn conversions_may_run_lua_between_each_other() {
    let lua = Lua::new();
    let m = |text: &str| Meddler(text.to_owned());
    let echo: Function = eval(&lua, "return function(...) return ... end");
    let (a, b, c): (Meddler, Meddler, Meddler) = echo.call((m("1"), m("22"), m("333"))).unwrap();
    assert_eq!((a, b, c), (m("1"), m("22"), m("333")));
    let list = vec![m("a"), m("b"), m("c")];
    assert_eq!(echo.call::<Vec<Meddler>>(list.clone()).unwrap(), list);
    let map = BTreeMap::from([("k".to_owned(), m("v")), ("l".to_owned(), m("w"))]);
    assert_eq!(echo.call::<BTreeMap<String, Meddler>>(map.clone()).unwrap(), map);
    let host = lua.create_function(|_, (a, b): (Meddler, Meddler)| Ok((b, a))).unwrap();
    assert_eq!(host.call::<(Meddler, Meddler)>((m("x"), m("y"))).unwrap(), (m("y"), m("x")));
    still_works(&lua);
}
