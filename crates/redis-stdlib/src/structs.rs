//! `struct` (to come).
use lua_core::native::Library;
pub(crate) const STRUCT: Library = lua_core::library!("struct", {});
