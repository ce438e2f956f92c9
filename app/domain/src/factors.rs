//! What somebody sees of their own second factors.

use crate::{Moment, PasskeyId};
use serde::{Deserialize, Serialize};

/// The page of one's own second factors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorsView {
    /// Since when an authenticator app is in use.
    pub app: Option<Moment>,
    /// Their passkeys, oldest first.
    pub passkeys: Vec<PasskeyRow>,
    /// How many recovery codes are unused.
    pub recovery_codes: u64,
    /// Whether one must stay: staff, and contacts of a firm that asks for it.
    pub required: bool,
    /// Whether that one is a passkey: staff, in the strict profile.
    pub passkey_only: bool,
    /// Characters that their password needs once no second step follows it; `None` without a password, and where one must
    /// stay.
    pub alone: Option<u32>,
    /// Whether something was proven in the last minutes, so that changes are taken at once.
    pub fresh: bool,
}

impl FactorsView {
    /// Whether there is any.
    pub fn any(&self) -> bool {
        self.app.is_some() || !self.passkeys.is_empty()
    }

    /// Whether the app can be taken away and something that is asked for stays.
    pub fn app_may_go(&self) -> bool {
        !self.required || !self.passkeys.is_empty()
    }

    /// Whether one of the passkeys can be taken away and something that is asked for stays.
    pub fn passkey_may_go(&self) -> bool {
        !self.required || self.passkeys.len() > 1 || (self.app.is_some() && !self.passkey_only)
    }
}

/// One passkey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyRow {
    /// Which.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub name: String,
    /// The host where it was made, and where alone it works.
    pub host: String,
    /// When it was made.
    pub made: Moment,
    /// When it was last used.
    pub used: Option<Moment>,
}

/// How somebody who is signed in proves once more that it is they.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConfirmWay {
    /// By the code of their authenticator app.
    App,
    /// By a passkey.
    Passkey,
    /// By their password.
    Password {
        /// Where a link goes instead, masked.
        address: String,
    },
    /// By a link that is mailed to them.
    Link {
        /// Where it goes, masked.
        address: String,
    },
}
