//! Tables: an array part and a node part, placed exactly as PUC Lua 5.1 places them.
//!
//! Invariant: after any history of assignments, collections and constructors the array part has the
//! same size and the node part the same keys in the same places as in Redis's Lua. The order of
//! `pairs`, the border that `#` finds, `cjson.encode` and `cmsgpack.pack` follow from it
//! (`../redis7/iteration-order.md` says the rules in words).
//!
//! * The array part holds keys `1..=n`; a key outside it lives in a node, where chains start at the key's
//!   *main position*.
//! * The *free pointer* only moves down until the next rehash, even when nodes above it have become empty.
//! * Assigning nil keeps a node with its key; a collection turns such string keys into *dead keys*, which
//!   are not found again but still occupy their node.

mod border;
#[cfg(feature = "snapshot")]
mod image;
mod next;
mod node;
mod rehash;

pub(crate) use node::Node;

use crate::handle::TableIndex;
use crate::heap::arena::{Mark, Object, arena_index};
use crate::heap::charge::{Budget, OutOfMemory};
use crate::string::Strings;
use crate::value::Value;

/// Largest array part, as in PUC.
pub(crate) const ARRAY_SIZE_MAX: usize = 1 << 26;
/// log2 of the largest node part, as in PUC.
pub(crate) const NODE_BITS_MAX: u32 = 26;

/// Bits of [`Table::state`]. The low four are the collector's [`Mark`].
pub(crate) mod state {
    /// Writes raise; set for Redis's globals and libraries.
    pub(crate) const READ_ONLY: u8 = 1 << 4;
    /// Writes go to the journal first.
    pub(crate) const JOURNALED: u8 = 1 << 5;
    /// A write to a table with any of these bits takes the slow path: read-only, journaled, or black,
    /// when the collector must hear of it.
    pub(crate) const SLOW_WRITE: u8 = READ_ONLY | JOURNALED | super::Mark::BLACK.0;
}

/// A table.
#[derive(Debug)]
pub(crate) struct Table {
    /// Values of keys `1..=array.len()`.
    pub(crate) array: Vec<Value>,
    /// The node part; its length is 0 or a power of two.
    pub(crate) nodes: Box<[Node]>,
    /// `nodes.len() - 1`, or 0.
    pub(crate) mask: u32,
    /// Nodes at and above this index were taken once since the last rehash.
    free_pointer: u32,
    pub(crate) metatable: TableIndex,
    /// Mark and write state.
    pub(crate) state: u8,
    /// Bit n: the metamethod number n (see `vm/metamethod.rs`) is known to be absent when this table is a
    /// metatable. Cleared by every new key.
    pub(crate) absent: u8,
}

const _: () = assert!(size_of::<Table>() <= 56);

impl Object for Table {
    fn empty() -> Self {
        Table {
            array: Vec::new(),
            nodes: Box::default(),
            mask: 0,
            free_pointer: 0,
            metatable: TableIndex::NONE,
            state: 0,
            absent: 0,
        }
    }
    fn mark(&self) -> Mark {
        Mark(self.state & 15)
    }
    fn set_mark(&mut self, mark: Mark) {
        self.state = (self.state & !15) | mark.0;
    }
    fn outside_bytes(&self) -> usize {
        self.array.capacity() * size_of::<Value>() + self.nodes.len() * size_of::<Node>()
    }
}

arena_index! { Table, TableIndex; }

/// Why a key or a value cannot be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SetError {
    /// The key is nil.
    NilKey,
    /// The key is NaN.
    NanKey,
    /// PUC's "table overflow".
    Overflow,
    /// The memory limit.
    Memory,
}

impl From<OutOfMemory> for SetError {
    fn from(_: OutOfMemory) -> Self {
        SetError::Memory
    }
}

/// The whole number that a key stands for, when it may lie in an array part.
#[inline(always)]
fn array_position(key: Value) -> Option<usize> {
    let n = key.as_number()?;
    let position = n as i32;
    (f64::from(position) == n && position > 0).then_some(position as usize)
}

/// PUC's one-byte floating form of a size (`NewTable`'s operands) read back.
pub(crate) fn size_from_byte(byte: u8) -> usize {
    let exponent = u32::from(byte >> 3);
    let mantissa = usize::from(byte & 7);
    match exponent {
        0 => mantissa,
        _ => (mantissa + 8) << (exponent - 1),
    }
}

impl Table {
    /// A table with `array_size` nil slots and room for `node_count` fields.
    pub(crate) fn with_sizes(
        array_size: usize,
        node_count: usize,
        budget: &mut Budget,
    ) -> Result<Table, SetError> {
        let mut table = Table::empty();
        if array_size > 0 {
            table.resize_array(array_size, budget)?;
        }
        if node_count > 0
            && let Err(error) = table.replace_nodes(node_count, budget)
        {
            budget.refund(table.outside_bytes());
            return Err(error);
        }
        Ok(table)
    }

    /// True when a write may not simply store: see [`state`].
    #[inline(always)]
    pub(crate) fn is_slow_write(&self) -> bool {
        self.state & state::SLOW_WRITE != 0
    }

    /// The value of a string key.
    #[inline(always)]
    pub(crate) fn get_string(&self, key: Value, strings: &Strings) -> Value {
        let hash = key.string_hash_field();
        if (hash | self.mask) < 1 << crate::value::HASH_BITS {
            let Some(mut node) = self.nodes.get((hash & self.mask) as usize) else {
                return Value::NIL;
            };
            loop {
                if node.key == key {
                    return node.value;
                }
                match node.next() {
                    Some(next) => node = &self.nodes[next],
                    None => return Value::NIL,
                }
            }
        }
        self.get_hashed(key, strings)
    }

    /// The place of a short string key that exists, when the table is of ordinary size.
    #[inline(always)]
    pub(crate) fn string_slot_mut(&mut self, key: Value) -> Option<&mut Value> {
        let hash = key.string_hash_field();
        if (hash | self.mask) >= 1 << crate::value::HASH_BITS || self.nodes.is_empty() {
            return None;
        }
        let mut index = (hash & self.mask) as usize;
        while self.nodes.get(index)?.key != key {
            index = self.nodes[index].next()?;
        }
        Some(&mut self.nodes.get_mut(index)?.value)
    }

    /// The place of a number key in the array part.
    #[inline(always)]
    pub(crate) fn array_slot(&self, key: Value) -> Option<&Value> {
        let n = key.number_bits();
        let position = n as i32;
        // A value that is no number reads as NaN, which equals nothing.
        if f64::from(position) == n {
            self.array.get((position as usize).wrapping_sub(1))
        } else {
            None
        }
    }

    /// The place of a number key in the array part, to write to.
    #[inline(always)]
    pub(crate) fn array_slot_mut(&mut self, key: Value) -> Option<&mut Value> {
        let n = key.number_bits();
        let position = n as i32;
        if f64::from(position) == n {
            self.array.get_mut((position as usize).wrapping_sub(1))
        } else {
            None
        }
    }

    /// The value of a key that is not in the array part.
    #[inline]
    pub(crate) fn get_outside_array(&self, key: Value, strings: &Strings) -> Value {
        if key.is_string() { self.get_string(key, strings) } else { self.get_hashed(key, strings) }
    }

    #[inline(never)]
    fn get_hashed(&self, key: Value, strings: &Strings) -> Value {
        self.find_node(key, strings).map_or(Value::NIL, |index| self.nodes[index].value)
    }

    /// The value of a whole number as key.
    #[inline(always)]
    pub(crate) fn get_position(&self, position: usize, strings: &Strings) -> Value {
        match self.array.get(position.wrapping_sub(1)) {
            Some(value) => *value,
            None => self.get_hashed(Value::number(position as f64), strings),
        }
    }

    /// The value of any key; nil when there is none.
    #[inline]
    pub(crate) fn get(&self, key: Value, strings: &Strings) -> Value {
        if key.is_string() {
            return self.get_string(key, strings);
        }
        if let Some(position) = array_position(key)
            && let Some(value) = self.array.get(position - 1)
        {
            return *value;
        }
        self.get_hashed(key, strings)
    }

    /// The place of an existing key, for a value to be stored in.
    #[inline]
    pub(crate) fn find_slot(&mut self, key: Value, strings: &Strings) -> Option<&mut Value> {
        if let Some(position) = array_position(key)
            && position <= self.array.len()
        {
            return self.array.get_mut(position - 1);
        }
        let index = self.find_node(key, strings)?;
        Some(&mut self.nodes[index].value)
    }

    /// Stores a value under a key, as `luaH_set` and an assignment do: a nil value makes a new key, too.
    pub(crate) fn set(
        &mut self,
        key: Value,
        value: Value,
        strings: &Strings,
        budget: &mut Budget,
    ) -> Result<(), SetError> {
        // A field that comes back to life may be a metamethod.
        self.absent = 0;
        if let Some(slot) = self.find_slot(key, strings) {
            *slot = value;
            return Ok(());
        }
        self.insert_new(key, value, strings, budget)
    }

    /// Stores a value under a key that is known to be absent.
    #[inline(never)]
    pub(crate) fn insert_new(
        &mut self,
        key: Value,
        value: Value,
        strings: &Strings,
        budget: &mut Budget,
    ) -> Result<(), SetError> {
        if key.is_nil() {
            return Err(SetError::NilKey);
        }
        if key.as_number().is_some_and(f64::is_nan) {
            return Err(SetError::NanKey);
        }
        self.absent = 0;
        self.insert_key(key, value, strings, budget)
    }
}

#[cfg(test)]
mod tests;
