//! Objects of the host.

use crate::support::*;

#[test]
fn userdata_have_fields_methods_and_metamethods() {
    let lua = Lua::new();
    let v = lua.create_userdata(Vector { x: 1.0, y: 2.0 }).unwrap();
    lua.globals().set("v", &v).unwrap();
    let cases = [
        ("v.x", "1"),
        ("v.dimensions", "2"),
        ("v.z", "no z"),
        ("v:dot(v)", "5"),
        ("tostring(v + v)", "(2, 4)"),
        ("tostring(v.new(7, 8))", "(7, 8)"),
        ("tostring(v.self == v)", "true"),
        ("tostring(v == v.new(1, 2))", "true"),
        ("tostring(v == v.new(1, 3))", "false"),
        ("v(10)", "11"),
        ("type(v)", "userdata"),
        ("tostring(getmetatable(v))", "false"),
    ];
    for (source, expected) in cases {
        assert_eq!(eval::<String>(&lua, source), expected, "{source}");
    }
    lua.load("v:scale(3) v.x = v.x + 1 v.y = 0").exec().unwrap();
    assert_eq!(*v.borrow::<Vector>().unwrap(), Vector { x: 4.0, y: 0.0 });
    v.borrow_mut::<Vector>().unwrap().x = 9.0;
    assert_eq!(eval::<f64>(&lua, "v.x"), 9.0);
    assert!(v.is::<Vector>() && !v.is::<Plain>());
    assert!(v.equals(&lua.create_userdata(Vector { x: 9.0, y: 0.0 }).unwrap()).unwrap());
    let mismatch = v.borrow::<Plain>().unwrap_err();
    assert_eq!(mismatch.to_string(), "the userdata is not a Plain");
}

#[test]
fn userdata_refuse_what_does_not_fit() {
    let lua = Lua::new();
    let v = lua.create_userdata(Vector { x: 1.0, y: 2.0 }).unwrap();
    lua.globals().set("v", &v).unwrap();
    lua.globals().set("plain", lua.create_userdata(Plain).unwrap()).unwrap();
    let cases = [
        ("v.dot(1)", "t:1: bad argument #1 to 'dot' (Vector expected, got number)"),
        ("v.dot(plain, v)", "t:1: bad argument #1 to 'dot' (Vector expected, got userdata)"),
        ("v:dot({})", "t:1: bad argument #1 to 'dot' (userdata expected, got table)"),
        ("v:dot(plain)", "t:1: bad argument #1 to 'dot' (Vector expected, got userdata)"),
        ("v.dimensions = 3", "t:1: cannot set field 'dimensions'"),
        ("plain.x = 3", "t:1: attempt to index global 'plain' (a userdata value)"),
        ("v:during(function() return v.x end)", "the userdata is borrowed already"),
        ("v:reading(function() v.x = 1 end)", "the userdata is borrowed already"),
    ];
    for (source, expected) in cases {
        assert_eq!(error(&lua, source).to_string(), expected, "{source}");
    }
    // What failed in between is not borrowed any more.
    assert_eq!(eval::<f64>(&lua, "return v.x"), 2.0);
    lua.load("v:reading(function() return v.x end)").exec().unwrap();
    let guard = v.borrow::<Vector>().unwrap();
    assert!(matches!(v.take::<Vector>().unwrap_err().kind(), ErrorKind::UserDataBorrowed));
    drop(guard);
    assert_eq!(v.take::<Vector>().unwrap(), Vector { x: 2.0, y: 2.0 });
    assert!(matches!(v.borrow::<Vector>().unwrap_err().kind(), ErrorKind::UserDataTaken));
    assert_eq!(error(&lua, "return v.x").to_string(), "the userdata's value was taken out");
    still_works(&lua);
}

#[test]
fn userdata_are_dropped_when_collected() {
    struct Noisy(Rc<Cell<i32>>, Option<Lua>);
    impl UserData for Noisy {}
    impl Drop for Noisy {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
            if let Some(lua) = &self.1 {
                // The collector is at work: this is refused, and nothing else.
                assert!(lua.create_table().is_err());
            }
        }
    }
    let lua = Lua::new();
    let dropped = Rc::new(Cell::new(0));
    lua.globals().set("kept", Noisy(dropped.clone(), None)).unwrap();
    drop(lua.create_userdata(Noisy(dropped.clone(), Some(lua.clone()))).unwrap());
    lua.collect_garbage().unwrap();
    assert_eq!(dropped.get(), 1);
    drop(lua);
    assert_eq!(dropped.get(), 2);
}
