//! `cargo xtask bench`: the programs of `benches/programs` under several engines, interleaved, so that a
//! busy moment of the machine falls on all of them. A time counts only when the outputs are equal.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use clap::ValueEnum;

use crate::report::{Report, Row, Times};
use crate::step::{self, Failure};
use crate::{bench_serve, libraries, npm, workspace};

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Only programs whose name contains this
    #[arg(long, value_name = "TEXT", default_value = "")]
    filter: String,
    /// Rounds; the best one counts
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// What to measure; processor time is steadier on a busy machine, and only Linux tells it
    #[arg(long, value_enum, default_value_t = Clock::Wall)]
    clock: Clock,
    /// Compare with an earlier build of redmoon as well
    #[arg(long, value_name = "PROGRAM", conflicts_with = "node")]
    before: Option<PathBuf>,
    /// In Node: our npm package beside wasmoon-lua5.1
    #[arg(long)]
    node: bool,
    /// Scripts over a socket: `redmoon serve` beside redis-server
    #[arg(long, conflicts_with_all = ["node", "before", "json", "markdown"])]
    serve: bool,
    /// The libraries of Redis's scripts, beside redis-server
    #[arg(long, conflicts_with_all = ["node", "before", "serve"])]
    libraries: bool,
    /// Do not build first; refuse when the build is older than the sources
    #[arg(long)]
    no_build: bool,
    /// Write the figures of every round
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the table for a document
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Exit code 1 when the mean over the first engine is below this, or a program is flagged as slow
    #[arg(long, value_name = "RATIO")]
    require: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Clock {
    /// From start to end of the process
    Wall,
    /// What the scheduler gave the process
    Cpu,
}

/// A program that takes longer is stopped: nothing here runs for more than a few seconds.
const TIMEOUT: Duration = Duration::from_mins(1);

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    if options.clock == Clock::Cpu && !cfg!(target_os = "linux") {
        return Err(Failure::new("--clock cpu needs Linux's /proc/PID/schedstat"));
    }
    if options.serve {
        let redmoon = built(options)?;
        return bench_serve::run(&redmoon, options.runs, &options.filter, options.require);
    }
    if options.libraries {
        return libraries::run(&options.filter, options.runs, options.require);
    }
    let programs = programs(&options.filter)?;
    let report = if options.node { in_node(options)? } else { compare(options, &programs)? };
    println!("\n{}", report.text());
    if let Some(path) = &options.json {
        let text =
            serde_json::to_string_pretty(&report).map_err(|e| Failure::new(e.to_string()))?;
        fs::write(path, text + "\n")?;
    }
    if let Some(path) = &options.markdown {
        fs::write(path, report.markdown())?;
    }
    judge(options, &report)
}

fn judge(options: &Options, report: &Report) -> Result<(), Failure> {
    let broken: Vec<_> = report.rows.iter().filter(|row| row.problem.is_some()).collect();
    if !broken.is_empty() {
        return Err(Failure::new(format!("{} programs have no valid result", broken.len())));
    }
    let (Some(required), Some(first)) = (options.require, report.summaries().into_iter().next())
    else {
        return Ok(());
    };
    if first.geometric_mean.is_nan() || first.geometric_mean < required {
        let mean = first.geometric_mean;
        return Err(Failure::new(format!("geometric mean {mean:.2} is below {required}")));
    }
    if !first.slow.is_empty() {
        return Err(Failure::new(format!("{} programs are slow", first.slow.len())));
    }
    Ok(())
}

/// The benchmark programs, by name.
fn programs(filter: &str) -> Result<Vec<PathBuf>, Failure> {
    let mut programs = Vec::new();
    for entry in workspace::root().join("benches/programs").read_dir()? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "lua") && name(&path).contains(filter) {
            programs.push(path);
        }
    }
    programs.sort();
    if programs.is_empty() {
        return Err(Failure::new(format!("no program's name contains {filter:?}")));
    }
    Ok(programs)
}

fn name(program: &Path) -> String {
    program.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// A program that runs Lua files, and the arguments in front of the file.
struct Engine {
    name: &'static str,
    program: PathBuf,
    args: &'static [&'static str],
}

const OURS: &str = "redmoon";

/// The program of the release build.
fn built(options: &Options) -> Result<PathBuf, Failure> {
    let redmoon =
        workspace::target().join(format!("release/redmoon{}", std::env::consts::EXE_SUFFIX));
    if options.no_build {
        refuse_stale(&redmoon)?;
    } else {
        step::announce("building redmoon, profile release");
        step::run(step::cargo().args(["build", "--release", "-p", "redmoon"]))?;
    }
    Ok(redmoon)
}

fn compare(options: &Options, programs: &[PathBuf]) -> Result<Report, Failure> {
    let redmoon = built(options)?;
    let mut engines = Vec::new();
    for (name, args) in [("lua5.1", &[][..]), ("luajit", &["-joff"][..])] {
        let program = workspace::find_program(name)
            .ok_or_else(|| Failure::new(format!("{name} is missing: cargo xtask setup")))?;
        engines.push(Engine { name, program, args });
    }
    if let Some(before) = &options.before {
        engines.push(Engine { name: "before", program: before.clone(), args: &["lua"] });
    }
    engines.push(Engine { name: OURS, program: redmoon, args: &["lua"] });

    let mut rows: Vec<Row> = programs.iter().map(|program| new_row(program, &engines)).collect();
    for round in 1..=options.runs {
        for (program, row) in programs.iter().zip(&mut rows) {
            progress(&format!("round {round} of {}: {}", options.runs, row.program));
            if row.problem.is_none() {
                one_round(options.clock, program, &engines, row);
            }
        }
    }
    progress("");
    let others = engines.iter().map(|engine| engine.name.to_owned()).filter(|name| name != OURS);
    Ok(Report { setting: setting(options), ours: OURS.to_owned(), others: others.collect(), rows })
}

fn new_row(program: &Path, engines: &[Engine]) -> Row {
    let times = |engine: &Engine| Times { engine: engine.name.to_owned(), ms: Vec::new() };
    Row { program: name(program), times: engines.iter().map(times).collect(), problem: None }
}

/// Runs every engine once and compares what they print with the first one's output.
fn one_round(clock: Clock, program: &Path, engines: &[Engine], row: &mut Row) {
    let mut expected = None;
    for (engine, times) in engines.iter().zip(&mut row.times) {
        match time(clock, engine, program) {
            Ok((ms, output)) => {
                if expected.get_or_insert_with(|| output.clone()) != &output {
                    row.problem = Some(format!("{}: output differs", engine.name));
                    return;
                }
                times.ms.push(ms);
            }
            Err(problem) => {
                row.problem = Some(format!("{}: {problem}", engine.name));
                return;
            }
        }
    }
}

/// Milliseconds and standard output of one run, or why it has none.
fn time(clock: Clock, engine: &Engine, program: &Path) -> Result<(f64, Vec<u8>), String> {
    let started = Instant::now();
    let mut child = Command::new(&engine.program)
        .args(engine.args)
        .arg(program)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    let Some(mut stdout) = child.stdout.take() else { return Err("no output".to_owned()) };
    let (sender, receiver) = mpsc::channel();
    let reader = thread::spawn(move || {
        let mut output = Vec::new();
        let read = stdout.read_to_end(&mut output);
        // The receiver is gone only after a timeout.
        let _ = sender.send(read.map(|_| output));
    });
    let output = receiver.recv_timeout(TIMEOUT);
    if output.is_err() {
        let _ = child.kill();
    }
    // The process has closed its output but is not reaped yet, so the kernel still knows it.
    let cpu_ms = (clock == Clock::Cpu).then(|| cpu_ms(child.id())).flatten();
    let status = child.wait().map_err(|error| error.to_string())?;
    let wall_ms = started.elapsed().as_secs_f64() * 1000.0;
    let _ = reader.join();
    let output = output
        .map_err(|_| format!("stopped after {} s", TIMEOUT.as_secs()))?
        .map_err(|error| error.to_string())?;
    if !status.success() {
        return Err(status.to_string());
    }
    let ms = match clock {
        Clock::Wall => wall_ms,
        Clock::Cpu => cpu_ms.ok_or("no processor time")?,
    };
    Ok((ms, output))
}

/// Processor time of a process, from its first thread's `schedstat` (nanoseconds come first).
fn cpu_ms(pid: u32) -> Option<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/schedstat")).ok()?;
    let nanoseconds: f64 = text.split(' ').next()?.parse().ok()?;
    Some(nanoseconds / 1e6)
}

/// Runs the driver in Node, which prints a report of this module's shape.
fn in_node(options: &Options) -> Result<Report, Failure> {
    let package = workspace::npm().join("dist");
    if !options.no_build {
        npm::run(&npm::Options::default())?;
    }
    step::announce("timing in Node");
    let mut node = step::command("node");
    node.current_dir(workspace::node()).arg("bench.mjs").arg("--package").arg(package);
    node.args(["--runs", &options.runs.to_string(), "--filter", &options.filter]);
    let printed = step::output(&mut node)?;
    let mut report: Report = serde_json::from_str(&printed)
        .map_err(|error| Failure::new(format!("what bench.mjs printed is no report: {error}")))?;
    report.setting.extend(processor());
    Ok(report)
}

/// What a reader must know to make sense of the numbers.
fn setting(options: &Options) -> Vec<String> {
    let clock = match options.clock {
        Clock::Wall => "wall clock of a whole process",
        Clock::Cpu => "processor time of a whole process",
    };
    let mut lines = vec![format!("best of {} interleaved rounds, {clock}", options.runs)];
    for (program, flag) in [("lua5.1", "-v"), ("luajit", "-v"), ("rustc", "--version")] {
        // lua5.1 prints its version to standard error.
        if let Ok(output) = step::command(program).arg(flag).output() {
            let text = [output.stdout, output.stderr].concat();
            let text = String::from_utf8_lossy(&text);
            lines.extend(text.lines().next().map(str::to_owned));
        }
    }
    lines.extend(processor());
    lines
}

fn processor() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(": ")?.1.to_owned())
}

/// An error when a source of `program` is newer than it, as told by the list that Cargo keeps beside it.
fn refuse_stale(program: &Path) -> Result<(), Failure> {
    const HINT: &str = "cargo build --release, or leave --no-build out";
    let built = program
        .metadata()
        .and_then(|data| data.modified())
        .map_err(|_| Failure::new(format!("{} is not built: {HINT}", program.display())))?;
    let list = fs::read_to_string(program.with_extension("d")).unwrap_or_default();
    let sources = list.split_once(": ").map_or("", |(_, sources)| sources);
    for source in sources.split_whitespace() {
        let changed = Path::new(source).metadata().and_then(|data| data.modified());
        if changed.is_ok_and(|changed| changed > built) {
            return Err(Failure::new(format!("{source} is newer than the build: {HINT}")));
        }
    }
    Ok(())
}

/// Shows what runs now, on a line of its own that the next one replaces; nothing without a terminal.
fn progress(text: &str) {
    use std::io::IsTerminal;
    let mut stderr = std::io::stderr();
    if stderr.is_terminal() {
        let _ = write!(stderr, "\r\x1b[K{text}");
        let _ = stderr.flush();
    }
}
