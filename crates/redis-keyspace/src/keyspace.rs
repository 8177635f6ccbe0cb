//! The databases, and the few methods through which everything in them changes.
//!
//! Whatever a command does ends in [`Keyspace::object_mut`], [`insert`](Keyspace::insert),
//! [`remove`](Keyspace::remove), [`set_expiry`](Keyspace::set_expiry), [`flush`](Keyspace::flush) or
//! [`swap`](Keyspace::swap). There, and nowhere else, the open transaction learns what it replaces, and
//! the key's version moves on.

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
use crate::random::Random;
use crate::settings::{Settings, Thresholds};
use crate::value::Value;

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
    /// Counts changes; the version of an object is its value at the object's last change.
    changes: u64,
}

/// When a key that does not expire expires.
pub(crate) const NEVER: u64 = u64::MAX;

/// A key's value and what is known about it.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) value: Value,
    expires_at_ms: u64,
    version: u64,
}

impl Object {
    pub(crate) fn new(value: impl Into<Value>, expires_at_ms: u64) -> Self {
        Self { value: value.into(), expires_at_ms, version: 0 }
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
}

impl Database {
    fn new(hasher: &RandomState) -> Self {
        Self { keys: Dict::new(hasher), expiring: IdSet::default() }
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

    /// Changes since the keyspace was made, undone ones included.
    pub fn changes(&self) -> u64 {
        self.changes
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

    pub(crate) fn object(&self, db: usize, slot: Slot) -> Option<&Object> {
        self.databases.get(db)?.keys.value(slot)
    }

    /// Where a key is. One whose time has come is removed first.
    pub(crate) fn find(&mut self, db: usize, key: &[u8], now_ms: u64) -> Option<Slot> {
        let database = self.databases.get(db)?;
        let slot = database.keys.find(key)?;
        if database.keys.value(slot)?.expires_at_ms <= now_ms {
            self.remove(db, slot);
            return None;
        }
        Some(slot)
    }

    /// A key's value, to be changed.
    pub(crate) fn object_mut(&mut self, db: usize, slot: Slot) -> Option<&mut Value> {
        self.changes += 1;
        let object = self.databases.get_mut(db)?.keys.value_mut(slot)?;
        self.journal.before_change(db, slot, object.version, || object.clone());
        object.version = self.changes;
        if !self.watched.is_empty() {
            self.touch(db, slot);
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

    /// Adds a key that does not exist.
    pub(crate) fn insert(&mut self, db: usize, key: &[u8], mut object: Object) -> Slot {
        self.changes += 1;
        object.version = self.changes;
        let Some(database) = self.databases.get_mut(db) else { return 0 };
        let expires_at_ms = object.expires_at_ms;
        let slot = database.keys.insert(key, object);
        database.note_expiry(slot, expires_at_ms);
        self.journal.record(|| Undo::Inserted { db, slot });
        if !self.watched.is_empty() {
            self.touch(db, slot);
        }
        slot
    }

    /// Removes a key; other keys may have new slots afterwards.
    pub(crate) fn remove(&mut self, db: usize, slot: Slot) {
        self.changes += 1;
        if !self.watched.is_empty() {
            self.touch(db, slot);
        }
        let Some(database) = self.databases.get_mut(db) else { return };
        let Some((key, object)) = database.keys.remove(slot) else { return };
        database.forget_expiry(slot, object.expires_at_ms);
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
            let copy = self.object(db, slot).cloned();
            self.remove(db, slot);
            return copy;
        }
        self.changes += 1;
        if !self.watched.is_empty() {
            self.touch(db, slot);
        }
        let database = self.databases.get_mut(db)?;
        let (_, object) = database.keys.remove(slot)?;
        database.forget_expiry(slot, object.expires_at_ms);
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
    }

    /// Removes all keys of a database.
    pub(crate) fn flush(&mut self, db: usize) {
        self.changes += 1;
        self.watched.touch_all(db);
        let empty = Database::new(&self.hasher);
        if let Some(database) = self.databases.get_mut(db) {
            let database = std::mem::replace(database, empty);
            self.journal.record(|| Undo::Flushed { db, database });
        }
    }

    /// Exchanges the contents of two databases.
    pub(crate) fn swap(&mut self, left: usize, right: usize) {
        self.changes += 1;
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
                    if let Some(object) = database.keys.value(slot) {
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
                    let after = std::mem::replace(object, before);
                    database.forget_expiry(slot, after.expires_at_ms);
                    database.note_expiry(slot, expires_at_ms);
                }
            }
            Undo::Removed { db, slot, key, object } => {
                if let Some(database) = self.databases.get_mut(db) {
                    database.note_expiry(slot, object.expires_at_ms);
                    database.keys.undo_remove(slot, key, object);
                }
            }
            Undo::Flushed { db, database } => {
                if let Some(flushed) = self.databases.get_mut(db) {
                    *flushed = database;
                }
            }
            Undo::Swapped { left, right } => self.databases.swap(left, right),
        }
    }
}
