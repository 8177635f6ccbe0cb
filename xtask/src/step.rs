//! Running commands and counting what passed. A step is announced by a line `==> …`; its own output
//! follows unchanged.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use crate::workspace;

/// Why a verb ends with exit code 1. An empty message means that the reason is already on the screen.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) String);

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    pub(crate) fn said() -> Self {
        Self(String::new())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self(error.to_string())
    }
}

/// Announces a step.
pub(crate) fn announce(what: &str) {
    println!("==> {what}");
    // What the step's command writes must come after this line, also into a pipe.
    let _ = io::stdout().flush();
}

/// A command that runs in the repository's top folder and finds our own tools first.
pub(crate) fn command(program: &str) -> Command {
    // On Windows `npm` and its kind are scripts, which only the shell's lookup finds.
    let program = workspace::find_program(program).unwrap_or_else(|| program.into());
    let mut command = Command::new(program);
    command.current_dir(workspace::root()).env("PATH", workspace::path_with_tools());
    command
}

/// Cargo, the one that runs us.
pub(crate) fn cargo() -> Command {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(cargo);
    command.current_dir(workspace::root()).env("PATH", workspace::path_with_tools());
    command
}

/// Runs `command` to its end, output on the screen.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command.status().map_err(|error| cannot_start(command, &error))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!("{} ended with {status}", name(command))))
}

/// What `command` writes to standard output, trimmed; its standard error stays on the screen.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let output =
        command.stderr(Stdio::inherit()).output().map_err(|error| cannot_start(command, &error))?;
    if !output.status.success() {
        return Err(Failure::new(format!("{} ended with {}", name(command), output.status)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs `command`, shows its standard output and hands each line of it to `look`. True for exit code 0.
pub(crate) fn watch(command: &mut Command, mut look: impl FnMut(&str)) -> Result<bool, Failure> {
    let mut child =
        command.stdout(Stdio::piped()).spawn().map_err(|error| cannot_start(command, &error))?;
    if let Some(stdout) = child.stdout.take() {
        let mut reader = BufReader::new(stdout);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            let text = String::from_utf8_lossy(&line);
            print!("{text}");
            look(text.trim_end());
            line.clear();
        }
    }
    Ok(child.wait()?.success())
}

fn name(command: &Command) -> String {
    let program = command.get_program().to_string_lossy().into_owned();
    let program = program.rsplit('/').next().unwrap_or_default().to_owned();
    let first = command.get_args().next().map(|arg| arg.to_string_lossy().into_owned());
    first.map_or(program.clone(), |first| format!("{program} {first}"))
}

fn cannot_start(command: &Command, error: &io::Error) -> Failure {
    let program = command.get_program().to_string_lossy();
    Failure::new(format!(
        "cannot start {program}: {error} (cargo xtask setup installs what is missing)"
    ))
}

/// What passed and what did not, summed over everything a verb ran.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) ignored: usize,
}

impl Tally {
    /// Counts one step and says why when it failed.
    pub(crate) fn step(&mut self, what: &str, done: Result<(), Failure>) {
        match done {
            Ok(()) => self.passed += 1,
            Err(Failure(message)) => {
                self.failed += 1;
                println!("FAILED: {what}{}{message}", if message.is_empty() { "" } else { ": " });
            }
        }
    }

    /// Adds the numbers of a line `test result: ok. 3 passed; 0 failed; 1 ignored; …`, as `libtest` and
    /// `libtest-mimic` print it. Other lines say nothing.
    pub(crate) fn add_libtest(&mut self, line: &str) {
        let Some(rest) = line.strip_prefix("test result: ") else { return };
        let Some((_, counts)) = rest.split_once(". ") else { return };
        for part in counts.split("; ") {
            match part.split_once(' ') {
                Some((number, "passed")) => self.passed += number.parse().unwrap_or(0),
                Some((number, "failed")) => self.failed += number.parse().unwrap_or(0),
                Some((number, "ignored")) => self.ignored += number.parse().unwrap_or(0),
                _ => {}
            }
        }
    }

    /// Adds the numbers of a line `# pass 3`, as Node's TAP reporter prints it.
    pub(crate) fn add_tap(&mut self, line: &str) {
        match line.strip_prefix("# ").and_then(|rest| rest.split_once(' ')) {
            Some(("pass", number)) => self.passed += number.parse().unwrap_or(0),
            Some(("fail" | "cancelled", number)) => self.failed += number.parse().unwrap_or(0),
            Some(("skipped" | "todo", number)) => self.ignored += number.parse().unwrap_or(0),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_test_programs_add_up() {
        let mut tally = Tally::default();
        for line in [
            "running 5 tests",
            "test result: ok. 4 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out",
        ] {
            tally.add_libtest(line);
        }
        for line in
            ["TAP version 13", "ok 1 - adds", "# pass 6", "# fail 1", "# skipped 2", "# todo 0"]
        {
            tally.add_tap(line);
        }
        assert_eq!(tally, Tally { passed: 12, failed: 4, ignored: 3 });
    }
}
