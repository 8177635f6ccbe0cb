//! The databases, and the few methods through which everything in them changes.
//!
//! Whatever a command does ends in [`Keyspace::object_mut`], [`insert`](Keyspace::insert),
//! [`remove`](Keyspace::remove), [`set_expiry`](Keyspace::set_expiry), [`flush`](Keyspace::flush) or
//! [`swap`](Keyspace::swap). There, and nowhere else, the open transaction learns what it replaces, and
//! the key's version moves on.

mod snapshot;

use ahash::RandomState;
use ordered::IdSet;
use resp::{Protocol, Reply};
use smallvec::SmallVec;

use crate::blocking::{Wait, Watched};
use crate::command::{self, Command};
use crate::context::Context;
use crate::dict::{Dict, Slot};
use crate::journal::{Journal, Undo};
use crate::limits;
use crate::messages::Failure;
use crate::notice::{Happened, Notices, class};
use crate::random::Random;
use crate::settings::{Settings, Thresholds};
use crate::value::Value;
pub(crate) use snapshot::COUNTER_MAX;

/// What a keyspace is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Number of databases; at least 1.
    pub databases: usize,
    /// Seeds the hash functions and every random choice.
    pub seed: u64,
    /// Size of a string value, in bytes.
    pub string_size_max: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { databases: limits::DATABASES, seed: 0, string_size_max: limits::STRING_SIZE_MAX }
    }
}

/// What one client has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Session {
    /// Index of the selected database.
    pub db: usize,
    /// Protocol that replies are shaped for; some commands answer differently in RESP3.
    pub resp: Protocol,
    /// Whether commands come from a script, for which `SORT` of a set is never without order.
    pub in_script: bool,
}

/// What `INFO` tells of the past, since the keyspace was made or [`Keyspace::reset_statistics`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Statistics {
    /// Keys that are gone because their time had come.
    pub expired_keys: u64,
    /// Keys that are gone because memory was needed.
    pub evicted_keys: u64,
    /// Keys that commands asked for and that were there.
    pub hits: u64,
    /// Keys that commands asked for and that were not there.
    pub misses: u64,
}

/// Databases in memory, and the commands on them.
#[derive(Debug)]
pub struct Keyspace {
    config: Config,
    databases: Vec<Database>,
    hasher: RandomState,
    pub(crate) random: Random,
    journal: Journal,
    pub(crate) settings: Settings,
    /// What the latest command would wait for.
    pub(crate) wait: Option<Box<Wait>>,
    pub(crate) watched: Watched,
    /// Bytes that keys and values hold, about.
    used: usize,
    /// The object that was lent to be changed last: it may have another size by now.
    lent: Option<(usize, Slot)>,
    pub(crate) statistics: Statistics,
    pub(crate) notices: Notices,
    /// Unix time of the latest command in seconds: when what it touches was last used.
    clock_s: u32,
    /// Counts changes; the version of an object is its value at the object's last change.
    changes: u64,
}

/// Bytes that a key takes besides its name and its value: about what Redis needs.
pub(crate) const KEY_SIZE: usize = 56;

/// When a key that does not expire expires.
pub(crate) const NEVER: u64 = u64::MAX;

/// A key's value and what is known about it.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) value: Value,
    expires_at_ms: u64,
    version: u64,
    /// Bytes of the value as [`Keyspace::used_bytes`] counts them; changes made since are not in it yet.
    counted: usize,
    /// Unix time in seconds when it was last used.
    used_at_s: u32,
}

impl Object {
    pub(crate) fn new(value: impl Into<Value>, expires_at_ms: u64) -> Self {
        Self { value: value.into(), expires_at_ms, version: 0, counted: 0, used_at_s: 0 }
    }

    /// [`NEVER`] for a key without expiry.
    pub(crate) fn expires_at_ms(&self) -> u64 {
        self.expires_at_ms
    }
}

/// One numbered database.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) keys: Dict<Object>,
    /// The keys that expire, soonest first.
    expiring: IdSet<(u64, Slot)>,
    /// Its part of [`Keyspace::used_bytes`].
    used: usize,
}

impl Database {
    fn new(hasher: &RandomState) -> Self {
        Self { keys: Dict::new(hasher), expiring: IdSet::default(), used: 0 }
    }

    /// When the key that expires soonest does.
    pub(crate) fn first_expiry_ms(&self) -> Option<u64> {
        self.expiring.first().map(|(expires_at_ms, _)| expires_at_ms)
    }

    /// When the key that expires soonest does, and where it is.
    pub(crate) fn first_expiring(&self) -> Option<(u64, Slot)> {
        self.expiring.first()
    }

    pub(crate) fn expiring_len(&self) -> usize {
        self.expiring.len()
    }

    fn note_expiry(&mut self, slot: Slot, expires_at_ms: u64) {
        if expires_at_ms != NEVER {
            self.expiring.insert((expires_at_ms, slot));
        }
    }

    fn forget_expiry(&mut self, slot: Slot, expires_at_ms: u64) {
        if expires_at_ms != NEVER {
            self.expiring.remove((expires_at_ms, slot));
        }
    }

    fn tidy(&mut self) {
        if self.keys.tidy() {
            self.expiring = self
                .keys
                .iter_slots()
                .filter(|(_, object)| object.expires_at_ms != NEVER)
                .map(|(slot, object)| (object.expires_at_ms, slot))
                .collect();
        }
    }
}

impl Keyspace {
    /// Empty databases.
    pub fn new(mut config: Config) -> Self {
        // Every bit of a string has an index.
        config.string_size_max = config.string_size_max.min(usize::MAX / 8);
        let mut random = Random::new(config.seed);
        let hasher =
            RandomState::with_seeds(random.next(), random.next(), random.next(), random.next());
        let databases: Vec<Database> =
            (0..config.databases.max(1)).map(|_| Database::new(&hasher)).collect();
        let settings = Settings::new(databases.len(), config.string_size_max);
        Self {
            config,
            databases,
            hasher,
            random,
            journal: Journal::default(),
            settings,
            wait: None,
            watched: Watched::default(),
            used: 0,
            lent: None,
            statistics: Statistics::default(),
            notices: Notices::default(),
            clock_s: 0,
            changes: 0,
        }
    }

    /// Runs one command and answers what Redis would.
    ///
    /// `argv[0]` is the name of the command, in any case. `now_ms` is Unix time in milliseconds; keys
    /// whose time has come by then are gone. A command that would wait answers nil; see
    /// [`blocking`](crate::blocking). Commands that need a connection (`MULTI`, `SUBSCRIBE`,
    /// `EVAL` …) are in the [command table](command) but unknown here.
    pub fn execute<A: AsRef<[u8]>>(
        &mut self,
        session: &mut Session,
        argv: &[A],
        now_ms: u64,
    ) -> Reply {
        let argv: SmallVec<[&[u8]; 8]> = argv.iter().map(AsRef::as_ref).collect();
        command::run(&mut self.context(session, now_ms), &argv)
    }

    /// As [`Self::execute`], for who has looked the command up already: `command` is what
    /// [`command::resolve`] gives for `argv`.
    pub fn execute_resolved(
        &mut self,
        session: &mut Session,
        command: &Command,
        argv: &[&[u8]],
        now_ms: u64,
    ) -> Reply {
        command::run_resolved(&mut self.context(session, now_ms), command, argv)
    }

    /// What the next command sees.
    fn context<'a>(&'a mut self, session: &'a mut Session, now_ms: u64) -> Context<'a> {
        self.wait = None;
        self.clock_s = u32::try_from(now_ms / 1000).unwrap_or(u32::MAX);
        if session.db >= self.databases.len() {
            session.db = 0;
        }
        Context::new(self, session, now_ms)
    }

    /// The version of a key: another one after every change, `None` while the key does not exist.
    /// What `WATCH` needs.
    pub fn version(&mut self, db: usize, key: &[u8], now_ms: u64) -> Option<u64> {
        let slot = self.find(db, key, now_ms)?;
        Some(self.object(db, slot)?.version)
    }

    /// What happened so far.
    pub fn statistics(&self) -> Statistics {
        self.statistics
    }

    /// Does what `CONFIG RESETSTAT` does.
    pub fn reset_statistics(&mut self) {
        self.statistics = Statistics::default();
    }

    /// Changes since the keyspace was made, undone ones included.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// Bytes that keys and values hold, about: what `maxmemory` is about.
    ///
    /// Counted as things change, so that it takes no time to ask: the bytes of keys, elements and values, and a
    /// fixed number for each. What is not given back at once (room in tables for keys that are gone) is not in it.
    pub fn used_bytes(&mut self) -> usize {
        self.settle();
        self.used
    }

    /// Counts the object that was lent last as it is now.
    fn settle(&mut self) {
        let Some((db, slot)) = self.lent.take() else { return };
        let Some(database) = self.databases.get_mut(db) else { return };
        let Some(object) = database.keys.value_mut(slot) else { return };
        let size = object.value.size();
        let counted = std::mem::replace(&mut object.counted, size);
        database.used = (database.used + size).saturating_sub(counted);
        self.used = (self.used + size).saturating_sub(counted);
    }

    /// What the keyspace was made from.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The value of a setting as `CONFIG GET` shows it; `None` for a setting that the keyspace does not know.
    ///
    /// For what a host has to heed, such as `busy-reply-threshold` and `notify-keyspace-events`.
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name)
    }

    /// Does what `CONFIG SET` does.
    ///
    /// # Errors
    /// The error reply when the setting is unknown, fixed, or does not take the value.
    pub fn set_setting(&mut self, name: &str, value: &str) -> Result<(), Reply> {
        self.change_settings(&[[name.as_bytes(), value.as_bytes()]]).map_err(Reply::from)
    }

    pub(crate) fn change_settings(&mut self, pairs: &[[&[u8]; 2]]) -> Result<(), Failure> {
        self.settings.set(pairs)?;
        for [name, value] in pairs {
            if name.eq_ignore_ascii_case(b"notify-keyspace-events") {
                // As it was given: `CONFIG GET` shows `A` and keeps back an `n` beside it.
                self.notices.set_classes(value);
            }
        }
        self.config.string_size_max = self.settings.string_size_max().min(usize::MAX / 8);
        Ok(())
    }

    pub(crate) fn thresholds(&self) -> Thresholds {
        self.settings.thresholds
    }

    /// The number of keys in a database, expired ones that nobody has met yet included; what `DBSIZE` answers.
    pub fn len(&self, db: usize) -> usize {
        self.database(db).map_or(0, |database| database.keys.len())
    }

    /// Whether no database holds a key.
    pub fn is_empty(&self) -> bool {
        self.databases.iter().all(|database| database.keys.is_empty())
    }

    /// Opens a transaction inside the current one, if any.
    ///
    /// What changes from here on can be undone until [`commit`](Self::commit); a value is copied before
    /// its first change. Costs nothing while no transaction is open.
    pub fn begin(&mut self) {
        self.settle();
        self.journal.begin(self.changes, self.random);
    }

    /// Closes the innermost transaction and keeps its changes. Answers whether one was open.
    pub fn commit(&mut self) -> bool {
        let closed = self.journal.commit();
        if closed && !self.journal.is_open() {
            self.databases.iter_mut().for_each(Database::tidy);
        }
        closed
    }

    /// Closes the innermost transaction and undoes its changes: values, expiries, the order of keys and
    /// the random numbers to come are as they were. Answers whether one was open.
    pub fn rollback(&mut self) -> bool {
        self.settle();
        let Some((undo, random)) = self.journal.rollback() else { return false };
        for undo in undo.into_iter().rev() {
            self.undo(undo);
        }
        self.random = random;
        true
    }

    /// Whether a transaction is open.
    pub fn in_transaction(&self) -> bool {
        self.journal.is_open()
    }

    pub(crate) fn databases_len(&self) -> usize {
        self.databases.len()
    }

    pub(crate) fn database(&self, db: usize) -> Option<&Database> {
        self.databases.get(db)
    }

    pub(crate) fn hasher(&self) -> &RandomState {
        &self.hasher
    }

    /// Notes that a command has asked for a key that is there, to see its value.
    pub(crate) fn note_use(&mut self, db: usize, slot: Slot) {
        self.statistics.hits += 1;
        if let Some(database) = self.databases.get_mut(db)
            && let Some(object) = database.keys.value_mut(slot)
        {
            object.used_at_s = self.clock_s;
        }
    }

    /// For how many seconds nobody has used an object.
    pub(crate) fn idle_s(&self, object: &Object) -> u32 {
        self.clock_s.saturating_sub(object.used_at_s)
    }

    /// Has an object look as if nobody had used it for so many seconds.
    pub(crate) fn set_idle(&mut self, db: usize, slot: Slot, idle_s: u32) {
        let used_at_s = self.clock_s.saturating_sub(idle_s);
        if let Some(object) =
            self.databases.get_mut(db).and_then(|database| database.keys.value_mut(slot))
        {
            object.used_at_s = used_at_s;
        }
    }

    pub(crate) fn object(&self, db: usize, slot: Slot) -> Option<&Object> {
        self.databases.get(db)?.keys.value(slot)
    }

    /// Where a key is. One whose time has come is removed first.
    pub(crate) fn find(&mut self, db: usize, key: &[u8], now_ms: u64) -> Option<Slot> {
        let database = self.databases.get(db)?;
        let Some(slot) = database.keys.find(key) else {
            if self.notices.is_on() {
                self.notices.note(db, key, Happened::Missed);
            }
            return None;
        };
        if database.keys.value(slot)?.expires_at_ms <= now_ms {
            self.expire(db, slot);
            return None;
        }
        Some(slot)
    }

    /// A key's value, to be changed.
    pub(crate) fn object_mut(&mut self, db: usize, slot: Slot) -> Option<&mut Value> {
        self.changes += 1;
        if self.lent != Some((db, slot)) {
            self.settle();
            self.lent = Some((db, slot));
        }
        let object = self.databases.get_mut(db)?.keys.value_mut(slot)?;
        self.journal.before_change(db, slot, object.version, || object.clone());
        object.version = self.changes;
        object.used_at_s = self.clock_s;
        if !self.watched.is_empty() {
            self.touch(db, slot);
        }
        if self.notices.is_on() {
            self.note(db, slot, Happened::Changed);
        }
        Some(&mut self.databases.get_mut(db)?.keys.value_mut(slot)?.value)
    }

    /// Whoever waits for this key should look again.
    #[cold]
    fn touch(&mut self, db: usize, slot: Slot) {
        if let Some(key) = self.databases.get(db).and_then(|database| database.keys.key(slot)) {
            self.watched.touch(db, key);
        }
    }

    /// Notes what has happened to a key.
    #[cold]
    fn note(&mut self, db: usize, slot: Slot, happened: Happened) {
        if let Some(key) = self.databases.get(db).and_then(|database| database.keys.key(slot)) {
            self.notices.note(db, key, happened);
        }
    }

    /// Adds a key that does not exist.
    pub(crate) fn insert(&mut self, db: usize, key: &[u8], mut object: Object) -> Slot {
        self.changes += 1;
        object.version = self.changes;
        object.counted = object.value.size();
        object.used_at_s = self.clock_s;
        let Some(database) = self.databases.get_mut(db) else { return 0 };
        let expires_at_ms = object.expires_at_ms;
        let size = KEY_SIZE + key.len() + object.counted;
        database.used += size;
        self.used += size;
        let slot = database.keys.insert(key, object);
        database.note_expiry(slot, expires_at_ms);
        self.journal.record(|| Undo::Inserted { db, slot });
        if !self.watched.is_empty() {
            self.touch(db, slot);
        }
        if self.notices.is_on() {
            self.note(db, slot, Happened::Made);
        }
        slot
    }

    /// Removes a key because its time has come.
    #[cold]
    pub(crate) fn expire(&mut self, db: usize, slot: Slot) {
        self.statistics.expired_keys += 1;
        self.remove_as(db, slot, Happened::Said(class::EXPIRED, "expired"));
    }

    /// Removes a key for a reason that notifications name.
    pub(crate) fn remove_as(&mut self, db: usize, slot: Slot, reason: Happened) {
        if self.notices.is_on() {
            self.note(db, slot, reason);
            self.remove(db, slot);
            self.notices.retract();
        } else {
            self.remove(db, slot);
        }
    }

    /// Removes a key; other keys may have new slots afterwards.
    pub(crate) fn remove(&mut self, db: usize, slot: Slot) {
        self.changes += 1;
        self.settle();
        if !self.watched.is_empty() {
            self.touch(db, slot);
        }
        if self.notices.is_on() {
            self.note(db, slot, Happened::Removed);
        }
        let Some(database) = self.databases.get_mut(db) else { return };
        let Some((key, object)) = database.keys.remove(slot) else { return };
        database.forget_expiry(slot, object.expires_at_ms);
        let size = KEY_SIZE + key.len() + object.counted;
        database.used = database.used.saturating_sub(size);
        self.used = self.used.saturating_sub(size);
        if self.journal.is_open() {
            self.journal.record(|| Undo::Removed { db, slot, key, object });
        } else {
            // An undo names slots, so they stay where they are while a transaction is open.
            database.tidy();
        }
    }

    /// Removes a key for its object, which is copied only when a transaction may want it back.
    pub(crate) fn take(&mut self, db: usize, slot: Slot) -> Option<Object> {
        if self.journal.is_open() {
            self.settle();
            let copy = self.object(db, slot).cloned();
            self.remove(db, slot);
            return copy;
        }
        self.changes += 1;
        self.settle();
        if !self.watched.is_empty() {
            self.touch(db, slot);
        }
        if self.notices.is_on() {
            self.note(db, slot, Happened::Removed);
        }
        let database = self.databases.get_mut(db)?;
        let (key, object) = database.keys.remove(slot)?;
        database.forget_expiry(slot, object.expires_at_ms);
        let size = KEY_SIZE + key.len() + object.counted;
        database.used = database.used.saturating_sub(size);
        self.used = self.used.saturating_sub(size);
        database.tidy();
        Some(object)
    }

    /// Sets when a key expires; [`NEVER`] makes it persist.
    pub(crate) fn set_expiry(&mut self, db: usize, slot: Slot, expires_at_ms: u64) {
        self.changes += 1;
        let Some(database) = self.databases.get_mut(db) else { return };
        let Some(object) = database.keys.value_mut(slot) else { return };
        self.journal.before_change(db, slot, object.version, || object.clone());
        object.version = self.changes;
        let before = std::mem::replace(&mut object.expires_at_ms, expires_at_ms);
        database.forget_expiry(slot, before);
        database.note_expiry(slot, expires_at_ms);
        if self.notices.is_on() {
            self.note(db, slot, Happened::ExpirySet { stays: expires_at_ms == NEVER });
        }
    }

    /// Removes all keys of a database.
    pub(crate) fn flush(&mut self, db: usize) {
        self.changes += 1;
        self.settle();
        self.watched.touch_all(db);
        let empty = Database::new(&self.hasher);
        if let Some(database) = self.databases.get_mut(db) {
            let database = std::mem::replace(database, empty);
            self.used = self.used.saturating_sub(database.used);
            self.journal.record(|| Undo::Flushed { db, database });
        }
    }

    /// Exchanges the contents of two databases.
    pub(crate) fn swap(&mut self, left: usize, right: usize) {
        self.changes += 1;
        self.settle();
        if left.max(right) < self.databases.len() {
            self.databases.swap(left, right);
            self.watched.touch_all(left);
            self.watched.touch_all(right);
            self.journal.record(|| Undo::Swapped { left, right });
        }
    }

    /// The key of `db` that expires soonest, if its time has come.
    pub(crate) fn next_expired(&self, db: usize, now_ms: u64) -> Option<Slot> {
        let (expires_at_ms, slot) = self.databases.get(db)?.expiring.first()?;
        (expires_at_ms <= now_ms).then_some(slot)
    }

    fn undo(&mut self, undo: Undo) {
        match undo {
            Undo::Inserted { db, slot } => {
                if let Some(database) = self.databases.get_mut(db) {
                    if let (Some(key), Some(object)) =
                        (database.keys.key(slot), database.keys.value(slot))
                    {
                        let size = KEY_SIZE + key.len() + object.counted;
                        database.used = database.used.saturating_sub(size);
                        self.used = self.used.saturating_sub(size);
                        database.forget_expiry(slot, object.expires_at_ms);
                    }
                    database.keys.undo_insert(slot);
                }
            }
            Undo::Changed { db, slot, before } => {
                if let Some(database) = self.databases.get_mut(db)
                    && let Some(object) = database.keys.value_mut(slot)
                {
                    let expires_at_ms = before.expires_at_ms;
                    let counted = before.counted;
                    let after = std::mem::replace(object, before);
                    database.used = (database.used + counted).saturating_sub(after.counted);
                    self.used = (self.used + counted).saturating_sub(after.counted);
                    database.forget_expiry(slot, after.expires_at_ms);
                    database.note_expiry(slot, expires_at_ms);
                }
            }
            Undo::Removed { db, slot, key, object } => {
                if let Some(database) = self.databases.get_mut(db) {
                    let size = KEY_SIZE + key.len() + object.counted;
                    database.used += size;
                    self.used += size;
                    database.note_expiry(slot, object.expires_at_ms);
                    database.keys.undo_remove(slot, key, object);
                }
            }
            Undo::Flushed { db, database } => {
                if let Some(flushed) = self.databases.get_mut(db) {
                    self.used = (self.used + database.used).saturating_sub(flushed.used);
                    *flushed = database;
                }
            }
            Undo::Swapped { left, right } => self.databases.swap(left, right),
        }
    }
}
