//! What the headers of the tus protocol say: text in, typed values or a refusal out.
//!
//! Kept apart from the handlers, which need the whole server, so that a fuzzer can be built around this file alone.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use vault::Checksum;

/// A header as it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent<'a> {
    /// Not at all.
    Not,
    /// Once, as text.
    Once(&'a str),
    /// Several times, or with bytes that are no text: which of them was meant is not guessed.
    Unclear,
}

/// A header that is not as the protocol has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

impl<'a> Sent<'a> {
    /// The text, if there is one and no other.
    pub fn once(self) -> Option<&'a str> {
        match self {
            Self::Once(text) => Some(text),
            Self::Not | Self::Unclear => None,
        }
    }

    /// What `read` makes of the text; nothing was said if the header did not come.
    fn said<T>(self, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Refused> {
        match self {
            Self::Not => Ok(None),
            Self::Once(text) => read(text).map(Some).ok_or(Refused),
            Self::Unclear => Err(Refused),
        }
    }
}

/// How long an announced file is, by `Upload-Length` or `Upload-Defer-Length`: `None` if that is said later.
///
/// # Errors
/// Neither or both came, or one that is not well formed.
pub fn announced_length(length: Sent<'_>, deferred: Sent<'_>) -> Result<Option<u64>, Refused> {
    match (length, deferred) {
        (Sent::Not, Sent::Once("1")) => Ok(None),
        (Sent::Once(_) | Sent::Unclear, Sent::Not) => optional_number(length),
        _ => Err(Refused),
    }
}

/// A count of bytes that need not be said.
///
/// # Errors
/// It was said, and is no number.
pub fn optional_number(header: Sent<'_>) -> Result<Option<u64>, Refused> {
    header.said(number)
}

/// `Upload-Checksum`, which need not be said.
///
/// # Errors
/// It was said, and is no digest that we know.
pub fn optional_checksum(header: Sent<'_>) -> Result<Option<Checksum>, Refused> {
    header.said(checksum)
}

/// Digits alone: `parse` would take a plus sign too.
pub fn number(text: &str) -> Option<u64> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// `sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=`
fn checksum(header: &str) -> Option<Checksum> {
    let (algorithm, digest) = header.split_once(' ')?;
    Checksum::new(algorithm, STANDARD.decode(digest).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_digits_alone() {
        for (text, read) in [
            ("0", Some(0)),
            ("18446744073709551615", Some(u64::MAX)),
            ("+1", None),
            ("-1", None),
            ("1 ", None),
            ("", None),
            ("18446744073709551616", None),
        ] {
            assert_eq!(number(text), read, "{text:?}");
        }
    }

    #[test]
    fn a_length_is_said_now_or_later_and_not_both() {
        for (length, deferred, read) in [
            (Sent::Once("5"), Sent::Not, Ok(Some(5))),
            (Sent::Not, Sent::Once("1"), Ok(None)),
            (Sent::Not, Sent::Not, Err(Refused)),
            (Sent::Not, Sent::Once("0"), Err(Refused)),
            (Sent::Not, Sent::Unclear, Err(Refused)),
            (Sent::Unclear, Sent::Not, Err(Refused)),
            (Sent::Once("5"), Sent::Once("1"), Err(Refused)),
            (Sent::Once("5"), Sent::Unclear, Err(Refused)),
        ] {
            assert_eq!(announced_length(length, deferred), read, "{length:?}, {deferred:?}");
        }
    }

    #[test]
    fn a_checksum_is_one_that_is_known_or_none() {
        let known = optional_checksum(Sent::Once("sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0="));
        assert!(matches!(known, Ok(Some(_))));
        assert_eq!(optional_checksum(Sent::Not), Ok(None));
        for wrong in [
            Sent::Unclear,
            Sent::Once(""),
            Sent::Once("sha1"),
            Sent::Once("md5 Kq5sNclPz7QV2+lfQIuc6R7oRu0="),
            Sent::Once("sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0"),
            Sent::Once("sha1  Kq5sNclPz7QV2+lfQIuc6R7oRu0="),
            Sent::Once("sha256 Kq5sNclPz7QV2+lfQIuc6R7oRu0="),
        ] {
            assert_eq!(optional_checksum(wrong), Err(Refused), "{wrong:?}");
        }
    }
}
