//! What an open transaction has to put back.
//!
//! A value is copied before its first change in a transaction. Whether it has been copied already shows
//! in its version: every change in a transaction gives a version above the one the transaction began at.

use crate::dict::Slot;
use crate::keyspace::{Database, Object};
use crate::random::Random;

/// One step back.
#[derive(Debug)]
pub(crate) enum Undo {
    Inserted { db: usize, slot: Slot },
    Changed { db: usize, slot: Slot, before: Object },
    Removed { db: usize, slot: Slot, key: Box<[u8]>, object: Object },
    Flushed { db: usize, database: Database },
    Swapped { left: usize, right: usize },
}

/// The open transactions, outermost first, and their steps back.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    open: Vec<Transaction>,
    undo: Vec<Undo>,
}

#[derive(Debug)]
struct Transaction {
    /// Steps that belong to outer transactions.
    outer_undo_len: usize,
    /// Objects with a later version have been copied.
    version: u64,
    random: Random,
}

impl Journal {
    pub(crate) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    pub(crate) fn begin(&mut self, version: u64, random: Random) {
        self.open.push(Transaction { outer_undo_len: self.undo.len(), version, random });
    }

    pub(crate) fn commit(&mut self) -> bool {
        let closed = self.open.pop().is_some();
        if self.open.is_empty() {
            self.undo.clear();
        }
        closed
    }

    /// The steps of the innermost transaction, which is closed, and the random state it began with.
    pub(crate) fn rollback(&mut self) -> Option<(Vec<Undo>, Random)> {
        let transaction = self.open.pop()?;
        Some((self.undo.split_off(transaction.outer_undo_len), transaction.random))
    }

    pub(crate) fn record(&mut self, undo: impl FnOnce() -> Undo) {
        if self.is_open() {
            self.undo.push(undo());
        }
    }

    /// Keeps a copy of an object with this version unless the innermost transaction has one.
    pub(crate) fn before_change(
        &mut self,
        db: usize,
        slot: Slot,
        version: u64,
        copy: impl FnOnce() -> Object,
    ) {
        if self.open.last().is_some_and(|transaction| version <= transaction.version) {
            self.undo.push(Undo::Changed { db, slot, before: copy() });
        }
    }
}
