//! `cjson`: JSON to Lua values and back, as lua-cjson 2.1.0 in Redis 7.0.15 does it (`../redis7/modules.md`).
//!
//! A module's settings lie in a userdata that all its functions have as their upvalue; `cjson.new` makes
//! another module. Neither direction recurses: the tables in progress are a list, bounded by the settings'
//! depth and charged to memory.

mod decode;
mod encode;
mod number;

use std::any::Any;

use lua_core::error::{Ending, Failure};
use lua_core::handle::TableIndex;
use lua_core::machine::Machine;
use lua_core::native::{CallContext, NativeFn, Outcome};
use lua_core::value::{Type, Value};
use snapshot::{Reader, Writer};

use crate::limits;

type Native = Result<Outcome, Failure>;

/// The functions of a module.
const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("encode", encode::encode),
    ("decode", decode::decode),
    ("encode_sparse_array", encode_sparse_array),
    ("encode_max_depth", encode_max_depth),
    ("decode_max_depth", decode_max_depth),
    ("encode_number_precision", encode_number_precision),
    ("encode_keep_buffer", encode_keep_buffer),
    ("encode_invalid_numbers", encode_invalid_numbers),
    ("decode_invalid_numbers", decode_invalid_numbers),
    ("new", new),
];

/// `cjson.null`: a light userdata that prints as `userdata: (nil)`.
const NULL: Value = Value::light_userdata(0);

/// What the configuration functions of a module set.
#[derive(Clone, Copy, Debug)]
struct Settings {
    sparse_convert: bool,
    sparse_ratio: u32,
    sparse_safe: u32,
    encode_depth_max: u32,
    decode_depth_max: u32,
    precision: u32,
    keep_buffer: bool,
    encode_invalid: Invalid,
    decode_invalid: bool,
}

/// What `encode` does with NaN and the infinities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Invalid {
    Raise,
    Write,
    Null,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            sparse_convert: false,
            sparse_ratio: limits::JSON_SPARSE_RATIO,
            sparse_safe: limits::JSON_SPARSE_SAFE,
            encode_depth_max: limits::JSON_DEPTH,
            decode_depth_max: limits::JSON_DEPTH,
            precision: limits::JSON_PRECISION_MAX,
            keep_buffer: true,
            encode_invalid: Invalid::Raise,
            decode_invalid: true,
        }
    }
}

/// Makes a module with settings of its own.
///
/// # Errors
/// When memory runs out.
pub(crate) fn new_module(cx: &mut CallContext<'_>) -> Result<TableIndex, Failure> {
    let settings = cx.new_userdata(Box::new(Settings::default()), size_of::<Settings>(), None)?;
    let module = cx.new_table(0, FUNCTIONS.len() + 3)?;
    for &(name, function) in FUNCTIONS {
        let native = cx.new_native(name, function, &[settings])?;
        let name = cx.string(name.as_bytes())?;
        cx.raw_set(module, name, native)?;
    }
    for (name, text) in [("_NAME", "cjson"), ("_VERSION", "2.1.0")] {
        let (name, text) = (cx.string(name.as_bytes())?, cx.string(text.as_bytes())?);
        cx.raw_set(module, name, text)?;
    }
    let name = cx.string(b"null")?;
    cx.raw_set(module, name, NULL)?;
    Ok(module)
}

/// Makes known to snapshots the functions of modules and their settings.
pub(crate) fn declare(machine: &mut Machine) {
    for &(name, function) in FUNCTIONS {
        // No other native has a module's settings as its upvalue.
        machine.declare_native(name, function, &[Type::Userdata]);
    }
    machine.declare_userdata(
        "cjson",
        |data| data.downcast_ref().map(Settings::save),
        |bytes| {
            let settings: Box<dyn Any> = Box::new(Settings::load(bytes)?);
            Some((settings, size_of::<Settings>()))
        },
    );
}

impl Settings {
    fn save(&self) -> Vec<u8> {
        let Self { sparse_convert, sparse_ratio, sparse_safe, precision, keep_buffer, .. } = *self;
        let mut out = Writer::new();
        out.flag(sparse_convert);
        for number in
            [sparse_ratio, sparse_safe, self.encode_depth_max, self.decode_depth_max, precision]
        {
            out.number(number.into());
        }
        out.flag(keep_buffer);
        out.byte(match self.encode_invalid {
            Invalid::Raise => 0,
            Invalid::Write => 1,
            Invalid::Null => 2,
        });
        out.flag(self.decode_invalid);
        out.into_bytes()
    }

    fn load(bytes: &[u8]) -> Option<Self> {
        let mut input = Reader::new(bytes);
        let sparse_convert = input.flag().ok()?;
        let mut number = |min: u32, max: u32| {
            let number = input.small().ok()?;
            (min..=max).contains(&number).then_some(number)
        };
        let settings = Self {
            sparse_convert,
            sparse_ratio: number(0, INT_MAX)?,
            sparse_safe: number(0, INT_MAX)?,
            encode_depth_max: number(1, INT_MAX)?,
            decode_depth_max: number(1, INT_MAX)?,
            precision: number(1, limits::JSON_PRECISION_MAX)?,
            keep_buffer: input.flag().ok()?,
            encode_invalid: match input.byte().ok()? {
                0 => Invalid::Raise,
                1 => Invalid::Write,
                2 => Invalid::Null,
                _ => return None,
            },
            decode_invalid: input.flag().ok()?,
        };
        input.finish().ok()?;
        Some(settings)
    }
}

fn new(cx: &mut CallContext<'_>) -> Native {
    /// A module is a table and a dozen functions.
    const FUEL: u64 = 100;
    cx.charge(FUEL)?;
    let module = new_module(cx)?;
    cx.return1(module.into())
}

/// The settings of the module that the native belongs to.
fn settings<'a>(cx: &'a mut CallContext<'_>) -> Result<&'a mut Settings, Failure> {
    let settings = cx.upvalue(0);
    cx.userdata(settings).ok_or(Failure::Ended(Ending::Internal))
}

// ---- configuration -------------------------------------------------------------------------------

/// A configuration function takes up to `count` arguments; absent ones leave their setting as it is.
fn check_count(cx: &mut CallContext<'_>, count: usize) -> Result<(), Failure> {
    if cx.arg_count() > count {
        return Err(cx.arg_error(count + 1, "found too many arguments"));
    }
    Ok(())
}

/// The whole number in an argument, if there is one.
fn opt_number(
    cx: &mut CallContext<'_>,
    position: usize,
    min: u32,
    max: u32,
) -> Result<Option<u32>, Failure> {
    if cx.arg_is_none_or_nil(position) {
        return Ok(None);
    }
    // PUC keeps an `int` of what it reads; the error always names the first argument.
    let number = cx.check_int(position)?;
    match u32::try_from(number) {
        Ok(number) if (min..=max).contains(&number) => Ok(Some(number)),
        _ => Err(cx.arg_error(1, format!("expected integer between {min} and {max}"))),
    }
}

/// The index of a named choice in an argument, if there is one; `true` stands for the second.
fn opt_choice(
    cx: &mut CallContext<'_>,
    position: usize,
    names: &[&str],
) -> Result<Option<usize>, Failure> {
    if cx.arg_is_none_or_nil(position) {
        return Ok(None);
    }
    match cx.arg(position).as_boolean() {
        Some(truth) => Ok(Some(usize::from(truth))),
        None => cx.check_option(position, None, names).map(Some),
    }
}

const SWITCH: &[&str] = &["off", "on"];
const SWITCH_OR_NULL: &[&str] = &["off", "on", "null"];
const INT_MAX: u32 = i32::MAX as u32;

fn encode_sparse_array(cx: &mut CallContext<'_>) -> Native {
    check_count(cx, 3)?;
    if let Some(choice) = opt_choice(cx, 1, SWITCH)? {
        settings(cx)?.sparse_convert = choice == 1;
    }
    if let Some(ratio) = opt_number(cx, 2, 0, INT_MAX)? {
        settings(cx)?.sparse_ratio = ratio;
    }
    if let Some(safe) = opt_number(cx, 3, 0, INT_MAX)? {
        settings(cx)?.sparse_safe = safe;
    }
    let Settings { sparse_convert, sparse_ratio, sparse_safe, .. } = *settings(cx)?;
    cx.set_arg_count(3)?;
    cx.return3(
        Value::boolean(sparse_convert),
        Value::number(sparse_ratio.into()),
        Value::number(sparse_safe.into()),
    )
}

fn number_setting(
    cx: &mut CallContext<'_>,
    max: u32,
    field: fn(&mut Settings) -> &mut u32,
) -> Native {
    check_count(cx, 1)?;
    let number = opt_number(cx, 1, 1, max)?;
    let setting = field(settings(cx)?);
    *setting = number.unwrap_or(*setting);
    let setting = Value::number((*setting).into());
    cx.return1(setting)
}

fn encode_max_depth(cx: &mut CallContext<'_>) -> Native {
    number_setting(cx, INT_MAX, |settings| &mut settings.encode_depth_max)
}

fn decode_max_depth(cx: &mut CallContext<'_>) -> Native {
    number_setting(cx, INT_MAX, |settings| &mut settings.decode_depth_max)
}

fn encode_number_precision(cx: &mut CallContext<'_>) -> Native {
    number_setting(cx, limits::JSON_PRECISION_MAX, |settings| &mut settings.precision)
}

fn switch_setting(cx: &mut CallContext<'_>, field: fn(&mut Settings) -> &mut bool) -> Native {
    check_count(cx, 1)?;
    let choice = opt_choice(cx, 1, SWITCH)?;
    let setting = field(settings(cx)?);
    *setting = choice.map_or(*setting, |choice| choice == 1);
    let setting = Value::boolean(*setting);
    cx.return1(setting)
}

/// Remembered and nothing more: buffers are kept anyway.
fn encode_keep_buffer(cx: &mut CallContext<'_>) -> Native {
    switch_setting(cx, |settings| &mut settings.keep_buffer)
}

fn decode_invalid_numbers(cx: &mut CallContext<'_>) -> Native {
    switch_setting(cx, |settings| &mut settings.decode_invalid)
}

fn encode_invalid_numbers(cx: &mut CallContext<'_>) -> Native {
    check_count(cx, 1)?;
    let choice = opt_choice(cx, 1, SWITCH_OR_NULL)?;
    let setting = &mut settings(cx)?.encode_invalid;
    match choice {
        Some(0) => *setting = Invalid::Raise,
        Some(1) => *setting = Invalid::Write,
        Some(_) => *setting = Invalid::Null,
        None => {}
    }
    let value = match setting {
        Invalid::Raise => Value::FALSE,
        Invalid::Write => Value::TRUE,
        Invalid::Null => cx.string(b"null")?,
    };
    cx.return1(value)
}
