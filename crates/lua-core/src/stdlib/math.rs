//! `math`. Lua 5.1 manual §5.6.
/// rnd
#[derive(Debug, Default)]
pub(crate) struct Random {}
impl Random {
    pub(crate) fn seeded(_seed: u64) -> Self {
        Self {}
    }
}
