//! The log of who did what, as owners and admins read it.

use super::address;
use crate::Moment;

/// What the log is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// What it is about; empty for everything. One of [`TOPICS`].
    pub topic: String,
    /// Whose doings, as the id of a person; empty for everybody's.
    pub who: String,
    /// Entries of this number and before; 0 for the newest.
    pub before: i64,
}

/// What can be asked for: its name in an address, and its words.
pub const TOPICS: [(&str, &str); 6] = [
    ("sign-in", "Signing in"),
    ("clients", "Clients"),
    ("contacts", "Contacts"),
    ("team", "Team"),
    ("content", "Messages and files"),
    ("settings", "Settings"),
];

impl AuditQuery {
    /// The address of this list.
    pub fn address(&self) -> String {
        let before = if self.before > 0 {
            self.before.to_string()
        } else {
            String::new()
        };
        let parts = [("topic", self.topic.as_str()), ("who", &self.who), ("before", &before)];
        address("/office/audit", &parts)
    }
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number; they have no gaps.
    pub number: i64,
    /// When.
    pub at: Moment,
    /// `Imogen Pell`, or `The command line`.
    pub who: String,
    /// The id of that person, to see what else they did; empty when it is no person.
    pub who_id: String,
    /// `suspended the portal of`.
    pub what: String,
    /// `Marlowe Ceramics Ltd`; empty when it has no name to show.
    pub thing: String,
    /// Where that can be seen.
    pub href: Option<String>,
    /// A reason, or what is now.
    pub detail: String,
}

/// The log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditView {
    /// One page of it, the newest first.
    pub rows: Vec<AuditRow>,
    /// What was asked for.
    pub query: AuditQuery,
    /// The number at which the next page begins, if there is one.
    pub older: Option<i64>,
    /// Now.
    pub now: Moment,
}
