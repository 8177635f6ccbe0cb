//! Where things are in the repository. Everything a verb installs or builds lies under `target` or in
//! a `node_modules` folder that Git ignores.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The repository's top folder.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Cargo's build folder.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// Where `setup` installs tools, so that nothing of the user's is overwritten.
pub(crate) fn tools() -> PathBuf {
    target().join("tools")
}

/// Benchmarks and tools in JavaScript; its `package.json` names the npm packages.
pub(crate) fn node() -> PathBuf {
    root().join("benches/node")
}

/// The npm package.
pub(crate) fn npm() -> PathBuf {
    root().join("npm")
}

/// The browser playground.
pub(crate) fn playground() -> PathBuf {
    root().join("playground")
}

/// The clients that tests drive; `package.json` and `requirements.txt` name them.
pub(crate) fn clients() -> PathBuf {
    root().join("tests/clients")
}

/// The search path of programs with our own tools in front.
pub(crate) fn path_with_tools() -> OsString {
    let inherited = env::var_os("PATH").unwrap_or_default();
    let mut folders = vec![tools().join("bin")];
    folders.extend(env::split_paths(&inherited));
    env::join_paths(folders).unwrap_or(inherited)
}

/// The first program of this name on the search path, our own tools included.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    env::split_paths(&path_with_tools())
        .map(|folder| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
        .find(|candidate| candidate.is_file())
}

/// The version of `package` in `Cargo.lock`.
pub(crate) fn locked_version(package: &str) -> Option<String> {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).ok()?;
    let mut lines = lock.lines();
    lines.find(|line| *line == format!("name = \"{package}\""))?;
    let version = lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?;
    Some(version.to_owned())
}
