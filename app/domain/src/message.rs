//! An entry in a thread, as a page shows it.

use crate::{MessageId, Moment, client::Person, file::FileChip};
use serde::{Deserialize, Serialize};

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageView {
    /// Which message.
    pub id: MessageId,
    /// Its place in the thread, from 1.
    pub number: i64,
    /// Who wrote it.
    pub author: Person,
    /// When.
    pub at: Moment,
    /// Plain text; line ends count. Empty when only files were sent.
    pub text: String,
    /// The files that came with it.
    pub files: Vec<FileChip>,
    /// For the reader's own messages: who of the other side read it first, and when.
    pub seen: Option<(String, Moment)>,
}
