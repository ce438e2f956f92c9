//! A conversation, as pages show it.

use crate::{
    ClientId, FormId, Moment, ThreadId,
    client::{ClientLabel, Person},
    file::FileChip,
    message::MessageView,
};
use serde::{Deserialize, Serialize};

/// A thread in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadRow {
    /// Which thread.
    pub id: ThreadId,
    /// What it is about.
    pub subject: String,
    /// Whose it is.
    pub client: ClientLabel,
    /// Who wrote last.
    pub last_author: Person,
    /// When.
    pub last_at: Moment,
    /// The first words of the last message; empty when it was files only.
    pub words: String,
    /// Files on the last message.
    pub files: u32,
    /// Messages that the reader has not seen.
    pub unread: u32,
}

/// A list of threads, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadsView {
    /// The threads of this page.
    pub threads: Vec<ThreadRow>,
    /// The reader's clients, for the filter.
    pub clients: Vec<ClientLabel>,
    /// The filter in force.
    pub client: Option<ClientId>,
    /// Whether older ones exist beyond this page.
    pub more: bool,
    /// The page's number, from 0.
    pub page: u64,
    /// When the page was made.
    pub now: Moment,
}

/// One thread, open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadView {
    /// Which thread.
    pub id: ThreadId,
    /// What it is about.
    pub subject: String,
    /// Whose it is.
    pub client: ClientLabel,
    /// Oldest first.
    pub messages: Vec<MessageView>,
    /// Messages before these, not shown on this page.
    pub earlier: u64,
    /// The number of the first message that the reader had not seen; the page opens there.
    pub unread_from: Option<i64>,
    /// How many were new.
    pub unread: u32,
    /// Who can read it: the firm's staff and the client's contacts.
    pub people: Vec<Person>,
    /// All files of the thread, newest first.
    pub files: Vec<FileChip>,
    /// What the reader had begun to write.
    pub draft: Option<Draft>,
    /// A fresh one-time form id for the composer.
    pub form: FormId,
    /// Bytes that one file may have here.
    pub file_limit: u64,
    /// When the page was made.
    pub now: Moment,
}

/// Text that was begun and not sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The text.
    pub text: String,
    /// When it was last kept.
    pub saved: Moment,
}

/// The form for a new thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewThreadView {
    /// The clients that one may write about, or to.
    pub clients: Vec<ClientLabel>,
    /// A fresh one-time form id.
    pub form: FormId,
    /// Bytes that one file may have here.
    pub file_limit: u64,
}
