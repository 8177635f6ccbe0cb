//! An in-memory Redis keyspace: data types, command table, expiry.
//!
//! ```
//! use redis_keyspace::{Config, Keyspace, Session};
//! use resp::Reply;
//!
//! let mut keyspace = Keyspace::new(Config { seed: 1, ..Config::default() });
//! let mut session = Session::default();
//! let now_ms = 1_700_000_000_000;
//! assert_eq!(keyspace.execute(&mut session, &["SET", "hits", "3", "EX", "10"], now_ms), Reply::OK);
//! assert_eq!(keyspace.execute(&mut session, &["INCR", "hits"], now_ms), Reply::Integer(4));
//! assert_eq!(keyspace.execute(&mut session, &["GET", "hits"], now_ms + 10_000), Reply::Nil);
//! ```
//!
//! The crate reads no clock and draws no randomness of its own: the time comes with every call, the seed
//! with the [`Config`]. Same seed, same times, same commands: same replies, on every target. It knows
//! neither connections nor scripts.
//!
//! # Order
//!
//! Where Redis has an order of its own, it is Redis's: hashes walk in the order in which their fields were
//! added, sets of integers ascending, sorted sets by score and member. Where Redis follows a secret hash
//! function (keys, other sets, large hashes) the order here is that of insertion.

mod geohash;
pub mod limits;
mod long_double;
mod messages;
mod number;
mod pattern;
pub use pattern::matches;
mod random;

mod dict;
mod index;
mod value;

mod settings;

mod dump;
mod journal;
mod notice;
pub use notice::Notice;
mod keyspace;
pub use keyspace::{Config, Keyspace, Session, Statistics};
mod context;
mod evict;
mod expire;

pub mod blocking;

pub mod command;
