//! What somebody sees of their own second factors.

use crate::Moment;
use serde::{Deserialize, Serialize};

/// The page of one's own second factors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorsView {
    /// Since when an authenticator app is in use.
    pub app: Option<Moment>,
    /// How many recovery codes are unused.
    pub recovery_codes: u64,
    /// Whether one must stay: staff, and contacts of a firm that asks for it.
    pub required: bool,
    /// Whether something was proven in the last minutes, so that changes are taken at once.
    pub fresh: bool,
}

/// How somebody who is signed in proves once more that it is they.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConfirmWay {
    /// By the code of their authenticator app.
    App,
    /// By their password.
    Password,
    /// By a link that is mailed to them.
    Link {
        /// Where it goes, masked.
        address: String,
    },
}
