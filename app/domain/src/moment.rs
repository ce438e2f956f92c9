//! A point in time, and how a page writes it.
//!
//! The server and the browser must write the same words, so everything here is arithmetic in UTC; a page's script then
//! rewrites each `<time>` in the reader's zone.

use serde::{Deserialize, Serialize};
use time::{Date, Duration, Month, OffsetDateTime};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Moment(pub i64);

impl Moment {
    /// This moment and `seconds` more (or fewer, when negative).
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// Whole seconds from `earlier` to this moment; negative when it is later.
    pub fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).div_euclid(1000)
    }

    /// A date (year, month, day) and a time (hour, minute, second) in UTC; `None` where there is no such moment.
    pub fn of_utc(date: (i64, i64, i64), time: (i64, i64, i64)) -> Option<Self> {
        let small = |number: i64| u8::try_from(number).ok();
        let month = Month::try_from(small(date.1)?).ok()?;
        let date = Date::from_calendar_date(i32::try_from(date.0).ok()?, month, small(date.2)?).ok()?;
        let at = date.with_hms(small(time.0)?, small(time.1)?, small(time.2)?).ok()?;
        Some(Self(at.assume_utc().unix_timestamp() * 1000))
    }

    fn utc(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(self.0.div_euclid(1000)).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    /// For the `datetime` attribute: `2026-11-17T09:40:00Z` (RFC 3339).
    pub fn machine(self) -> String {
        let at = self.utc();
        let mut text = String::with_capacity(20);
        // Digit by digit: a list has many of these, and the formatter's machinery costs several times as much.
        match u8::try_from(at.year() / 100) {
            Ok(century) if century < 100 => {
                two_digits(&mut text, century);
                two_digits(&mut text, u8::try_from(at.year() % 100).unwrap_or(0));
            }
            _ => text.push_str(&at.year().to_string()),
        }
        let parts = [
            ('-', u8::from(at.month())),
            ('-', at.day()),
            ('T', at.hour()),
            (':', at.minute()),
            (':', at.second()),
        ];
        for (sign, part) in parts {
            text.push(sign);
            two_digits(&mut text, part);
        }
        text.push('Z');
        text
    }

    /// `09:40`, in UTC.
    pub fn clock(self) -> String {
        let mut text = String::with_capacity(5);
        write_clock(&mut text, self.utc());
        text
    }

    /// `Tuesday 17 November 2026`.
    pub fn long_day(self) -> String {
        let mut text = String::with_capacity(LONGEST);
        write_long_day(&mut text, self.utc());
        text
    }

    /// `Tuesday 17 November 2026, 09:40 UTC`: for a title and for proofs.
    pub fn full(self) -> String {
        let at = self.utc();
        let mut text = String::with_capacity(LONGEST);
        write_long_day(&mut text, at);
        text.push_str(", ");
        write_clock(&mut text, at);
        text.push_str(" UTC");
        text
    }

    /// For a list, seen at `now`: `09:40` today, `Yesterday`, `13 Nov` this year, else `13 Nov 2025`.
    pub fn brief(self, now: Self) -> String {
        let (at, today) = (self.utc().date(), now.utc().date());
        if at == today {
            self.clock()
        } else if today.previous_day() == Some(at) {
            "Yesterday".to_owned()
        } else if at.year() == today.year() {
            format!("{} {}", at.day(), short_month(self))
        } else {
            format!("{} {} {}", at.day(), short_month(self), at.year())
        }
    }

    /// For the line between two days of a thread, seen at `now`: `Today`, `Yesterday`, `Monday 16 November`.
    pub fn day(self, now: Self) -> String {
        let (at, today) = (self.utc().date(), now.utc().date());
        if at == today {
            "Today".to_owned()
        } else if today.previous_day() == Some(at) {
            "Yesterday".to_owned()
        } else if at.year() == today.year() {
            format!("{} {} {}", at.weekday(), at.day(), at.month())
        } else {
            self.long_day()
        }
    }

    /// Whether both fall on one day of the calendar in UTC.
    pub fn same_day(self, other: Self) -> bool {
        self.utc().date() == other.utc().date()
    }
}

impl std::ops::Add<Duration> for Moment {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(span.whole_milliseconds()).unwrap_or(i64::MAX)),
        )
    }
}

/// Bytes of `Wednesday 30 September 2026, 09:40 UTC`.
const LONGEST: usize = 38;
const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
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

fn two_digits(text: &mut String, number: u8) {
    text.push(char::from(b'0' + number / 10));
    text.push(char::from(b'0' + number % 10));
}

fn write_clock(text: &mut String, at: OffsetDateTime) {
    two_digits(text, at.hour());
    text.push(':');
    two_digits(text, at.minute());
}

fn write_long_day(text: &mut String, at: OffsetDateTime) {
    text.push_str(DAYS[usize::from(at.weekday().number_days_from_monday())]);
    for part in [
        &i32::from(at.day()).to_string(),
        MONTHS[usize::from(u8::from(at.month())) - 1],
        &at.year().to_string(),
    ] {
        text.push(' ');
        text.push_str(part);
    }
}

fn short_month(moment: Moment) -> String {
    moment.utc().month().to_string().chars().take(3).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-17T09:40:00Z, a Tuesday.
    const NOW: Moment = Moment(1_794_908_400_000);

    #[test]
    fn a_moment_is_written_for_machines_and_for_people() {
        assert_eq!(NOW.machine(), "2026-11-17T09:40:00Z");
        assert_eq!(NOW.full(), "Tuesday 17 November 2026, 09:40 UTC");
        assert_eq!(Moment(0).plus_seconds(-1).machine(), "1969-12-31T23:59:59Z");
        let first = Moment::of_utc((7, 3, 4), (5, 6, 9)).expect("a date");
        assert_eq!(
            (first.machine(), first.clock()),
            ("0007-03-04T05:06:09Z".to_owned(), "05:06".to_owned())
        );
        // As the library writes them.
        for day in 0..400 {
            let at = NOW.plus_seconds(day * 86_400);
            let date = at.utc();
            let long = format!("{} {} {} {}", date.weekday(), date.day(), date.month(), date.year());
            assert_eq!(at.long_day(), long);
        }
    }

    #[test]
    fn a_list_says_as_little_as_is_clear() {
        assert_eq!(NOW.brief(NOW), "09:40");
        assert_eq!(NOW.plus_seconds(-86_400).brief(NOW), "Yesterday");
        assert_eq!(NOW.plus_seconds(-4 * 86_400).brief(NOW), "13 Nov");
        assert_eq!(NOW.plus_seconds(-400 * 86_400).brief(NOW), "13 Oct 2025");
    }

    #[test]
    fn a_moment_outside_the_calendar_does_not_panic() {
        assert_eq!(Moment(i64::MAX).machine(), "1970-01-01T00:00:00Z");
        assert_eq!(Moment(i64::MIN).brief(NOW), "1 Jan 1970");
    }
}
