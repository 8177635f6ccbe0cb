//! Userdata: objects of the host, with methods, fields and metamethods that are the host's functions.

pub(super) mod class;

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;

use crate::api::convert::{FromLua, FromLuaMulti, IntoLua, IntoLuaMulti};
use crate::api::error::{ErrorKind, Result};
use crate::api::lua::Lua;
use crate::api::table::Table;
use crate::api::value::{Handle, Value};
use crate::value::Value as RawValue;

/// A type of the host whose values are Lua objects.
///
/// ```
/// use lua_core::{Lua, UserData, UserDataFields, UserDataMethods};
///
/// struct Counter(i64);
///
/// impl UserData for Counter {
///     fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
///         fields.add_field_method_get("value", |_, this| Ok(this.0));
///         fields.add_field_method_set("value", |_, this, value| {
///             this.0 = value;
///             Ok(())
///         });
///     }
///
///     fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
///         methods.add_method_mut("add", |_, this, n: i64| {
///             this.0 += n;
///             Ok(this.0)
///         });
///         methods.add_function("new", |_, start: Option<i64>| Ok(Counter(start.unwrap_or(0))));
///         methods.add_meta_method("__tostring", |_, this, ()| Ok(format!("Counter({})", this.0)));
///     }
/// }
///
/// let lua = Lua::new();
/// let counter = lua.create_userdata(Counter(40))?;
/// lua.globals().set("counter", &counter)?;
/// lua.load("counter:add(1); counter.value = counter.value + 1").exec()?;
/// assert_eq!(counter.borrow::<Counter>()?.0, 42);
/// assert_eq!(lua.load("tostring(counter)").eval::<String>()?, "Counter(42)");
/// # Ok::<(), lua_core::Error>(())
/// ```
pub trait UserData: Sized + 'static {
    /// Declares the fields; called once for each [`Lua`].
    fn add_fields<F: UserDataFields<Self>>(_fields: &mut F) {}

    /// Declares methods, functions and metamethods; called once for each [`Lua`].
    fn add_methods<M: UserDataMethods<Self>>(_methods: &mut M) {}
}

/// Where a type's fields are declared.
pub trait UserDataFields<T> {
    /// A field that is the same for all values of the type.
    fn add_field<V: IntoLua + 'static>(&mut self, name: &str, value: V);

    /// What reading a field gives.
    fn add_field_method_get<R: IntoLua>(
        &mut self,
        name: &str,
        method: impl Fn(&Lua, &T) -> Result<R> + 'static,
    );

    /// What writing to a field does.
    fn add_field_method_set<A: FromLua>(
        &mut self,
        name: &str,
        method: impl Fn(&Lua, &mut T, A) -> Result<()> + 'static,
    );

    /// What reading a field gives, made of the userdata itself.
    fn add_field_function_get<R: IntoLua>(
        &mut self,
        name: &str,
        function: impl Fn(&Lua, AnyUserData) -> Result<R> + 'static,
    );

    /// What writing to a field does, with the userdata itself.
    fn add_field_function_set<A: FromLua>(
        &mut self,
        name: &str,
        function: impl Fn(&Lua, AnyUserData, A) -> Result<()> + 'static,
    );
}

/// Where a type's methods are declared. Metamethods have their names in Lua: `__add`, `__index`, `__call`.
pub trait UserDataMethods<T> {
    /// A method that reads the value: `value:name(...)`.
    fn add_method<A: FromLuaMulti, R: IntoLuaMulti>(
        &mut self,
        name: &str,
        method: impl Fn(&Lua, &T, A) -> Result<R> + 'static,
    );

    /// A method that changes the value. While it runs, no other method finds the value.
    fn add_method_mut<A: FromLuaMulti, R: IntoLuaMulti>(
        &mut self,
        name: &str,
        method: impl Fn(&Lua, &mut T, A) -> Result<R> + 'static,
    );

    /// A method that suspends its run; see [`Lua::create_async_function`].
    fn add_async_method<A: FromLuaMulti, R: IntoLuaMulti + 'static, F>(
        &mut self,
        name: &str,
        method: impl Fn(Lua, UserDataRef<T>, A) -> F + 'static,
    ) where
        F: Future<Output = Result<R>> + 'static;

    /// A function without a value: `value.name(...)`.
    fn add_function<A: FromLuaMulti, R: IntoLuaMulti>(
        &mut self,
        name: &str,
        function: impl Fn(&Lua, A) -> Result<R> + 'static,
    );

    /// A metamethod that reads the value, which is its first operand.
    fn add_meta_method<A: FromLuaMulti, R: IntoLuaMulti>(
        &mut self,
        name: &str,
        method: impl Fn(&Lua, &T, A) -> Result<R> + 'static,
    );

    /// A metamethod that changes the value, which is its first operand.
    fn add_meta_method_mut<A: FromLuaMulti, R: IntoLuaMulti>(
        &mut self,
        name: &str,
        method: impl Fn(&Lua, &mut T, A) -> Result<R> + 'static,
    );

    /// A metamethod that gets its operands as they are: of `1 + value` the value is the second.
    fn add_meta_function<A: FromLuaMulti, R: IntoLuaMulti>(
        &mut self,
        name: &str,
        function: impl Fn(&Lua, A) -> Result<R> + 'static,
    );
}

/// A handle of a userdata, whatever it holds.
#[derive(Clone, PartialEq)]
pub struct AnyUserData(pub(super) Handle);

impl fmt::Debug for AnyUserData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "userdata: {:?}", self.0)
    }
}

/// What a userdata of the host holds: the value can be lent without the machine.
pub(super) type Slot<T> = Rc<RefCell<Content<T>>>;

/// Bytes of a slot and of the counts of its blocks.
const BLOCKS_BYTES: usize = 64;

/// The value of a userdata.
pub(super) enum Content<T> {
    /// It is here; each borrower has a count of it.
    Present(Rc<T>),
    /// It is borrowed mutably.
    Lent,
    /// It was taken out for good.
    Taken,
}

impl AnyUserData {
    pub(super) fn new<T: UserData>(lua: &Lua, data: T) -> Result<AnyUserData> {
        let metatable = class::metatable::<T>(lua)?;
        let slot: Slot<T> = Rc::new(RefCell::new(Content::Present(Rc::new(data))));
        let size = size_of::<T>() + BLOCKS_BYTES;
        lua.with(|core| {
            let metatable = core.machine.rooted(&metatable).and_then(RawValue::as_table);
            let made =
                core.machine.with_context(|cx| cx.new_userdata(Box::new(slot), size, metatable));
            let userdata = made.map_err(|failure| core.error(failure))?;
            Ok(AnyUserData(core.handle(userdata)))
        })
    }

    /// True when it holds a `T`.
    pub fn is<T: UserData>(&self) -> bool {
        self.slot::<T>().is_ok()
    }

    /// The value, to read.
    ///
    /// # Errors
    /// [`ErrorKind::UserDataType`] when it is no `T`; [`ErrorKind::UserDataBorrowed`] while it is borrowed mutably.
    pub fn borrow<T: UserData>(&self) -> Result<UserDataRef<T>> {
        borrow(&self.slot()?)
    }

    /// The value, to change.
    ///
    /// # Errors
    /// [`ErrorKind::UserDataType`] when it is no `T`; [`ErrorKind::UserDataBorrowed`] while it is borrowed.
    pub fn borrow_mut<T: UserData>(&self) -> Result<UserDataRefMut<T>> {
        borrow_mut(&self.slot()?)
    }

    /// Takes the value out: methods that scripts call afterwards fail.
    ///
    /// # Errors
    /// As [`Self::borrow_mut`].
    pub fn take<T: UserData>(&self) -> Result<T> {
        let slot = self.slot::<T>()?;
        let mut content = slot.try_borrow_mut().map_err(|_| ErrorKind::UserDataBorrowed)?;
        match core::mem::replace(&mut *content, Content::Taken) {
            Content::Present(value) => Rc::try_unwrap(value).map_err(|value| {
                *content = Content::Present(value);
                ErrorKind::UserDataBorrowed.into()
            }),
            Content::Lent => {
                *content = Content::Lent;
                Err(ErrorKind::UserDataBorrowed.into())
            }
            Content::Taken => Err(ErrorKind::UserDataTaken.into()),
        }
    }

    /// The userdata's metatable.
    ///
    /// # Errors
    /// [`ErrorKind::Destroyed`].
    pub fn metatable(&self) -> Result<Option<Table>> {
        self.0.with(|core, raw| {
            let metatable = core.machine.metatable(raw);
            Ok(metatable.map(|table| Table(core.handle(table.into()))))
        })
    }

    /// What `a == b` gives in a script, `__eq` included. Whether it is the same object: `==`.
    ///
    /// # Errors
    /// Those of the metamethod.
    pub fn equals(&self, other: &AnyUserData) -> Result<bool> {
        Value::UserData(self.clone()).equals(&Value::UserData(other.clone()))
    }

    fn slot<T: UserData>(&self) -> Result<Slot<T>> {
        self.0.with(|core, raw| class::slot_of(core, raw))
    }
}

pub(super) fn borrow<T>(slot: &Slot<T>) -> Result<UserDataRef<T>> {
    match &*slot.try_borrow().map_err(|_| ErrorKind::UserDataBorrowed)? {
        Content::Present(value) => Ok(UserDataRef(value.clone())),
        Content::Lent => Err(ErrorKind::UserDataBorrowed.into()),
        Content::Taken => Err(ErrorKind::UserDataTaken.into()),
    }
}

pub(super) fn borrow_mut<T>(slot: &Slot<T>) -> Result<UserDataRefMut<T>> {
    let mut content = slot.try_borrow_mut().map_err(|_| ErrorKind::UserDataBorrowed)?;
    match core::mem::replace(&mut *content, Content::Lent) {
        Content::Present(value) if Rc::strong_count(&value) == 1 => {
            drop(content);
            Ok(UserDataRefMut { value: Some(value), slot: slot.clone() })
        }
        Content::Taken => {
            *content = Content::Taken;
            Err(ErrorKind::UserDataTaken.into())
        }
        other => {
            *content = other;
            Err(ErrorKind::UserDataBorrowed.into())
        }
    }
}

/// A userdata's value, borrowed to read. As long as it lives nothing can change or take the value.
pub struct UserDataRef<T>(Rc<T>);

impl<T> Deref for UserDataRef<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: fmt::Debug> fmt::Debug for UserDataRef<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A userdata's value, borrowed to change.
pub struct UserDataRefMut<T> {
    /// There until it is dropped, and counted nowhere else.
    value: Option<Rc<T>>,
    slot: Slot<T>,
}

impl<T> Deref for UserDataRefMut<T> {
    type Target = T;

    fn deref(&self) -> &T {
        match &self.value {
            Some(value) => value,
            None => unreachable!("only dropping takes the value away"),
        }
    }
}

impl<T> DerefMut for UserDataRefMut<T> {
    fn deref_mut(&mut self) -> &mut T {
        match self.value.as_mut().and_then(Rc::get_mut) {
            Some(value) => value,
            None => unreachable!("nothing else counts the value while it is lent"),
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for UserDataRefMut<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T> Drop for UserDataRefMut<T> {
    fn drop(&mut self) {
        if let Some(value) = self.value.take()
            && let Ok(mut content) = self.slot.try_borrow_mut()
        {
            *content = Content::Present(value);
        }
    }
}

/// What a userdata holds, as a slot of a `T`.
pub(super) fn slot_in<T: 'static>(data: &dyn Any) -> Option<Slot<T>> {
    data.downcast_ref::<Slot<T>>().cloned()
}
