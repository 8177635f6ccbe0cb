//! Errors: texts, values, causes.

use crate::support::*;

#[test]
fn syntax_errors_say_where_and_whether_more_would_help() {
    let lua = Lua::new();
    let check = |source: &str, at: u32, incomplete: bool| {
        let error = lua.load(source).set_name("=t").exec().unwrap_err();
        let ErrorKind::Syntax { line, incomplete_input, .. } = error.kind() else {
            panic!("{error}")
        };
        assert_eq!((*line, *incomplete_input), (at, incomplete), "{error}");
    };
    check("for i = 1", 1, true);
    check("x = = 1", 1, false);
    check("\n\nlocal function f(", 3, true);
    check("return 'a", 1, true);
    check("return 'a\n'", 1, false);
    let unnamed = lua.load("x = ").exec().unwrap_err();
    assert_eq!(unnamed.to_string(), "[string \"x = \"]:1: unexpected symbol near '<eof>'");
}

#[test]
fn raised_values_come_back() {
    let lua = Lua::new();
    let value = |source: &str| error(&lua, source).value(&lua).unwrap().unwrap();
    assert_eq!(value("error('text', 0)"), Value::String("text".into()));
    assert_eq!(value("error(42, 0)"), Value::Number(42.0));
    assert_eq!(value("error(nil)"), Value::Nil);
    assert_eq!(value("error(false)"), Value::Boolean(false));
    let held: Vec<Error> = (0..100).map(|n| error(&lua, &format!("error({{ {n} }})"))).collect();
    lua.collect_garbage().unwrap();
    for (n, error) in held.iter().enumerate() {
        let Some(Value::Table(table)) = error.value(&lua).unwrap() else { panic!("no table") };
        assert_eq!(table.get::<usize>(1).unwrap(), n);
        assert_eq!(error.to_string(), "(error object is a table value)");
    }
    assert!(matches!(held[0].value(&Lua::new()).unwrap_err().kind(), ErrorKind::ForeignHandle));
}

#[test]
fn errors_of_the_host_come_back_as_they_were() {
    let lua = Lua::new();
    let fail = lua.create_function(|_, n: u32| Err::<(), _>(Broken(n)).into_lua_err()).unwrap();
    lua.globals().set("fail", fail).unwrap();
    let plain = error(&lua, "fail(1)");
    assert_eq!(plain.downcast_ref::<Broken>(), Some(&Broken(1)));
    assert_eq!(plain.to_string(), "broken 1");
    assert!(matches!(plain.kind(), ErrorKind::Callback { .. }));
    assert!(String::from_utf8_lossy(plain.traceback()).contains("t:1:"));
    let source = std::error::Error::source(&plain).unwrap();
    assert_eq!(source.to_string(), "broken 1");
    let rethrown = error(&lua, "local ok, e = pcall(fail, 2) error(e)");
    assert_eq!(rethrown.downcast_ref::<Broken>(), Some(&Broken(2)));
    let through = error(&lua, "coroutine.wrap(function() fail(3) end)()");
    assert_eq!(through.downcast_ref::<Broken>(), Some(&Broken(3)));
    // Scripts can read it, too.
    assert_eq!(eval::<String>(&lua, "return tostring(select(2, pcall(fail, 4)))"), "broken 4");
    assert_eq!(
        eval::<String>(&lua, "local _, e = pcall(fail, 5) return 'so: ' .. e .. '!'"),
        "so: broken 5!"
    );
    assert!(!eval::<bool>(&lua, "local _, e = pcall(fail, 5) return getmetatable(e)"));
    let message: String = eval(
        &lua,
        "return select(2, xpcall(function() fail(6) end, function(e) return 'h ' .. tostring(e) end))",
    );
    assert_eq!(message, "h broken 6");
    // And the host can take it as an argument or raise it anew.
    let again = lua.create_function(|_, e: Error| Err::<(), _>(e)).unwrap();
    lua.globals().set("again", again).unwrap();
    let mut chain = "local _, e = pcall(fail, 7) ".to_owned();
    chain += "for i = 1, 50 do _, e = pcall(again, e) end error(e)";
    assert_eq!(error(&lua, &chain).downcast_ref::<Broken>(), Some(&Broken(7)));
    assert_eq!(error(&lua, "again({})").to_string(), "(error object is a table value)");
    assert_eq!(error(&lua, "again('x')").to_string(), "x");
}

#[test]
fn errors_are_one_pointer_and_go_anywhere() {
    fn anywhere<T: Send + Sync + std::error::Error + 'static>(_: T) {}
    anywhere(Error::runtime("x"));
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    let boxed: Box<dyn std::error::Error + Send + Sync> = Error::runtime("y").into();
    assert_eq!(boxed.to_string(), "y");
    let lua = Lua::new();
    let raise = lua
        .create_function(|lua, ()| Err::<(), _>(Error::raise(lua, lua.create_table()?)?))
        .unwrap();
    lua.globals().set("raise", raise).unwrap();
    assert_eq!(eval::<String>(&lua, "return type(select(2, pcall(raise)))"), "table");
    let text = lua.create_function(|_, ()| Err::<(), _>(Error::runtime("no"))).unwrap();
    lua.globals().set("text", text).unwrap();
    assert_eq!(error(&lua, "local x\ntext()").to_string(), "t:2: no");
}
