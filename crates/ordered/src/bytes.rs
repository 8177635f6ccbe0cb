//! Byte strings as keys, in the order of their bytes.

use crate::placed::{Key, Placed, Places};

/// A map from byte strings.
#[derive(Clone, Debug)]
pub struct ByteMap<V>(Placed<Box<[u8]>, V>);

impl<V> Default for ByteMap<V> {
    fn default() -> Self {
        Self(Placed::default())
    }
}

impl<V> ByteMap<V> {
    /// Number of entries.
    pub fn len(&self) -> usize {
        self.0.places.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.0.places.is_empty()
    }

    /// Whether a key is there.
    pub fn contains_key(&self, key: &[u8]) -> bool {
        self.get(key).is_some()
    }

    /// The value of a key.
    pub fn get(&self, key: &[u8]) -> Option<&V> {
        self.0.get(key)
    }

    /// The value of a key, to be changed.
    pub fn get_mut(&mut self, key: &[u8]) -> Option<&mut V> {
        self.0.get_mut(key)
    }

    /// Sets the value of a key, and gives back the one that was there.
    pub fn insert(&mut self, key: impl Into<Box<[u8]>>, value: V) -> Option<V> {
        self.0.insert(key.into(), value)
    }

    /// Works with the value of a key; where there is none, with a new one.
    pub fn with_default<R>(&mut self, key: &[u8], work: impl FnOnce(&mut V) -> R) -> R
    where
        V: Default,
    {
        if let Some(value) = self.0.get_mut(key) {
            return work(value);
        }
        let mut value = V::default();
        let result = work(&mut value);
        self.0.insert(key.into(), value);
        result
    }

    /// Takes an entry out; its value.
    pub fn remove(&mut self, key: &[u8]) -> Option<V> {
        self.0.remove(key).map(|(_, value)| value)
    }

    /// Takes an entry out.
    pub fn remove_entry(&mut self, key: &[u8]) -> Option<(Box<[u8]>, V)> {
        self.0.remove(key)
    }

    /// Takes everything out.
    pub fn clear(&mut self) {
        self.0 = Placed::default();
    }

    /// Keeps the entries whose values are wanted.
    pub fn retain(&mut self, is_wanted: impl FnMut(&V) -> bool) {
        self.0.retain(is_wanted);
    }

    /// The keys in order.
    pub fn keys(&self) -> impl Iterator<Item = &[u8]> {
        self.0.places.keys().map(|key| &**key)
    }

    /// The values in the order of their keys.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &V> {
        self.0.places.values().map(|place| self.0.at(*place))
    }

    /// The entries in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &V)> {
        self.0.places.iter().map(|(key, place)| (&**key, self.0.at(*place)))
    }

    /// The values in the order of their keys, and the map is gone.
    pub fn into_values(mut self) -> impl Iterator<Item = V> {
        self.0
            .places
            .into_values()
            .filter_map(move |place| self.0.values.try_remove(place as usize))
    }
}

/// A set of byte strings.
#[derive(Clone, Debug, Default)]
pub struct ByteSet(Places<Box<[u8]>>);

impl ByteSet {
    /// Number of strings.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no string.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a string; answers whether it is new.
    pub fn insert(&mut self, text: impl Into<Box<[u8]>>) -> bool {
        Key::put(&mut self.0, text.into(), 0).is_none()
    }

    /// Takes a string out; answers whether it was there.
    pub fn remove(&mut self, text: &[u8]) -> bool {
        Key::take(&mut self.0, text).is_some()
    }

    /// Takes everything out.
    pub fn clear(&mut self) {
        self.0 = Places::new();
    }

    /// The strings in order.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.0.keys().map(|text| &**text)
    }
}
