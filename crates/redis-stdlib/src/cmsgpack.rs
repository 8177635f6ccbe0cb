//! `cmsgpack` (to come).
use lua_core::native::Library;
pub(crate) const CMSGPACK: Library = lua_core::library!("cmsgpack", {});
pub(crate) const TEXTS: &[(&str, &str)] = &[];
