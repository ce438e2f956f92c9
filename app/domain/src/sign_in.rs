//! What the pages before sign-in show.

use crate::{LinkId, Moment, client::Side};
use serde::{Deserialize, Serialize};

/// A request for a sign-in link, as the page that confirms it shows it.
///
/// It is the same for a known and an unknown address: the request does not look it up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkAsked {
    /// When.
    pub at: Moment,
    /// Until when the link and the code work.
    pub until: Moment,
}

/// Who signed in in this browser before, as the sign-in page says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// On which side they stand: staff get no link.
    pub side: Side,
    /// Their address, masked.
    pub masked: String,
}

/// What can be said of a link before its secret or code was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkState {
    /// It can be used.
    Live,
    /// Its time is over.
    Expired,
    /// It was used.
    Used,
    /// A later one took its place.
    Replaced,
}

/// The page of a mailed link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkPage {
    /// Which link.
    pub id: LinkId,
    /// What it is good for.
    pub state: LinkState,
    /// When it was asked for.
    pub asked: Moment,
    /// Until when it works.
    pub until: Moment,
    /// Whether this browser asked for it.
    pub same_browser: bool,
}

/// Whether a second proof needs a mailed code on top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MailedCode {
    /// It does not.
    NotAsked,
    /// It does, and none was sent.
    Unsent,
    /// One was sent.
    Sent(Moment),
    /// It was right.
    Right,
}

/// The page that asks for a second proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorPage {
    /// Until when this step is open.
    pub until: Moment,
    /// Whether a code of an authenticator app is taken.
    pub app: bool,
    /// Whether there is a passkey that was made at this host.
    pub passkey: bool,
    /// The host of a passkey that was made elsewhere, when there is none for this one.
    pub passkey_at: Option<String>,
    /// How many recovery codes are unused.
    pub recovery_codes: u64,
    /// Whether a mailed code is asked for on top, because many codes in a row were wrong.
    pub mail: MailedCode,
}
