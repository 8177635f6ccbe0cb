//! Numbers as keys, and what can be written as a number of 128 bits in the same order.

use std::collections::btree_map::Range;
use std::marker::PhantomData;

use crate::placed::{Key, Placed, Places};

/// A key that is a number in effect.
///
/// Two ids compare as their bits do, and [`from_bits`](Id::from_bits) undoes [`to_bits`](Id::to_bits).
pub trait Id: Copy {
    /// The id as a number.
    fn to_bits(self) -> u128;
    /// The id of a number that an id was.
    fn from_bits(bits: u128) -> Self;
}

macro_rules! numbers_are_ids {
    ($($number:ty)*) => {$(
        impl Id for $number {
            fn to_bits(self) -> u128 {
                self as u128
            }

            fn from_bits(bits: u128) -> Self {
                bits as $number
            }
        }

        impl Id for (u64, $number) {
            fn to_bits(self) -> u128 {
                u128::from(self.0) << 64 | self.1 as u128
            }

            fn from_bits(bits: u128) -> Self {
                ((bits >> 64) as u64, bits as $number)
            }
        }
    )*};
}

numbers_are_ids! { u32 u64 usize }

/// A map from ids.
#[derive(Clone, Debug)]
pub struct IdMap<K, V> {
    placed: Placed<u128, V>,
    keys: PhantomData<K>,
}

impl<K, V> Default for IdMap<K, V> {
    fn default() -> Self {
        Self { placed: Placed::default(), keys: PhantomData }
    }
}

impl<K: Id, V> IdMap<K, V> {
    /// Number of entries.
    pub fn len(&self) -> usize {
        self.placed.places.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.placed.places.is_empty()
    }

    /// Whether a key is there.
    pub fn contains_key(&self, key: K) -> bool {
        self.get(key).is_some()
    }

    /// The value of a key.
    pub fn get(&self, key: K) -> Option<&V> {
        self.placed.get(&key.to_bits())
    }

    /// The value of a key, to be changed.
    pub fn get_mut(&mut self, key: K) -> Option<&mut V> {
        self.placed.get_mut(&key.to_bits())
    }

    /// Sets the value of a key, and gives back the one that was there.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.placed.insert(key.to_bits(), value)
    }

    /// Works with the value of a key; where there is none, with a new one.
    pub fn with_default<R>(&mut self, key: K, work: impl FnOnce(&mut V) -> R) -> R
    where
        V: Default,
    {
        if let Some(value) = self.get_mut(key) {
            return work(value);
        }
        let mut value = V::default();
        let result = work(&mut value);
        self.insert(key, value);
        result
    }

    /// Takes an entry out; its value.
    pub fn remove(&mut self, key: K) -> Option<V> {
        self.placed.remove(&key.to_bits()).map(|(_, value)| value)
    }

    /// Takes everything out.
    pub fn clear(&mut self) {
        self.placed = Placed::default();
    }

    /// The entry with the least key.
    pub fn first(&self) -> Option<(K, &V)> {
        let (key, place) = self.placed.places.first_key_value()?;
        Some((K::from_bits(*key), self.placed.at(*place)))
    }

    /// The entry with the greatest key.
    pub fn last(&self) -> Option<(K, &V)> {
        let (key, place) = self.placed.places.last_key_value()?;
        Some((K::from_bits(*key), self.placed.at(*place)))
    }

    /// The value of the least key, to be changed.
    pub fn first_mut(&mut self) -> Option<&mut V> {
        let (_, place) = self.placed.places.first_key_value()?;
        self.placed.values.get_mut(*place as usize)
    }

    /// The value of the greatest key, to be changed.
    pub fn last_mut(&mut self) -> Option<&mut V> {
        let (_, place) = self.placed.places.last_key_value()?;
        self.placed.values.get_mut(*place as usize)
    }

    /// The greatest key that is at most `key`.
    pub fn last_key_up_to(&self, key: K) -> Option<K> {
        last_up_to(&self.placed.places, key.to_bits()).map(K::from_bits)
    }

    /// The keys in order.
    pub fn keys(&self) -> impl Iterator<Item = K> {
        self.placed.places.keys().map(|key| K::from_bits(*key))
    }

    /// The values in the order of their keys.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.placed.places.values().map(|place| self.placed.at(*place))
    }

    /// The values in the order of their keys, and the map is gone.
    pub fn into_values(mut self) -> impl Iterator<Item = V> {
        let places = self.placed.places.into_values();
        places.filter_map(move |place| self.placed.values.try_remove(place as usize))
    }

    /// The entries in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        self.placed.places.iter().map(|(key, place)| (K::from_bits(*key), self.placed.at(*place)))
    }

    /// The entries from `start` to `end`, both included; none where they are the wrong way round.
    pub fn range(&self, start: K, end: K) -> impl DoubleEndedIterator<Item = (K, &V)> {
        range(&self.placed.places, start.to_bits(), end.to_bits())
            .map(|(key, place)| (K::from_bits(*key), self.placed.at(*place)))
    }
}

impl<K: Id, V> FromIterator<(K, V)> for IdMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::default();
        for (key, value) in entries {
            map.insert(key, value);
        }
        map
    }
}

/// A set of ids.
#[derive(Clone, Debug)]
pub struct IdSet<K> {
    places: Places<u128>,
    keys: PhantomData<K>,
}

impl<K> Default for IdSet<K> {
    fn default() -> Self {
        Self { places: Places::new(), keys: PhantomData }
    }
}

impl<K: Id> IdSet<K> {
    /// Number of ids.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is no id.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Adds an id; answers whether it is new.
    pub fn insert(&mut self, id: K) -> bool {
        Key::put(&mut self.places, id.to_bits(), 0).is_none()
    }

    /// Takes an id out; answers whether it was there.
    pub fn remove(&mut self, id: K) -> bool {
        Key::take(&mut self.places, &id.to_bits()).is_some()
    }

    /// The least id.
    pub fn first(&self) -> Option<K> {
        self.places.first_key_value().map(|(id, _)| K::from_bits(*id))
    }

    /// The ids in order.
    pub fn iter(&self) -> impl Iterator<Item = K> {
        self.places.keys().map(|id| K::from_bits(*id))
    }

    /// The ids from `start` to `end`, both included; none where they are the wrong way round.
    pub fn range(&self, start: K, end: K) -> impl DoubleEndedIterator<Item = K> {
        range(&self.places, start.to_bits(), end.to_bits()).map(|(id, _)| K::from_bits(*id))
    }
}

impl<K: Id> FromIterator<K> for IdSet<K> {
    fn from_iter<I: IntoIterator<Item = K>>(ids: I) -> Self {
        let mut set = Self::default();
        for id in ids {
            set.insert(id);
        }
        set
    }
}

#[inline(never)]
fn range(places: &Places<u128>, start: u128, end: u128) -> Range<'_, u128, u32> {
    // A tree panics when the ends are the wrong way round.
    if start > end { Range::default() } else { places.range(start..=end) }
}

#[inline(never)]
fn last_up_to(places: &Places<u128>, key: u128) -> Option<u128> {
    places.range(..=key).next_back().map(|(key, _)| *key)
}
