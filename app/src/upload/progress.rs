//! How far a file is, in words.

use domain::{Moment, UploadId, size};

/// Where a file on its way stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Its turn has not come.
    Waiting,
    /// Bytes are going out.
    Sending {
        /// Bytes that went out.
        sent: u64,
        /// Bytes a second, over the last seconds; 0 while unknown.
        rate: u64,
    },
    /// The connection broke; it goes on from here by itself.
    Broken {
        /// Bytes that the server holds.
        sent: u64,
    },
    /// Whoever sends it stopped it for a while.
    Paused {
        /// Bytes that went out.
        sent: u64,
    },
    /// It was begun before this page was opened, and the page has not got the file.
    Interrupted {
        /// Bytes that the server holds.
        sent: u64,
    },
    /// It will not arrive as it is.
    Failed {
        /// Why, and what helps.
        sentence: String,
        /// Whether trying again can help.
        again: bool,
    },
    /// The server holds it.
    Received {
        /// Its id.
        upload: UploadId,
        /// When.
        at: Moment,
    },
}

impl Progress {
    /// Whether it will still change by itself.
    pub fn is_running(&self) -> bool {
        matches!(self, Self::Waiting | Self::Sending { .. } | Self::Broken { .. })
    }

    /// Whether it has to be taken up by hand before it can arrive.
    pub fn is_halted(&self) -> bool {
        matches!(self, Self::Paused { .. } | Self::Interrupted { .. })
    }

    /// Bytes that went out, of `total`.
    pub fn sent(&self, total: u64) -> u64 {
        match self {
            Self::Waiting | Self::Failed { .. } => 0,
            Self::Sending { sent, .. } | Self::Broken { sent } | Self::Paused { sent } | Self::Interrupted { sent } => {
                *sent
            }
            Self::Received { .. } => total,
        }
    }
}

/// `5.2 MB of 8.4 MB`.
pub fn amount(sent: u64, total: u64) -> String {
    format!("{} of {}", size::human(sent.min(total)), size::human(total))
}

/// `1.1 MB/s · 3 s left`; nothing while the rate is unknown.
pub fn pace(sent: u64, total: u64, rate: u64) -> String {
    if rate == 0 {
        return String::new();
    }
    let left = total.saturating_sub(sent).div_ceil(rate);
    format!("{}/s · {} left", size::human(rate), span(left))
}

/// `3 s`, `4 min`, `2 h 5 min`.
fn span(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
    }
}

/// The rate over the last seconds, from readings of a clock and a count. A plain average over the whole transfer would
/// hide that a connection has become slow.
#[derive(Clone, Copy, Debug, Default)]
pub struct Meter {
    last: Option<(i64, u64)>,
    rate: u64,
}

impl Meter {
    /// Takes a reading at `millis` and gives bytes a second. Readings closer than a quarter of a second are put
    /// together.
    pub fn read(&mut self, millis: i64, sent: u64) -> u64 {
        let Some((then, before)) = self.last else {
            self.last = Some((millis, sent));
            return self.rate;
        };
        let elapsed = millis.saturating_sub(then);
        if elapsed < 250 {
            return self.rate;
        }
        let now = sent.saturating_sub(before).saturating_mul(1_000) / elapsed.unsigned_abs();
        self.rate = if self.rate == 0 { now } else { (self.rate * 3 + now) / 4 };
        self.last = Some((millis, sent));
        self.rate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_says_bytes_rate_and_time_left() {
        assert_eq!(amount(5_200_000, 8_400_000), "5.2 MB of 8.4 MB");
        assert_eq!(pace(5_200_000, 8_400_000, 1_100_000), "1.1 MB/s · 3 s left");
        assert_eq!(pace(0, 60_000_000, 1_000_000), "1 MB/s · 1 min left");
        assert_eq!(pace(0, 7_500_000_000, 1_000_000), "1 MB/s · 2 h 5 min left");
        assert_eq!(pace(0, 1, 0), "");
    }

    #[test]
    fn a_meter_needs_two_readings_and_follows_the_connection() {
        let mut meter = Meter::default();
        assert_eq!(meter.read(0, 0), 0);
        assert_eq!(meter.read(100, 500), 0);
        assert_eq!(meter.read(1_000, 1_000_000), 1_000_000);
        let slower = meter.read(2_000, 1_100_000);
        assert!((100_000..1_000_000).contains(&slower), "{slower}");
    }
}
