//! `Value`: a Lua value in eight bytes. The only file that knows its bits.
//!
//! Every double is itself. What is not a number lies among the quiet NaNs with the sign bit set, of
//! which arithmetic only ever makes the one with an empty payload:
//!
//! ```text
//!   63            48 47 46       32 31             0
//!   1111 1111 1111 1 000 ...                          -nan
//!   FFF9             0  ...          0, 1, 2          nil, false, true
//!   FFF9             1  ...          address          light userdata
//!   FFF9             0  1 kind       index            key of a dead entry (tables only)
//!   FFF9             0  0 1          index            shared upvalue (in closures only)
//!   FFFA             L  hash         index            string; L: long, its hash is not in the value
//!   FFFB..FFFF                       index            table, closure, native, userdata, coroutine
//! ```
//!
//! Numbers that come from outside the machine go through [`Value::number`], which reduces every NaN to
//! its sign, so no bit pattern from outside can pose as a handle.

use crate::handle::*;

/// A Lua value. Copying it does not keep an object alive: only reachability does.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Value(u64);

const _: () = assert!(size_of::<Value>() == 8);

const TAG_SHIFT: u32 = 48;
const TAG_MISC: u64 = 0xFFF9;
const TAG_STRING: u64 = 0xFFFA;
const TAG_TABLE: u64 = 0xFFFB;
const TAG_CLOSURE: u64 = 0xFFFC;
const TAG_NATIVE: u64 = 0xFFFD;
const TAG_USERDATA: u64 = 0xFFFE;
const TAG_COROUTINE: u64 = 0xFFFF;
const NUMBER_LIMIT: u64 = TAG_MISC << TAG_SHIFT;
const LIGHT: u64 = (TAG_MISC << TAG_SHIFT) | (1 << 47);
const DEAD: u64 = (TAG_MISC << TAG_SHIFT) | (1 << 46);
const UPVALUE: u64 = (TAG_MISC << TAG_SHIFT) | (1 << 45);
const CANONICAL_NAN: u64 = 0x7FF8_0000_0000_0000;

/// Bits of a string value's hash; bit 15 says that the string is long and the hash is elsewhere.
pub(crate) const HASH_BITS: u32 = 15;
const LONG_STRING: u64 = 1 << 47;

/// The types of Lua 5.1 §2.2, light userdata apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Type {
    /// `nil`
    Nil,
    /// `true` and `false`
    Boolean,
    /// A host's address as a value.
    LightUserdata,
    /// A double.
    Number,
    /// Bytes.
    String,
    /// A table.
    Table,
    /// A Lua or native function.
    Function,
    /// An object of the host.
    Userdata,
    /// A coroutine.
    Thread,
}

impl Type {
    /// Every type.
    #[cfg(feature = "snapshot")]
    pub(crate) const ALL: [Type; 9] = [
        Type::Nil,
        Type::Boolean,
        Type::LightUserdata,
        Type::Number,
        Type::String,
        Type::Table,
        Type::Function,
        Type::Userdata,
        Type::Thread,
    ];

    /// The name that `type` gives.
    pub const fn name(self) -> &'static str {
        match self {
            Type::Nil => "nil",
            Type::Boolean => "boolean",
            Type::LightUserdata | Type::Userdata => "userdata",
            Type::Number => "number",
            Type::String => "string",
            Type::Table => "table",
            Type::Function => "function",
            Type::Thread => "thread",
        }
    }
}

impl Value {
    /// `nil`
    pub const NIL: Value = Value(TAG_MISC << TAG_SHIFT);
    /// `false`
    pub const FALSE: Value = Value((TAG_MISC << TAG_SHIFT) | 1);
    /// `true`
    pub const TRUE: Value = Value((TAG_MISC << TAG_SHIFT) | 2);

    /// A number from anywhere: a NaN keeps its sign and nothing else.
    #[inline]
    pub fn number(n: f64) -> Value {
        if n.is_nan() {
            Value(CANONICAL_NAN | (n.to_bits() & (1 << 63)))
        } else {
            Value(n.to_bits())
        }
    }

    /// The result `n` of arithmetic on numbers `a` and `b` that are already values.
    ///
    /// The processors differ in the sign of the NaN that an invalid operation makes; x86-64, where the
    /// reference server runs, sets it, and passes an operand's NaN through.
    #[inline(always)]
    pub(crate) fn arithmetic(n: f64, a: f64, b: f64) -> Value {
        #[cfg(target_arch = "x86_64")]
        {
            let _ = (a, b);
            Value(n.to_bits())
        }
        #[cfg(not(target_arch = "x86_64"))]
        {
            if n.is_nan() { Self::invalid_operation(a, b) } else { Value(n.to_bits()) }
        }
    }

    /// [`Self::arithmetic`] for addition and multiplication, whose operands a compiler may swap: of two NaN the
    /// first goes through.
    #[inline(always)]
    pub(crate) fn commutative(n: f64, a: f64, b: f64) -> Value {
        if n.is_nan() { Self::invalid_operation(a, b) } else { Value(n.to_bits()) }
    }

    #[cold]
    fn invalid_operation(a: f64, b: f64) -> Value {
        if a.is_nan() {
            Self::number(a)
        } else if b.is_nan() {
            Self::number(b)
        } else {
            Value(CANONICAL_NAN | (1 << 63))
        }
    }

    /// `true` or `false`
    #[inline(always)]
    pub const fn boolean(b: bool) -> Value {
        Value(Self::FALSE.0 + b as u64)
    }

    /// A light userdata; 0 prints as `userdata: (nil)`.
    pub const fn light_userdata(address: u32) -> Value {
        Value(LIGHT | address as u64)
    }

    #[inline(always)]
    pub(crate) const fn short_string(index: StringIndex, hash: u32) -> Value {
        let hash = (hash & ((1 << HASH_BITS) - 1)) as u64;
        Value((TAG_STRING << TAG_SHIFT) | (hash << 32) | index.0 as u64)
    }

    #[inline(always)]
    pub(crate) const fn long_string(index: StringIndex) -> Value {
        Value((TAG_STRING << TAG_SHIFT) | LONG_STRING | index.0 as u64)
    }

    #[inline(always)]
    const fn tagged(tag: u64, index: u32) -> Value {
        Value((tag << TAG_SHIFT) | index as u64)
    }

    #[inline(always)]
    const fn tag(self) -> u64 {
        self.0 >> TAG_SHIFT
    }

    /// True for `nil`.
    #[inline(always)]
    pub fn is_nil(self) -> bool {
        self == Self::NIL
    }

    /// False for `nil` and `false`, true for everything else.
    #[inline(always)]
    pub fn is_truthy(self) -> bool {
        // nil and false follow each other, and true, the next pattern, is truthy.
        self.0.wrapping_sub(Self::NIL.0) > 1
    }

    /// True for a number.
    #[inline(always)]
    pub fn is_number(self) -> bool {
        self.0 < NUMBER_LIMIT
    }

    /// The number, if it is one (strings are not converted).
    #[inline(always)]
    pub fn as_number(self) -> Option<f64> {
        if self.is_number() { Some(f64::from_bits(self.0)) } else { None }
    }

    /// The value's bits read as a double: a NaN when it is not a number.
    #[inline(always)]
    pub(crate) fn number_bits(self) -> f64 {
        f64::from_bits(self.0)
    }

    /// The boolean, if it is one.
    pub fn as_boolean(self) -> Option<bool> {
        match self {
            Self::TRUE => Some(true),
            Self::FALSE => Some(false),
            _ => None,
        }
    }

    /// True for a string.
    #[inline(always)]
    pub fn is_string(self) -> bool {
        self.tag() == TAG_STRING
    }

    /// The string, if it is one.
    #[inline(always)]
    pub(crate) fn as_string(self) -> Option<StringIndex> {
        if self.is_string() { Some(StringIndex(self.0 as u32)) } else { None }
    }

    /// The table, if it is one.
    #[inline(always)]
    pub fn as_table(self) -> Option<TableIndex> {
        if self.tag() == TAG_TABLE { Some(TableIndex(self.0 as u32)) } else { None }
    }

    /// The Lua function, if it is one.
    #[inline(always)]
    pub(crate) fn as_closure(self) -> Option<ClosureIndex> {
        if self.tag() == TAG_CLOSURE { Some(ClosureIndex(self.0 as u32)) } else { None }
    }

    /// The native function, if it is one.
    #[inline(always)]
    pub(crate) fn as_native(self) -> Option<NativeIndex> {
        if self.tag() == TAG_NATIVE { Some(NativeIndex(self.0 as u32)) } else { None }
    }

    /// The userdata, if it is a full one.
    #[inline(always)]
    pub fn as_userdata(self) -> Option<UserdataIndex> {
        if self.tag() == TAG_USERDATA { Some(UserdataIndex(self.0 as u32)) } else { None }
    }

    /// The coroutine, if it is one.
    #[inline(always)]
    pub fn as_coroutine(self) -> Option<CoroutineIndex> {
        if self.tag() == TAG_COROUTINE { Some(CoroutineIndex(self.0 as u32)) } else { None }
    }

    /// The address of a light userdata, if it is one.
    pub fn as_light_userdata(self) -> Option<u32> {
        (self.0 >> 47 == LIGHT >> 47).then_some(self.0 as u32)
    }

    /// True for a Lua or native function.
    #[inline]
    pub fn is_function(self) -> bool {
        matches!(self.tag(), TAG_CLOSURE | TAG_NATIVE)
    }

    /// The value's type.
    pub fn type_of(self) -> Type {
        match self.tag() {
            TAG_MISC if self.is_nil() => Type::Nil,
            TAG_MISC if self.0 & (1 << 47) != 0 => Type::LightUserdata,
            TAG_MISC => Type::Boolean,
            TAG_STRING => Type::String,
            TAG_TABLE => Type::Table,
            TAG_CLOSURE | TAG_NATIVE => Type::Function,
            TAG_USERDATA => Type::Userdata,
            TAG_COROUTINE => Type::Thread,
            _ => Type::Number,
        }
    }

    /// `type(value)`.
    pub fn type_name(self) -> &'static str {
        self.type_of().name()
    }

    /// Bits 32 to 47: a short string's hash; at least `1 << HASH_BITS` when the string is long.
    #[inline(always)]
    pub(crate) fn string_hash_field(self) -> u32 {
        (self.0 >> 32) as u32 & 0xFFFF
    }

    /// Equality without metamethods (Lua 5.1 manual §2.5.2): strings are interned, so bits decide for all
    /// but numbers.
    #[inline(always)]
    pub fn raw_equal(self, other: Value) -> bool {
        if self.is_number() && other.is_number() {
            self.number_bits() == other.number_bits()
        } else {
            self == other
        }
    }

    /// True when the collector must follow the value.
    #[inline(always)]
    pub(crate) fn is_object(self) -> bool {
        self.0 >= TAG_STRING << TAG_SHIFT
    }

    /// What stands in a closure for a variable that it shares with others.
    #[inline(always)]
    pub(crate) fn shared(index: UpvalueIndex) -> Value {
        Value(UPVALUE | index.0 as u64)
    }

    /// The variable that a closure shares, when it is not a value of its own.
    #[inline(always)]
    pub(crate) fn as_shared(self) -> Option<UpvalueIndex> {
        if self.0 >> 45 == UPVALUE >> 45 { Some(UpvalueIndex(self.0 as u32)) } else { None }
    }

    /// What stands in a table's node for a key whose entry died: never equal to a value of a script.
    pub(crate) fn dead_key(self) -> Value {
        Value(DEAD | ((self.tag() & 7) << 32) | (self.0 & 0xFFFF_FFFF))
    }

    /// The bits: equal for values that are equal without metamethods, but for zeros.
    #[cfg(feature = "snapshot")]
    pub(crate) fn bits(self) -> u64 {
        self.0
    }

    /// Kind and index of the object whose dead key this is, if it is one.
    #[cfg(feature = "snapshot")]
    pub(crate) fn as_dead_key(self) -> Option<(u8, u32)> {
        (self.0 >> 46 == DEAD >> 46).then_some(((self.0 >> 32) as u8 & 7, self.0 as u32))
    }

    /// The dead key of an object that need not exist.
    #[cfg(feature = "snapshot")]
    pub(crate) fn dead_key_of(kind: u8, index: u32) -> Value {
        Value(DEAD | (u64::from(kind & 7) << 32) | u64::from(index))
    }

    /// The words of the double, for the main position of a number (never called for others).
    #[inline(always)]
    pub(crate) fn words(self) -> (u32, u32) {
        (self.0 as u32, (self.0 >> 32) as u32)
    }

    /// A number that stands for the object's identity: what `tostring` prints behind `table: 0x`.
    pub fn address(self) -> u64 {
        // Spread so that the figures look like the addresses that scripts expect, and differ by kind.
        0x5500_0000_0000 | ((self.tag() & 0xF) << 36) | ((self.0 & 0xFFFF_FFFF) << 4)
    }

    /// Index of the object, whatever its kind (main position of object keys).
    #[inline(always)]
    pub(crate) fn object_index(self) -> u32 {
        self.0 as u32
    }
}

impl core::fmt::Debug for Value {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.type_of() {
            Type::Number => write!(f, "{}", self.number_bits()),
            Type::Nil => f.write_str("nil"),
            Type::Boolean => write!(f, "{}", *self == Value::TRUE),
            kind => write!(f, "{}#{}", kind.name(), self.0 as u32),
        }
    }
}

macro_rules! from_index {
    ($($index:ident $tag:ident;)*) => {$(
        impl From<$index> for Value {
            #[inline(always)]
            fn from(index: $index) -> Value {
                Value::tagged($tag, index.0)
            }
        }
    )*};
}

from_index! {
    TableIndex TAG_TABLE;
    ClosureIndex TAG_CLOSURE;
    NativeIndex TAG_NATIVE;
    UserdataIndex TAG_USERDATA;
    CoroutineIndex TAG_COROUTINE;
}

impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Value::boolean(b)
    }
}

impl From<f64> for Value {
    fn from(n: f64) -> Value {
        Value::number(n)
    }
}
