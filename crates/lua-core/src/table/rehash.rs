//! Growth: counting keys, choosing the size of the array part, and moving everything over.

use super::{ARRAY_SIZE_MAX, NODE_BITS_MAX, Node, SetError, Table, array_position};
use crate::heap::charge::Budget;
use crate::string::Strings;
use crate::value::Value;

/// Slices `(2^(n-1), 2^n]` of positions, for `n` from 0 to 26.
type Slices = [usize; NODE_BITS_MAX as usize + 1];

/// log2 rounded up; 0 for 1.
fn ceil_log2(n: usize) -> u32 {
    usize::BITS - (n - 1).leading_zeros()
}

fn count_position(key: Value, slices: &mut Slices) -> usize {
    match array_position(key) {
        Some(position) if position <= ARRAY_SIZE_MAX => {
            slices[ceil_log2(position) as usize] += 1;
            1
        }
        _ => 0,
    }
}

/// The largest `n`, a power of two, of which more than half the positions `1..=n` are in use; and how
/// many that are.
fn best_array_size(slices: &Slices, positions: usize) -> (usize, usize) {
    let (mut seen, mut best, mut inside) = (0, 0, 0);
    let mut size = 1;
    for &count in slices {
        if positions <= size / 2 {
            break;
        }
        seen += count;
        if seen > size / 2 {
            best = size;
            inside = seen;
        }
        if seen == positions {
            break;
        }
        size *= 2;
    }
    (best, inside)
}

impl Table {
    fn count_array(&self, slices: &mut Slices) -> usize {
        let mut total = 0;
        let (mut start, mut end, mut slice) = (0, 1, 0);
        while start < self.array.len() {
            let part = &self.array[start..end.min(self.array.len())];
            let count = part.iter().filter(|value| !value.is_nil()).count();
            slices[slice] += count;
            total += count;
            (start, end, slice) = (end, end * 2, slice + 1);
        }
        total
    }

    /// Finds new sizes for both parts with one more key, moves everything, and stores the key.
    #[inline(never)]
    pub(super) fn rehash_and_set(
        &mut self,
        key: Value,
        value: Value,
        strings: &Strings,
        budget: &mut Budget,
    ) -> Result<(), SetError> {
        let mut slices: Slices = [0; NODE_BITS_MAX as usize + 1];
        let mut positions = self.count_array(&mut slices);
        let mut keys = positions + 1;
        for node in &*self.nodes {
            if !node.value.is_nil() {
                keys += 1;
                positions += count_position(node.key, &mut slices);
            }
        }
        positions += count_position(key, &mut slices);
        let (array_size, inside) = best_array_size(&slices, positions);
        self.resize(array_size, keys - inside, strings, budget)?;
        self.set(key, value, strings, budget)
    }

    /// Gives both parts new sizes and moves what they hold: first what no longer fits the array part, in
    /// ascending order, then the old nodes from the last to the first.
    pub(crate) fn resize(
        &mut self,
        array_size: usize,
        node_count: usize,
        strings: &Strings,
        budget: &mut Budget,
    ) -> Result<(), SetError> {
        // Nothing may fail once the array part has grown: keys would be looked for in the wrong part.
        let more_slots = array_size.saturating_sub(self.array.len());
        if array_size > ARRAY_SIZE_MAX || node_count > 1 << NODE_BITS_MAX {
            return Err(SetError::Overflow);
        }
        let node_bytes = node_count.next_power_of_two() * size_of::<Node>();
        if budget.room() < more_slots * size_of::<Value>() + node_bytes {
            return Err(SetError::Memory);
        }
        if more_slots > 0 {
            self.resize_array(array_size, budget)?;
        }
        let old_nodes = self.replace_nodes(node_count, budget)?;
        budget.refund(old_nodes.len() * size_of::<Node>());
        if array_size < self.array.len() {
            let rest = self.array.split_off(array_size);
            self.array.shrink_to_fit();
            budget.refund(rest.len() * size_of::<Value>());
            for (offset, &value) in rest.iter().enumerate() {
                if !value.is_nil() {
                    let key = Value::number((array_size + offset + 1) as f64);
                    self.set(key, value, strings, budget)?;
                }
            }
        }
        for node in old_nodes.iter().rev() {
            if !node.value.is_nil() {
                self.set(node.key, node.value, strings, budget)?;
            }
        }
        Ok(())
    }

    /// Enlarges the array part so that it holds `1..=array_size` (a constructor's batch); the nodes are
    /// placed anew, as PUC does it.
    pub(crate) fn enlarge_array(
        &mut self,
        array_size: usize,
        strings: &Strings,
        budget: &mut Budget,
    ) -> Result<(), SetError> {
        if array_size > self.array.len() {
            self.resize(array_size, self.nodes.len(), strings, budget)?;
        }
        Ok(())
    }

    /// Grows the array part with nil slots.
    pub(super) fn resize_array(
        &mut self,
        size: usize,
        budget: &mut Budget,
    ) -> Result<(), SetError> {
        if size > ARRAY_SIZE_MAX {
            return Err(SetError::Overflow);
        }
        let more = size - self.array.len();
        budget.charge((size - self.array.capacity().min(size)) * size_of::<Value>())?;
        self.array.reserve_exact(more);
        self.array.resize(size, Value::NIL);
        Ok(())
    }

    /// Puts an empty node part of at least `count` nodes in place and returns the old one.
    pub(super) fn replace_nodes(
        &mut self,
        count: usize,
        budget: &mut Budget,
    ) -> Result<Box<[Node]>, SetError> {
        if count == 0 {
            self.mask = 0;
            self.free_pointer = 0;
            return Ok(core::mem::take(&mut self.nodes));
        }
        let bits = ceil_log2(count);
        if bits > NODE_BITS_MAX {
            return Err(SetError::Overflow);
        }
        let len = 1 << bits;
        budget.charge(len * size_of::<Node>())?;
        self.mask = len as u32 - 1;
        self.free_pointer = len as u32;
        Ok(core::mem::replace(&mut self.nodes, vec![Node::EMPTY; len].into_boxed_slice()))
    }
}
