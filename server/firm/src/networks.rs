//! Tries of one network, in memory: a bucket that fills again by itself.
//!
//! It slows down whoever tries many accounts from one place. What it forgets at a restart, the counters of the accounts
//! remember.

use crate::{Firm, error::Result, sessions::Device};
use domain::{Moment, Problem};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Networks that are remembered at most; past that, those whose bucket is full again are forgotten first.
const MOST: usize = 20_000;

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Tried {
    /// Passwords and codes: ten at once, then three a minute.
    SignIn,
    /// Recovery of an account: three at once, then three an hour.
    Recovery,
    /// Addresses of a former portal: thirty at once, then thirty a minute, so that nobody can fill the audit log with them.
    OldAddress,
    /// Browsers that open one upload-only link: sixty at once, then six a minute, so that whoever has it makes rows no faster.
    Opening,
    /// Addresses that one guest of a link names: five at once, then twelve an hour, because a mail goes to each.
    Introduction,
    /// The same of all guests of one link: thirty at once, then one a minute.
    Introductions,
    /// Requests that add to one upload: 1,200 at once, then 20 a second, so that bytes sent one by one cannot occupy the disk.
    Append,
}

impl Tried {
    /// Tries at once, and milliseconds after which one comes back.
    fn limits(self) -> (f64, f64) {
        match self {
            Self::SignIn => (10.0, 20_000.0),
            Self::Recovery => (3.0, 1_200_000.0),
            Self::OldAddress => (30.0, 2_000.0),
            Self::Opening => (60.0, 10_000.0),
            Self::Introduction => (5.0, 300_000.0),
            Self::Introductions => (30.0, 60_000.0),
            Self::Append => (1_200.0, 50.0),
        }
    }
}

/// The buckets of a firm, by network, or by upload, link or guest.
#[derive(Default)]
pub(crate) struct Networks(Mutex<HashMap<(Tried, String), Bucket>>);

#[derive(Clone, Copy)]
struct Bucket {
    left: f64,
    at: Moment,
}

impl Bucket {
    fn at(self, what: Tried, now: Moment) -> Self {
        let (most, each) = what.limits();
        #[expect(clippy::cast_precision_loss, reason = "spans of milliseconds are far below 2^52")]
        let span = now.0.saturating_sub(self.at.0).max(0) as f64;
        Self {
            left: (self.left + span / each).min(most),
            at: now,
        }
    }
}

impl Firm {
    /// Takes one try of the device's network.
    ///
    /// # Errors
    /// None is left; the sentence says for how long.
    pub(crate) fn take_try(&self, what: Tried, device: &Device) -> Result<()> {
        // Without a network nobody tries from outside; and in the demo all are one network.
        if device.network.is_empty() || self.card.demo {
            return Ok(());
        }
        self.take(what, &device.network)
    }

    /// Takes one try of a network, or of whatever else has a bucket.
    ///
    /// # Errors
    /// As [`Firm::take_try`].
    pub(crate) fn take(&self, what: Tried, whose: &str) -> Result<()> {
        let now = self.now();
        let (most, each) = what.limits();
        let mut buckets = self.networks.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST {
            buckets.retain(|(what, _), bucket| bucket.at(*what, now).left < what.limits().0);
            // Whoever has that many networks is not slowed by this; memory is what is left to be guarded.
            if buckets.len() >= MOST {
                buckets.clear();
            }
        }
        let key = (what, whose.to_owned());
        let mut bucket = buckets
            .get(&key)
            .map_or(Bucket { left: most, at: now }, |bucket| bucket.at(what, now));
        if bucket.left < 1.0 {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "at most 1,200 seconds"
            )]
            let seconds = ((1.0 - bucket.left) * each / 1000.0).ceil() as u32;
            return Err(Problem::TooMany { seconds }.into());
        }
        bucket.left -= 1.0;
        buckets.insert(key, bucket);
        Ok(())
    }

    /// Gives a try back that was right, so that a house full of people can sign in.
    pub(crate) fn give_back(&self, what: Tried, device: &Device) {
        let key = (what, device.network.clone());
        let mut buckets = self.networks.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = buckets.get_mut(&key) {
            bucket.left = (bucket.left + 1.0).min(what.limits().0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Error, on_both_engines};

    fn from(network: &str) -> Device {
        Device {
            network: network.to_owned(),
            ..Device::default()
        }
    }

    on_both_engines!(a_network_has_ten_tries_then_three_a_minute, |house| async move {
        let (firm, device) = (&house.firm, from("192.0.2.0/24"));
        for _ in 0..10 {
            firm.take_try(Tried::SignIn, &device).expect("one of ten");
        }
        let waits = firm.take_try(Tried::SignIn, &device);
        assert!(matches!(waits, Err(Error::Problem(Problem::TooMany { seconds: 20 }))));
        assert!(
            firm.take_try(Tried::SignIn, &from("198.51.100.0/24")).is_ok(),
            "nobody else waits"
        );
        house.advance(60);
        for _ in 0..3 {
            firm.take_try(Tried::SignIn, &device).expect("one of three");
        }
        assert!(firm.take_try(Tried::SignIn, &device).is_err());
        house.advance(24 * 3600);
        for _ in 0..10 {
            firm.take_try(Tried::SignIn, &device)
                .expect("no more than ten come back");
        }
        assert!(firm.take_try(Tried::SignIn, &device).is_err());
    });

    on_both_engines!(a_house_full_of_people_signs_in_from_one_network, |house| async move {
        let device = from("192.0.2.0/24");
        for _ in 0..100 {
            house.firm.take_try(Tried::SignIn, &device).expect("a try");
            house.firm.give_back(Tried::SignIn, &device);
        }
    });
}
