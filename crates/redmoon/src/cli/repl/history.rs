//! The file in which the prompt remembers what was typed.
//!
//! A file that cannot be read is never written to: what it holds stays, and this session's lines go to a new
//! file beside it.

use std::path::PathBuf;

use rustyline::history::{FileHistory, History as _};

use super::super::{report, source};

/// What was typed, as the editor keeps it.
pub(super) type History = FileHistory;

/// Lines that are remembered.
const LINES_MAX: usize = 5000;

/// Where the history is kept.
#[derive(Debug)]
pub(super) struct File {
    path: Option<PathBuf>,
}

impl File {
    /// The history so far. When the file cannot be read, that is said once.
    pub(super) fn load() -> (History, File) {
        let config = rustyline::Config::builder()
            .max_history_size(LINES_MAX)
            .and_then(|builder| builder.history_ignore_dups(true))
            .map_or_else(|_| rustyline::Config::default(), rustyline::config::Builder::build);
        let mut history = FileHistory::with_config(&config);
        let Some(path) = path() else { return (history, File { path: None }) };
        if !path.exists() {
            return (history, File { path: Some(path) });
        }
        let Err(error) = history.load(&path) else {
            return (history, File { path: Some(path) });
        };
        let mut beside = path.clone().into_os_string();
        beside.push(".new");
        report::warning(&format!(
            "cannot read the history in {}: {error}; it stays as it is, and what you type is kept in {}",
            source::display(path.as_os_str()),
            source::display(&beside)
        ));
        // What was read before the error does not count: it would be written to the other file.
        let mut history = FileHistory::with_config(&config);
        let beside = PathBuf::from(beside);
        if beside.exists() && history.load(&beside).is_err() {
            return (FileHistory::with_config(&config), File { path: None });
        }
        (history, File { path: Some(beside) })
    }

    /// Writes the history.
    pub(super) fn save(&self, history: &History) {
        let Some(path) = &self.path else { return };
        let mut copy = FileHistory::new();
        let _ = copy.set_max_len(LINES_MAX);
        for line in history.iter() {
            let _ = copy.add(line);
        }
        if let Err(error) = copy.save(path) {
            let path = source::display(path.as_os_str());
            report::warning(&format!("cannot write the history to {path}: {error}"));
        }
    }
}

fn path() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("REDMOON_HISTORY") {
        return (!path.is_empty()).then(|| path.into());
    }
    std::env::home_dir().map(|home| home.join(".redmoon_history"))
}
