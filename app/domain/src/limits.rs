//! Numbers that both sides enforce. The browser says them before a person runs into them, the server decides.

/// Characters of a message or an answer.
pub const MESSAGE_CHARS: usize = 20_000;
/// Characters of a thread's subject.
pub const SUBJECT_CHARS: usize = 200;
/// Characters of a person's or client's name.
pub const NAME_CHARS: usize = 200;
/// Characters of a security question or of its answer.
pub const QUESTION_CHARS: usize = 200;
/// Characters of the reason that staff give for what they do to somebody's account.
pub const WHY_CHARS: usize = 500;
/// Bytes of a file's or folder's name, in UTF-8 (the limit of common file systems).
pub const FILE_NAME_BYTES: usize = 255;
/// Bytes of an e-mail address (RFC 5321 section 4.5.3.1.3, less the angle brackets).
pub const ADDRESS_BYTES: usize = 254;
/// Digits of a telephone number with its country's code (ITU-T E.164 section 6.2.1).
pub const PHONE_DIGITS: usize = 15;
/// Bytes of a password, in UTF-8.
pub const PASSWORD_BYTES: usize = 1_024;
/// Files on one message.
pub const FILES_A_MESSAGE: usize = 50;
/// Bytes of one file unless the firm sets another limit: 20 GB.
pub const FILE_BYTES: u64 = 20_000_000_000;
/// Bytes of a form's body without files.
pub const FORM_BYTES: usize = 256 * 1024;
/// Rows of one page of a list.
pub const PAGE_ROWS: u64 = 50;
/// Seconds that a flash (what was typed into a refused form) is kept.
pub const FLASH_SECONDS: i64 = 600;
/// Seconds after a proof (link, password, second factor) for which what signs one in may be changed: 10 minutes.
pub const FRESH_SECONDS: i64 = 10 * 60;
/// Seconds that an invitation works: 7 days.
pub const INVITATION_SECONDS: i64 = 7 * 24 * 60 * 60;
/// Seconds after the second proof of a walk for which its later steps stay open in that browser: an hour.
pub const WALK_SECONDS: i64 = 60 * 60;
/// Seconds that a reset link works that was asked for at the door: an hour.
pub const RESET_SECONDS: i64 = 60 * 60;
/// Seconds that a reset link works that staff sent: a day.
pub const STAFF_RESET_SECONDS: i64 = 24 * 60 * 60;
/// Seconds that a link works that proves a new address: a day.
pub const ADDRESS_SECONDS: i64 = 24 * 60 * 60;
/// Wrong tries that a typed code allows.
pub const CODE_TRIES: i32 = 5;
/// Seconds between a first proof and the end of the step that asks for a second one.
pub const STEP_SECONDS: i64 = 10 * 60;
/// Recovery codes of one person.
pub const RECOVERY_CODES: usize = 10;
/// Passkeys of one person.
pub const PASSKEYS: usize = 20;
/// Characters of a passkey's name.
pub const PASSKEY_NAME_CHARS: usize = 60;
/// Seconds for which an authenticator may answer what it was asked: 5 minutes.
pub const PASSKEY_SECONDS: i64 = 5 * 60;
/// Seconds for which fresh recovery codes can be shown again.
pub const CODE_SHEET_SECONDS: i64 = 10 * 60;
/// Live sign-in links of one browser; a further request retires the oldest.
pub const LIVE_LINKS: u64 = 3;
/// Seconds without a visit after which a session of staff ends.
pub const STAFF_IDLE_SECONDS: i64 = 60 * 60;
/// Seconds after sign-in at which a session of staff ends in any case.
pub const STAFF_TOTAL_SECONDS: i64 = 24 * 60 * 60;
/// Seconds after its last byte for which an unfinished upload is kept: 3 days.
pub const UPLOAD_KEPT_SECONDS: i64 = 3 * 24 * 60 * 60;
/// Seconds between heartbeats of an event stream.
pub const HEARTBEAT_SECONDS: u64 = 25;
/// Characters of a tag of a client.
pub const TAG_CHARS: usize = 40;
/// Tags on one client.
pub const TAGS_A_CLIENT: usize = 20;
/// Tags on one file.
pub const TAGS_A_FILE: usize = 20;
/// Characters of a folder's name.
pub const FOLDER_CHARS: usize = 100;
/// Folders of one client.
pub const FOLDERS: usize = 500;
/// Folders that stand one in another.
pub const FOLDER_DEPTH: usize = 6;
/// Files that are changed in one go: what a page lists, twice.
pub const FILES_AT_ONCE: usize = 100;
/// Names that a search opens at most: they rest sealed, so each has to be read.
pub const NAMES_OPENED: u64 = 10_000;
/// Seconds for which a contact may withdraw what they sent, whoever opened it: 30 minutes.
pub const WITHDRAW_SECONDS: i64 = 30 * 60;
/// Seconds that a file stays in the trash: 30 days.
pub const TRASH_SECONDS: i64 = 30 * 24 * 60 * 60;
/// The years that a file can be about.
pub const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;
