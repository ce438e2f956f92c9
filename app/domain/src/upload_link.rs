//! Upload-only links: somebody without an account sends files to the firm, and sees nothing of what is there.

use crate::{ClientId, Moment, UploadLinkId, client::ClientLabel, form::Form};
use serde::{Deserialize, Serialize};

/// Days for which a link may work.
pub const DAYS: [u32; 4] = [1, 7, 30, 90];
/// Days for which one works unless another number is chosen.
pub const USUAL_DAYS: u32 = 7;
/// Gigabytes that may come by one link.
pub const GIGABYTES: [u32; 4] = [1, 5, 20, 100];
/// Gigabytes that may come unless another number is chosen.
pub const USUAL_GIGABYTES: u32 = 5;
/// Characters of what is asked for.
pub const LABEL_CHARS: usize = 120;
/// Files that may come by one link in all.
pub const FILES: u32 = 500;
/// Digits of a link's PIN.
pub const PIN_DIGITS: usize = 6;
/// Wrong PINs that a link takes in all its life: guessing one succeeds with a probability of 2e-5.
pub const PIN_TRIES: i32 = 20;
/// Seconds for which a browser that opened a link goes on with it: a day.
pub const VISIT_SECONDS: i64 = 24 * 60 * 60;
/// Files on their way by one link that have not said how long they are: each may turn out to fill the room that is left.
pub const UNSAID_AT_ONCE: u64 = 4;

/// What a link is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// Files may come.
    Open,
    /// Its time is over.
    Expired,
    /// Staff ended it.
    Ended,
    /// As much came as may come.
    Full,
    /// The firm does not work for that client any more.
    Closed,
}

impl Standing {
    /// As staff read it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Expired => "Expired",
            Self::Ended => "Ended",
            Self::Full => "Full",
            Self::Closed => "Client closed",
        }
    }
}

/// A link as staff see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadLinkRow {
    /// Which.
    pub id: UploadLinkId,
    /// What is asked for.
    pub label: String,
    /// Who of the firm made it.
    pub by: String,
    /// When.
    pub made: Moment,
    /// Until when it works.
    pub until: Moment,
    /// What it is good for.
    pub standing: Standing,
    /// Whether a PIN is asked for.
    pub pin: bool,
    /// Whether the PIN was tried too often, so that it opens nothing any more.
    pub guessed: bool,
    /// Files that came.
    pub files: u32,
    /// Bytes that came.
    pub bytes: u64,
    /// Bytes that may come in all.
    pub room: u64,
}

/// A client's links, for staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadLinks {
    /// Whose.
    pub client: ClientLabel,
    /// Those that work, the newest first, then those of the last month that do not.
    pub rows: Vec<UploadLinkRow>,
    /// Whether this server sends mail.
    pub sends_mail: bool,
}

/// How far a browser has come with a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DropStep {
    /// It did not give the link's secret yet.
    Door,
    /// The PIN is asked for; so many wrong ones are taken still.
    Pin {
        /// Wrong ones that are taken still.
        left: i32,
    },
    /// Name and address are asked for.
    Name,
    /// A code is on its way to the address.
    Code {
        /// The name that was given.
        name: String,
        /// The address that was given.
        address: String,
        /// When the code was sent.
        sent: Moment,
        /// Whether it was tried too often.
        spent: bool,
    },
    /// Files may come.
    Send(Sending),
}

/// What somebody who may send sees: their own name, what is asked for, and the receipts of what they sent in this browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sending {
    /// The proven address.
    pub address: String,
    /// Bytes that one file may have now.
    pub file_limit: u64,
    /// Bytes that are left in all.
    pub left: u64,
    /// What came from this browser, the newest first.
    pub receipts: Vec<Receipt>,
}

/// What came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The file's name.
    pub name: String,
    /// Its bytes.
    pub size: u64,
    /// The SHA-256 of what arrived, as hexadecimal digits.
    pub sha256: String,
    /// When it had arrived.
    pub received: Moment,
}

/// The page of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DropPage {
    /// Which.
    pub id: UploadLinkId,
    /// What it is good for.
    pub standing: Standing,
    /// Until when it works.
    pub until: Moment,
    /// What is asked for; empty before the browser has given the link's secret.
    pub label: String,
    /// How far this browser has come.
    pub step: DropStep,
}

/// The public half of a link's address.
pub fn path(id: UploadLinkId) -> String {
    format!("/drop/{id}")
}

/// The address of a client's links in the office.
pub fn office_path(client: ClientId) -> String {
    format!("/office/clients/{client}/links")
}

/// Files by a link, as a plain multipart form: its action.
pub fn form_action(id: UploadLinkId) -> String {
    format!("{}/files", path(id))
}

/// Staff make a link.
pub const MAKE: Form = Form {
    action: "/api/make_upload_link",
    keeps: &["label", "days", "gigabytes", "guarded", "address"],
};
/// Staff end one, or put away what was shown once.
pub const STEP: Form = Form {
    action: "/api/step_upload_link",
    keeps: &[],
};
/// A guest gives the secret.
pub const OPEN: Form = Form {
    action: "/api/open_upload_link",
    keeps: &[],
};
/// A guest gives the PIN.
pub const GIVE_PIN: Form = Form {
    action: "/api/give_upload_pin",
    keeps: &[],
};
/// A guest says who they are.
pub const INTRODUCE: Form = Form {
    action: "/api/introduce_guest",
    keeps: &["name", "address"],
};
/// A guest gives the mailed code.
pub const PROVE: Form = Form {
    action: "/api/prove_guest",
    keeps: &[],
};

/// Why something did not happen with an upload-only link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum UploadLinkReason {
    /// Its time is over.
    Expired,
    /// Staff ended it.
    Ended,
    /// As much came as may come.
    Full,
    /// What was pasted is not the whole link.
    NotTheLink,
    /// A wrong PIN.
    WrongPin {
        /// Wrong ones that are taken still.
        left: u32,
    },
    /// The PIN was tried too often.
    PinSpent,
    /// The steps before this one were not taken in this browser.
    OpenAgain,
    /// The mailed code was tried too often.
    CodeSpent,
}

#[cfg(not(target_arch = "wasm32"))]
impl UploadLinkReason {
    /// The sentence to show.
    pub fn sentence(&self) -> String {
        match self {
            Self::Expired => "This link has expired. Ask for a new one.".to_owned(),
            Self::Ended => "This link was ended. Ask for a new one.".to_owned(),
            Self::Full => "As much came by this link as may come. Ask for a new one to send more.".to_owned(),
            Self::NotTheLink => {
                "That is not the whole link. Copy it again, from its beginning to the last character.".to_owned()
            }
            Self::WrongPin { left: 1 } => "That is not the PIN. One try is left.".to_owned(),
            Self::WrongPin { left } => format!("That is not the PIN. {left} tries are left."),
            Self::PinSpent => "The PIN was tried too often, so this link opens no more. Ask for a new one.".to_owned(),
            Self::OpenAgain => "Open the link once more, in the message that you got, and carry on there.".to_owned(),
            Self::CodeSpent => "The code was tried too often. Have another sent.".to_owned(),
        }
    }
}
