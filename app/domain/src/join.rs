//! Coming into the team by an invitation.

use crate::{password::PasswordRules, walk::WalkPage};

/// The page of an invitation to the team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinPage {
    /// The link, and how far this browser has come with it.
    pub walk: WalkPage,
    /// What this browser may know once it has given the link's secret or its code.
    pub welcome: Option<Welcome>,
}

/// Who is invited, and what their password must be like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Welcome {
    /// `Ruth`.
    pub first_name: String,
    /// The address with which they sign in.
    pub address: String,
    /// What the password must be like.
    pub rules: PasswordRules,
}
