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
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute(),
            at.second()
        )
    }

    /// `09:40`, in UTC.
    pub fn clock(self) -> String {
        let at = self.utc();
        format!("{:02}:{:02}", at.hour(), at.minute())
    }

    /// `Tuesday 17 November 2026`.
    pub fn long_day(self) -> String {
        let at = self.utc();
        format!("{} {} {} {}", at.weekday(), at.day(), at.month(), at.year())
    }

    /// `Tuesday 17 November 2026, 09:40 UTC`: for a title and for proofs.
    pub fn full(self) -> String {
        format!("{}, {} UTC", self.long_day(), self.clock())
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
