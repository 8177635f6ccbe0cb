//! Userdata: objects of the host, with a metatable and an environment (Lua 5.1 manual §2.2).

use std::any::Any;

use crate::handle::TableIndex;
use crate::heap::arena::{Mark, Object, arena_index};

/// A full userdata.
#[derive(Debug)]
pub(crate) struct Userdata {
    /// What the host put in; nothing for `newproxy`.
    pub(crate) data: Option<Box<dyn Any>>,
    /// Bytes charged for `data`.
    pub(crate) bytes: usize,
    pub(crate) metatable: TableIndex,
    pub(crate) environment: TableIndex,
    /// Its `__gc` has been called or will be.
    pub(crate) finalized: bool,
    /// Counts up with every userdata made: finalisers run in the reverse of this order.
    pub(crate) serial: u64,
    pub(crate) mark: Mark,
}

impl Object for Userdata {
    fn empty() -> Self {
        Self {
            data: None,
            bytes: 0,
            metatable: TableIndex::NONE,
            environment: TableIndex::NONE,
            finalized: false,
            serial: 0,
            mark: Mark::FREE,
        }
    }
    fn mark(&self) -> Mark {
        self.mark
    }
    fn set_mark(&mut self, mark: Mark) {
        self.mark = mark;
    }
    fn outside_bytes(&self) -> usize {
        self.bytes
    }
}

arena_index! { Userdata, UserdataIndex; }
