//! `cargo xtask bench --libraries`: cjson, cmsgpack, struct, bit and sha1hex in loops, here and in a
//! redis-server of our own, side by side in one run (`conformance/src/bin/library-speed.rs`).

use crate::step::{self, Failure};
use crate::workspace;

/// Builds for speed and runs; `floor` is the ratio below which it is a failure.
pub(crate) fn run(filter: &str, rounds: u32, floor: Option<f64>) -> Result<(), Failure> {
    let mut cargo = step::cargo();
    cargo.args(["run", "--quiet", "--release", "--package", "redmoon-conformance"]);
    cargo.args(["--bin", "library-speed", "--", "--rounds", &rounds.to_string()]);
    if !filter.is_empty() {
        cargo.args(["--only", filter]);
    }
    if let Some(floor) = floor {
        cargo.args(["--floor", &floor.to_string()]);
    }
    step::run(cargo.current_dir(workspace::root()))
}
