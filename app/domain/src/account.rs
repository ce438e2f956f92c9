//! What a person sees of their own account.

use crate::{LinkId, Moment, client::Person};
use serde::{Deserialize, Serialize};

/// The account page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountView {
    /// Who.
    pub me: Person,
    /// The address at which they sign in.
    pub address: String,
    /// Whether they have a password.
    pub has_password: bool,
}

/// The page of one's own e-mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressView {
    /// The one that works.
    pub address: String,
    /// The one that waits to be proven.
    pub pending: Option<PendingAddress>,
    /// Whether something was proven in the last minutes, so that changes are taken at once.
    pub fresh: bool,
}

/// An address that waits to be proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingAddress {
    /// The link that was mailed to it.
    pub id: LinkId,
    /// The address, as its owner typed it.
    pub address: String,
    /// Until when link and code work.
    pub until: Moment,
    /// Whether the code was tried too often.
    pub code_spent: bool,
}
