//! Ordered maps and sets whose machine code is shared by all kinds of values.
//!
//! Each pair of key and value types makes its own copy of the standard library's [`BTreeMap`], seven to fifteen
//! kilobytes of WebAssembly each. Here there are two trees, from byte strings and from 128-bit numbers to
//! places in a slab, and the values lie in the slab: a map more costs a few hundred bytes. Every operation
//! takes as long as that of a tree, and one step into the slab.
//!
//! * [`ByteMap`] and [`ByteSet`] have byte strings for keys.
//! * [`IdMap`] and [`IdSet`] have [`Id`]s: numbers, and what fits 128 bits in the right order.
//! * [`sort_by`] sorts slices, again with one copy of the machine code.
//!
//! ```
//! let mut fruit = ordered::ByteMap::default();
//! fruit.insert(*b"pear", 2);
//! fruit.insert(*b"apple", 1);
//! assert_eq!(fruit.get(b"pear"), Some(&2));
//! assert!(fruit.keys().eq([&b"apple"[..], b"pear"]));
//! ```
//!
//! [`BTreeMap`]: std::collections::BTreeMap

mod bytes;
mod id;
mod placed;
mod sort;

pub use bytes::{ByteMap, ByteSet};
pub use id::{Id, IdMap, IdSet};
pub use sort::sort_by;
