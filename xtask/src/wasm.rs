//! `cargo xtask wasm`: from `crates/wasm-bindings` to an optimised module with its JavaScript, and its
//! sizes. `wasm-pack` runs Cargo with our `wasm` profile and `wasm-bindgen`; `wasm-opt` comes from npm's
//! `binaryen`, so that nothing is downloaded outside the lock files.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::step::{self, Failure};
use crate::workspace;

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// For whom the JavaScript is written
    #[arg(long, value_enum, default_value_t = Platform::Web)]
    platform: Platform,
    /// How wasm-opt optimises
    #[arg(long, value_enum, ignore_case = true, default_value_t)]
    opt: Level,
    /// With what editors and debuggers ask: a larger module
    #[arg(long)]
    tools: bool,
    /// Where the package goes (target/wasm/PLATFORM)
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self::for_package(Level::default(), false)
    }
}

impl Options {
    /// As the npm package needs it.
    pub(crate) fn for_package(opt: Level, tools: bool) -> Self {
        Self { platform: Platform::Web, opt, tools, out: None }
    }

    /// Where the package goes.
    pub(crate) fn out(&self) -> PathBuf {
        if let Some(folder) = &self.out {
            std::path::absolute(folder).unwrap_or_else(|_| folder.clone())
        } else {
            let tools = if self.tools { "-tools" } else { "" };
            workspace::target().join("wasm").join(format!("{}{tools}", self.platform.name()))
        }
    }
}

/// The module in the folder of a build.
pub(crate) const MODULE: &str = "redmoon_bg.wasm";

/// The targets of wasm-bindgen that hosts may want.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Platform {
    Nodejs,
    Web,
    Bundler,
}

impl Platform {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Platform::Nodejs => "nodejs",
            Platform::Web => "web",
            Platform::Bundler => "bundler",
        }
    }
}

/// Optimisation levels of wasm-opt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    #[value(name = "Os")]
    Os,
    #[default]
    #[value(name = "Oz")]
    Oz,
    #[value(name = "O2")]
    O2,
    #[value(name = "O3")]
    O3,
    #[value(name = "none")]
    None,
}

impl Level {
    fn flags(self) -> &'static [&'static str] {
        match self {
            Level::Os => &["-Os"],
            // Rebuilding the control flow from scratch takes off a hundredth of the module; -Oz works better on it twice.
            Level::Oz => &["--flatten", "--rereloop", "-Oz", "-Oz"],
            Level::O2 => &["-O2"],
            Level::O3 => &["-O3"],
            Level::None => &[],
        }
    }
}

/// What rustc's wasm32-unknown-unknown may use, and every engine that we name in the documentation has.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Sections that only tools read.
const STRIP: [&str; 3] = ["--strip-debug", "--strip-producers", "--strip-target-features"];

/// Builds the package; returns its folder.
pub(crate) fn run(options: &Options) -> Result<PathBuf, Failure> {
    let out = options.out();
    step::announce(&format!("wasm-pack build, profile wasm, for {}", options.platform.name()));
    let mut wasm_pack = step::command("wasm-pack");
    wasm_pack.args(["--quiet", "build", "crates/wasm-bindings", "--mode", "no-install"]);
    wasm_pack.args(["--profile", "wasm", "--no-opt", "--out-name", "redmoon"]);
    wasm_pack.args(["--target", options.platform.name()]).arg("--out-dir").arg(&out);
    wasm_pack.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", short_paths());
    if options.tools {
        wasm_pack.args(["--", "--features", "tools"]);
    }
    step::run(&mut wasm_pack)?;
    let module = out.join(MODULE);
    optimise(&module, options.opt)?;
    println!("wasm: {}", out.display());
    println!("wasm: {}", Sizes::of(&module)?);
    Ok(out)
}

/// Flags of rustc that keep this machine's folders out of what the module says when it panics: it is then the same
/// wherever it is built, and some kilobytes smaller.
fn short_paths() -> String {
    let cargo = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo = cargo.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let registries = cargo.and_then(|cargo| cargo.join("registry/src").read_dir().ok());
    let registries = registries.into_iter().flatten().flatten().map(|folder| folder.path());
    let mut rustc = step::command("rustc");
    let sysroot = step::output(rustc.args(["--print", "sysroot"])).ok();
    let library = sysroot.map(|root| Path::new(&root).join("lib/rustlib/src/rust/library"));
    let flags = registries.chain(library).filter_map(|folder| {
        let folder = folder.to_str()?;
        // Cargo takes a space for the end of a flag.
        (!folder.contains(' ')).then(|| format!("--remap-path-prefix={folder}=~"))
    });
    flags.collect::<Vec<_>>().join(" ")
}

/// Replaces a module by what wasm-opt makes of it.
pub(crate) fn optimise(module: &Path, level: Level) -> Result<(), Failure> {
    let flags = level.flags();
    if flags.is_empty() {
        return Ok(());
    }
    step::announce(&format!("wasm-opt {}", flags.join(" ")));
    let wasm_opt = workspace::node().join("node_modules/binaryen/bin/wasm-opt");
    if !wasm_opt.is_file() {
        return Err(Failure::new("wasm-opt is missing: cargo xtask setup installs it"));
    }
    // In place, so that the folder of the package holds nothing else.
    let mut node = step::command("node");
    node.arg(wasm_opt).args(flags).args(FEATURES).args(STRIP);
    step::run(node.arg(module).arg("-o").arg(module))
}

/// Bytes of a module as it is and as servers send it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sizes {
    pub(crate) raw: u64,
    pub(crate) gzip: u64,
    pub(crate) brotli: u64,
}

impl Sizes {
    /// Node's zlib measures: it is there anyway when modules are built.
    pub(crate) fn of(module: &Path) -> Result<Self, Failure> {
        const MEASURE: &str = "
            const bytes = require('fs').readFileSync(process.argv[1]), zlib = require('zlib');
            console.log(bytes.length, zlib.gzipSync(bytes, { level: 9 }).length, zlib.brotliCompressSync(bytes).length);";
        let printed = step::output(step::command("node").args(["-e", MEASURE]).arg(module))?;
        let numbers: Vec<u64> = printed.split(' ').filter_map(|n| n.parse().ok()).collect();
        let &[raw, gzip, brotli] = numbers.as_slice() else {
            return Err(Failure::new(format!("node printed {printed:?} instead of three sizes")));
        };
        Ok(Self { raw, gzip, brotli })
    }
}

impl std::fmt::Display for Sizes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kb = |bytes: u64| bytes as f64 / 1000.0;
        let Self { raw, gzip, brotli } = *self;
        write!(f, "{:.1} KB, gzip {:.1} KB, brotli {:.1} KB", kb(raw), kb(gzip), kb(brotli))
    }
}
