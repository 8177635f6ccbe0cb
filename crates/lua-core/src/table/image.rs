//! A table's parts as a snapshot has them, and whether they can be a table's.

use ordered::IdSet;

use super::{ARRAY_SIZE_MAX, NODE_BITS_MAX, Node, Table, array_position};
use crate::heap::arena::Object;
use crate::string::Strings;
use crate::value::Value;

impl Table {
    /// See [`Table`].
    pub(crate) fn free_pointer(&self) -> u32 {
        self.free_pointer
    }

    /// A table with these parts, which the caller has charged; [`Self::fault`] checks them.
    pub(crate) fn from_parts(array: Vec<Value>, nodes: Vec<Node>, free_pointer: u32) -> Table {
        let mut table = Table::empty();
        table.mask = (nodes.len() as u32).saturating_sub(1);
        table.free_pointer = free_pointer;
        table.array = array;
        table.nodes = nodes.into_boxed_slice();
        table
    }

    /// What is wrong with parts from outside, if something is. Takes time in proportion to their size.
    ///
    /// Sound are parts as assignments leave them: nodes form paths that do not meet; a key lies on the path that
    /// its main position is on, not before it; who lives in the main position of a live key is at home there; and
    /// no path leads to a node that never had a key.
    pub(crate) fn fault(&self, strings: &Strings) -> Option<&'static str> {
        let len = self.nodes.len();
        if self.array.len() > ARRAY_SIZE_MAX {
            return Some("an array part that is too large");
        }
        if len == 0 {
            return (self.free_pointer != 0).then_some("a free pointer without nodes");
        }
        if !len.is_power_of_two() || len > 1 << NODE_BITS_MAX {
            return Some("a node part of an impossible size");
        }
        if self.free_pointer as usize > len {
            return Some("a free pointer outside the nodes");
        }
        self.links_fault().or_else(|| self.keys_fault(strings))
    }

    /// No node has two predecessors, and none that is free has one.
    fn links_fault(&self) -> Option<&'static str> {
        let mut has_predecessor = vec![false; self.nodes.len()];
        for node in &*self.nodes {
            let Some(next) = node.next() else { continue };
            let (Some(target), Some(seen)) = (self.nodes.get(next), has_predecessor.get_mut(next))
            else {
                return Some("a link to a node that is not there");
            };
            if node.key.is_nil() || target.key.is_nil() {
                return Some("a link at a node without a key");
            }
            if core::mem::replace(seen, true) {
                return Some("two links to one node");
            }
        }
        None
    }

    fn keys_fault(&self, strings: &Strings) -> Option<&'static str> {
        // Which path a node is on, by its first node, and its place there.
        let mut places = vec![(u32::MAX, 0_u32); self.nodes.len()];
        let mut is_first = vec![true; self.nodes.len()];
        for next in self.nodes.iter().filter_map(Node::next) {
            is_first[next] = false;
        }
        let mut placed = 0;
        for (first, &is_first) in is_first.iter().enumerate() {
            let (mut at, mut place) = (is_first.then_some(first), 0);
            while let Some(index) = at {
                places[index] = (first as u32, place);
                placed += 1;
                place += 1;
                at = self.nodes[index].next();
            }
        }
        if placed != self.nodes.len() {
            return Some("a circle of nodes");
        }
        let mut keys = IdSet::default();
        let mut is_unique = true;
        for (index, node) in self.nodes.iter().enumerate() {
            let key = node.key;
            if key.is_nil() || key.as_dead_key().is_some() {
                if node.value.is_nil() {
                    continue;
                }
                return Some("a value without a key");
            }
            if key.as_number().is_some_and(f64::is_nan) {
                return Some("NaN as a key");
            }
            if array_position(key).is_some_and(|position| position <= self.array.len()) {
                return Some("a key of the array part among the nodes");
            }
            let main = self.main_position(key, strings);
            let (path, place) = places[index];
            if places[main].0 != path || places[main].1 > place {
                return Some("a key out of its place");
            }
            let host = &self.nodes[main];
            if !node.value.is_nil()
                && !host.value.is_nil()
                && self.main_position(host.key, strings) != main
            {
                return Some("a guest in the place of a key");
            }
            // Zero is one key, whatever its sign.
            let key = if key.as_number() == Some(0.0) { Value::number(0.0) } else { key };
            is_unique &= keys.insert(key.bits());
        }
        (!is_unique).then_some("a key that is there twice")
    }
}
