//! Passkeys: keys that a person's own devices hold, one or several each, made for one of the firm's hosts.
//!
//! A passkey proves two things at once, that the device is there and that its owner unlocked it, so at the door it opens
//! a session by itself; beside a password or a link it is the second factor. It can be used at the host where it was made
//! and nowhere else: the authenticator sees to that, and so does the row.
//!
//! Invariant: what an authenticator is asked to sign is asked of one browser, for one purpose, for five minutes, and is
//! used up by the first answer, right or wrong.

mod challenge;
mod credential;
mod own;

pub use challenge::Challenge;
pub(crate) use challenge::{Purpose, Taken, put, take};
pub(crate) use credential::{add, any, here, holders, ids, of, refuse, remove_all, verify};
pub use own::{ask, make, remove, rename};
pub(crate) use own::{ask_to_make, ask_to_sign};

use crate::{
    Firm,
    error::{Error, Result},
};
use domain::{Field, Reason};
use vault::PasskeySite;

/// Where the passkeys of one of the firm's hosts are made and used.
pub(crate) fn site(firm: &Firm, host: &str) -> Result<PasskeySite> {
    PasskeySite::new(host, &firm.origin.of(host), &firm.card.name)
        .ok_or_else(|| Error::refused(Field::Form, Reason::PasskeyFailed))
}
