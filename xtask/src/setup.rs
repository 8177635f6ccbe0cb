//! `cargo xtask setup`: installs what is missing and says so, one line a thing.
//!
//! System packages are only touched where that is possible without asking (root on Debian and its
//! kin); elsewhere the line says what to type. Tools go to `target/tools`, npm packages to the `node_modules`
//! of `benches/node`, `npm` and `tests/clients`.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::step::{self, Failure};
use crate::workspace;

#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Only report what is there and what is missing; exit code 1 when something is
    #[arg(long)]
    pub(crate) check: bool,
}

/// The `wasm-pack` that we build with.
const WASM_PACK_VERSION: &str = "0.15.1";

/// The oldest Node whose test runner and WebAssembly features we use.
const NODE_MAJOR_MIN: u32 = 20;

/// A program that comes from the system's package manager.
struct SystemProgram {
    program: &'static str,
    debian: &'static str,
    brew: &'static str,
    purpose: &'static str,
}

const SYSTEM_PROGRAMS: [SystemProgram; 4] = [
    SystemProgram {
        program: "lua5.1",
        debian: "lua5.1",
        brew: "lua@5.1",
        purpose: "the oracle of the differential tests and the measure of the benchmarks",
    },
    SystemProgram {
        program: "luajit",
        debian: "luajit",
        brew: "luajit",
        purpose: "a second measure of the benchmarks",
    },
    SystemProgram {
        program: "redis-server",
        debian: "redis-server",
        brew: "redis",
        purpose: "the oracle of the Redis conformance tests",
    },
    SystemProgram {
        program: "chromium",
        debian: "chromium",
        brew: "chromium",
        purpose: "the browser in which the npm package is tested",
    },
];

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let missing = install(options.check);
    if missing.is_empty() {
        println!("setup: everything is there");
        return Ok(());
    }
    Err(Failure::new(format!("setup: missing: {}", missing.join(", "))))
}

/// Installs what is missing unless `check_only`; returns the names of what is still missing then.
pub(crate) fn install(check_only: bool) -> Vec<String> {
    let mut missing = Vec::new();
    system_programs(check_only, &mut missing);
    for (name, done) in [
        ("wasm32-unknown-unknown", wasm_target(check_only)),
        ("wasm-bindgen", wasm_bindgen(check_only)),
        ("wasm-pack", wasm_pack(check_only)),
        ("node", node()),
        ("npm packages", npm_packages(&workspace::node(), check_only)),
        ("npm tools", npm_packages(&workspace::npm(), check_only)),
        ("npm runtimes", npm_runtimes(check_only)),
        ("npm playground", npm_packages(&workspace::playground(), check_only)),
        ("npm clients", npm_packages(&workspace::clients(), check_only)),
        ("redis-py", redis_py(check_only)),
    ] {
        match done {
            Ok(how) => println!("setup: {name}: {how}"),
            Err(Failure(why)) => {
                println!("setup: {name}: missing: {why}");
                missing.push(name.to_owned());
            }
        }
    }
    missing
}

fn system_programs(check_only: bool, missing: &mut Vec<String>) {
    let absent: Vec<_> = SYSTEM_PROGRAMS
        .iter()
        .filter(|wanted| match workspace::find_program(wanted.program) {
            Some(path) => {
                println!("setup: {}: {}", wanted.program, path.display());
                false
            }
            None => true,
        })
        .collect();
    if absent.is_empty() {
        return;
    }
    let packages: Vec<_> = absent.iter().map(|wanted| wanted.debian).collect();
    let with_apt = workspace::find_program("apt-get").is_some();
    if with_apt
        && is_root()
        && !check_only
        && let Err(Failure(why)) = apt_get_install(&packages)
    {
        println!("setup: {why}");
    }
    for wanted in absent {
        if let Some(path) = workspace::find_program(wanted.program) {
            println!("setup: {}: {}", wanted.program, path.display());
            continue;
        }
        let hint = if with_apt {
            format!("sudo apt-get install {}", wanted.debian)
        } else if cfg!(target_os = "macos") {
            format!("brew install {}", wanted.brew)
        } else {
            format!("install {} and put it on the search path", wanted.program)
        };
        println!("setup: {}: missing ({}); try: {hint}", wanted.program, wanted.purpose);
        missing.push(wanted.program.to_owned());
    }
}

fn apt_get_install(packages: &[&str]) -> Result<(), Failure> {
    println!("setup: installing {} with apt-get", packages.join(" "));
    step::run(quiet(step::command("apt-get").args(["update", "-q"])))?;
    step::run(quiet(
        step::command("apt-get")
            .args(["install", "-y", "-q", "--no-install-recommends"])
            .args(packages)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    ))
}

fn is_root() -> bool {
    let mut id = step::command("id");
    step::output(id.arg("-u")).is_ok_and(|id| id == "0")
}

fn wasm_target(check_only: bool) -> Result<String, Failure> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let sysroot = step::output(Command::new("rustc").args(["--print", "sysroot"]))?;
    let library = Path::new(&sysroot).join("lib/rustlib").join(TARGET);
    if library.is_dir() {
        return Ok("installed".to_owned());
    }
    if check_only {
        return Err(Failure::new(format!("rustup target add {TARGET}")));
    }
    step::run(step::command("rustup").args(["target", "add", TARGET]))?;
    Ok("added with rustup".to_owned())
}

/// The command must be of the very version of the library, or it refuses the module.
fn wasm_bindgen(check_only: bool) -> Result<String, Failure> {
    let wanted = workspace::locked_version("wasm-bindgen")
        .ok_or_else(|| Failure::new("wasm-bindgen is not in Cargo.lock"))?;
    cargo_tool("wasm-bindgen", "wasm-bindgen-cli", &wanted, check_only)
}

fn wasm_pack(check_only: bool) -> Result<String, Failure> {
    cargo_tool("wasm-pack", "wasm-pack", WASM_PACK_VERSION, check_only)
}

/// A program from crates.io, in exactly this version, from the search path or built into `target/tools`.
fn cargo_tool(
    program: &str,
    package: &str,
    version: &str,
    check_only: bool,
) -> Result<String, Failure> {
    if has_version(program, version) {
        return Ok(format!("{version}, installed"));
    }
    if check_only {
        return Err(Failure::new(format!("version {version} of {package}")));
    }
    println!("setup: {program}: building {package} {version} into target/tools (a minute or two)");
    let install = |locked: bool| {
        let mut cargo = step::cargo();
        cargo.args(["install", package, "--version", version, "--quiet"]);
        cargo.arg("--root").arg(workspace::tools());
        if locked {
            cargo.arg("--locked");
        }
        // The tools share their dependencies, and building them is worth more time than running them.
        cargo.env("CARGO_TARGET_DIR", workspace::tools().join("build"));
        cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
        step::run(&mut cargo)
    };
    if install(true).is_err() {
        println!("setup: {program}: its own lock file cannot be met here, so without it");
        install(false)?;
    }
    if !has_version(program, version) {
        return Err(Failure::new(format!("{program} is not {version} after installing it")));
    }
    Ok(format!("{version}, built"))
}

fn has_version(program: &str, version: &str) -> bool {
    let mut command = step::command(program);
    command.arg("--version").stderr(Stdio::null());
    command.output().is_ok_and(|output| {
        String::from_utf8_lossy(&output.stdout).split_whitespace().any(|word| word == version)
    })
}

fn node() -> Result<String, Failure> {
    let hint = format!("install Node {NODE_MAJOR_MIN} or newer");
    if workspace::find_program("node").is_none() {
        return Err(Failure::new(hint));
    }
    let version = step::output(step::command("node").arg("--version"))?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|n| n.parse().ok());
    if major.is_none_or(|major: u32| major < NODE_MAJOR_MIN) {
        return Err(Failure::new(format!("found {version}; {hint}")));
    }
    Ok(version)
}

pub(crate) fn npm_packages(folder: &Path, check_only: bool) -> Result<String, Failure> {
    let shown = folder.strip_prefix(workspace::root()).unwrap_or(folder).display();
    // npm writes this file last; when it is older than our lock file, the packages are of another day.
    let installed = modified(&folder.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= modified(&folder.join("package-lock.json")) {
        return Ok("installed".to_owned());
    }
    if check_only {
        return Err(Failure::new(format!("npm ci in {shown}")));
    }
    println!("setup: npm packages: installing into {shown}/node_modules");
    let mut npm = step::command("npm");
    npm.current_dir(folder).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    step::run(quiet(&mut npm))?;
    Ok("installed with npm ci".to_owned())
}

/// Deno, Bun and workerd, where their programs are known to run.
fn npm_runtimes(check_only: bool) -> Result<String, Failure> {
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        npm_packages(&workspace::npm().join("test/runtimes"), check_only)
    } else {
        Ok("not for this system: their tests are skipped".to_owned())
    }
}

/// redis-py in a Python environment of its own, for the tests of clients.
fn redis_py(check_only: bool) -> Result<String, Failure> {
    let folder = workspace::tools().join("python");
    let python = folder.join("bin/python3");
    let wanted = workspace::clients().join("requirements.txt");
    let stamp = folder.join("installed");
    if python.is_file() && modified(&stamp).is_some() && modified(&stamp) >= modified(&wanted) {
        return Ok("installed".to_owned());
    }
    if check_only {
        return Err(Failure::new("pip install -r tests/clients/requirements.txt"));
    }
    // Debian's Python comes without the module that makes environments.
    let can_make = step::output(step::command("python3").args(["-c", "import ensurepip"])).is_ok();
    if !can_make {
        let with_apt = workspace::find_program("apt-get").is_some();
        if !(with_apt && is_root()) {
            return Err(Failure::new("Python's venv; try: sudo apt-get install python3-venv"));
        }
        apt_get_install(&["python3-venv"])?;
    }
    println!("setup: redis-py: installing into target/tools/python");
    step::run(quiet(step::command("python3").args(["-m", "venv"]).arg(&folder)))?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]);
    step::run(quiet(pip.arg(&wanted)))?;
    std::fs::write(stamp, "")?;
    Ok("installed with pip".to_owned())
}

fn modified(path: &Path) -> Option<std::time::SystemTime> {
    path.metadata().and_then(|data| data.modified()).ok()
}

/// Keeps a chatty installer off standard output; its complaints stay visible.
fn quiet(command: &mut Command) -> &mut Command {
    command.stdout(Stdio::null())
}
