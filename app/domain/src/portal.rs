//! What surrounds every page, and the home of a contact.

use crate::{
    Moment,
    client::{ClientLabel, Person, Side},
    file::FileRow,
    thread::ThreadRow,
};
use serde::{Deserialize, Serialize};

/// The firm as its own pages name it. A visitor may see all of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirmCard {
    /// `Harcourt & Pell`.
    pub name: String,
    /// `HP`, on the square where no logo was uploaded.
    pub mark: String,
    /// `portal.harcourtpell.example`: what every page's address begins with.
    pub host: String,
    /// `01632 960147`; empty when none was given.
    pub phone: String,
    /// `Monday to Friday, 9.00 to 17.30`; empty when none were given.
    pub hours: String,
    /// `London`: where files, database and backups stay; empty when the operator named no place.
    pub place: String,
    /// Hue of the accent in OKLCH degrees, 0 to 360.
    pub accent_hue: u16,
    /// Chroma of the accent in thousandths, at most 130.
    pub accent_chroma: u16,
    /// The demo, which says so on every page.
    pub demo: bool,
}

/// What the frame of a signed-in page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// The firm.
    pub firm: FirmCard,
    /// Who is signed in.
    pub me: Person,
    /// Threads with something unread.
    pub unread_threads: u32,
    /// Files that are new to the reader.
    pub new_files: u32,
    /// Mails and texts that do not get out, for those who run the firm.
    pub stuck_mails: u32,
}

impl Frame {
    /// Whether the office's places are shown, or a contact's.
    pub fn is_office(&self) -> bool {
        self.me.side == Side::Staff
    }
}

/// A contact's home, or the first page of staff's inbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeView {
    /// Threads with something unread, newest first.
    pub unread: Vec<ThreadRow>,
    /// The other threads, newest first.
    pub threads: Vec<ThreadRow>,
    /// The newest files.
    pub files: Vec<FileRow>,
    /// The contact's clients.
    pub clients: Vec<ClientLabel>,
    /// The firm's people whom the contact knows.
    pub team: Vec<Person>,
    /// When the page was made.
    pub now: Moment,
}
