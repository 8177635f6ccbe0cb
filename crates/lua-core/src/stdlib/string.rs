//! `string`. Lua 5.1 manual §5.4.

pub mod format;
pub mod meter;
pub mod pattern;
use crate::error::Failure;
use crate::native::{CallContext, Outcome};
/// gsub
#[derive(Debug)]
pub struct GsubState {}
impl GsubState {
    pub(crate) fn held_bytes(&self) -> usize {
        0
    }
}
pub(crate) fn gsub_step(_cx: &mut CallContext<'_>, _p: Box<GsubState>) -> Result<Outcome, Failure> {
    Ok(Outcome::Return(0))
}
