//! What the firm sent to whom, and what became of it.

use crate::{ContactId, JobId, Moment};
use serde::{Deserialize, Serialize};

/// How it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// By e-mail.
    Mail,
    /// By text message.
    Text,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MailState {
    /// It waits for its turn, for another try, or for a mail server to be set up.
    Waiting,
    /// The mail server or the gateway took it. Whether it was read, nobody knows.
    Sent,
    /// It was refused for good: the address or number does not work.
    Bounced,
    /// It was tried for days and did not get out.
    GivenUp,
    /// It was of no use any more before it could go: an expired code, a removed contact.
    Dropped,
}

/// States in the order in which a page offers them as filters.
pub const STATES: [MailState; 5] = [
    MailState::Waiting,
    MailState::Sent,
    MailState::Bounced,
    MailState::GivenUp,
    MailState::Dropped,
];

impl MailState {
    /// For an address and a column: short, plain ASCII.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Bounced => "bounced",
            Self::GivenUp => "given-up",
            Self::Dropped => "dropped",
        }
    }

    /// The state of that name.
    pub fn named(name: &str) -> Option<Self> {
        STATES.into_iter().find(|state| state.name() == name)
    }

    /// The word on its badge.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Sent => "Sent",
            Self::Bounced => "Bounced",
            Self::GivenUp => "Given up",
            Self::Dropped => "Not sent",
        }
    }
}

/// One mail or text message in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailRow {
    /// Which.
    pub id: JobId,
    /// How it goes.
    pub way: Way,
    /// What became of it.
    pub state: MailState,
    /// The address; of a number, the last two digits.
    pub to: String,
    /// The person's name, where it is one of the firm's people or contacts.
    pub name: Option<String>,
    /// The contact, where it is one who still exists.
    pub contact: Option<ContactId>,
    /// The subject, or what it is.
    pub about: String,
    /// When it was queued.
    pub queued: Moment,
    /// When it was sent, refused or given up.
    pub settled: Option<Moment>,
    /// Tries so far.
    pub tries: u32,
    /// What the mail server or gateway said last, in its own words.
    pub reply: Option<String>,
}

/// A page of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailList {
    /// Newest first.
    pub rows: Vec<MailRow>,
    /// The state to which the list is narrowed.
    pub state: Option<MailState>,
    /// How many there are of each state, in the order of [`STATES`].
    pub counts: [u64; 5],
    /// The page, from 0.
    pub page: u64,
    /// Whether there is another page.
    pub more: bool,
    /// Whether mail leaves this server at all.
    pub sends_mail: bool,
    /// Whether text messages leave this server at all.
    pub sends_texts: bool,
    /// When the page was made.
    pub now: Moment,
}
