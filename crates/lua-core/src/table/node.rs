//! The node part: main positions, chains, and where a new key goes.

use super::{SetError, Table};
use crate::heap::charge::Budget;
use crate::string::Strings;
use crate::value::Value;

/// One entry of the node part.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub(crate) key: Value,
    pub(crate) value: Value,
    /// Index of the next node in the chain, plus one; 0 ends it.
    next: u32,
}

impl Node {
    pub(crate) const EMPTY: Node = Node { key: Value::NIL, value: Value::NIL, next: 0 };

    /// A node whose chain goes on at `next`.
    #[cfg(feature = "snapshot")]
    pub(crate) fn linked(key: Value, value: Value, next: Option<usize>) -> Node {
        let mut node = Node { key, value, next: 0 };
        node.link(next);
        node
    }

    #[inline(always)]
    pub(crate) fn next(&self) -> Option<usize> {
        if self.next == 0 { None } else { Some(self.next as usize - 1) }
    }

    fn link(&mut self, next: Option<usize>) {
        self.next = next.map_or(0, |index| index as u32 + 1);
    }
}

impl Table {
    /// The index at which a key's chain starts; the node part is not empty.
    pub(super) fn main_position(&self, key: Value, strings: &Strings) -> usize {
        let hash = if let Some(index) = key.as_string() {
            strings.hash_of(index)
        } else if let Some(n) = key.as_number() {
            if n == 0.0 {
                return 0;
            }
            let (low, high) = key.words();
            // An odd divisor spreads the doubles of small whole numbers, whose low word is zero.
            return (low.wrapping_add(high) % (self.mask | 1)) as usize;
        } else if let Some(b) = key.as_boolean() {
            u32::from(b)
        } else {
            // Objects: PUC places them by address; ours by index, spread over the positions.
            key.object_index().wrapping_mul(0x9E37_79B1) >> 7
        };
        (hash & self.mask) as usize
    }

    /// The node of a key, if it has one.
    pub(super) fn find_node(&self, key: Value, strings: &Strings) -> Option<usize> {
        if self.nodes.is_empty() {
            return None;
        }
        if key.as_number() == Some(0.0) {
            return self.find_zero();
        }
        let mut index = self.main_position(key, strings);
        loop {
            let node = &self.nodes[index];
            // Bits decide: strings are interned, and NaN is never a key.
            // A free node's nil key equals only nil, which no key is.
            if node.key == key && !key.is_nil() {
                return Some(index);
            }
            index = node.next()?;
        }
    }

    /// The node of zero, which is one key and keeps the sign that it came with.
    fn find_zero(&self) -> Option<usize> {
        let mut index = 0;
        loop {
            let node = &self.nodes[index];
            if node.key.as_number() == Some(0.0) {
                return Some(index);
            }
            index = node.next()?;
        }
    }

    /// The highest node below the free pointer that never held a key since the last rehash.
    fn take_free_node(&mut self) -> Option<usize> {
        while self.free_pointer > 0 {
            self.free_pointer -= 1;
            if self.nodes[self.free_pointer as usize].key.is_nil() {
                return Some(self.free_pointer as usize);
            }
        }
        None
    }

    /// Puts a key that is absent into its place; rehashes when no node is free.
    pub(super) fn insert_key(
        &mut self,
        key: Value,
        value: Value,
        strings: &Strings,
        budget: &mut Budget,
    ) -> Result<(), SetError> {
        if self.nodes.is_empty() {
            return self.rehash_and_set(key, value, strings, budget);
        }
        let main = self.main_position(key, strings);
        if self.nodes[main].value.is_nil() {
            // A deleted entry's key gives way, and the node keeps its place in whatever chain it is in.
            self.nodes[main].key = key;
            self.nodes[main].value = value;
            return Ok(());
        }
        let Some(free) = self.take_free_node() else {
            return self.rehash_and_set(key, value, strings, budget);
        };
        let occupant = self.nodes[main];
        let occupant_main = self.main_position(occupant.key, strings);
        if occupant_main == main {
            // The occupant is at home: the new key goes to the free node, second in the chain.
            self.nodes[free] = Node { key, value, next: occupant.next };
            self.nodes[main].link(Some(free));
        } else {
            // The occupant is a guest from another chain: it moves out, and its predecessor learns of it.
            let mut previous = occupant_main;
            while let Some(next) = self.nodes[previous].next() {
                if next == main {
                    break;
                }
                previous = next;
            }
            self.nodes[previous].link(Some(free));
            self.nodes[free] = occupant;
            self.nodes[main] = Node { key, value, next: 0 };
        }
        Ok(())
    }
}
