//! Who judges: Debian's `lua5.1`, where it is installed. Elsewhere the tests that need it are shown as
//! ignored, or fail when nothing may be skipped (`REDMOON_STRICT`, `CI=true`).

use std::env;
use std::path::PathBuf;

use crate::runner::Engine;

/// True when a test that cannot run is a failure.
pub fn strict() -> bool {
    env::var_os("REDMOON_STRICT").is_some() || env::var("CI").is_ok_and(|value| value == "true")
}

/// `lua5.1` from the search path.
///
/// # Errors
/// A hint how to install it, when it is absent and nothing may be skipped.
pub fn lua51() -> Result<Option<Engine>, String> {
    match find("lua5.1") {
        // By its name and not its path, since it repeats in its messages how it was called.
        Some(_) => Ok(Some(Engine::lua51(PathBuf::from("lua5.1")))),
        None if strict() => {
            Err("lua5.1 is not installed; cargo xtask setup installs it".to_owned())
        }
        None => Ok(None),
    }
}

/// A program on the search path.
pub fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

/// A number from the environment, for tests whose size can be chosen.
///
/// # Panics
/// When the variable is set to something else: a typing error must not shrink a test in silence.
pub fn number_from_environment(name: &str) -> Option<u64> {
    let text = env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} must be a whole number, not {text:?}")))
}
