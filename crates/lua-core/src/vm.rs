//! The virtual machine: a state machine that runs Lua functions and can stop between any two instructions.
//!
//! ```text
//! Idle ──start──▶ Running ──▶ Done(values) | Failed(error)
//!                  │  ▲
//!                  ▼  │ step(fuel) / answer(reply)
//!                Suspended(OutOfFuel | HostCall)
//! ```

pub(crate) mod arith;
pub(crate) mod call;
pub(crate) mod hook;
pub(crate) mod index;
pub(crate) mod metamethod;
pub(crate) mod raise;
pub(crate) mod run;
