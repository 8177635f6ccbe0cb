//! Traversal: the array part in order, then the nodes in order.

use super::{Table, array_position};
use crate::string::Strings;
use crate::value::Value;

/// The key is not in the table: PUC's "invalid key to 'next'".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InvalidKey;

/// A step of a traversal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Next {
    /// Key and value, or `None` behind the last.
    pub(crate) entry: Option<(Value, Value)>,
    /// Empty places that were passed.
    skipped: usize,
}

impl Next {
    /// What a long search costs; the step itself is the caller's to charge.
    #[inline]
    pub(crate) fn fuel(&self) -> u64 {
        self.skipped as u64 / 16
    }
}

impl Table {
    /// Where a key stands in the traversal: how many places come before the one after it.
    fn traversal_position(&self, key: Value, strings: &Strings) -> Result<usize, InvalidKey> {
        if key.is_nil() {
            return Ok(0);
        }
        if let Some(position) = array_position(key)
            && position <= self.array.len()
        {
            return Ok(position);
        }
        if let Some(index) = self.find_node(key, strings) {
            return Ok(self.array.len() + index + 1);
        }
        // The entry may have died since: a traversal that clears fields goes on behind it.
        if key.is_object() && !self.nodes.is_empty() {
            let dead = key.dead_key();
            let mut at = Some(self.main_position(key, strings));
            while let Some(index) = at {
                if self.nodes[index].key == dead {
                    return Ok(self.array.len() + index + 1);
                }
                at = self.nodes[index].next();
            }
        }
        Err(InvalidKey)
    }

    /// The entry after `key` in traversal order (nil starts).
    #[inline]
    pub(crate) fn next(&self, key: Value, strings: &Strings) -> Result<Next, InvalidKey> {
        let start = self.traversal_position(key, strings)?;
        Ok(match self.next_from(start) {
            Some((at, key, value)) => Next { entry: Some((key, value)), skipped: at - start - 1 },
            None => Next { entry: None, skipped: self.array.len() + self.nodes.len() - start },
        })
    }

    /// The first entry at or behind traversal position `start`, with the position to go on from.
    pub(crate) fn next_from(&self, start: usize) -> Option<(usize, Value, Value)> {
        let len = self.array.len();
        if let Some(rest) = self.array.get(start..)
            && let Some(offset) = rest.iter().position(|value| !value.is_nil())
        {
            let index = start + offset;
            return Some((index + 1, Value::number((index + 1) as f64), self.array[index]));
        }
        let first = start.saturating_sub(len);
        let rest = self.nodes.get(first..)?;
        let offset = rest.iter().position(|node| !node.value.is_nil())?;
        let node = &self.nodes[first + offset];
        Some((len + first + offset + 1, node.key, node.value))
    }
}
