//! Inputs that were, or could have been, a finding of a fuzz target: every file of `fuzz/regressions/<target>/` through the
//! function that the target calls. A crash that a fuzzer finds becomes a file there.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says where"
)]

use std::fs;
use std::path::Path;

#[path = "../../fuzz/fuzz_targets/common/mod.rs"]
mod targets;

#[test]
fn what_was_found_once_stays_fixed() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    for (name, target) in targets::TARGETS {
        let folder = fuzz.join("regressions").join(name);
        let mut files: Vec<_> =
            fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        assert!(!files.is_empty(), "{}", folder.display());
        for file in files {
            // Shown when it fails.
            println!("{}", file.display());
            target(&fs::read(&file).unwrap());
        }
    }
}

#[test]
fn every_target_is_replayed() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz");
    let is_known = |name: &str| targets::TARGETS.iter().any(|(known, _)| *known == name);
    for folder in ["fuzz_targets", "regressions"] {
        for entry in fs::read_dir(fuzz.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            assert!(is_known(name) || name == "common", "{name}");
        }
    }
}
