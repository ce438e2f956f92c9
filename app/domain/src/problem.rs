//! What a person can be told when something did not happen.
//!
//! It is closed: a page has a sentence for each. Causes (an unreachable store, a failed statement) stay in the log
//! under a reference; only the reference comes here.

use crate::{legacy::LegacyFault, limits, password::CharacterKind, size, upload_link::UploadLinkReason};
use serde::{Deserialize, Serialize};

/// Why a verb did not happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// There is nothing there, or nothing that this person may know of. Both are one answer.
    NotFound,
    /// Nobody is signed in, or the session has ended.
    SignedOut,
    /// A field of the form is refused, with the reason to show beside it.
    Refused {
        /// Which field.
        field: Field,
        /// Why.
        reason: Reason,
    },
    /// Too many tries; the next one counts after this many seconds.
    TooMany {
        /// Seconds to wait.
        seconds: u32,
    },
    /// Storage or the database cannot take it now. Nothing was lost that was acknowledged.
    Unavailable {
        /// The request's id, by which the log finds the cause.
        reference: String,
    },
    /// Our own fault.
    Fault {
        /// The request's id, by which the log finds the cause.
        reference: String,
    },
}

/// The field of a form that a reason belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Field {
    /// An e-mail address.
    Address,
    /// A telephone number.
    Phone,
    /// A password.
    Password,
    /// A password that is being set.
    NewPassword,
    /// A typed code.
    Code,
    /// Six digits that were sent or read out.
    SentCode,
    /// The six digits of an authenticator app.
    AppCode,
    /// A code kept on paper.
    RecoveryCode,
    /// The text of a message.
    Text,
    /// The subject of a thread.
    Subject,
    /// The client that a thread is about.
    Client,
    /// The files of a message.
    Files,
    /// How something is drawn.
    Look,
    /// What stands on a button.
    Words,
    /// What an upload-only link asks for.
    Label,
    /// The PIN of an upload-only link.
    Pin,
    /// The form as a whole.
    Form,
    /// The name of a client, or of somebody of the team.
    Name,
    /// A contact's first name.
    FirstName,
    /// A contact's last name.
    LastName,
    /// Somebody's place in the firm.
    Title,
    /// What somebody of the team may do.
    Role,
    /// Words by which clients or files are grouped.
    Tags,
    /// The name of a folder, or which one.
    Folder,
    /// The year that a file is about.
    Year,
    /// What staff write down about a client.
    Notes,
    /// Who of the team looks after a client.
    Responsible,
    /// Which of the two profiles.
    Profile,
    /// What takes the place of a code to a mobile.
    WithoutMobile,
    /// The least length of a password.
    PasswordChars,
    /// The life of a mailed link.
    LinkMinutes,
    /// How many security questions are asked.
    Questions,
    /// The security questions to choose from.
    QuestionList,
    /// A list of old addresses.
    LegacyList,
    /// A question that somebody chose, by its place from 1.
    ChosenQuestion(u8),
    /// The answer to it.
    Answer(u8),
    /// Why something is done to somebody's account.
    Why,
    /// Days without a visit.
    IdleDays,
    /// Days after sign-in.
    TotalDays,
    /// How much room all files may take.
    FirmRoom,
    /// How much room a client's files may take.
    ClientRoom,
}

/// Why a field is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// Nothing was given.
    Empty,
    /// More characters than fit.
    TooLong {
        /// Characters that fit.
        limit: usize,
        /// Characters that were given.
        found: usize,
    },
    /// Not the shape of an e-mail address.
    NotAnAddress,
    /// Not the shape of a telephone number.
    NotAPhone,
    /// Address and password do not belong together (or one of them is unknown: the words are the same).
    WrongPair,
    /// Not the code that was sent.
    WrongCode {
        /// Tries that are left.
        left: u32,
    },
    /// The code was tried too often; a new one can be had.
    CodeSpent,
    /// The code's time is over, or none was sent; a new one can be had.
    CodeExpired,
    /// The step of the code comes first.
    CodeFirst,
    /// The step of the password comes first.
    PasswordFirst,
    /// No text message can go now.
    NoTexts,
    /// Many wrong codes in a row were typed for this access: the firm has to help.
    AskFirm,
    /// No invitation of theirs works now.
    InviteFirst,
    /// A text gets out to them, or the firm has their code mailed: none is read out.
    NotReadOut,
    /// They came in already, or are suspended.
    NotToInvite,
    /// None of their clients has its portal on.
    PortalOff,
    /// Not what the authenticator app shows now.
    WrongAppCode {
        /// Tries that are left.
        left: u32,
    },
    /// The app's code was used a moment ago: it is taken once.
    AppCodeUsed,
    /// Not what the authenticator app shows, where tries are not counted out.
    NotTheAppCode,
    /// A mailed code is asked for on top, because many codes in a row were wrong.
    MailedCodeFirst,
    /// The password rests after many wrong tries, until its owner came in another way.
    PasswordRests,
    /// The password is right, and too short for one that no second step follows.
    PasswordTooShortNow {
        /// The fewest characters that are taken.
        least: u32,
    },
    /// Not the password of today.
    WrongPassword,
    /// Fewer characters than a password needs.
    TooShort {
        /// The fewest that are taken.
        least: u32,
        /// Characters that were given.
        found: u32,
    },
    /// A password of more bytes than are taken.
    PasswordTooLong,
    /// The firm asks for a kind of character that is not in the password.
    KindMissing {
        /// Which.
        kind: CharacterKind,
    },
    /// One of the passwords that guessers try first, plainly or in disguise.
    CommonPassword,
    /// A run of neighbours, or the same again and again.
    PatternPassword,
    /// A password that says little more than a name that everybody knows.
    ContextPassword {
        /// The name.
        word: String,
    },
    /// The link alone is not enough here.
    ProveFirst,
    /// There is no access that a password would open.
    NotActive,
    /// The new address is the one of today.
    OwnAddress,
    /// Nobody of this side does without a password.
    PasswordRequired,
    /// The sign-in is too long ago for what was asked.
    NotFresh,
    /// The passkey's answer does not hold, or there was none.
    PasskeyFailed,
    /// This passkey is kept already.
    PasskeyKnown,
    /// There are as many passkeys as one person may have.
    PasskeysFull,
    /// A code of the app is not enough where the firm asks for a passkey.
    PasskeyAsked,
    /// The firm asks for a second factor, so the last one stays.
    FactorRequired,
    /// None of the person's recovery codes, or one that was used.
    WrongRecoveryCode {
        /// Tries that are left.
        left: u32,
    },
    /// The step before this one is too long ago, or was made in another browser.
    StepOver,
    /// Too many wrong second proofs: the first one is asked for again.
    StepSpent,
    /// The link's time is over.
    LinkExpired,
    /// The link was used.
    LinkUsed,
    /// A later link took its place.
    LinkReplaced,
    /// The link was asked for in another browser; its code works there.
    OtherBrowser,
    /// The link goes on in another browser, where its second proof was right.
    GoesOnElsewhere,
    /// The step before this one was made in another browser, or is over.
    OpenLinkAgain,
    /// More files than one message takes.
    TooManyFiles,
    /// One file is larger than is taken.
    FileTooLarge {
        /// The file.
        name: String,
        /// Bytes that are taken.
        limit: u64,
    },
    /// A file is being looked at for malware.
    FileHeld,
    /// Malware was found in a file.
    FileQuarantined,
    /// There is no room for the files.
    RoomFull {
        /// Bytes that are left.
        left: u64,
    },
    /// One file has no content.
    FileEmpty {
        /// The file.
        name: String,
    },
    /// The file's name has nothing left that can be shown.
    FileName,
    /// The file did not arrive whole.
    FileCut {
        /// The file.
        name: String,
    },
    /// An attached file is no longer there (its upload was cancelled or swept).
    FileGone,
    /// An attached file has not arrived yet.
    FileUnfinished,
    /// Nothing is changed in the library of files.
    Library(LibraryReason),
    /// Nothing came by an upload-only link.
    UploadLink(UploadLinkReason),
    /// None of the offered choices.
    NotOffered,
    /// The address is staff's or another contact's already.
    AddressTaken,
    /// A number, or a count of things, that is too small or too large.
    OutOfRange {
        /// The smallest that is taken.
        least: u32,
        /// The largest that is taken.
        most: u32,
    },
    /// A line of a list of old addresses cannot be taken.
    LegacyLine {
        /// Which, from 1.
        line: u32,
        /// Why.
        fault: LegacyFault,
    },
    /// The same question was chosen for another place.
    ChosenTwice,
    /// The same answer stands at another question.
    AnsweredTwice,
    /// Not all answers are those that were kept.
    WrongAnswers {
        /// Tries that are left.
        left: u32,
    },
    /// The questions were answered wrongly too often; other ways remain.
    AnswersSpent,
    /// They were invited and have come in already.
    CameIn,
    /// There is nobody to let in.
    NoContact,
    /// Nobody else is an owner.
    LastOwner,
    /// It reaches further than this member of staff sees.
    AskAdmin,
}

impl Problem {
    /// A refused field.
    pub fn field(field: Field, reason: Reason) -> Self {
        Self::Refused { field, reason }
    }

    /// The HTTP status that says the same (RFC 9110 section 15).
    pub fn status(&self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::SignedOut => 401,
            Self::Refused {
                reason: Reason::FileTooLarge { .. } | Reason::RoomFull { .. },
                ..
            } => 413,
            Self::Refused {
                reason: Reason::FileHeld | Reason::FileQuarantined,
                ..
            } => 423,
            Self::Refused { .. } => 422,
            Self::TooMany { .. } => 429,
            Self::Unavailable { .. } => 503,
            Self::Fault { .. } => 500,
        }
    }

    /// The sentence beside the form.
    pub fn sentence(&self) -> String {
        match self {
            Self::NotFound => "There is nothing at this address.".to_owned(),
            Self::SignedOut => "You were signed out. Sign in again and carry on: what you typed is kept.".to_owned(),
            Self::Refused { field, reason } => reason.sentence(*field),
            Self::TooMany { seconds } if *seconds < 90 => {
                format!(
                    "That was a lot of tries. Please wait {} and try again.",
                    counted(*seconds, "second", "seconds")
                )
            }
            Self::TooMany { seconds } => {
                format!(
                    "That was a lot of tries. Please wait {} and try again.",
                    counted(seconds.div_ceil(60), "minute", "minutes")
                )
            }
            Self::Unavailable { reference } => {
                format!(
                    "We cannot store this at the moment. Nothing that we confirmed is lost. Please try again in a minute. Reference {reference}."
                )
            }
            Self::Fault { reference } => {
                format!(
                    "Something went wrong on our side. Nothing that we confirmed is lost. Please try again. Reference {reference}."
                )
            }
        }
    }
}

impl Reason {
    /// The sentence to show beside `field`.
    pub fn sentence(&self, field: Field) -> String {
        match self {
            Self::Empty => empty(field).to_owned(),
            Self::TooLong { limit, found } => format!(
                "That is {} too long: {limit} fit and this has {found}. Nothing was cut, please shorten it.",
                counted(
                    u32::try_from(found.saturating_sub(*limit)).unwrap_or(u32::MAX),
                    "character",
                    "characters"
                )
            ),
            Self::TooManyFiles => format!(
                "A message takes up to {} files. Send the rest with the next one.",
                limits::FILES_A_MESSAGE
            ),
            Self::FileTooLarge { name, limit } => {
                format!(
                    "“{name}” is larger than {}, the most that one file may have. Your message is kept; nothing was sent.",
                    size::human(*limit)
                )
            }
            Self::RoomFull { left } => {
                format!(
                    "There is room for {} only. Nothing was sent. Remove what is not needed, or ask for more room.",
                    size::human(*left)
                )
            }
            Self::FileEmpty { name } => {
                format!("“{name}” has no content (0 bytes). Your message is kept; nothing was sent.")
            }
            Self::FileName => "One file has a name that cannot be shown. Rename it and attach it again.".to_owned(),
            Self::FileCut { name } => {
                format!("“{name}” did not arrive whole. Your message is kept; attach the file again.")
            }
            Self::FileGone => "An attached file is no longer there. Attach it again; your message is kept.".to_owned(),
            Self::FileUnfinished => {
                "One file is not here whole yet. Let it go on, choose it again, or take it out.".to_owned()
            }
            Self::NotOffered => "Choose one of the list.".to_owned(),
            elsewhere => elsewhere.sentence_of_plain_pages(field),
        }
    }

    /// What only pages without WebAssembly tell: none of it is in the browser's module, which everybody waits for.
    #[cfg(target_arch = "wasm32")]
    #[expect(clippy::unused_self, reason = "it stands for the one that asks")]
    fn sentence_of_plain_pages(&self, _field: Field) -> String {
        "That was refused. Load this page again and try once more.".to_owned()
    }

    /// What only pages without WebAssembly tell.
    #[cfg(not(target_arch = "wasm32"))]
    fn sentence_of_plain_pages(&self, field: Field) -> String {
        match self {
            Self::FileHeld => {
                "This file is being checked for viruses. It can be opened once that is done; try again in a few minutes.".to_owned()
            }
            Self::FileQuarantined => {
                "A virus was found in this file, so it is in quarantine and nobody can open it.".to_owned()
            }
            Self::NotAnAddress => "That does not look like an email address. Check it for a missing @ or full stop.".to_owned(),
            Self::NotAPhone => {
                "That does not look like a telephone number. Write it like 07700 900042, or with its country’s code, like +353 20 911 1234.".to_owned()
            }
            Self::WrongPair => "This address and password do not match. Check both, or have a link emailed instead.".to_owned(),
            Self::WrongCode { left } => with_tries("That is not the code we sent.", *left),
            Self::CodeSpent => "That code was tried too often and no longer works. Ask for a new link.".to_owned(),
            Self::CodeExpired => "The time of that code is over. Have a new one sent.".to_owned(),
            Self::CodeFirst => "The code comes first.".to_owned(),
            Self::PasswordFirst => "The password comes first.".to_owned(),
            Self::NoTexts => "No text message can be sent at the moment. Take the other way.".to_owned(),
            Self::AskFirm => "Many wrong codes were typed for this access. For your safety we help you in person now: please ring us.".to_owned(),
            Self::InviteFirst => "No invitation of theirs works now. Invite them first, then read the code out.".to_owned(),
            Self::NotReadOut => "No code is read out to them now: it is texted to the mobile on file, or comes by email where your firm has it so. If a text does not get out, you can read one out.".to_owned(),
            Self::NotToInvite => "They have come in already, or are suspended, so there is nobody to invite.".to_owned(),
            Self::PortalOff => "None of their clients has its portal on. Enable one first, then invite them.".to_owned(),
            Self::WrongAppCode { left } => with_tries("That is not the code that your app shows now.", *left),
            Self::AppCodeUsed => "That code was used already, and each works once. Wait for the next one: it comes within 30 seconds.".to_owned(),
            Self::WrongRecoveryCode { left } => with_tries("That is none of your unused recovery codes. Each works once.", *left),
            Self::NotTheAppCode => "That is not the code that your app shows now.".to_owned(),
            Self::MailedCodeFirst => "Many wrong codes were typed for this account. For your safety, a code that we email you is needed first.".to_owned(),
            Self::PasswordRests => "This password rests, because it was tried wrongly a hundred times. Have a link emailed instead, or set a new password.".to_owned(),
            Self::PasswordTooShortNow { least } => format!("This password is right, but too short to be all that is asked for: that takes {least} characters. Have a link emailed instead, or set a longer one under “Get help signing in”."),
            Self::WrongPassword => "That is not your password of today. Check it, or have it reset.".to_owned(),
            Self::TooShort { least, found } => format!(
                "That is {} too short: a password needs {least}. Several words with spaces between them are easy to remember.",
                counted(least.saturating_sub(*found), "character", "characters")
            ),
            Self::PasswordTooLong => format!(
                "That is too long, and nothing was cut. A password takes {} characters of any script.",
                limits::PASSWORD_BYTES / 4
            ),
            Self::KindMissing { kind } => format!("Your firm asks for {} in each password. Add one.", kind.words()),
            Self::CommonPassword => {
                "This is one of the passwords that are guessed first, also with figures or signs added. Choose several words that do not belong together.".to_owned()
            }
            Self::PatternPassword => {
                "This is a run such as abcd or 1234, or the same again and again, and is guessed soon. Choose several words that do not belong together.".to_owned()
            }
            Self::ContextPassword { word } => format!(
                "Apart from “{word}”, which everybody can guess here, there is little to this password. Choose words that have nothing to do with you or us."
            ),
            Self::ProveFirst => "Answer the questions first, or have a code texted.".to_owned(),
            Self::NotActive => "They have no open access yet, so there is nothing that a password would open. Invite them, or let them in again, first.".to_owned(),
            Self::OwnAddress => "That is your address already. Type the new one.".to_owned(),
            Self::PasswordRequired => "Your firm asks for a password, so this one stays. You can change it.".to_owned(),
            Self::NotFresh => "You signed in some time ago. For your safety, sign in again first.".to_owned(),
            Self::PasskeyFailed => "No passkey was taken. Nothing has changed: try it once more, or take another way.".to_owned(),
            Self::PasskeyKnown => "This passkey was added before. There is nothing left to do.".to_owned(),
            Self::PasskeysFull => format!("You have {} passkeys already. Remove one that you no longer use first.", limits::PASSKEYS),
            Self::PasskeyAsked => "Your firm asks for a passkey here. Use yours, or one of your recovery codes.".to_owned(),
            Self::FactorRequired => "Your firm asks for a second step, so this one stays. You can replace it.".to_owned(),
            Self::StepOver => "That took longer than ten minutes, or was begun in another window. Please sign in again.".to_owned(),
            Self::StepSpent => "Those were too many wrong codes. Please sign in again.".to_owned(),
            Self::LinkExpired => "This link worked for a short time only, and that time is over. Ask for a new one.".to_owned(),
            Self::LinkUsed => "This link was used already. A link works once; ask for a new one.".to_owned(),
            Self::LinkReplaced => "A later link took its place. Use the latest email, or ask for a new link.".to_owned(),
            Self::OtherBrowser => {
                "This link was asked for in another browser. Type the code from the email in the window that asked for it.".to_owned()
            }
            Self::GoesOnElsewhere => "This link is being used in another browser already. Carry on there, or open it again here in an hour.".to_owned(),
            Self::OpenLinkAgain => {
                "That took too long, or was begun in another browser. Open the link in the email again, or type its code here.".to_owned()
            }
            Self::Library(reason) => reason.sentence(),
            Self::UploadLink(reason) => reason.sentence(),
            Self::AddressTaken => {
                "This address is in use already. One address is either one of staff or one contact.".to_owned()
            }
            Self::OutOfRange { least, most } => out_of_range(field, *least, *most),
            Self::LegacyLine { line, fault } => format!("Line {line}: {fault}. Nothing was taken from the list yet."),
            Self::ChosenTwice => "You chose this question above. Choose another one here.".to_owned(),
            Self::AnsweredTwice => "This is the answer to another question above. Each needs an answer of its own.".to_owned(),
            Self::WrongAnswers { left } => with_tries("Not all answers are the ones that you gave before. We do not say which.", *left),
            Self::AnswersSpent => {
                "The questions were answered wrongly too often. Go on with a code to your mobile, or ring us.".to_owned()
            }
            Self::CameIn => "They have come in already. Send a reset link if they have lost their password.".to_owned(),
            Self::NoContact => "Nobody could come in yet. Add a contact first, then enable the portal.".to_owned(),
            Self::LastOwner => "A firm always has an owner. Make somebody else an owner first.".to_owned(),
            Self::AskAdmin => "Only an admin or owner can change this. Please ask one of them.".to_owned(),
            // Told above.
            Self::Empty
            | Self::TooLong { .. }
            | Self::TooManyFiles
            | Self::FileTooLarge { .. }
            | Self::RoomFull { .. }
            | Self::FileEmpty { .. }
            | Self::FileName
            | Self::FileCut { .. }
            | Self::FileGone
            | Self::FileUnfinished
            | Self::NotOffered => String::new(),
        }
    }
}

/// Why nothing is changed in the library of files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LibraryReason {
    /// Nothing was filled in that would change anything.
    NothingChosen,
    /// More files than are taken in one go.
    FilesAtOnce,
    /// A withdrawn file stays as a record and is not changed.
    FileWithdrawn {
        /// The file.
        name: String,
    },
    /// A file that came with a message stays shared.
    FileSent {
        /// The file.
        name: String,
    },
    /// A contact has opened the file, so it is not internal any more.
    FileOpened {
        /// The file.
        name: String,
    },
    /// The time to withdraw a file is over.
    WithdrawOver {
        /// The file.
        name: String,
    },
    /// Another folder there has this name.
    FolderTaken,
    /// There are too many folders, or too many one in another.
    FoldersFull,
    /// The folder is another client's.
    OtherClient,
}

#[cfg(not(target_arch = "wasm32"))]
impl LibraryReason {
    fn sentence(&self) -> String {
        match self {
            Self::NothingChosen => "Choose a folder, type a tag or give a year first.".to_owned(),
            Self::FilesAtOnce => format!(
                "Up to {} files are taken in one go. Choose fewer.",
                limits::FILES_AT_ONCE
            ),
            Self::FileWithdrawn { name } => {
                format!("“{name}” was withdrawn. Its record stays as it is, so nothing was changed.")
            }
            Self::FileSent { name } => format!(
                "“{name}” came with a message, so both sides see it. Put it into the trash if it should not be seen. Nothing was changed."
            ),
            Self::FileOpened { name } => format!(
                "A contact has opened “{name}” already, so it cannot be internal again. Put it into the trash if it should not be seen. Nothing was changed."
            ),
            Self::WithdrawOver { name } => format!(
                "“{name}” has been opened by us and came more than 30 minutes ago, so it can no longer be withdrawn. Ask us to remove it. Nothing was changed."
            ),
            Self::FolderTaken => "There is a folder of this name already. Choose another name.".to_owned(),
            Self::FoldersFull => format!(
                "A client has up to {} folders, and up to {} of them one in another.",
                limits::FOLDERS,
                limits::FOLDER_DEPTH
            ),
            Self::OtherClient => "That folder is another client’s. Choose files of one client to move them.".to_owned(),
        }
    }
}

/// What to do about a field in which there is nothing.
fn empty(field: Field) -> &'static str {
    match field {
        Field::Address => "Type your email address.",
        Field::Phone => "Type a telephone number.",
        Field::Password => "Type your password.",
        Field::NewPassword => "Type a new password.",
        Field::Code => "Type the code from the email.",
        Field::SentCode => "Type the code.",
        Field::AppCode => "Type the six digits that your app shows.",
        Field::RecoveryCode => "Type one of your recovery codes.",
        Field::Subject => "Say in a few words what it is about.",
        Field::Client => "Choose whom this is about.",
        Field::Files => "Choose a file first.",
        Field::Folder => "Give the folder a name.",
        Field::Tags => "Type a tag.",
        Field::Look => "Choose how it looks.",
        Field::Words => "Say what stands on the button.",
        Field::Label => "Say what you ask for.",
        Field::Pin => "Type the PIN.",
        Field::ChosenQuestion(_) => "Choose a question.",
        Field::Answer(_) => "Type an answer.",
        Field::Why => "Say why. It stands in the audit log.",
        Field::Text | Field::Form => "Write a message or attach a file.",
        _ => "Fill this in.",
    }
}

/// How many there may be.
#[cfg(not(target_arch = "wasm32"))]
fn out_of_range(field: Field, least: u32, most: u32) -> String {
    match field {
        Field::LegacyList => format!("Give {least} to {most} addresses, one a line."),
        Field::QuestionList => format!("Give {least} to {most} questions, one a line."),
        _ => format!("Choose a number from {least} to {most}."),
    }
}

/// Something wrong of which a few tries are left.
#[cfg(not(target_arch = "wasm32"))]
fn with_tries(words: &str, left: u32) -> String {
    format!("{words} You have {} left.", counted(left, "try", "tries"))
}

fn counted(number: u32, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unseen_thing_and_a_missing_one_have_one_status() {
        assert_eq!(Problem::NotFound.status(), 404);
    }

    #[test]
    fn the_sentence_counts_in_words() {
        let last = Problem::field(Field::Code, Reason::WrongCode { left: 1 });
        assert_eq!(last.sentence(), "That is not the code we sent. You have 1 try left.");
        assert!(Problem::TooMany { seconds: 121 }.sentence().contains("3 minutes"));
    }
}
