//! What a person sees of their own account.

use crate::client::Person;
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
