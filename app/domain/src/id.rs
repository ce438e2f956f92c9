//! One type per id, so that a thread's id cannot be passed where a file's is asked for.
//!
//! An id is 16 bytes from the system's random source. It stands in a `Uuid` column but carries no version bits: all
//! 128 bits are random, because an id is also the only thing that a stranger would have to guess.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// The text is not 32 lower-case hexadecimal digits.
///
/// Other spellings of the same bytes (upper case, dashes, braces) are refused, so that an id has one address only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnId;

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an id: 32 lower-case hexadecimal digits are expected")
    }
}

impl std::error::Error for NotAnId {}

fn parse(text: &str) -> Result<Uuid, NotAnId> {
    let plain = text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if !plain {
        return Err(NotAnId);
    }
    Uuid::try_parse(text).map_err(|_| NotAnId)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $name(Uuid);

        impl $name {
            /// The id as it stands in its column.
            pub fn uuid(self) -> Uuid {
                self.0
            }

            /// The 16 bytes, as they are bound into associated data.
            pub fn bytes(self) -> [u8; 16] {
                *self.0.as_bytes()
            }
        }

        impl From<Uuid> for $name {
            fn from(column: Uuid) -> Self {
                Self(column)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0.simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                parse(text).map(Self)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAnId;

            fn try_from(text: String) -> Result<Self, NotAnId> {
                text.parse()
            }
        }
    )*};
}

ids! {
    /// One of the addresses of a former portal.
    LegacyAddressId
    /// The tenant.
    FirmId
    /// One of the firm's own people.
    StaffId
    /// A company or person whom the firm serves.
    ClientId
    /// A human of one or several clients who signs in.
    ContactId
    /// A conversation.
    ThreadId
    /// An entry in a thread.
    MessageId
    /// A stored document.
    FileId
    /// A folder of a client's files.
    FolderId
    /// A document on its way in.
    UploadId
    /// A signed-in browser.
    SessionId
    /// The powerless, public half of a one-time link.
    LinkId
    /// One filled-in form, made when it is shown: a second press carries the same one.
    FormId
    /// A key that a person's own device holds.
    PasskeyId
    /// A queued piece of work.
    JobId
    /// The powerless, public half of an upload-only link.
    UploadLinkId
    /// A browser that opened an upload-only link.
    GuestId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling_only() {
        let text = "00112233445566778899aabbccddeeff";
        let id: ThreadId = text.parse().expect("the plain spelling");
        assert_eq!(id.to_string(), text);
        for other in [
            "00112233-4455-6677-8899-aabbccddeeff",
            "00112233445566778899AABBCCDDEEFF",
            "{00112233445566778899aabbccddeeff}",
            "00112233445566778899aabbccddeef",
            "00112233445566778899aabbccddeeff0",
            "",
        ] {
            assert_eq!(other.parse::<ThreadId>(), Err(NotAnId), "{other}");
        }
    }

    #[test]
    fn an_id_travels_as_its_text() {
        let id = FileId::from(Uuid::from_bytes([7; 16]));
        let json = serde_json::to_string(&id).expect("json");
        assert_eq!(json, "\"07070707070707070707070707070707\"");
        assert_eq!(serde_json::from_str::<FileId>(&json).expect("back"), id);
    }
}
