//! The conformance harness: the same commands on redis-server 7.0.15 and on Redmoon, and every byte of the
//! replies compared. `docs/conformance.md` says how to use it and how to add a case.
//!
//! Reading order: a [`case`] is a list of commands with what Redis answered; [`wire`] finds where a reply
//! ends; [`here`] and [`oracle`] are the two that answer; [`exceptions`] are the differences that are known;
//! [`play`] goes through cases, [`generate`] makes new ones; [`report`] tells.

pub mod case;
pub mod wire;

pub mod here;
pub mod oracle;

pub mod exceptions;
pub mod generate;

pub mod play;
pub mod report;
