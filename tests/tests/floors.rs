//! The house rules that a compiler does not check: who may know whom, no `unsafe`, shared lints, and that
//! files named in documents exist.
#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A crate may use the crates of lower floors only. Crates that are not listed are on the roof: nobody
/// may use them.
const FLOORS: [(&str, i32); 11] = [
    ("redmoon-decimal", -1),
    ("redmoon-ordered", -1),
    ("redmoon-lua-compiler", 0),
    ("redmoon-resp", 0),
    ("redmoon-snapshot", 0),
    ("redmoon-lua-core", 1),
    ("redmoon-redis-keyspace", 1),
    ("redmoon-redis-stdlib", 2),
    ("redmoon-redis-server", 3),
    ("redmoon", 4),
    ("redmoon-wasm-bindings", 4),
];

/// Folders of the repository that documents speak of; what they name there must exist.
const FOLDERS: [&str; 9] =
    ["benches", "conformance", "crates", "docs", "fuzz", "npm", "playground", "tests", "xtask"];

fn root() -> PathBuf {
    fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("..")).unwrap()
}

fn metadata() -> serde_json::Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Files below `folder` with this ending, but not what is built or installed.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().unwrap().map(Result::unwrap) {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = entry.path();
            let skipped = name.starts_with('.') || name == "target" || name == "node_modules";
            if path.is_dir() && !skipped {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn no_crate_uses_one_beside_or_above_it() {
    let floors = BTreeMap::from(FLOORS);
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let mut seen = 0;
    for package in packages {
        let name = package["name"].as_str().unwrap();
        let in_crates = package["manifest_path"].as_str().unwrap().contains("/crates/");
        assert_eq!(in_crates, floors.contains_key(name), "{name} needs a floor in FLOORS");
        seen += usize::from(in_crates);
        let floor = floors.get(name).copied().unwrap_or(i32::MAX);
        for dependency in package["dependencies"].as_array().unwrap() {
            let used = dependency["name"].as_str().unwrap();
            // Tests may look at everything; what is shipped may not.
            let shipped = dependency["kind"].as_str() != Some("dev");
            let ours = dependency["path"].is_string();
            // So may the members that are tests and chores themselves.
            if in_crates && shipped && ours {
                let below = floors.get(used).is_some_and(|&used| used < floor);
                assert!(below, "{name} uses {used}, which is not on a lower floor");
            }
        }
    }
    assert_eq!(seen, FLOORS.len(), "a crate of FLOORS is gone");
}

#[test]
fn lints_are_shared_and_forbid_unsafe() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(manifest.contains("\nunsafe_code = \"forbid\"\n"));
    for package in metadata()["packages"].as_array().unwrap() {
        let path = package["manifest_path"].as_str().unwrap();
        let manifest = fs::read_to_string(path).unwrap();
        assert!(manifest.contains("[lints]\nworkspace = true\n"), "{path} sets its own lints");
    }
}

#[test]
fn unsafe_is_nowhere() {
    let mut read = 0;
    for path in files(&root(), "rs") {
        // Fuzz targets expand to libFuzzer's entry point, which is not ours.
        let text = fs::read_to_string(&path).unwrap();
        for (number, line) in text.lines().enumerate() {
            let code = code_of(line);
            let word = |word: &str| word == "unsafe";
            let found = code.split(|c: char| !c.is_alphanumeric() && c != '_').any(word);
            assert!(!found, "{}:{}: {line}", path.display(), number + 1);
        }
        read += 1;
    }
    assert!(read > 20, "only {read} files were looked at");
}

/// A line without its comment and without what stands in quotes. Good enough for a word that nobody
/// hides.
fn code_of(line: &str) -> String {
    let line = line.trim_start();
    if line.starts_with("//") {
        return String::new();
    }
    let mut code = String::new();
    for (number, piece) in line.split('"').enumerate() {
        if number % 2 == 0 {
            let (before, comment) =
                piece.split_once("//").map_or((piece, false), |(b, _)| (b, true));
            code.push_str(before);
            if comment {
                break;
            }
        }
    }
    code
}

#[test]
fn files_that_documents_name_exist() {
    let root = root();
    let mut missing = Vec::new();
    let mut documents = files(&root, "md");
    documents.extend(files(&root, "rs"));
    for path in documents {
        let text = fs::read_to_string(&path).unwrap();
        let is_code = path.extension().is_some_and(|ending| ending == "rs");
        for (number, line) in text.lines().enumerate() {
            // In code only comments speak of files.
            if is_code && !line.trim_start().starts_with("//") {
                continue;
            }
            // A crate's own comments speak of its own `tests/`, so any folder above may be meant.
            let above = || path.ancestors().skip(1).take_while(|folder| folder.starts_with(&root));
            let exists = |name: &&str| above().any(|folder| folder.join(name).exists());
            let links = linked_paths(line).filter(|_| !is_code);
            let broken = links.filter(|name| !path.parent().unwrap().join(name).exists());
            let unknown = quoted_paths(line).filter(|name| !exists(name));
            for name in unknown.chain(broken) {
                missing.push(format!("{}:{}: {name}", path.display(), number + 1));
            }
        }
    }
    assert!(missing.is_empty(), "files that do not exist are named:\n{}", missing.join("\n"));
}

/// Paths in backticks that begin with one of our folders; patterns and made-up names are not meant.
fn quoted_paths(line: &str) -> impl Iterator<Item = &str> {
    line.split('`')
        .skip(1)
        .step_by(2)
        .map(|quoted| quoted.split(':').next().unwrap_or_default())
        .filter(|name| {
            let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
            let ours = name.split_once('/').is_some_and(|(folder, _)| FOLDERS.contains(&folder));
            // What is built is not there before it is built.
            let built = name.starts_with("npm/pkg") || name.starts_with("npm/dist");
            ours && !built && !name.contains("/node_modules") && name.chars().all(plain)
        })
}

/// Targets of Markdown links to files of the repository.
fn linked_paths(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split(')').next()?.split('#').next()?;
        let outside = target.is_empty() || target.contains("://") || target.starts_with("mailto:");
        (!outside).then_some(target)
    })
}
