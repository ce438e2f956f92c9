//! Time, as an argument.

use domain::Moment;
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

/// Where "now" comes from. Clones share one hand.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Hand>);

#[derive(Debug)]
struct Hand {
    /// Milliseconds since 1970 at which a clock of a test stands; the system's clock where there are none.
    fixed: Option<i64>,
    /// Milliseconds by which it was moved on.
    moved: AtomicI64,
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(Arc::new(Hand {
            fixed: None,
            moved: AtomicI64::new(0),
        }))
    }

    /// A clock that stands still until it is moved on.
    pub fn fixed(at: Moment) -> Self {
        Self(Arc::new(Hand {
            fixed: Some(at.0),
            moved: AtomicI64::new(0),
        }))
    }

    /// Now.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the system's clock"
    )]
    pub fn now(&self) -> Moment {
        let base = self.0.fixed.unwrap_or_else(|| {
            SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX))
        });
        Moment(base.saturating_add(self.0.moved.load(Ordering::Relaxed)))
    }

    /// Moves the clock by some seconds: tests do, and the demo when it writes its past.
    pub(crate) fn advance(&self, seconds: i64) {
        self.0.moved.fetch_add(seconds * 1000, Ordering::Relaxed);
    }
}
