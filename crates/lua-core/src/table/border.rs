//! `#t`: a border of the table, the one that PUC's search finds (Lua 5.1 manual §2.5.5).

use super::Table;
use crate::string::Strings;
use crate::value::Value;

/// Where PUC gives up doubling and counts one by one.
const DOUBLING_MAX: usize = i32::MAX as usize - 2;

impl Table {
    /// A position `n` with `t[n] ~= nil` (or 0) and `t[n+1] == nil`.
    pub(crate) fn border(&self, strings: &Strings) -> usize {
        let len = self.array.len();
        if len > 0 && self.array[len - 1].is_nil() {
            // A border lies inside the array part.
            let (mut low, mut high) = (0, len);
            while high - low > 1 {
                let middle = usize::midpoint(low, high);
                if self.array[middle - 1].is_nil() {
                    high = middle;
                } else {
                    low = middle;
                }
            }
            return low;
        }
        if self.nodes.is_empty() { len } else { self.border_in_nodes(len, strings) }
    }

    #[inline(never)]
    fn border_in_nodes(&self, len: usize, strings: &Strings) -> usize {
        let present = |n: usize| !self.get(Value::number(n as f64), strings).is_nil();
        let (mut low, mut high) = (len, len + 1);
        while present(high) {
            low = high;
            high *= 2;
            if high > DOUBLING_MAX {
                // A table made to mislead the search: at most as many steps as it has entries.
                let mut n = 1;
                while present(n) {
                    n += 1;
                }
                return n - 1;
            }
        }
        while high - low > 1 {
            let middle = usize::midpoint(low, high);
            if present(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }
}
