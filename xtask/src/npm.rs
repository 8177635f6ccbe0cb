//! `cargo xtask npm`: the npm package, from Rust and TypeScript to `npm/dist`. The WebAssembly module is made for browsers
//! ([`wasm`]), of which the package takes the module alone: its JavaScript is its own.

use std::path::{Path, PathBuf};

use crate::step::{self, Failure};
use crate::{setup, wasm, workspace};

#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// How wasm-opt optimises
    #[arg(long, value_enum, ignore_case = true, default_value_t)]
    opt: wasm::Level,
    /// Take the WebAssembly module that was built last
    #[arg(long)]
    no_wasm: bool,
}

/// Builds the package; returns the folder with what is published of it.
pub(crate) fn run(options: &Options) -> Result<PathBuf, Failure> {
    let folder = workspace::npm();
    let mut modules = Vec::new();
    for tools in [false, true] {
        let wasm_options = wasm::Options::for_package(options.opt, tools);
        let out = if options.no_wasm { wasm_options.out() } else { wasm::run(&wasm_options)? };
        modules.push(out.join(wasm::MODULE));
    }
    setup::npm_packages(&folder, false)?;
    step::announce("node build.mjs");
    let mut node = step::command("node");
    node.current_dir(&folder).arg("build.mjs");
    for (option, module) in ["--wasm", "--tools"].iter().zip(&modules) {
        node.arg(option).arg(module);
    }
    step::run(&mut node)?;
    let dist = folder.join("dist");
    println!("npm: {}", dist.display());
    Ok(dist)
}

/// The tests of the package, in a fixed order.
pub(crate) fn tests() -> Vec<PathBuf> {
    tests_in(&workspace::npm())
}

/// The tests of an npm package, in a fixed order.
pub(crate) fn tests_in(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.join("test").read_dir().into_iter().flatten();
    let mut files: Vec<_> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    files
}
