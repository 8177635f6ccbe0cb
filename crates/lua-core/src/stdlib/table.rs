//! `table`. Lua 5.1 manual §5.5.
use crate::error::Failure;
use crate::native::{CallContext, Outcome};
/// sort
#[derive(Debug)]
pub struct SortState {}
pub(crate) fn foreach_step(_cx: &mut CallContext<'_>, _p: u32) -> Result<Outcome, Failure> {
    Ok(Outcome::Return(0))
}
pub(crate) fn foreachi_step(
    _cx: &mut CallContext<'_>,
    _p: u32,
    _l: u32,
) -> Result<Outcome, Failure> {
    Ok(Outcome::Return(0))
}
pub(crate) fn sort_step(_cx: &mut CallContext<'_>, _p: Box<SortState>) -> Result<Outcome, Failure> {
    Ok(Outcome::Return(0))
}
