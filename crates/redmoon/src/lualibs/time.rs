//! Calendar time as C sees it: `gmtime`, `localtime`, `mktime` and `strftime` in the C locale.

use jiff::Timestamp;
use jiff::tz::TimeZone;

const DAY_SECONDS: i64 = 86_400;

/// Seconds within which the system's time zones are asked; beyond, the nearest of these counts.
const ZONE_SECONDS: std::ops::RangeInclusive<i64> = -60_000_000_000..=200_000_000_000;

/// Steps and their number in the search for an hour with or without summer time around a date: about a
/// year and a half each way (glibc `mktime.c`).
const SEARCH_STEP: i64 = 601_200;
const SEARCH_STEPS: i64 = 80;

/// C's `struct tm`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Calendar {
    pub(super) second: i64,
    pub(super) minute: i64,
    pub(super) hour: i64,
    /// From 1.
    pub(super) day: i64,
    /// From 0.
    pub(super) month: i64,
    pub(super) year: i64,
    /// 0 is Sunday.
    pub(super) weekday: i64,
    /// From 0.
    pub(super) year_day: i64,
    pub(super) is_summer: Option<bool>,
    /// Seconds east of Greenwich.
    pub(super) offset: i64,
    pub(super) zone: String,
}

/// The date of a count of seconds since 1970 in UTC; none when the year is beyond C's `int`.
pub(super) fn utc(seconds: i64) -> Option<Calendar> {
    calendar(seconds, 0, false, "GMT".into())
}

/// The same in local time.
pub(super) fn local(seconds: i64) -> Option<Calendar> {
    let zone = TimeZone::system();
    let (offset, is_summer, name) = offset_at(&zone, seconds);
    calendar(seconds, offset, is_summer, name)
}

/// Offset, summer time and name of the zone at an instant.
fn offset_at(zone: &TimeZone, seconds: i64) -> (i64, bool, String) {
    let seconds = seconds.clamp(*ZONE_SECONDS.start(), *ZONE_SECONDS.end());
    let Ok(instant) = Timestamp::from_second(seconds) else { return (0, false, "UTC".into()) };
    let info = zone.to_offset_info(instant);
    (i64::from(info.offset().seconds()), info.dst().is_dst(), info.abbreviation().to_string())
}

fn calendar(seconds: i64, offset: i64, is_summer: bool, zone: String) -> Option<Calendar> {
    let shown = seconds.checked_add(offset)?;
    let days = shown.div_euclid(DAY_SECONDS);
    let rest = shown.rem_euclid(DAY_SECONDS);
    let (year, month, day) = date_of(days);
    i32::try_from(year - 1900).ok()?;
    Some(Calendar {
        second: rest % 60,
        minute: rest / 60 % 60,
        hour: rest / 3600,
        day,
        month,
        year,
        weekday: (days + 4).rem_euclid(7),
        year_day: days - days_to(year, 0, 1),
        is_summer: Some(is_summer),
        offset,
        zone,
    })
}

/// Days from 1970 to a date of the Gregorian calendar; the month counts from 0.
///
/// Years begin in March here, so that the leap day is the last of them.
fn days_to(year: i64, month: i64, day: i64) -> i64 {
    let year = if month < 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month + 10) % 12;
    let year_day = (153 * month_from_march + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + year_day - 719_468
}

/// The date that is so many days from 1970: year, month from 0, day.
fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let year_day = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * year_day + 2) / 153;
    let day = year_day - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12;
    let year = era * 400 + year_of_era + i64::from(month < 2);
    (year, month, day)
}

/// Seconds since 1970 of a local date whose fields may be out of range (C's `mktime`).
pub(super) fn seconds_of(date: &Calendar) -> i64 {
    let year = date.year + date.month.div_euclid(12);
    let days = days_to(year, date.month.rem_euclid(12), 1) + date.day - 1;
    let clock = date.hour * 3600 + date.minute * 60 + date.second;
    let shown = days * DAY_SECONDS + clock;
    let zone = TimeZone::system();
    // The offset holds at the instant that it leads to; around a change that takes a second look. In the
    // hour that summer time leaves out the clock before the change counts.
    let first = offset_at(&zone, shown).0;
    let before = offset_at(&zone, shown - first - DAY_SECONDS).0;
    let mut seconds = shown - before;
    if offset_at(&zone, seconds).0 != before {
        let after = offset_at(&zone, seconds).0;
        if offset_at(&zone, shown - after).0 == after {
            seconds = shown - after;
        }
    }
    match date.is_summer {
        Some(wanted) if offset_at(&zone, seconds).1 != wanted => {
            // The nearest date with the wanted kind of time says how many hours it differs by.
            let found = (1..=SEARCH_STEPS)
                .flat_map(|n| [-n, n])
                .map(|n| offset_at(&zone, seconds + n * SEARCH_STEP))
                .find(|(_, is_summer, _)| *is_summer == wanted);
            match found {
                Some((offset, _, _)) => shown - offset,
                // A zone without summer time: it would be an hour.
                None => seconds + if wanted { -3600 } else { 3600 },
            }
        }
        _ => seconds,
    }
}

const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Appends what C's `strftime` gives for one conversion, in the C locale of glibc; a letter that it does
/// not know stands for itself.
pub(super) fn format(date: &Calendar, conversion: u8, out: &mut Vec<u8>) {
    let several = |formats: &[u8], out: &mut Vec<u8>| {
        for &byte in formats {
            if byte.is_ascii_alphabetic() { format(date, byte, out) } else { out.push(byte) }
        }
    };
    let weekday = WEEKDAYS[date.weekday.rem_euclid(7) as usize];
    let month = MONTHS[date.month.rem_euclid(12) as usize];
    let hour_12 = (date.hour + 11) % 12 + 1;
    let text = match conversion {
        b'a' => weekday[..3].to_owned(),
        b'A' => weekday.to_owned(),
        b'b' | b'h' => month[..3].to_owned(),
        b'B' => month.to_owned(),
        b'c' => return several(b"a b e H:M:S Y", out),
        b'C' => format!("{:02}", date.year.div_euclid(100)),
        b'd' => format!("{:02}", date.day),
        b'D' | b'x' => return several(b"m/d/y", out),
        b'e' => format!("{:2}", date.day),
        b'F' => format!("{}-{:02}-{:02}", date.year, date.month + 1, date.day),
        b'g' => format!("{:02}", week_of_year(date).0.rem_euclid(100)),
        b'G' => week_of_year(date).0.to_string(),
        b'H' => format!("{:02}", date.hour),
        b'I' => format!("{hour_12:02}"),
        b'j' => format!("{:03}", date.year_day + 1),
        b'k' => format!("{:2}", date.hour),
        b'l' => format!("{hour_12:2}"),
        b'm' => format!("{:02}", date.month + 1),
        b'M' => format!("{:02}", date.minute),
        b'n' => "\n".into(),
        b'p' => if date.hour < 12 { "AM" } else { "PM" }.into(),
        b'P' => if date.hour < 12 { "am" } else { "pm" }.into(),
        b'r' => return several(b"I:M:S p", out),
        b'R' => return several(b"H:M", out),
        b's' => seconds_of(date).to_string(),
        b'S' => format!("{:02}", date.second),
        b't' => "\t".into(),
        b'T' | b'X' => return several(b"H:M:S", out),
        b'u' => (if date.weekday == 0 { 7 } else { date.weekday }).to_string(),
        b'U' => format!("{:02}", (date.year_day + 7 - date.weekday) / 7),
        b'V' => format!("{:02}", week_of_year(date).1),
        b'w' => date.weekday.to_string(),
        b'W' => format!("{:02}", (date.year_day + 7 - (date.weekday + 6) % 7) / 7),
        b'y' => format!("{:02}", date.year.rem_euclid(100)),
        b'Y' => date.year.to_string(),
        b'z' => {
            let minutes = date.offset.abs() / 60;
            let sign = if date.offset < 0 { '-' } else { '+' };
            format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
        }
        b'Z' => date.zone.clone(),
        b'%' => "%".into(),
        other => {
            out.extend_from_slice(&[b'%', other]);
            return;
        }
    };
    out.extend_from_slice(text.as_bytes());
}

/// Year and week of ISO 8601: weeks begin on Monday, and the first has the year's first Thursday.
fn week_of_year(date: &Calendar) -> (i64, i64) {
    let monday_based = (date.weekday + 6) % 7;
    let week = (date.year_day - monday_based + 10) / 7;
    if week < 1 {
        let last_year = date.year - 1;
        return (last_year, weeks_in(last_year));
    }
    if week > weeks_in(date.year) {
        return (date.year + 1, 1);
    }
    (date.year, week)
}

/// Weeks that a year of ISO 8601 has.
fn weeks_in(year: i64) -> i64 {
    let first_weekday = |year| (days_to(year, 0, 1) + 4).rem_euclid(7);
    // Years that begin on a Thursday or end on one have 53.
    if first_weekday(year) == 4 || first_weekday(year + 1) == 5 { 53 } else { 52 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_days_are_inverse() {
        for days in (-1_000_000..1_000_000).step_by(97) {
            let (year, month, day) = date_of(days);
            assert_eq!(days_to(year, month, day), days);
        }
    }

    #[test]
    fn known_dates() {
        let date = utc(951_827_696).unwrap_or_default();
        assert_eq!((date.year, date.month, date.day, date.weekday), (2000, 1, 29, 2));
        let mut text = Vec::new();
        format(&date, b'c', &mut text);
        assert_eq!(text, b"Tue Feb 29 12:34:56 2000");
        let new_year = utc(1_609_459_200).unwrap_or_default();
        assert_eq!(week_of_year(&new_year), (2020, 53));
    }
}
