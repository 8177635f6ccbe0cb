//! Elementary functions: special values exactly, others to the last place.

use crate::oracle::{Random, ask, compare, show};
use lua_core::number as math;
use lua_core::number::NumberText;

type Unary = fn(f64) -> f64;
type Binary = fn(f64, f64) -> f64;

/// Name, function, where random operands come from, and how many results in ten thousand may differ in the last place.
const UNARY: &[(&str, Unary, f64, f64, usize)] = &[
    ("sin", math::sin, -20.0, 20.0, 60),
    ("cos", math::cos, -20.0, 20.0, 60),
    ("sin", math::sin, -1e6, 1e6, 60),
    ("cos", math::cos, -1e6, 1e6, 60),
    ("tan", math::tan, -1e6, 1e6, 60),
    ("tan", math::tan, -3.0, 3.0, 60),
    ("asin", math::asin, -1.0, 1.0, 60),
    ("acos", math::acos, -1.0, 1.0, 60),
    ("atan", math::atan, -20.0, 20.0, 60),
    ("sinh", math::sinh, -20.0, 20.0, 40),
    ("cosh", math::cosh, -20.0, 20.0, 40),
    ("tanh", math::tanh, -3.0, 3.0, 40),
    ("exp", math::exp, -700.0, 700.0, 40),
    ("log", math::log, 0.0, 100.0, 20),
    ("log10", math::log10, 0.0, 1000.0, 20),
    ("sqrt", math::sqrt, 0.0, 100.0, 0),
    ("floor", math::floor, -1e6, 1e6, 0),
    ("ceil", math::ceil, -1e6, 1e6, 0),
];
type BinaryRow = (&'static str, Binary, [f64; 2], [f64; 2], usize);

const BINARY: &[BinaryRow] = &[
    ("pow", math::pow, [0.0, 100.0], [-20.0, 20.0], 40),
    ("atan2", math::atan2, [-5.0, 5.0], [-5.0, 5.0], 60),
    ("fmod", math::fmod, [-1e6, 1e6], [-100.0, 100.0], 0),
];

const SPECIAL: &[f64] = &[
    math::NAN_NEGATIVE,
    math::NAN_POSITIVE,
    f64::INFINITY,
    f64::NEG_INFINITY,
    0.0,
    -0.0,
    0.5,
    -0.5,
    1.0,
    -1.0,
    2.0,
    -2.0,
    3.0,
    -3.0,
    7.0,
    10.0,
    100.0,
    1000.0,
    1e6,
    1e15,
    22.0,
    355.0,
    5e-324,
    1e-310,
    4503599627370495.5,
    9007199254740993.0,
    -1e300,
    f64::MAX,
];

fn expression(n: f64) -> String {
    crate::format::expression(n)
}

fn text(n: f64) -> String {
    show(NumberText::new_17(n).as_bytes())
}

#[test]
fn special_values() {
    let (mut questions, mut ours) = (Vec::new(), Vec::new());
    for &(name, function, ..) in UNARY {
        // How far a huge angle is from a multiple of pi is the one thing that only the last place tells.
        let transcendental = !matches!(name, "floor" | "ceil" | "sqrt" | "log10");
        for &n in SPECIAL {
            let digits = if transcendental { 14 } else { 17 };
            questions.push(format!("out(format('%.{digits}g', math.{name}({})))", expression(n)));
            let result = function(n);
            let result =
                if transcendental { NumberText::new(result) } else { NumberText::new_17(result) };
            ours.push(show(result.as_bytes()));
        }
    }
    for &(name, function, ..) in BINARY {
        for &a in SPECIAL {
            for &b in SPECIAL {
                let call = format!("math.{name}({}, {})", expression(a), expression(b));
                questions.push(format!("out(format('%.14g', {call}))"));
                ours.push(show(NumberText::new(function(a, b)).as_bytes()));
            }
        }
    }
    for &n in SPECIAL {
        questions.push(format!("out(format('%.17g %.17g', math.modf({})))", expression(n)));
        let (whole, fraction) = math::modf(n);
        ours.push(format!("{} {}", text(whole), text(fraction)).replace("\" \"", "\\032"));
        questions.push(format!("out(format('%.17g %.17g', math.frexp({})))", expression(n)));
        let (fraction, exponent) = math::frexp(n);
        ours.push(
            format!("{} {}", text(fraction), text(exponent.into())).replace("\" \"", "\\032"),
        );
        for exponent in [0, 1, -1, 1023, 1024, -1074, 2000, -2000, i32::MAX, i32::MIN] {
            let call = format!("math.ldexp({}, {exponent})", expression(n));
            questions.push(format!("out(format('%.17g', {call}))"));
            ours.push(text(math::ldexp(n, exponent)));
        }
    }
    compare(&questions, &ours);
}

#[test]
fn whole_powers_are_exact() {
    let (mut questions, mut ours) = (Vec::new(), Vec::new());
    for base in -20..=20 {
        for exponent in -3..=12 {
            questions.push(format!("out(format('%.17g', ({base}) ^ ({exponent})))"));
            ours.push(text(math::pow(base.into(), exponent.into())));
        }
    }
    for exponent in -1080..=1030 {
        questions.push(format!("out(format('%.17g', 2 ^ ({exponent})))"));
        ours.push(text(math::pow(2.0, exponent.into())));
    }
    for exponent in -30..=30 {
        questions.push(format!("out(format('%.17g', 10 ^ ({exponent})))"));
        ours.push(text(math::pow(10.0, exponent.into())));
    }
    for exponent in -300..=300 {
        questions.push(format!("out(format('%.17g', math.log10(tonumber('1e{exponent}'))))"));
        ours.push(text(math::log10(format!("1e{exponent}").parse().unwrap())));
    }
    compare(&questions, &ours);
}

#[test]
fn random_values() {
    const COUNT: usize = 4000;
    let mut random = Random(17);
    let mut between = |low: f64, high: f64| {
        low + (high - low) * random.below(1 << 50) as f64 / (1u64 << 50) as f64
    };
    let (mut questions, mut ours) = (Vec::new(), Vec::new());
    for &(name, function, low, high, _) in UNARY {
        for _ in 0..COUNT {
            let n = between(low, high);
            questions.push(format!("out(math.{name}({}))", expression(n)));
            ours.push(function(n));
        }
    }
    for &(name, function, a, b, _) in BINARY {
        for _ in 0..COUNT {
            let (a, b) = (between(a[0], a[1]), between(b[0], b[1]));
            questions.push(format!("out(math.{name}({}, {}))", expression(a), expression(b)));
            ours.push(function(a, b));
        }
    }
    let Some(theirs) = ask(&questions) else { return };
    let allowed =
        UNARY.iter().map(|row| (row.0, row.4)).chain(BINARY.iter().map(|row| (row.0, row.4)));
    for ((name, allowed), (ours, theirs)) in
        allowed.zip(ours.chunks(COUNT).zip(theirs.chunks(COUNT)))
    {
        let mut differing = 0;
        for (ours, theirs) in ours.iter().zip(theirs) {
            let theirs: f64 = theirs.parse().unwrap();
            let places = ours.to_bits().abs_diff(theirs.to_bits());
            assert!(places <= 2, "{name} gives {ours:e} for {theirs:e}");
            differing += usize::from(places > 0);
        }
        assert!(differing * 10_000 <= allowed * COUNT, "{name} differs {differing} times");
    }
}
