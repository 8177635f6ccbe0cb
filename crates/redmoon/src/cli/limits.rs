//! `--fuel`, `--memory`, `--seed` and `--now`, which every command takes.

use std::ffi::{OsStr, OsString};

use clap::Args;
use lua_core::machine;

/// Memory of a run when nothing is said.
const MEMORY_BYTES: usize = 2 << 30;

/// Limits and sources of chance and time.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Limits")]
pub(crate) struct Limits {
    /// End the run (exit code 3) after N units of work; no limit when absent
    #[arg(long, global = true, value_name = "N")]
    pub(crate) fuel: Option<u64>,
    /// Most memory that scripts may hold, as 64mb or 1gb: "not enough memory" beyond it
    #[arg(long, global = true, value_name = "SIZE", value_parser = parse_size)]
    pub(crate) memory: Option<usize>,
    /// Seed of math.random: the same seed gives the same numbers
    #[arg(long, global = true, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// The time that scripts see, in milliseconds since 1970; it stands still
    #[arg(long, global = true, value_name = "MS")]
    pub(crate) now: Option<u64>,
}

impl Limits {
    /// Options of a machine under these limits.
    pub(crate) fn machine_options(&self) -> machine::Options {
        machine::Options {
            memory_bytes: self.memory.unwrap_or(MEMORY_BYTES),
            fuel: self.fuel.unwrap_or(u64::MAX),
            ..machine::Options::default()
        }
    }

    /// Takes the option at the front of `args`, when it is one of ours: for commands whose other options are
    /// not ours to define. True when there was one.
    ///
    /// # Errors
    /// A message for a missing or wrong value.
    pub(crate) fn take_option(&mut self, args: &mut &[OsString]) -> Result<bool, String> {
        let Some((first, rest)) = args.split_first() else { return Ok(false) };
        let Some(text) = first.to_str() else { return Ok(false) };
        let (name, attached) = match text.split_once('=') {
            Some((name, value)) => (name, Some(OsStr::new(value))),
            None => (text, None),
        };
        if !["--fuel", "--memory", "--seed", "--now"].contains(&name) {
            return Ok(false);
        }
        let (value, rest) = match (attached, rest.split_first()) {
            (Some(value), _) => (value, rest),
            (None, Some((value, rest))) => (value.as_os_str(), rest),
            (None, None) => return Err(format!("a value is required for '{name}'")),
        };
        let value = value.to_string_lossy();
        let invalid = |hint: &str| format!("invalid value '{value}' for '{name}': {hint}");
        let number = || value.parse::<u64>().map_err(|_| invalid("a whole number is expected"));
        match name {
            "--fuel" => self.fuel = Some(number()?),
            "--seed" => self.seed = Some(number()?),
            "--now" => self.now = Some(number()?),
            _ => self.memory = Some(parse_size(&value).map_err(|hint| invalid(&hint))?),
        }
        *args = rest;
        Ok(true)
    }
}

/// `64mb`, `1g`, `4096`: powers of 1024, as in `redis.conf`.
pub(crate) fn parse_size(text: &str) -> Result<usize, String> {
    const HINT: &str = "a size as 500kb, 64mb or 1gb is expected";
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number: usize = number.parse().map_err(|_| HINT)?;
    let factor = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1 << 10,
        "m" | "mb" => 1 << 20,
        "g" | "gb" => 1 << 30,
        _ => return Err(HINT.into()),
    };
    number.checked_mul(factor).ok_or_else(|| HINT.into())
}
