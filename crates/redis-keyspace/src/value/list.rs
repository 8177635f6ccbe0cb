//! A list: a double-ended queue of byte strings.

use std::collections::VecDeque;

/// Elements from left to right.
pub(crate) type List = VecDeque<Box<[u8]>>;
