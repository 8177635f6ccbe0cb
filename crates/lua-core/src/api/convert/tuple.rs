//! Tuples: several values, of which the last may stand for the rest.

use super::{FromLua, FromLuaMulti, IntoLua, IntoLuaMulti, Misfit, Pins, Raw};
use crate::api::error::Result;
use crate::api::lua::Lua;
use crate::api::value::{MultiValue, Value};
use crate::value::Value as RawValue;

impl IntoLuaMulti for () {
    fn into_lua_multi(self, _: &Lua) -> Result<MultiValue> {
        Ok(MultiValue::new())
    }

    fn push_into(self, _: &mut Pins<'_>) -> Result<()> {
        Ok(())
    }
}

impl FromLuaMulti for () {
    fn from_lua_multi(_: MultiValue, _: &Lua) -> Result<Self> {
        Ok(())
    }

    fn from_raws(_: &[Raw], _: &Lua, _: usize) -> Result<Self, Misfit> {
        Ok(())
    }
}

macro_rules! tuple {
    ($($name:ident)* | $last:ident) => {
        impl<$($name: IntoLua,)* $last: IntoLuaMulti> IntoLuaMulti for ($($name,)* $last,) {
            #[allow(non_snake_case, reason = "the variables are named after the types")]
            fn into_lua_multi(self, lua: &Lua) -> Result<MultiValue> {
                let ($($name,)* $last,) = self;
                #[allow(unused_mut, reason = "nothing precedes the last of one")]
                let mut values: Vec<Value> = vec![$($name.into_lua(lua)?,)*];
                values.extend($last.into_lua_multi(lua)?);
                Ok(values.into())
            }

            #[allow(non_snake_case, reason = "the variables are named after the types")]
            fn push_into(self, pins: &mut Pins<'_>) -> Result<()> {
                let ($($name,)* $last,) = self;
                $(pins.push_into_lua($name)?;)*
                $last.push_into(pins)
            }
        }

        impl<$($name: FromLua,)* $last: FromLuaMulti> FromLuaMulti for ($($name,)* $last,) {
            #[allow(non_snake_case, reason = "the variables are named after the types")]
            fn from_lua_multi(values: MultiValue, lua: &Lua) -> Result<Self> {
                #[allow(unused_mut, reason = "nothing precedes the last of one")]
                let mut values = values.into_iter();
                $(let $name = $name::from_lua(values.next().unwrap_or_default(), lua)?;)*
                Ok(($($name,)* $last::from_lua_multi(values.collect(), lua)?,))
            }

            #[allow(non_snake_case, reason = "the variables are named after the types")]
            fn from_raws(raws: &[Raw], lua: &Lua, position: usize) -> Result<Self, Misfit> {
                #[allow(unused_mut, reason = "nothing precedes the last of one")]
                let (mut rest, mut at) = (raws, position);
                $(
                    let (first, others) = match rest {
                        [first, others @ ..] => (*first, others),
                        [] => (Raw(RawValue::NIL), rest),
                    };
                    let $name = $name::from_raw(first, lua)
                        .map_err(|error| Misfit { position: at, error })?;
                    rest = others;
                    at += 1;
                )*
                Ok(($($name,)* $last::from_raws(rest, lua, at)?,))
            }
        }
    };
}

tuple!(| A);
tuple!(A | B);
tuple!(A B | C);
tuple!(A B C | D);
tuple!(A B C D | E);
tuple!(A B C D E | F);
tuple!(A B C D E F | G);
tuple!(A B C D E F G | H);
tuple!(A B C D E F G H | I);
tuple!(A B C D E F G H I | J);
tuple!(A B C D E F G H I J | K);
tuple!(A B C D E F G H I J K | L);
