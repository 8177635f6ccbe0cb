//! `os`. Lua 5.1 manual §5.8.

use std::time::{SystemTime, UNIX_EPOCH};

use lua_core::error::{Ending, Failure};
use lua_core::handle::TableIndex;
use lua_core::native::{CallContext, Library, Outcome, c_string};
use lua_core::number::number_to_integer;
use lua_core::value::Value;

use super::io::shell;
use super::load::{bytes_of, describe_error, os_string, path_of};
use super::time::{self, Calendar};
use super::{Clock, ExitRequest};

type Native = Result<Outcome, Failure>;

/// Seconds since 1970, from the host when it has said so.
fn now_seconds(cx: &mut CallContext<'_>) -> i64 {
    if let Some(Clock { now_ms: Some(now) }) = cx.app_data::<Clock>() {
        return (*now / 1000) as i64;
    }
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_secs() as i64,
        Err(_) => 0,
    }
}

fn clock(cx: &mut CallContext<'_>) -> Native {
    let stands_still = matches!(cx.app_data::<Clock>(), Some(Clock { now_ms: Some(_) }));
    let seconds = if stands_still { 0.0 } else { cpu_seconds() };
    cx.return1(Value::number(seconds))
}

/// Processor time of this process; C counts it in microseconds.
#[cfg(unix)]
fn cpu_seconds() -> f64 {
    use rustix::time::{ClockId, clock_gettime};
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let microseconds = time.tv_sec as i64 * 1_000_000 + time.tv_nsec as i64 / 1000;
    microseconds as f64 / 1e6
}

/// Time since the first call: there is no processor time to be had.
#[cfg(not(unix))]
fn cpu_seconds() -> f64 {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed().as_secs_f64()
}

fn date(cx: &mut CallContext<'_>) -> Native {
    let format = match cx.opt_string(1)? {
        Some(format) => c_string(cx.bytes(format)).to_vec(),
        None => b"%c".to_vec(),
    };
    let seconds = if cx.arg_is_none_or_nil(2) {
        now_seconds(cx)
    } else {
        number_to_integer(cx.check_number(2)?)
    };
    let (date, format) = match format.strip_prefix(b"!") {
        Some(format) => (time::utc(seconds), format),
        None => (time::local(seconds), format.as_slice()),
    };
    let Some(date) = date else { return cx.return1(Value::NIL) };
    if format == b"*t" {
        return date_table(cx, &date);
    }
    let mut text = Vec::new();
    let mut rest = format;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte == b'%'
            && let Some((&conversion, tail)) = tail.split_first()
        {
            time::format(&date, conversion, &mut text);
            rest = tail;
        } else {
            text.push(byte);
        }
    }
    let text = cx.string(&text)?;
    cx.return1(text)
}

fn date_table(cx: &mut CallContext<'_>, date: &Calendar) -> Native {
    let table = cx.new_table(0, 9)?;
    cx.push(table.into())?;
    let fields = [
        ("sec", date.second),
        ("min", date.minute),
        ("hour", date.hour),
        ("day", date.day),
        ("month", date.month + 1),
        ("year", date.year),
        ("wday", date.weekday + 1),
        ("yday", date.year_day + 1),
    ];
    for (name, n) in fields {
        cx.raw_set_field(table, name, Value::number(n as f64))?;
    }
    if let Some(is_summer) = date.is_summer {
        cx.raw_set_field(table, "isdst", Value::boolean(is_summer))?;
    }
    cx.return1(table.into())
}

/// A number in a date table, cut to C's `int`.
fn date_field(
    cx: &mut CallContext<'_>,
    table: TableIndex,
    name: &str,
    default: Option<i64>,
) -> Result<i64, Failure> {
    let value = cx.raw_get_field(table, name)?;
    match (cx.to_number(value), default) {
        (Some(n), _) => Ok(i64::from(number_to_integer(n) as i32)),
        (None, Some(default)) => Ok(default),
        (None, None) => Err(cx.error(format!("field '{name}' missing in date table"))),
    }
}

fn time(cx: &mut CallContext<'_>) -> Native {
    if cx.arg_is_none_or_nil(1) {
        let now = now_seconds(cx);
        return cx.return1(Value::number(now as f64));
    }
    let table = cx.check_table(1)?;
    cx.set_arg_count(1)?;
    let mut date = Calendar {
        second: date_field(cx, table, "sec", Some(0))?,
        minute: date_field(cx, table, "min", Some(0))?,
        hour: date_field(cx, table, "hour", Some(12))?,
        day: date_field(cx, table, "day", None)?,
        ..Calendar::default()
    };
    date.month = date_field(cx, table, "month", None)? - 1;
    date.year = date_field(cx, table, "year", None)?;
    let is_summer = cx.raw_get_field(table, "isdst")?;
    date.is_summer = (!is_summer.is_nil()).then_some(is_summer.is_truthy());
    match time::seconds_of(&date) {
        // C's sign of an error.
        -1 => cx.return1(Value::NIL),
        seconds => cx.return1(Value::number(seconds as f64)),
    }
}

fn difftime(cx: &mut CallContext<'_>) -> Native {
    let later = cx.check_integer(1)?;
    let earlier = cx.opt_integer(2, 0)?;
    cx.return1(Value::number((i128::from(later) - i128::from(earlier)) as f64))
}

fn execute(cx: &mut CallContext<'_>) -> Native {
    let Some(command) = cx.opt_string(1)? else {
        // There is a shell.
        return cx.return1(Value::number(1.0));
    };
    let command = cx.bytes(command).to_vec();
    let status = shell(&command).status().map_or(-1, raw_status);
    cx.return1(Value::number(f64::from(status)))
}

#[cfg(unix)]
fn raw_status(status: std::process::ExitStatus) -> i32 {
    std::os::unix::process::ExitStatusExt::into_raw(status)
}

#[cfg(not(unix))]
fn raw_status(status: std::process::ExitStatus) -> i32 {
    status.code().unwrap_or(-1)
}

fn exit(cx: &mut CallContext<'_>) -> Native {
    let code = cx.opt_int(1, 0)?;
    if let Some(request) = cx.app_data::<ExitRequest>() {
        request.0 = Some(code);
    }
    Err(Failure::Ended(Ending::Killed))
}

fn getenv(cx: &mut CallContext<'_>) -> Native {
    let name = cx.check_string(1)?;
    let name = os_string(cx.bytes(name));
    // Names that no variable can have would make the system's library stop the program.
    let is_possible = !name.is_empty() && !bytes_of(&name).contains(&b'=');
    match is_possible.then(|| std::env::var_os(name)).flatten() {
        Some(value) => {
            let value = cx.string(bytes_of(&value))?;
            cx.return1(value)
        }
        None => cx.return1(Value::NIL),
    }
}

fn return_done(cx: &mut CallContext<'_>, result: std::io::Result<()>, name: &[u8]) -> Native {
    match result {
        Ok(()) => cx.return1(Value::TRUE),
        Err(error) => {
            let (text, number) = describe_error(&error);
            let text = cx.string(&[name, b": ", text.as_bytes()].concat())?;
            cx.return3(Value::NIL, text, Value::number(f64::from(number)))
        }
    }
}

fn remove(cx: &mut CallContext<'_>) -> Native {
    let name = cx.check_string(1)?;
    let name = c_string(cx.bytes(name)).to_vec();
    let path = path_of(&name);
    let is_folder = std::fs::symlink_metadata(&path).is_ok_and(|found| found.is_dir());
    let result = if is_folder { std::fs::remove_dir(&path) } else { std::fs::remove_file(&path) };
    return_done(cx, result, &name)
}

fn rename(cx: &mut CallContext<'_>) -> Native {
    let from = cx.check_string(1)?;
    let from = c_string(cx.bytes(from)).to_vec();
    let to = cx.check_string(2)?;
    let to = path_of(cx.bytes(to));
    let result = std::fs::rename(path_of(&from), to);
    return_done(cx, result, &from)
}

fn setlocale(cx: &mut CallContext<'_>) -> Native {
    const CATEGORIES: [&str; 6] = ["all", "collate", "ctype", "monetary", "numeric", "time"];
    let locale = match cx.opt_string(1)? {
        Some(locale) => c_string(cx.bytes(locale)).to_vec(),
        None => b"C".to_vec(),
    };
    cx.check_option(2, Some("all"), &CATEGORIES)?;
    // There are the C locale, and the same for UTF-8, which the environment may ask for.
    let is_from_environment = locale.is_empty();
    let locale = if is_from_environment { environment_locale() } else { locale };
    let name = match locale.as_slice() {
        b"C.UTF-8" | b"C.utf8" => locale,
        b"C" | b"POSIX" => b"C".to_vec(),
        _ if is_from_environment => b"C".to_vec(),
        _ => return cx.return1(Value::NIL),
    };
    let name = cx.string(&name)?;
    cx.return1(name)
}

fn environment_locale() -> Vec<u8> {
    let set = ["LC_ALL", "LANG"].into_iter().filter_map(std::env::var_os);
    set.map(|value| bytes_of(&value).to_vec()).find(|value| !value.is_empty()).unwrap_or_default()
}

fn tmpname(cx: &mut CallContext<'_>) -> Native {
    let folder = if cfg!(unix) { "/tmp".into() } else { std::env::temp_dir() };
    let made = tempfile::Builder::new().prefix("lua_").rand_bytes(6).tempfile_in(folder);
    match made.and_then(|file| file.into_temp_path().keep().map_err(Into::into)) {
        Ok(path) => {
            let name = cx.string(bytes_of(path.as_os_str()))?;
            cx.return1(name)
        }
        Err(_) => Err(cx.error("unable to generate a unique filename")),
    }
}

/// `os`.
pub(super) const OS: Library = lua_core::library!("os", {
    "clock" => clock,
    "date" => date,
    "difftime" => difftime,
    "execute" => execute,
    "exit" => exit,
    "getenv" => getenv,
    "remove" => remove,
    "rename" => rename,
    "setlocale" => setlocale,
    "time" => time,
    "tmpname" => tmpname,
});
