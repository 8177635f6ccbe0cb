//! Expiry in the background: keys whose time has come and that nobody asks for.

use resp::Reply;

use crate::context::Args;
use crate::keyspace::Keyspace;

impl Keyspace {
    /// Removes up to `count_max` keys whose time has come by `now_ms`, soonest first. Answers how many.
    ///
    /// Nothing depends on this being called: a key past its time is gone for every command. It keeps
    /// memory from filling with keys nobody asks for, and `DBSIZE` from counting them.
    pub fn active_expire(&mut self, now_ms: u64, count_max: usize) -> usize {
        let mut removed = 0;
        for db in 0..self.databases_len() {
            while removed < count_max
                && let Some(slot) = self.next_expired(db, now_ms)
            {
                self.expire(db, slot);
                removed += 1;
            }
        }
        self.tell("", Args(&[]), true, &Reply::Nil);
        removed
    }

    /// When the key that expires soonest does; `None` when no key does.
    pub fn next_expiry_ms(&self) -> Option<u64> {
        (0..self.databases_len()).filter_map(|db| self.database(db)?.first_expiry_ms()).min()
    }
}
