//! `cargo xtask size`: the promise that the core module (Lua and its standard library, optimised) stays
//! small. `benches/core-size` is that module: `redmoon-lua-core` and one exported function.

pub(crate) mod functions;

use std::fs;

use crate::step::{self, Failure};
use crate::{wasm, workspace};

/// The core module may be this large; counted in units of 1000, the stricter reading of "400 KB".
const CORE_BYTES_MAX: u64 = 400_000;

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// How wasm-opt optimises
    #[arg(long, value_enum, ignore_case = true, default_value_t = wasm::Level::Oz)]
    opt: wasm::Level,
    /// Also list the N largest functions and modules, as they are before wasm-opt
    #[arg(long, value_name = "N", default_value_t = 0)]
    top: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { opt: wasm::Level::Oz, top: 0 }
    }
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    const PACKAGE: &str = "redmoon-core-size";
    const TARGET: &str = "wasm32-unknown-unknown";
    step::announce("building the core module, profile wasm-core");
    step::run(step::cargo().args([
        "build",
        "-p",
        PACKAGE,
        "--profile",
        "wasm-core",
        "--target",
        TARGET,
    ]))?;
    let built = workspace::target().join(TARGET).join("wasm-core/redmoon_core_size.wasm");
    if options.top > 0 {
        print!("{}", functions::largest(&fs::read(&built)?, options.top)?);
    }
    let out = workspace::target().join("wasm/core");
    let mut bindgen = step::command("wasm-bindgen");
    bindgen.args(["--target", "nodejs", "--no-typescript", "--out-name", "core", "--out-dir"]);
    step::run(bindgen.arg(&out).arg(&built))?;
    let module = out.join("core_bg.wasm");
    wasm::optimise(&module, options.opt)?;
    let sizes = wasm::Sizes::of(&module)?;
    println!("size: core module {sizes}; at most {} KB", CORE_BYTES_MAX / 1000);
    if sizes.raw > CORE_BYTES_MAX {
        let over = sizes.raw - CORE_BYTES_MAX;
        return Err(Failure::new(format!("the core module is {over} bytes too large")));
    }
    Ok(())
}
