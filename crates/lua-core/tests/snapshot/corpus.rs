//! The language's own tests as programs that leave something behind: run, saved, restored, and run again.

use std::path::{Path, PathBuf};

use crate::support::Tested;

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "lua") {
            found.push(path);
        }
    }
}

/// What the run of a chunk printed; the run is ended when it takes long.
fn run(tested: &mut Tested, source: &str) -> String {
    tested.machine.set_fuel_limit(1_000_000);
    tested.run(source)
}

#[test]
fn programs_run_again() {
    let mut found = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/lua"), &mut found);
    assert!(found.len() > 100, "{}", found.len());
    let (mut saved, mut refused) = (0, Vec::new());
    for path in found {
        let source = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        let (mut stays, mut moves) = (Tested::new(), Tested::new());
        assert_eq!(run(&mut moves, &source), run(&mut stays, &source), "{}", path.display());
        let bytes = match moves.machine.snapshot(&[]) {
            Ok(bytes) => bytes,
            Err(error) => {
                refused.push(format!("{}: {error}", path.display()));
                continue;
            }
        };
        saved += 1;
        let mut moved = Tested::new();
        moved.machine.restore(&bytes).unwrap();
        assert!(moved.snapshot() == bytes, "{}", path.display());
        // A snapshot collects garbage and forgets the last error, so both have done the same afterwards.
        assert!(stays.snapshot() == bytes, "{}", path.display());
        let (expected, again) = (run(&mut stays, &source), run(&mut moved, &source));
        assert_eq!(again, expected, "{}", path.display());
    }
    assert!(saved > 100 && refused.len() < 10, "{saved}, {refused:#?}");
}
