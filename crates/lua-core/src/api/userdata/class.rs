//! The metatable of a type of the host, made once for each machine.
//!
//! ```text
//!   metatable.__index = methods                          when no field is computed
//!                     = native(getters, methods, own)    otherwise: asked in this order
//!   metatable.__newindex = native(setters, own)
//! ```

use std::any::{TypeId, type_name};
use std::future::Future;
use std::marker::PhantomData;
use std::rc::Rc;

use super::{AnyUserData, Slot, UserData, UserDataFields, UserDataMethods, UserDataRef};
use crate::api::convert::{FromLua, FromLuaMulti, IntoLua, IntoLuaMulti, Misfit, Raw};
use crate::api::error::{Error, ErrorKind, Result};
use crate::api::function::{self, AsyncCallback, Callback, Function};
use crate::api::lua::Lua;
use crate::api::runs::Core;
use crate::api::table::Table;
use crate::api::value::Value;
use crate::error::Failure;
use crate::machine::Root;
use crate::native::{CallContext, Outcome};
use crate::value::Value as RawValue;

/// The metatable of the type.
pub(in crate::api) fn metatable<T: UserData>(lua: &Lua) -> Result<Rc<Root>> {
    let id = TypeId::of::<T>();
    if let Some((_, root)) = lua.classes().borrow().iter().find(|(known, _)| *known == id) {
        return Ok(root.clone());
    }
    let mut class = Class::<T>::new();
    T::add_fields(&mut class);
    T::add_methods(&mut class);
    let table = class.build(lua)?;
    let root = table.0.root.clone();
    lua.classes().borrow_mut().push((id, root.clone()));
    Ok(root)
}

/// The slot of a userdata that holds a `T`.
pub(super) fn slot_of<T: 'static>(core: &Core, value: RawValue) -> Result<Slot<T>> {
    let mismatch = || Error::from(ErrorKind::UserDataType { expected: short_name::<T>() });
    let Some(userdata) = value.as_userdata() else { return Err(mismatch()) };
    let data = core.machine.vm.heap.userdata[userdata].data.as_deref();
    data.and_then(super::slot_in::<T>).ok_or_else(mismatch)
}

/// The type's name without its path.
fn short_name<T>() -> &'static str {
    let name = type_name::<T>();
    // Of a generic type the path before the first bracket is what is cut.
    let path_end = name.find('<').unwrap_or(name.len());
    let start = name[..path_end].rfind("::").map_or(0, |at| at + 2);
    &name[start..]
}

/// What a name stands for.
enum Member {
    Function(Rc<Callback>),
    Async(Rc<AsyncCallback>),
    Value(Box<Make>),
}

/// Makes a value for a machine.
type Make = dyn FnOnce(&Lua) -> Result<Value>;

impl Member {
    fn into_value(self, lua: &Lua) -> Result<Value> {
        match self {
            Member::Function(callback) => lua.function_of(callback).map(Value::Function),
            Member::Async(callback) => lua.async_function_of(callback).map(Value::Function),
            Member::Value(make) => make(lua),
        }
    }
}

type Members = Vec<(String, Member)>;

/// A type's declarations on their way into a metatable.
struct Class<T> {
    methods: Members,
    getters: Members,
    setters: Members,
    metamethods: Members,
    of: PhantomData<fn() -> T>,
}

impl<T: UserData> Class<T> {
    fn new() -> Self {
        Class {
            methods: Vec::new(),
            getters: Vec::new(),
            setters: Vec::new(),
            metamethods: Vec::new(),
            of: PhantomData,
        }
    }

    fn build(self, lua: &Lua) -> Result<Table> {
        let has_getters = !self.getters.is_empty();
        let has_setters = !self.setters.is_empty();
        let methods = table_of(lua, self.methods)?;
        let getters = table_of(lua, self.getters)?;
        let setters = table_of(lua, self.setters)?;
        let metatable = table_of(lua, self.metamethods)?;
        let own_index: Value = metatable.raw_get("__index")?;
        if has_getters || !own_index.is_nil() {
            let native = native_with(lua, "userdata_index", index, &getters, &methods, &own_index)?;
            metatable.raw_set("__index", native)?;
        } else {
            metatable.raw_set("__index", &methods)?;
        }
        if has_setters {
            let own: Value = metatable.raw_get("__newindex")?;
            let native =
                native_with(lua, "userdata_newindex", new_index, &setters, &methods, &own)?;
            metatable.raw_set("__newindex", native)?;
        }
        // Scripts neither see nor change what the host relies on.
        metatable.raw_set("__metatable", false)?;
        Ok(metatable)
    }

    /// A callback whose first argument is a value of the type.
    fn method<A: FromLuaMulti, R: IntoLuaMulti>(
        method: impl Fn(&Lua, &Slot<T>, A) -> Result<R> + 'static,
    ) -> Member {
        Member::Function(Rc::new(move |lua, raws, pins| {
            let (slot, rest) = receiver::<T>(lua, raws)?;
            let args = A::from_raws(rest, lua, 2)?;
            Ok(method(lua, &slot, args)?.into_next(pins)?)
        }))
    }

    fn reader<A: FromLuaMulti, R: IntoLuaMulti>(
        method: impl Fn(&Lua, &T, A) -> Result<R> + 'static,
    ) -> Member {
        Self::method(move |lua, slot, args| method(lua, &*super::borrow(slot)?, args))
    }

    fn writer<A: FromLuaMulti, R: IntoLuaMulti>(
        method: impl Fn(&Lua, &mut T, A) -> Result<R> + 'static,
    ) -> Member {
        Self::method(move |lua, slot, args| method(lua, &mut *super::borrow_mut(slot)?, args))
    }
}

/// The value that a method is called on, and the other arguments.
fn receiver<'r, T: UserData>(lua: &Lua, raws: &'r [Raw]) -> Result<(Slot<T>, &'r [Raw]), Misfit> {
    let (first, rest) = match raws {
        [first, rest @ ..] => (first.0, rest),
        [] => (RawValue::NIL, raws),
    };
    let slot = lua.with(|core| slot_of::<T>(core, first));
    let Ok(slot) = slot else {
        let error = Error::conversion(first.type_name(), short_name::<T>(), None);
        return Err(Misfit { position: 1, error });
    };
    Ok((slot, rest))
}

fn table_of(lua: &Lua, members: Members) -> Result<Table> {
    let table = lua.create_table()?;
    for (name, member) in members {
        table.raw_set(name, member.into_value(lua)?)?;
    }
    Ok(table)
}

fn native_with(
    lua: &Lua,
    name: &'static str,
    native: crate::native::NativeFn,
    accessors: &Table,
    methods: &Table,
    own: &Value,
) -> Result<Function> {
    lua.with(|core| {
        let upvalues = [accessors.0.raw(core)?, methods.0.raw(core)?, core.raw(own)?];
        let native = core.machine.with_context(|cx| cx.new_native(name, native, &upvalues));
        let native = native.map_err(|failure| core.error(failure))?;
        Ok(Function(core.handle(native)))
    })
}

/// `userdata[key]`: a getter, a method, or what the type's own `__index` gives.
fn index(cx: &mut CallContext<'_>) -> Result<Outcome, Failure> {
    let key = cx.arg(2);
    let own = cx.upvalue(2);
    let member = |cx: &CallContext<'_>, index| match cx.upvalue(index).as_table() {
        Some(table) => cx.raw_get(table, key),
        None => RawValue::NIL,
    };
    let getter = member(cx, 0);
    if !getter.is_nil() {
        return tail_call(cx, getter, 1);
    }
    let method = member(cx, 1);
    if method.is_nil() && !own.is_nil() {
        return tail_call(cx, own, 2);
    }
    cx.return1(method)
}

/// `userdata[key] = value`: a setter, or what the type's own `__newindex` does.
fn new_index(cx: &mut CallContext<'_>) -> Result<Outcome, Failure> {
    let (key, value) = (cx.arg(2), cx.arg(3));
    let own = cx.upvalue(2);
    let setter = match cx.upvalue(0).as_table() {
        Some(table) => cx.raw_get(table, key),
        None => RawValue::NIL,
    };
    if !setter.is_nil() {
        cx.set_arg(2, value);
        return tail_call(cx, setter, 2);
    }
    if !own.is_nil() {
        return tail_call(cx, own, 3);
    }
    let mut text = b"cannot set field '".to_vec();
    cx.describe(key, &mut text);
    text.push(b'\'');
    Err(cx.error(text))
}

/// A function takes the native's place, with its first arguments.
fn tail_call(
    cx: &mut CallContext<'_>,
    function: RawValue,
    args: usize,
) -> Result<Outcome, Failure> {
    cx.push(function)?;
    for position in 1..=args {
        let arg = cx.arg(position);
        cx.push(arg)?;
    }
    Ok(Outcome::TailCall { at: (cx.co.top - args - 1) as u32, args: args as u32 })
}

impl<T: UserData> UserDataFields<T> for Class<T> {
    fn add_field<V: IntoLua + 'static>(&mut self, name: &str, value: V) {
        let make = Box::new(move |lua: &Lua| value.into_lua(lua));
        self.methods.push((name.to_owned(), Member::Value(make)));
    }

    fn add_field_method_get<R: IntoLua>(
        &mut self,
        name: &str,
        method: impl Fn(&Lua, &T) -> Result<R> + 'static,
    ) {
        let member = Self::reader(move |lua, this, ()| method(lua, this));
        self.getters.push((name.to_owned(), member));
    }

    fn add_field_method_set<A: FromLua>(
        &mut self,
        name: &str,
        method: impl Fn(&Lua, &mut T, A) -> Result<()> + 'static,
    ) {
        self.setters.push((name.to_owned(), Self::writer(method)));
    }

    fn add_field_function_get<R: IntoLua>(
        &mut self,
        name: &str,
        function: impl Fn(&Lua, AnyUserData) -> Result<R> + 'static,
    ) {
        let callback = function::callback(function);
        self.getters.push((name.to_owned(), Member::Function(callback)));
    }

    fn add_field_function_set<A: FromLua>(
        &mut self,
        name: &str,
        function: impl Fn(&Lua, AnyUserData, A) -> Result<()> + 'static,
    ) {
        let callback = function::callback(move |lua, (this, value)| function(lua, this, value));
        self.setters.push((name.to_owned(), Member::Function(callback)));
    }
}

impl<T: UserData> UserDataMethods<T> for Class<T> {
    fn add_method<A: FromLuaMulti, R: IntoLuaMulti>(
        &mut self,
        name: &str,
        method: impl Fn(&Lua, &T, A) -> Result<R> + 'static,
    ) {
        self.methods.push((name.to_owned(), Self::reader(method)));
    }

    fn add_method_mut<A: FromLuaMulti, R: IntoLuaMulti>(
        &mut self,
        name: &str,
        method: impl Fn(&Lua, &mut T, A) -> Result<R> + 'static,
    ) {
        self.methods.push((name.to_owned(), Self::writer(method)));
    }

    fn add_async_method<A: FromLuaMulti, R: IntoLuaMulti + 'static, F>(
        &mut self,
        name: &str,
        method: impl Fn(Lua, UserDataRef<T>, A) -> F + 'static,
    ) where
        F: Future<Output = Result<R>> + 'static,
    {
        let begin = Rc::new(method);
        let callback: Rc<AsyncCallback> = Rc::new(move |lua, raws| {
            let (slot, rest) = receiver::<T>(lua, raws)?;
            let this = super::borrow(&slot)?;
            let args = A::from_raws(rest, lua, 2)?;
            let future = begin(lua.clone(), this, args);
            Ok(function::pending(lua, future))
        });
        self.methods.push((name.to_owned(), Member::Async(callback)));
    }

    fn add_function<A: FromLuaMulti, R: IntoLuaMulti>(
        &mut self,
        name: &str,
        function: impl Fn(&Lua, A) -> Result<R> + 'static,
    ) {
        self.methods.push((name.to_owned(), Member::Function(function::callback(function))));
    }

    fn add_meta_method<A: FromLuaMulti, R: IntoLuaMulti>(
        &mut self,
        name: &str,
        method: impl Fn(&Lua, &T, A) -> Result<R> + 'static,
    ) {
        self.metamethods.push((name.to_owned(), Self::reader(method)));
    }

    fn add_meta_method_mut<A: FromLuaMulti, R: IntoLuaMulti>(
        &mut self,
        name: &str,
        method: impl Fn(&Lua, &mut T, A) -> Result<R> + 'static,
    ) {
        self.metamethods.push((name.to_owned(), Self::writer(method)));
    }

    fn add_meta_function<A: FromLuaMulti, R: IntoLuaMulti>(
        &mut self,
        name: &str,
        function: impl Fn(&Lua, A) -> Result<R> + 'static,
    ) {
        self.metamethods.push((name.to_owned(), Member::Function(function::callback(function))));
    }
}
