//! The maps and sets beside the standard library's, under random operations.

use std::collections::btree_map::OccupiedEntry;
use std::collections::{BTreeMap, BTreeSet};

use ordered::{ByteMap, ByteSet, Id, IdMap, IdSet};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Action {
    Insert(u8, u32),
    Remove(u8),
    Change(u8, u32),
    WithDefault(u8),
    KeepOdd,
    Clear,
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        8 => (0..24u8, any::<u32>()).prop_map(|(key, value)| Action::Insert(key, value)),
        6 => (0..24u8).prop_map(Action::Remove),
        3 => (0..24u8, any::<u32>()).prop_map(|(key, value)| Action::Change(key, value)),
        3 => (0..24u8).prop_map(Action::WithDefault),
        1 => Just(Action::KeepOdd),
        1 => Just(Action::Clear),
    ]
}

/// Keys of several lengths, some the beginning of others.
fn text(key: u8) -> Vec<u8> {
    vec![b'a' + key % 5; usize::from(key / 5)]
}

fn id(key: u8) -> (u64, u64) {
    (u64::from(key / 5), u64::MAX - u64::from(key % 5))
}

proptest! {
    #[test]
    fn maps_from_bytes_do_what_trees_do(actions in prop::collection::vec(action(), 0..120)) {
        let (mut own, mut tree) = (ByteMap::default(), BTreeMap::new());
        for action in actions {
            match action {
                Action::Insert(key, value) => {
                    prop_assert_eq!(own.insert(text(key), value), tree.insert(text(key), value));
                }
                Action::Remove(key) => {
                    let removed = own.remove_entry(&text(key)).map(|(key, value)| (key.into_vec(), value));
                    prop_assert_eq!(removed, tree.remove_entry(&text(key)));
                }
                Action::Change(key, value) => {
                    if let Some(place) = own.get_mut(&text(key)) {
                        *place = value;
                    }
                    tree.entry(text(key)).and_modify(|place| *place = value);
                }
                Action::WithDefault(key) => {
                    own.with_default(&text(key), |value| *value |= 1);
                    *tree.entry(text(key)).or_default() |= 1;
                }
                Action::KeepOdd => {
                    own.retain(|value| value % 2 == 1);
                    tree.retain(|_, value| *value % 2 == 1);
                }
                Action::Clear => {
                    own.clear();
                    tree.clear();
                }
            }
            prop_assert_eq!(own.len(), tree.len());
            prop_assert_eq!(own.is_empty(), tree.is_empty());
            prop_assert!(own.iter().eq(tree.iter().map(|(key, value)| (key.as_slice(), value))));
            prop_assert!(own.keys().eq(tree.keys()));
            prop_assert!(own.values().eq(tree.values()));
            for key in 0..24 {
                prop_assert_eq!(own.get(&text(key)), tree.get(&text(key)));
                prop_assert_eq!(own.contains_key(&text(key)), tree.contains_key(&text(key)));
            }
        }
        prop_assert!(own.clone().into_values().eq(tree.into_values()));
    }

    #[test]
    fn maps_from_ids_do_what_trees_do(
        actions in prop::collection::vec(action(), 0..120),
        start in 0..24u8,
        end in 0..24u8,
    ) {
        let (mut own, mut tree) = (IdMap::default(), BTreeMap::new());
        for action in actions {
            match action {
                Action::Insert(key, value) => {
                    prop_assert_eq!(own.insert(id(key), value), tree.insert(id(key), value));
                }
                Action::Remove(key) => prop_assert_eq!(own.remove(id(key)), tree.remove(&id(key))),
                Action::Change(_, value) => {
                    for place in [own.first_mut(), tree.first_entry().map(OccupiedEntry::into_mut)].into_iter().flatten() {
*place = value;
                    }
                    for place in [own.last_mut(), tree.last_entry().map(OccupiedEntry::into_mut)].into_iter().flatten() {
*place = !value;
                    }
                }
                Action::WithDefault(key) => {
                    own.with_default(id(key), |value| *value |= 1);
                    *tree.entry(id(key)).or_default() |= 1;
                }
                Action::KeepOdd => {}
                Action::Clear => {
                    own.clear();
                    tree.clear();
                }
            }
            prop_assert_eq!(own.len(), tree.len());
            prop_assert!(own.iter().eq(tree.iter().map(|(key, value)| (*key, value))));
            prop_assert!(own.keys().eq(tree.keys().copied()));
            prop_assert!(own.values().eq(tree.values()));
            prop_assert_eq!(own.first(), tree.first_key_value().map(|(key, value)| (*key, value)));
            prop_assert_eq!(own.last(), tree.last_key_value().map(|(key, value)| (*key, value)));
            let up_to = tree.range(..=id(end)).next_back().map(|(key, _)| *key);
            prop_assert_eq!(own.last_key_up_to(id(end)), up_to);
            let range: Vec<_> = own.range(id(start), id(end)).map(|(key, value)| (key, *value)).collect();
            if id(start) <= id(end) {
                prop_assert!(range.into_iter().eq(tree.range(id(start)..=id(end)).map(|(k, v)| (*k, *v))));
            } else {
                prop_assert!(range.is_empty());
            }
        }
    }

    #[test]
    fn sets_do_what_trees_do(actions in prop::collection::vec(action(), 0..120), end in 0..24u8) {
        let (mut texts, mut ids) = (ByteSet::default(), IdSet::default());
        let (mut text_tree, mut id_tree) = (BTreeSet::new(), BTreeSet::new());
        for action in actions {
            match action {
                Action::Insert(key, _) => {
                    prop_assert_eq!(texts.insert(text(key)), text_tree.insert(text(key)));
                    prop_assert_eq!(ids.insert(id(key)), id_tree.insert(id(key)));
                }
                Action::Remove(key) => {
                    prop_assert_eq!(texts.remove(&text(key)), text_tree.remove(&text(key)));
                    prop_assert_eq!(ids.remove(id(key)), id_tree.remove(&id(key)));
                }
                Action::Clear => {
                    texts.clear();
                    text_tree.clear();
                }
                _ => {}
            }
            prop_assert_eq!((texts.len(), ids.len()), (text_tree.len(), id_tree.len()));
            prop_assert_eq!((texts.is_empty(), ids.is_empty()), (text_tree.is_empty(), id_tree.is_empty()));
            prop_assert!(texts.iter().eq(text_tree.iter()));
            prop_assert!(ids.iter().eq(id_tree.iter().copied()));
            prop_assert_eq!(ids.first(), id_tree.first().copied());
            prop_assert!(ids.range((0, 0), id(end)).rev().eq(id_tree.range(..=id(end)).rev().copied()));
            prop_assert!(ids.iter().collect::<IdSet<_>>().iter().eq(ids.iter()));
        }
    }

    #[test]
    fn ids_keep_their_order(a in any::<(u64, u32)>(), b in any::<(u64, u32)>()) {
        prop_assert_eq!(a.to_bits().cmp(&b.to_bits()), a.cmp(&b));
        prop_assert_eq!(<(u64, u32)>::from_bits(a.to_bits()), a);
    }
}
