//! A new password by a mailed link, as its page shows it.

use crate::{
    LinkId, Moment,
    password::PasswordRules,
    walk::{SentCode, Texts},
};

/// How far a reset has come in the browser in which it was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResetStep {
    /// The answers to the security questions are asked for, or another way in their place.
    Prove(ProveStep),
    /// The new password.
    Password(PasswordStep),
}

/// The step that asks for more than the link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProveStep {
    /// Which link.
    pub id: LinkId,
    /// What is asked.
    pub questions: Vec<String>,
    /// The mobile on file, masked: `••42`; empty for none.
    pub mobile: String,
    /// Whether a text message can go to it.
    pub texts: Texts,
    /// The code that works now.
    pub sent: Option<SentCode>,
    /// Seconds until another may be sent.
    pub wait: u32,
    /// Digits of a code: more than six after many wrong ones.
    pub digits: usize,
    /// Whether the codes were tried too often.
    pub spent: bool,
}

/// The step that sets the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordStep {
    /// Which link.
    pub id: LinkId,
    /// Whose password it is.
    pub address: String,
    /// What it must be like.
    pub rules: PasswordRules,
    /// Until when the link works.
    pub until: Moment,
}
