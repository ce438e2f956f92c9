//! The library of a client's files: what a list is asked for, and what its pages show.

use crate::{
    ClientId, FileId, FolderId, Moment, ThreadId,
    client::{ClientLabel, Person, Side},
    file::{Check, FileChip},
    office::{Order, Query, address},
};

/// In which order files are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FileOrder {
    /// The newest first.
    #[default]
    Newest,
    /// The oldest first.
    Oldest,
    /// By name.
    Name,
    /// The largest first.
    Largest,
}

impl Order for FileOrder {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Newest, "newest", "Newest"),
        (Self::Oldest, "oldest", "Oldest"),
        (Self::Name, "name", "Name"),
        (Self::Largest, "largest", "Largest"),
    ];
}

/// Which files a list is narrowed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Not opened by the reader.
    New,
    /// Seen by the client's contacts.
    Shared,
    /// Seen by staff alone.
    Internal,
    /// In the trash.
    Trash,
}

impl Shown {
    /// All of them, as staff see them; contacts know the first only.
    pub const ALL: [Self; 4] = [Self::New, Self::Shared, Self::Internal, Self::Trash];

    /// Its name in an address.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Shared => "shared",
            Self::Internal => "internal",
            Self::Trash => "trash",
        }
    }

    /// What its choice says.
    pub fn words(self) -> &'static str {
        match self {
            Self::New => "New to you",
            Self::Shared => "Shared with the client",
            Self::Internal => "Internal",
            Self::Trash => "In the trash",
        }
    }

    /// What an address names.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shown| shown.name() == name)
    }
}

/// What a list of files is asked for. Nothing in it is secret, so its address can be kept and sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileQuery {
    /// Whether staff ask: their list has another address.
    pub office: bool,
    /// Words of the name.
    pub words: String,
    /// Only files of this client.
    pub client: Option<ClientId>,
    /// Only files in this folder; with words, in the folders within it as well.
    pub folder: Option<FolderId>,
    /// Only files with this tag; empty for all.
    pub tag: String,
    /// Only files about this year.
    pub year: Option<i32>,
    /// Only files that this side sent.
    pub from: Option<Side>,
    /// Only these.
    pub shown: Option<Shown>,
    /// The order.
    pub order: FileOrder,
    /// The page, from 0.
    pub page: u64,
}

impl FileQuery {
    /// The list's address without anything that narrows it.
    pub fn base(&self) -> &'static str {
        if self.office { "/office/files" } else { "/files" }
    }
}

/// A side as an address names it.
pub fn side_name(side: Side) -> &'static str {
    match side {
        Side::Staff => "firm",
        Side::Contact => "client",
    }
}

/// The side that an address names.
pub fn side_named(name: &str) -> Option<Side> {
    [Side::Staff, Side::Contact]
        .into_iter()
        .find(|side| side_name(*side) == name)
}

impl Query for FileQuery {
    fn address(&self) -> String {
        let text = |some: Option<String>| some.unwrap_or_default();
        let client = text(self.client.map(|id| id.to_string()));
        let folder = text(self.folder.map(|id| id.to_string()));
        let year = text(self.year.map(|year| year.to_string()));
        let page = if self.page > 0 {
            self.page.to_string()
        } else {
            String::new()
        };
        let parts = [
            ("q", self.words.as_str()),
            ("client", &client),
            ("folder", &folder),
            ("tag", &self.tag),
            ("year", &year),
            ("from", self.from.map_or("", side_name)),
            ("show", self.shown.map_or("", Shown::name)),
            ("sort", self.order.name()),
            ("page", &page),
        ];
        address(self.base(), &parts)
    }

    fn is_narrowed(&self) -> bool {
        let plain = Self {
            office: self.office,
            order: self.order,
            page: self.page,
            ..Self::default()
        };
        *self != plain
    }

    fn page(&self) -> u64 {
        self.page
    }

    fn turn_to(&mut self, page: u64) {
        self.page = page;
    }
}

/// A folder by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderName {
    /// Which.
    pub id: FolderId,
    /// `2026`, or with the folders around it `Accounts / 2026`.
    pub name: String,
}

/// A file of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryRow {
    /// The file.
    pub file: FileChip,
    /// Whose it is.
    pub client: ClientLabel,
    /// Who sent it.
    pub sender: Person,
    /// The thread that it came with, and what that is about.
    pub thread: Option<(ThreadId, String)>,
    /// Whether the client's contacts see it.
    pub shared: bool,
    /// Where it lies, with the folders around it.
    pub folder: Option<FolderName>,
    /// The year that it is about.
    pub year: Option<i32>,
    /// The words by which staff group it.
    pub tags: Vec<String>,
    /// Who of the other side opened it first, and when.
    pub opened: Option<(String, Moment)>,
    /// Whether the reader may withdraw it now.
    pub may_withdraw: bool,
}

/// The page of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryView {
    /// One page of them.
    pub rows: Vec<LibraryRow>,
    /// What was asked for; the client is the reader's only one where they have no other.
    pub query: FileQuery,
    /// The reader's clients, for the filter.
    pub clients: Vec<ClientLabel>,
    /// The folders from the top to the one that is open.
    pub path: Vec<FolderName>,
    /// The folders within the one that is open.
    pub folders: Vec<FolderName>,
    /// Every folder of the client, with the folders around it, to move files to.
    pub all_folders: Vec<FolderName>,
    /// Every tag in use.
    pub tags: Vec<String>,
    /// Every year in use.
    pub years: Vec<i32>,
    /// Bytes that one file may have that is added for the client who is shown.
    pub file_limit: u64,
    /// Whether another page follows.
    pub more: bool,
    /// Whether there are more names than a search opens, so that older ones were left out.
    pub cut: bool,
    /// When the page was made.
    pub now: Moment,
}

/// A version of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// From 1.
    pub number: i32,
    /// Bytes.
    pub size: u64,
    /// The receipt: SHA-256 of the plaintext, 64 hexadecimal digits.
    pub sha256: String,
    /// When the last byte was durable.
    pub received: Moment,
    /// Its name.
    pub name: String,
    /// Who sent it.
    pub sender: String,
    /// What the scanner says of it.
    pub check: Check,
}

/// Who opened a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Who.
    pub name: String,
    /// On which side they stand.
    pub side: Side,
    /// When first.
    pub first: Moment,
    /// When they downloaded it first.
    pub downloaded: Option<Moment>,
}

/// The page of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileView {
    /// What a list shows of it.
    pub row: LibraryRow,
    /// Since when the client sees it, and who let them.
    pub shared: Option<(String, Moment)>,
    /// The newest first.
    pub versions: Vec<Version>,
    /// Who opened it, the first one first. Contacts see the firm's looks at what their side sent.
    pub looks: Vec<Look>,
    /// Whether it can be made internal again.
    pub may_hide: bool,
    /// Whether the reader may add a version.
    pub may_renew: bool,
    /// Bytes that it may have.
    pub file_limit: u64,
    /// Every folder of its client, to move it to.
    pub folders: Vec<FolderName>,
    /// When it goes for good, where it is in the trash.
    pub swept: Option<Moment>,
    /// Where its author may withdraw it whoever opens it: until when.
    pub withdraw_until: Option<Moment>,
    /// Now.
    pub now: Moment,
}

/// What is done to files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Let the client's contacts see them.
    Share,
    /// Keep them to staff.
    Hide,
    /// Take them back, as their author.
    Withdraw,
    /// Put them into the trash.
    Trash,
    /// Take them out of the trash.
    Restore,
    /// Put them into a folder of their client, or out of any.
    Move(Option<FolderId>),
    /// Group them by a word.
    Tag(String),
    /// Take a word away.
    Untag(String),
    /// Say which year they are about, or none.
    Year(Option<i32>),
}

/// The address of a file's own page.
pub fn page_of(side: Side, id: FileId) -> String {
    match side {
        Side::Staff => format!("/office/files/{id}"),
        Side::Contact => format!("/files/{id}"),
    }
}

/// The address of its preview.
pub fn preview_of(side: Side, id: FileId) -> String {
    format!("{}/preview", page_of(side, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_found_again_by_its_address() {
        let query = FileQuery {
            office: true,
            words: "kiln".to_owned(),
            tag: "VAT".to_owned(),
            year: Some(2026),
            from: Some(Side::Contact),
            shown: Some(Shown::Internal),
            order: FileOrder::Name,
            page: 1,
            ..FileQuery::default()
        };
        assert_eq!(
            query.address(),
            "/office/files?q=kiln&tag=VAT&year=2026&from=client&show=internal&sort=name&page=1"
        );
        assert_eq!(FileQuery::default().address(), "/files");
        for shown in Shown::ALL {
            assert_eq!(Shown::named(shown.name()), Some(shown));
        }
        assert_eq!(side_named("firm"), Some(Side::Staff));
    }

    #[test]
    fn an_order_alone_narrows_nothing() {
        let sorted = FileQuery {
            order: FileOrder::Largest,
            page: 2,
            ..FileQuery::default()
        };
        assert!(!sorted.is_narrowed());
        let narrowed = FileQuery {
            year: Some(2026),
            ..sorted
        };
        assert!(narrowed.is_narrowed());
    }
}
