//! Contacts, as staff see them.

use super::{Choice, Order, Query, address, page_part};
use crate::{ContactId, Moment, client::ClientLabel, mail::MailState};

pub use crate::contact::ContactState;

/// In which order contacts are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ContactOrder {
    /// By name.
    #[default]
    Name,
    /// The newest first.
    Newest,
    /// Whoever came last first.
    Seen,
}

impl Order for ContactOrder {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Name, "name", "Name"),
        (Self::Newest, "newest", "Newest"),
        (Self::Seen, "seen", "Last seen"),
    ];
}

/// What a list of contacts is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactQuery {
    /// Words of name or address.
    pub words: String,
    /// Only contacts who have come this far.
    pub state: Option<ContactState>,
    /// The order.
    pub order: ContactOrder,
    /// The page, from 0.
    pub page: u64,
}

impl Query for ContactQuery {
    fn address(&self) -> String {
        let page = page_part(self.page);
        let state = self.state.map_or("", ContactState::name);
        let parts = [
            ("q", self.words.as_str()),
            ("state", state),
            ("sort", self.order.name()),
            ("page", &page),
        ];
        address("/office/contacts", &parts)
    }

    fn is_narrowed(&self) -> bool {
        !self.words.is_empty() || self.state.is_some()
    }

    fn page(&self) -> u64 {
        self.page
    }

    fn turn_to(&mut self, page: u64) {
        self.page = page;
    }
}

/// One contact of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactRow {
    /// Which.
    pub id: ContactId,
    /// `Anwen Marlowe`.
    pub name: String,
    /// Where mail reaches them.
    pub address: String,
    /// How far they have come.
    pub state: ContactState,
    /// Their clients, as far as the reader sees them.
    pub clients: Vec<ClientLabel>,
    /// When one of their browsers came last.
    pub last_seen: Option<Moment>,
}

/// A list of contacts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactsView {
    /// One page of it.
    pub rows: Vec<ContactRow>,
    /// What was asked for.
    pub query: ContactQuery,
    /// Whether another page follows.
    pub more: bool,
    /// Now.
    pub now: Moment,
}

/// A client on the page of a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactClient {
    /// Which.
    pub label: ClientLabel,
    /// Whether they may approve for it.
    pub may_approve: bool,
    /// Whether they see its reports.
    pub may_see_financials: bool,
    /// Whether its portal is open.
    pub open: bool,
}

/// What was asked of the page of a contact, and whether it can be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactView {
    /// Which.
    pub id: ContactId,
    /// `Anwen`.
    pub first_name: String,
    /// `Marlowe`; may be empty.
    pub last_name: String,
    /// The whole name.
    pub name: String,
    /// Where mail reaches them.
    pub address: String,
    /// Where texts reach them, in the international form; empty for none.
    pub phone: String,
    /// How far they have come.
    pub state: ContactState,
    /// When they were invited.
    pub invited: Option<Moment>,
    /// When they came in first.
    pub activated: Option<Moment>,
    /// When they were suspended.
    pub suspended: Option<Moment>,
    /// Whether they have a password beside the mailed link.
    pub has_password: bool,
    /// Their clients, as far as the reader sees them.
    pub clients: Vec<ContactClient>,
    /// Clients to which they could be given access.
    pub others: Vec<Choice>,
    /// Whether the reader sees all of their clients, and so may change who they are and how they come in.
    pub whole: bool,
    /// When one of their browsers came last.
    pub last_seen: Option<Moment>,
    /// Browsers in which they are signed in.
    pub devices: u32,
    /// Now.
    pub now: Moment,
}

/// Whether a contact can be invited now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MayInvite {
    /// They can.
    Yes,
    /// None of their clients has its portal on.
    PortalOff,
    /// They came in already or are suspended, or the reader may not.
    No,
}

/// What became of the last invitation's mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationMail {
    /// Its state.
    pub state: MailState,
    /// When it was queued.
    pub queued: Moment,
    /// When it was sent, refused or given up.
    pub settled: Option<Moment>,
    /// Tries so far.
    pub tries: u32,
    /// What the mail server said last.
    pub reply: Option<String>,
}

/// What a slip says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlipKind {
    /// A link to be handed over.
    Link,
    /// A code to be read out.
    Code,
}

/// Something that its maker may read once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// What it is.
    pub kind: SlipKind,
    /// The link, or the code.
    pub words: String,
    /// Until when that works.
    pub until: Moment,
}

/// How a contact's invitation stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact by itself, and the page says all of them"
)]
pub struct InvitationView {
    /// Whose.
    pub id: ContactId,
    /// Whether they can be invited now.
    pub may: MayInvite,
    /// Whether they were invited before.
    pub again: bool,
    /// Until when a link works; `None` when none does.
    pub until: Option<Moment>,
    /// What became of the last mail.
    pub mail: Option<InvitationMail>,
    /// Whether mail leaves this server at all.
    pub sends_mail: bool,
    /// Whether text messages do.
    pub sends_texts: bool,
    /// Whether staff may read a code out.
    pub reads_out: bool,
    /// Whether a code can be read out to this contact now: no text gets out to them.
    pub may_read_out: bool,
    /// Whether many wrong codes in a row were typed.
    pub guessed: bool,
    /// What this session may read once.
    pub slips: Vec<Slip>,
}
