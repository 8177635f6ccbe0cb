//! `SORT` and `SORT_RO`.

use std::cmp::Ordering;

use resp::Reply;

use crate::context::{Answer, Args, Context};
use crate::messages::*;
use crate::number::strtod;
use crate::value::{List, Value};

pub(super) fn sort(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    sort_with(cx, args, &Options::parse(args, true)?)
}

pub(super) fn sort_ro(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    sort_with(cx, args, &Options::parse(args, false)?)
}

#[derive(Default)]
struct Options<'a> {
    by: Option<&'a [u8]>,
    /// Offset and count.
    limit: Option<(i64, i64)>,
    get: Vec<&'a [u8]>,
    store: Option<&'a [u8]>,
    is_descending: bool,
    is_alpha: bool,
}

impl<'a> Options<'a> {
    fn parse(args: Args<'a>, may_store: bool) -> Result<Self, Failure> {
        let mut options = Self::default();
        let mut index = 2;
        while index < args.len() {
            let more = args.len() - index - 1;
            if args.is(index, "asc") {
                options.is_descending = false;
            } else if args.is(index, "desc") {
                options.is_descending = true;
            } else if args.is(index, "alpha") {
                options.is_alpha = true;
            } else if args.is(index, "limit") && more >= 2 {
                options.limit = Some((args.integer(index + 1)?, args.integer(index + 2)?));
                index += 2;
            } else if args.is(index, "store") && more >= 1 && may_store {
                index += 1;
                options.store = Some(args.at(index));
            } else if args.is(index, "by") && more >= 1 {
                index += 1;
                options.by = Some(args.at(index));
            } else if args.is(index, "get") && more >= 1 {
                index += 1;
                options.get.push(args.at(index));
            } else {
                return Err(SYNTAX.into());
            }
            index += 1;
        }
        Ok(options)
    }

    /// A pattern without a star: every element has the same weight, and nothing is sorted.
    fn is_unsorted(&self) -> bool {
        self.by.is_some_and(|by| !by.contains(&b'*'))
    }

    /// The places of the elements to show among `len`.
    fn shown(&self, len: usize) -> std::ops::Range<usize> {
        let Some((offset, wanted)) = self.limit else { return 0..len };
        let start = usize::try_from(offset).unwrap_or(0).min(len);
        let end = usize::try_from(wanted).map_or(len, |wanted| start.saturating_add(wanted));
        start..end.min(len)
    }
}

/// What an element is sorted by.
enum Weight {
    Number(f64),
    Text(Option<Vec<u8>>),
}

fn sort_with(cx: &mut Context<'_>, args: Args<'_>, options: &Options<'_>) -> Answer {
    // Redis turns a sorted set into a skip list for good, whatever becomes of the command.
    let is_small =
        |value: &Value| matches!(value, Value::SortedSet(set) if set.encoding() == "listpack");
    if cx.value(args.at(1)).is_some_and(is_small)
        && let Some(set) = cx.sorted_set_mut(args.at(1))?
    {
        set.grow_up();
    }
    let value = cx.value(args.at(1));
    let is_set = matches!(value, Some(Value::Set(_)));
    let mut elements: Vec<Vec<u8>> = match value {
        None => Vec::new(),
        Some(Value::List(list)) => list.iter().map(|element| element.to_vec()).collect(),
        Some(Value::Set(set)) => set.iter().map(std::borrow::Cow::into_owned).collect(),
        Some(Value::SortedSet(set)) => set.iter().map(|(member, _)| member.to_vec()).collect(),
        Some(_) => return Err(WRONGTYPE.into()),
    };
    if !options.is_unsorted() {
        let weights = elements
            .iter()
            .map(|element| weight(cx, options, element))
            .collect::<Result<Vec<_>, _>>()?;
        elements = sorted(elements, weights, options.is_descending);
    } else if is_set && (options.store.is_some() || cx.session.in_script) {
        // A set has no order that a script or a stored list may depend on.
        let weights = elements.iter().map(|_| Weight::Number(0.0)).collect();
        elements = sorted(elements, weights, options.is_descending);
    } else if options.is_descending && !is_set {
        elements.reverse();
    }
    let shown = elements.get(options.shown(elements.len())).unwrap_or_default();
    let mut found: Vec<Option<Vec<u8>>> = Vec::with_capacity(shown.len());
    for element in shown {
        if options.get.is_empty() {
            found.push(Some(element.clone()));
        }
        for pattern in &options.get {
            found.push(look_up(cx, pattern, element));
        }
    }
    let Some(target) = options.store else {
        return Ok(found.into_iter().map(Reply::opt_bulk).collect());
    };
    let list: List =
        found.into_iter().map(|element| element.unwrap_or_default().into_boxed_slice()).collect();
    let len = list.len();
    Ok(Reply::Integer(cx.store(target, list, len)))
}

fn weight(cx: &mut Context<'_>, options: &Options<'_>, element: &[u8]) -> Result<Weight, Failure> {
    let text = match options.by {
        Some(pattern) => look_up(cx, pattern, element),
        None => Some(element.to_vec()),
    };
    if options.is_alpha {
        return Ok(Weight::Text(text));
    }
    let Some(text) = text else { return Ok(Weight::Number(0.0)) };
    // C sees the text up to its first NUL; an empty text is 0.
    let text = text.split(|&byte| byte == 0).next().unwrap_or_default();
    if text.is_empty() {
        return Ok(Weight::Number(0.0));
    }
    match strtod(text) {
        Some(number)
            if number.size == text.len() && !number.out_of_range && !number.value.is_nan() =>
        {
            Ok(Weight::Number(number.value))
        }
        _ => Err(SORT_NOT_A_FLOAT.into()),
    }
}

/// Elements with the same number are in the order of their bytes, those with the same text stay as they
/// were.
fn sorted(elements: Vec<Vec<u8>>, weights: Vec<Weight>, is_descending: bool) -> Vec<Vec<u8>> {
    let mut weighed: Vec<(Weight, Vec<u8>)> = weights.into_iter().zip(elements).collect();
    ordered::sort_by(&mut weighed, |(left_weight, left), (right_weight, right)| {
        let order = match (left_weight, right_weight) {
            (Weight::Number(a), Weight::Number(b)) => {
                a.partial_cmp(b).unwrap_or(Ordering::Equal).then_with(|| left.cmp(right))
            }
            (Weight::Text(a), Weight::Text(b)) => a.cmp(b),
            _ => Ordering::Equal,
        };
        if is_descending { order.reverse() } else { order }
    });
    weighed.into_iter().map(|(_, element)| element).collect()
}

/// The value that a pattern names for an element: `#` the element, `prefix*suffix` a string,
/// `prefix*suffix->field` a field of a hash.
fn look_up(cx: &mut Context<'_>, pattern: &[u8], element: &[u8]) -> Option<Vec<u8>> {
    if pattern == b"#" {
        return Some(element.to_vec());
    }
    let star = memchr::memchr(b'*', pattern)?;
    let (prefix, rest) = (pattern.get(..star)?, pattern.get(star + 1..)?);
    let arrow = memchr::memmem::find(rest, b"->").filter(|&at| at + 2 < rest.len());
    let suffix = rest.get(..arrow.unwrap_or(rest.len()))?;
    let key = [prefix, element, suffix].concat();
    match (cx.value(&key)?, arrow) {
        (Value::String(string), None) => Some(string.to_vec()),
        (Value::Hash(hash), Some(at)) => hash.get(rest.get(at + 2..)?).map(<[u8]>::to_vec),
        _ => None,
    }
}
