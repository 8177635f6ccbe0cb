//! A keyspace as bytes: databases with all that commands can see of them, settings, statistics, and where the random
//! numbers stand.
//!
//! What is there in an order of insertion, keys, fields and members, is saved slot by slot, empty slots included, so
//! that a `SCAN` that was begun goes on, and random choices are the same. Hash tables are not saved but built anew with
//! the host's seed: a snapshot is foreign input, and who wrote it must not choose where its keys collide.

use resp::number::parse_i64;
use snapshot::{Envelope, FormatError, Reader, Writer, kind};

use super::{Config, Database, KEY_SIZE, Keyspace, NEVER, Object};
use crate::dict::Dict;
use crate::random::Random;
use crate::settings::Settings;
use crate::value::Value;

/// Version of the layout. It changes with every change of what is written here or in the types of values.
const ENVELOPE: Envelope = Envelope { kind: kind::KEYSPACE, version: 1, fingerprint: 0 };

/// Counters that only grow stay below this, so that they can go on growing.
pub(crate) const COUNTER_MAX: u64 = 1 << 62;

impl Keyspace {
    /// The keyspace as bytes; nothing while a transaction is open. Who waits for keys is no part of it.
    pub fn snapshot(&mut self) -> Option<Vec<u8>> {
        if self.in_transaction() {
            return None;
        }
        self.settle();
        let mut out = Writer::new();
        out.len(self.databases.len());
        out.len(self.config.string_size_max);
        let settings = self.changed_settings();
        out.len(settings.len());
        for (name, value) in settings {
            out.bytes(name.as_bytes());
            out.bytes(&value);
        }
        out.fixed(self.random.state());
        out.number(self.changes);
        let statistics = self.statistics;
        for count in [
            statistics.expired_keys,
            statistics.evicted_keys,
            statistics.hits,
            statistics.misses,
            self.clock_s.into(),
        ] {
            out.number(count);
        }
        for database in &self.databases {
            database.keys.save(&mut out, |out, object| object.save(out));
        }
        Some(ENVELOPE.seal(&out.into_bytes()))
    }

    /// The keyspace that was saved. The bytes may be anybody's: anything but a snapshot is an error, and memory is
    /// taken in proportion to them. Of the configuration the seed counts, for the hash functions; the number of
    /// databases and the settings are the snapshot's.
    ///
    /// # Errors
    /// What is wrong with the bytes.
    pub fn restore(bytes: &[u8], config: Config) -> Result<Self, FormatError> {
        let mut input = Reader::new(ENVELOPE.open(bytes)?);
        let input = &mut input;
        let databases = input.count(2)?;
        input.check(databases > 0, "no databases")?;
        let string_size_max = usize::try_from(input.number()?).unwrap_or(usize::MAX);
        let mut keyspace = Self::new(Config { databases, string_size_max, ..config });
        let mut settings = Vec::new();
        for _ in 0..input.count(2)? {
            settings.push([input.bytes()?, input.bytes()?]);
        }
        let are_known = settings.is_empty() || keyspace.change_settings(&settings).is_ok();
        input.check(are_known, "a setting that is none")?;
        let random = Random::at(input.fixed()?);
        let mut counter = || {
            let count = input.number()?;
            input.check(count < COUNTER_MAX, "a counter that is too large")?;
            Ok::<u64, FormatError>(count)
        };
        keyspace.changes = counter()?;
        keyspace.statistics.expired_keys = counter()?;
        keyspace.statistics.evicted_keys = counter()?;
        keyspace.statistics.hits = counter()?;
        keyspace.statistics.misses = counter()?;
        keyspace.clock_s = u32::try_from(counter()?).unwrap_or(u32::MAX);
        let changes = keyspace.changes;
        for database in &mut keyspace.databases {
            let hasher = &keyspace.hasher;
            database.keys =
                Dict::load(input, hasher, |input| Object::load(input, hasher, changes))?;
            database.look_over();
            keyspace.used = keyspace.used.saturating_add(database.used);
        }
        input.finish()?;
        keyspace.random = random;
        Ok(keyspace)
    }

    /// Settings that are not what a new keyspace has.
    fn changed_settings(&self) -> Vec<(&'static str, Vec<u8>)> {
        let first = Settings::new(self.databases.len(), self.config.string_size_max);
        let mut changed: Vec<(&'static str, Vec<u8>)> = Vec::new();
        for ((name, value), (_, before)) in self.settings.iter_own().zip(first.iter_own()) {
            let mut value = value.as_bytes().to_vec();
            if name == "notify-keyspace-events" && self.notices.asks_for_new() {
                // The setting does not show it beside `A`.
                value.push(b'n');
            }
            // A size that differs only because this is another target than that of the snapshot.
            let is_size = name == "proto-max-bulk-len"
                && parse_i64(&value).is_some_and(|size| size as u64 >= usize::MAX as u64 / 8);
            // Passwords are nobody's business.
            let is_secret = name == "requirepass";
            if value != before.as_bytes() && !is_size && !is_secret {
                changed.push((name, value));
            }
        }
        changed
    }
}

impl Database {
    /// Finds out what follows from the keys.
    fn look_over(&mut self) {
        let objects = self.keys.iter_slots().filter(|(_, object)| object.expires_at_ms != NEVER);
        self.expiring = objects.map(|(slot, object)| (object.expires_at_ms, slot)).collect();
        let sizes = self.keys.iter().map(|(key, object)| KEY_SIZE + key.len() + object.counted);
        self.used = sizes.fold(0, usize::saturating_add);
    }
}

impl Object {
    fn save(&self, out: &mut Writer) {
        let expires = (self.expires_at_ms != NEVER).then_some(self.expires_at_ms);
        out.option(expires, Writer::number);
        out.number(self.version);
        out.number(self.used_at_s.into());
        self.value.save(out);
    }

    fn load(
        input: &mut Reader<'_>,
        hasher: &ahash::RandomState,
        changes: u64,
    ) -> Result<Self, FormatError> {
        let expires_at_ms = input.option(Reader::number)?;
        let is_time = expires_at_ms.is_none_or(|time| i64::try_from(time).is_ok());
        input.check(is_time, "a time that is too late")?;
        let version = input.number()?;
        input.check(version <= changes, "a version that is to come")?;
        let used_at_s = input.small()?;
        let value = Value::load(input, hasher)?;
        input.check(!value.is_empty(), "an empty value")?;
        let counted = value.size();
        let expires_at_ms = expires_at_ms.unwrap_or(NEVER);
        Ok(Self { value, expires_at_ms, version, counted, used_at_s })
    }
}
