//! A mailed link that nobody's browser asked for, and the steps to what it leads to: an invitation, a reset.

use crate::{LinkId, Moment, password::PasswordRules, sign_in::LinkState};
use serde::{Deserialize, Serialize};

/// The first page of a walk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalkPage {
    /// Which link.
    pub id: LinkId,
    /// What it is good for.
    pub state: LinkState,
    /// Whether it went to an address that its owner has no more, and was ended by that.
    pub moved: bool,
    /// When it was made.
    pub sent: Moment,
    /// Until when it works.
    pub until: Moment,
    /// How far this browser has come with a live one; `None` before it gave the link's secret or its code.
    pub begun: Option<BegunWalk>,
    /// Whether the mailed code was tried too often: only the link itself goes on.
    pub code_spent: bool,
}

/// A walk that goes on in this browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BegunWalk {
    /// The address to which it was mailed, masked.
    pub masked: String,
    /// Whether the second proof was right.
    pub proven: bool,
}

/// How a code of the second proof goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CodeWay {
    /// By text message to the mobile on file.
    Text,
    /// By an email of its own.
    Mail,
    /// Staff read it out on the telephone.
    ReadOut,
}

impl CodeWay {
    /// Its name in a form.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Mail => "mail",
            Self::ReadOut => "read_out",
        }
    }

    /// The way that a form names.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Text, Self::Mail, Self::ReadOut]
            .into_iter()
            .find(|way| way.name() == name)
    }
}

/// What can be said of sending a code by text message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Texts {
    /// It can be sent.
    Go,
    /// There is no mobile on file.
    NoMobile,
    /// No text message leaves this server.
    NotSetUp,
    /// The last one did not get out.
    Failed,
}

/// A code that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentCode {
    /// How.
    pub way: CodeWay,
    /// When.
    pub at: Moment,
    /// Until when it works.
    pub until: Moment,
}

/// The step that asks for the second proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeStep {
    /// Which link.
    pub id: LinkId,
    /// The address to which it was mailed, masked.
    pub masked: String,
    /// The mobile on file, masked: `••42`; empty for none.
    pub mobile: String,
    /// Whether a text message can go to it.
    pub texts: Texts,
    /// What takes the place of a text message, by the firm's policy: [`CodeWay::Mail`] or [`CodeWay::ReadOut`].
    pub otherwise: CodeWay,
    /// The code that works now.
    pub sent: Option<SentCode>,
    /// Seconds until another may be sent.
    pub wait: u32,
    /// Digits of a code: more than six after many wrong ones.
    pub digits: usize,
    /// Whether the codes were tried too often: the walk begins anew with a fresh mail.
    pub spent: bool,
    /// Whether a fresh mail helps; after many wrong tries in a row the firm itself has to.
    pub fresh_mail_helps: bool,
    /// Whether the right code was given.
    pub proven: bool,
}

/// How a firm has its invitations go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// Whether the page's script sends the code by itself.
    pub sends_on_open: bool,
    /// Whether security questions follow the password.
    pub asks_questions: bool,
}

/// A step of an invitation, behind its link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The code of the second proof.
    Code,
    /// A password, or none.
    Password,
    /// Security questions, where the firm asks them.
    Questions,
}

impl Step {
    /// The last part of its page's path.
    pub fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Password => "password",
            Self::Questions => "questions",
        }
    }
}

/// The step of an invitation in which a password is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordStep {
    /// Which link.
    pub id: LinkId,
    /// The address with which one signs in.
    pub address: String,
    /// What a password must be like.
    pub rules: PasswordRules,
    /// Whether one may do without.
    pub passwordless: bool,
    /// Whether security questions follow.
    pub asks_questions: bool,
}
