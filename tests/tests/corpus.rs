//! Every program of `tests/lua` under `lua5.1` and under `redmoon lua`: standard output, standard error
//! and exit code are equal. Where `lua5.1` is not installed, the comments of the program are the measure.

use libtest_mimic::{Arguments, Failed, Trial};
use redmoon_tests::corpus::{self, Expectations};
use redmoon_tests::oracle;
use redmoon_tests::runner::Engine;

fn main() {
    let arguments = Arguments::from_args();
    let redmoon = Engine::redmoon();
    let lua51 = oracle::lua51();
    let trials = corpus::lua_files(&corpus::lua_folder()).into_iter().map(|file| {
        let engines = redmoon.clone().and_then(|redmoon| Ok((redmoon, lua51.clone()?)));
        let name = file.trim_end_matches(".lua").to_owned();
        Trial::test(name, move || {
            let (redmoon, lua51) = engines?;
            check(&redmoon, lua51.as_ref(), &file)
        })
    });
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

fn check(redmoon: &Engine, lua51: Option<&Engine>, file: &str) -> Result<(), Failed> {
    let folder = corpus::lua_folder();
    let source = corpus::read(&folder.join(file))?;
    let expectations = Expectations::parse(&source);
    let ours = redmoon.run(&folder, file)?;
    let Some(lua51) = lua51 else {
        return expectations.unmet(&ours).map_or(Ok(()), |unmet| Err(unmet.into()));
    };
    let theirs = lua51.run(&folder, file)?;
    // So that the comments can be believed where there is no lua5.1.
    if let Some(unmet) = expectations.unmet(&theirs) {
        return Err(format!("the comments are wrong (`lua5.1 bless {file}`): {unmet}").into());
    }
    ours.difference(&theirs).map_or(Ok(()), |difference| Err(difference.into()))
}
