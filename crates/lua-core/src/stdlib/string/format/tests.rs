use super::*;
use crate::number::{NAN_NEGATIVE, NAN_POSITIVE};
use proptest::prelude::*;

const INF: f64 = f64::INFINITY;

fn formatted(directive: &str, write: impl Fn(&Directive, &mut Vec<u8>)) -> String {
    let (parsed, size) = match Directive::parse(&directive.as_bytes()[1..]) {
        Ok(parsed) => parsed,
        Err(error) => return format!("!{}", String::from_utf8_lossy(&error.message())),
    };
    assert_eq!(size, directive.len() - 1);
    let mut out = Vec::new();
    write(&parsed, &mut out);
    String::from_utf8(out).unwrap()
}

#[track_caller]
fn check(directive: &str, n: f64, expected: &str) {
    assert_eq!(formatted(directive, |parsed, out| parsed.write_number(out, n)), expected);
}

#[track_caller]
fn check_text(directive: &str, text: &str, expected: &str) {
    let text = text.as_bytes();
    assert_eq!(formatted(directive, |parsed, out| parsed.write_string(out, text)), expected);
}

// The expectations of this file are recorded from lua5.1.

#[test]
fn whole_numbers() {
    check("%d", 2.9, "2");
    check("%d", 1e300, "-9223372036854775808");
    check("%5d", 42.0, "   42");
    check("%010d", 42.0, "0000000042");
    check("%-010d", 42.0, "42        ");
    check("%+010d", 42.0, "+000000042");
    check("% 010d", 42.0, " 000000042");
    check("%010.5d", 42.0, "     00042");
    check("%+.5d", -42.0, "-00042");
    check("%.0d", 0.0, "");
    check("%+.0d", 0.0, "+");
    check("%.3i", 1.0, "001");
    check("%-+ #0d", 1.0, "+1");
}

#[test]
fn unsigned_numbers() {
    check("%u", -1.5, "18446744073709551615");
    check("%+u", 1.0, "1");
    check("%x", -1.0, "ffffffffffffffff");
    check("%x", 18446744073709551616.0, "0");
    check("%#x", 255.0, "0xff");
    check("%#X", 255.0, "0XFF");
    check("%#x", 0.0, "0");
    check("%#010x", 255.0, "0x000000ff");
    check("%o", -8.0, "1777777777777777777770");
    check("%#o", 255.0, "0377");
    check("%#o", 0.0, "0");
    check("%#.0o", 0.0, "0");
    check("%.0o", 0.0, "");
    check("%.0x", 0.0, "");
}

#[test]
fn bytes() {
    check("%c", 65.0, "A");
    check("%c", 321.0, "A");
    check("%5c", 65.0, "    A");
    check("%-5c", 66.0, "B    ");
    check("%05c", 65.0, "    A");
    check("%5c", 0.0, "    ");
    check("%-5c", 0.0, "");
    check("%c", NAN_NEGATIVE, "");
}

#[test]
fn fractions() {
    check("%5.2f", 2.71459, " 2.71");
    check("%.0f", 0.5, "0");
    check("%.0f", 1.5, "2");
    check("%.2f", 2.675, "2.67");
    check("%.2f", 0.125, "0.12");
    check("%.2f", -0.001, "-0.00");
    check("%#.0f", 1.0, "1.");
    check("%f", 1e15, "1000000000000000.000000");
    check("%.3f", 1e22, "10000000000000000000000.000");
    check("%.20f", 0.1, "0.10000000000000000555");
    check("%g", 0.1, "0.1");
    check("%g", 1e20, "1e+20");
    check("%g", 123456789.0, "1.23457e+08");
    check("%g", 0.0, "0");
    check("%g", -0.0, "-0");
    check("%#g", 1.0, "1.00000");
    check("%#.3g", 1.0, "1.00");
    check("%#.3g", 999.9, "1.e+03");
    check("%#.3g", 9999.0, "1.00e+04");
    check("%.0g", 25.0, "2e+01");
    check("%.20g", 0.1, "0.10000000000000000555");
    check("%G", 1e-10, "1E-10");
    check("%e", 0.0, "0.000000e+00");
    check("%E", 1e-10, "1.000000E-10");
    check("%#.0e", 1.0, "1.e+00");
    check("%10.4e", 12345.678, "1.2346e+04");
    check("%012.3e", -12345.678, "-001.235e+04");
    check("%.25e", 0.1, "1.0000000000000000555111512e-01");
}

#[test]
fn not_finite() {
    check("%010f", INF, "       inf");
    check("%-010f", -INF, "-inf      ");
    check("%+f", NAN_NEGATIVE, "-nan");
    check("% f", NAN_POSITIVE, " nan");
    check("%5.1G", INF, "  INF");
    check("%E", NAN_NEGATIVE, "-NAN");
}

#[test]
fn strings() {
    let long = "a\0".repeat(60);
    check_text("%s", "a\0b", "a");
    check_text("%s", &long, &long);
    check_text("%5s", &long, &long);
    check_text("%.3s", &long, "a");
    check_text("%5s", "a\0b", "    a");
    check_text("%05s", "ab", "   ab");
    check_text("%-10.2s", "abc", "ab        ");
    check_text("%.0s", "abc", "");
    check_text("%.s", "abc", "");
}

#[test]
fn quoted() {
    check_text("%q", "a\n\r\0\\\"b\u{1}", "\"a\\\n\\r\\000\\\\\\\"b\u{1}\"");
    check_text("%10.1q", "abc", "\"abc\"");
}

#[test]
fn what_lua_refuses() {
    check("%y", 1.0, "!invalid option '%y' to 'format'");
    check("%a", 1.0, "!invalid option '%a' to 'format'");
    check("%F", 1.0, "!invalid option '%F' to 'format'");
    check("%", 1.0, "!invalid option '%' to 'format'");
    check("%10", 1.0, "!invalid option '%' to 'format'");
    check("%\0", 1.0, "!invalid option '%' to 'format'");
    check("%5%", 1.0, "!invalid option '%%' to 'format'");
    check("%.-5d", 1.0, "!invalid option '%-' to 'format'");
    check("%-+ #0-d", 1.0, "!invalid format (repeated flags)");
    check("%000000d", 1.0, "!invalid format (repeated flags)");
    check("%00000d", 1.0, "1");
    check("%123d", 1.0, "!invalid format (width or precision too long)");
    check("%1.123d", 1.0, "!invalid format (width or precision too long)");
}

proptest! {
    #[test]
    fn any_text_is_read_without_harm(text in proptest::collection::vec(
        prop_oneof![proptest::sample::select(&b"-+ #0123.dsfgxecq"[..]), any::<u8>()], 0..12),
        n in any::<f64>(),
    ) {
        if let Ok((directive, size)) = Directive::parse(&text) {
            prop_assert!(size <= text.len());
            let mut out = Vec::new();
            directive.write_number(&mut out, n);
            directive.write_string(&mut out, &text);
            prop_assert!(out.len() < 600);
        }
    }

    #[test]
    fn fixed_equals_core(n in any::<f64>(), places in 0usize..40) {
        prop_assume!(n.is_finite());
        check(&format!("%.{places}f"), n, &format!("{n:.places$}"));
    }
}
