use super::*;

fn setup() -> (Strings, Budget) {
    let mut budget = Budget::new(usize::MAX);
    (Strings::new([1, 2, 3, 4], &mut budget).unwrap(), budget)
}

#[test]
fn appending_fills_the_array_part() {
    let (strings, mut budget) = setup();
    let mut table = Table::empty();
    for n in 1..=100 {
        table.set(Value::number(f64::from(n)), Value::TRUE, &strings, &mut budget).unwrap();
        assert_eq!(table.border(&strings), n as usize);
    }
    assert_eq!(table.array.len(), 128);
}

#[test]
fn strings_lie_where_redis_puts_them() {
    let (mut strings, mut budget) = setup();
    let mut table = Table::empty();
    for n in 0..10 {
        let key = strings.intern(format!("k{n}").as_bytes(), &mut budget).unwrap();
        table.set(key, Value::TRUE, &strings, &mut budget).unwrap();
    }
    let mut order = String::new();
    let mut key = Value::NIL;
    while let Some((next, _)) = table.next(key, &strings).unwrap().entry {
        order.push_str(core::str::from_utf8(strings.bytes(next.as_string().unwrap())).unwrap());
        key = next;
    }
    // Recorded in iteration-order.md, "Worked examples".
    assert_eq!(order, "k9k8k1k0k3k2k6k7k4k5");
}

#[test]
fn zero_is_one_key_and_nan_none() {
    let (strings, mut budget) = setup();
    let mut table = Table::empty();
    table.set(Value::number(-0.0), Value::TRUE, &strings, &mut budget).unwrap();
    assert_eq!(table.get(Value::number(0.0), &strings), Value::TRUE);
    let nan = Value::number(f64::NAN);
    assert_eq!(table.set(nan, Value::TRUE, &strings, &mut budget), Err(SetError::NanKey));
    assert_eq!(table.get(nan, &strings), Value::NIL);
}

#[test]
fn sizes_in_a_byte() {
    for (byte, size) in [(0, 0), (7, 7), (8, 8), (15, 15), (16, 16), (17, 18), (0x18, 32)] {
        assert_eq!(size_from_byte(byte), size, "{byte}");
    }
}
