//! The reply tree: one variant per RESP3 type, plus the two nulls of RESP2.
//!
//! Aggregates hold their members in [`Items`], whose clone, comparison and drop keep their own stack:
//! a tree of any depth is safe to handle on a small host stack.

use std::borrow::Cow;
use std::fmt;
use std::ops::{Deref, DerefMut};

use crate::encode::encode_exactly;

/// Bytes of a status or an error. Most are fixed texts, which need no heap block.
pub type Text = Cow<'static, [u8]>;

/// The version of the protocol that a connection speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Protocol {
    /// RESP2: statuses, errors, integers, bulk strings, arrays and their nulls.
    #[default]
    Resp2,
    /// RESP3: all of [`Reply`].
    Resp3,
}

/// What a command answers.
#[derive(Clone, PartialEq)]
pub enum Reply {
    /// No value: `$-1` in RESP2, `_` in RESP3.
    Nil,
    /// No array: `*-1` in RESP2, `_` in RESP3.
    NilArray,
    /// A short text such as `OK`. CR and LF are sent as spaces.
    Status(Text),
    /// An error: its code, a space, its text; without the leading `-`. CR and LF are sent as spaces.
    Error(Text),
    /// A whole number.
    Integer(i64),
    /// A byte string.
    Bulk(Vec<u8>),
    /// A sequence.
    Array(Items),
    /// Keys and values in turn; a flat array in RESP2.
    Map(Items),
    /// Members without order; an array in RESP2.
    Set(Items),
    /// A floating point number; its `%.17g` text as a bulk string in RESP2.
    Double(f64),
    /// A floating point number that is written without exponent, with up to 17 digits behind the point: a place of
    /// `GEOPOS`. To whoever computes with it, it is the double that its text says.
    Decimal(f64),
    /// An integer of any size, as its decimal digits; a bulk string in RESP2.
    BigNumber(Vec<u8>),
    /// A text with a format; a bulk string of the text in RESP2.
    Verbatim(Verbatim),
    /// A truth value; `:1` or `:0` in RESP2.
    Boolean(bool),
    /// Keys and values about a reply, and that reply as the last item (so the number of items is odd);
    /// only that reply in RESP2.
    Attribute(Items),
    /// A message that no command asked for; an array in RESP2.
    Push(Items),
}

/// A text and three bytes that name its format, `txt` or `mkd`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verbatim {
    /// The name of the format, padded to three bytes.
    pub format: [u8; 3],
    /// The text itself.
    pub text: Vec<u8>,
}

const _: () = assert!(size_of::<Reply>() <= 32);

impl Reply {
    /// The status `OK`.
    pub const OK: Reply = Reply::Status(Cow::Borrowed(b"OK"));

    /// A status with a fixed text.
    pub const fn status(text: &'static str) -> Reply {
        Reply::Status(Cow::Borrowed(text.as_bytes()))
    }

    /// An error with a fixed text, code included.
    pub const fn error(text: &'static str) -> Reply {
        Reply::Error(Cow::Borrowed(text.as_bytes()))
    }

    /// A bulk string.
    pub fn bulk(bytes: impl Into<Vec<u8>>) -> Reply {
        Reply::Bulk(bytes.into())
    }

    /// A bulk string, or nil for `None`.
    pub fn opt_bulk(bytes: Option<impl Into<Vec<u8>>>) -> Reply {
        bytes.map_or(Reply::Nil, Reply::bulk)
    }

    /// An empty array.
    pub const fn empty_array() -> Reply {
        Reply::Array(Items(Vec::new()))
    }

    /// Whether this is an error.
    pub fn is_error(&self) -> bool {
        matches!(self, Reply::Error(_))
    }

    /// The members of an aggregate; `None` for everything else.
    pub fn items(&self) -> Option<&Items> {
        match self {
            Reply::Array(items)
            | Reply::Map(items)
            | Reply::Set(items)
            | Reply::Attribute(items)
            | Reply::Push(items) => Some(items),
            _ => None,
        }
    }

    fn items_mut(&mut self) -> Option<&mut Items> {
        match self {
            Reply::Array(items)
            | Reply::Map(items)
            | Reply::Set(items)
            | Reply::Attribute(items)
            | Reply::Push(items) => Some(items),
            _ => None,
        }
    }

    /// An aggregate of the same kind as `self` with other members.
    fn with_items(&self, items: Vec<Reply>) -> Reply {
        let items = Items(items);
        match self {
            Reply::Map(_) => Reply::Map(items),
            Reply::Set(_) => Reply::Set(items),
            Reply::Attribute(_) => Reply::Attribute(items),
            Reply::Push(_) => Reply::Push(items),
            _ => Reply::Array(items),
        }
    }
}

impl From<Vec<Reply>> for Reply {
    fn from(items: Vec<Reply>) -> Self {
        Reply::Array(Items(items))
    }
}

impl From<i64> for Reply {
    fn from(number: i64) -> Self {
        Reply::Integer(number)
    }
}

impl FromIterator<Reply> for Reply {
    fn from_iter<I: IntoIterator<Item = Reply>>(replies: I) -> Self {
        Reply::Array(Items::from_iter(replies))
    }
}

/// The reply as its RESP3 bytes, escaped; an absent array as `*-1`, which RESP3 could not tell from nil.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = Vec::new();
        encode_exactly(self, &mut bytes);
        write!(f, "\"{}\"", bytes.escape_ascii())
    }
}

/// The members of an aggregate, in order.
#[derive(Default)]
pub struct Items(Vec<Reply>);

impl Items {
    /// The members as a plain vector.
    pub fn into_vec(mut self) -> Vec<Reply> {
        std::mem::take(&mut self.0)
    }

    /// Adds a member at the end.
    pub fn push(&mut self, reply: Reply) {
        self.0.push(reply);
    }

    /// Keys and values, two members at a time; a last member without partner is left out.
    pub fn pairs(&self) -> impl ExactSizeIterator<Item = (&Reply, &Reply)> {
        self.0.as_chunks::<2>().0.iter().map(|[key, value]| (key, value))
    }
}

impl Deref for Items {
    type Target = [Reply];

    fn deref(&self) -> &[Reply] {
        &self.0
    }
}

impl DerefMut for Items {
    fn deref_mut(&mut self) -> &mut [Reply] {
        &mut self.0
    }
}

impl From<Vec<Reply>> for Items {
    fn from(items: Vec<Reply>) -> Self {
        Items(items)
    }
}

impl FromIterator<Reply> for Items {
    fn from_iter<I: IntoIterator<Item = Reply>>(replies: I) -> Self {
        let replies = replies.into_iter();
        let mut items = Vec::with_capacity(replies.size_hint().0);
        // A loop, for there are a hundred kinds of iterators: the ways of the standard library take more code for each.
        for reply in replies {
            items.push(reply);
        }
        Items(items)
    }
}

impl IntoIterator for Items {
    type Item = Reply;
    type IntoIter = std::vec::IntoIter<Reply>;

    fn into_iter(self) -> Self::IntoIter {
        self.into_vec().into_iter()
    }
}

impl<'a> IntoIterator for &'a Items {
    type Item = &'a Reply;
    type IntoIter = std::slice::Iter<'a, Reply>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl fmt::Debug for Items {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = Vec::new();
        for reply in self {
            encode_exactly(reply, &mut bytes);
        }
        write!(f, "\"{}\"", bytes.escape_ascii())
    }
}

impl Drop for Items {
    fn drop(&mut self) {
        // Most aggregates hold only leaves; those go without a second look.
        let mut emptied = Vec::new();
        take_aggregates(&mut self.0, &mut emptied);
        while let Some(mut items) = emptied.pop() {
            take_aggregates(&mut items, &mut emptied);
        }
    }
}

/// Moves the members of every aggregate in `replies` to `out`, so that dropping `replies` goes one level deep.
fn take_aggregates(replies: &mut [Reply], out: &mut Vec<Vec<Reply>>) {
    for items in replies.iter_mut().filter_map(Reply::items_mut) {
        if !items.is_empty() {
            out.push(std::mem::take(&mut items.0));
        }
    }
}

impl Clone for Items {
    fn clone(&self) -> Self {
        /// An aggregate being copied: itself, its members that are still to do, the copies so far.
        struct Level<'a> {
            original: Option<&'a Reply>,
            rest: std::slice::Iter<'a, Reply>,
            copies: Vec<Reply>,
        }
        let mut outer: Vec<Level<'_>> = Vec::new();
        let mut level =
            Level { original: None, rest: self.0.iter(), copies: Vec::with_capacity(self.0.len()) };
        loop {
            if let Some(reply) = level.rest.next() {
                match reply.items() {
                    Some(items) => {
                        let inner = Level {
                            original: Some(reply),
                            rest: items.iter(),
                            copies: Vec::with_capacity(items.len()),
                        };
                        outer.push(std::mem::replace(&mut level, inner));
                    }
                    None => level.copies.push(reply.clone()),
                }
                continue;
            }
            let done = std::mem::take(&mut level.copies);
            match (level.original, outer.pop()) {
                (Some(original), Some(parent)) => {
                    level = parent;
                    level.copies.push(original.with_items(done));
                }
                _ => return Items(done),
            }
        }
    }
}

impl PartialEq for Items {
    fn eq(&self, other: &Self) -> bool {
        let mut waiting = vec![(self, other)];
        while let Some((left, right)) = waiting.pop() {
            if left.len() != right.len() {
                return false;
            }
            for (left, right) in left.iter().zip(right) {
                if let (Some(left_items), Some(right_items)) = (left.items(), right.items()) {
                    if std::mem::discriminant(left) != std::mem::discriminant(right) {
                        return false;
                    }
                    waiting.push((left_items, right_items));
                } else if left != right {
                    return false;
                }
            }
        }
        true
    }
}
