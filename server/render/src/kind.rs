//! What a file is, by its first bytes.

use std::{fmt, str, str::FromStr};

/// How many bytes of a file's beginning [`sniff`] looks at: 4 KiB. More may be given; the rest is not read.
pub const SNIFFED: usize = 4096;

/// A file that can be previewed. Every other file has no kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Pages, drawn one at a time.
    Pdf,
    /// A telephone's photograph: HEVC in a HEIF container.
    Heic,
    /// A picture without loss.
    Png,
    /// A photograph.
    Jpeg,
    /// A picture of which the first frame is drawn.
    Gif,
    /// A picture of which the first frame is drawn.
    WebP,
    /// Plain text, shown as text and never drawn. HTML, SVG and XML are this at most, so that no browser runs them.
    Text,
}

/// A word that names no [`Kind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such kind of file")]
pub struct UnknownKind;

impl Kind {
    const ALL: [Self; 7] = [
        Self::Pdf,
        Self::Heic,
        Self::Png,
        Self::Jpeg,
        Self::Gif,
        Self::WebP,
        Self::Text,
    ];

    /// The kind's name in lower case, as it stands in the child's header line and may stand in a database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Heic => "heic",
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Gif => "gif",
            Self::WebP => "webp",
            Self::Text => "text",
        }
    }

    /// Whether [`crate::draw()`] makes a picture of such a file; text it refuses.
    pub const fn is_drawn(self) -> bool {
        !matches!(self, Self::Text)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(word: &str) -> Result<Self, UnknownKind> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or(UnknownKind)
    }
}

/// Tells a file's kind by its content: `first` are its first [`SNIFFED`] bytes, or all of a shorter file.
///
/// A name or a declared type is what a sender says; the content is what a decoder will meet. `None` for everything that is
/// not previewed, and for an empty file. A beginning proves little: [`crate::draw()`] may still refuse the file.
pub fn sniff(first: &[u8]) -> Option<Kind> {
    if first.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(Kind::Png)
    } else if first.starts_with(b"\xff\xd8\xff") {
        Some(Kind::Jpeg)
    } else if first.starts_with(b"GIF87a") || first.starts_with(b"GIF89a") {
        Some(Kind::Gif)
    } else if first.starts_with(b"RIFF") && first.get(8..12) == Some(b"WEBP") {
        Some(Kind::WebP)
    } else if first
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(first)
        .trim_ascii_start()
        .starts_with(b"%PDF-")
    {
        // Readers look for this mark in the first kilobyte. A text that speaks of PDF stays a text here.
        Some(Kind::Pdf)
    } else if is_heic(first) {
        Some(Kind::Heic)
    } else {
        is_text(first).then_some(Kind::Text)
    }
}

/// Whether the first box says HEVC (ISO/IEC 14496-12, 4.3, and 23008-12, B.4.1): by its major brand, or among the brands
/// that it is compatible with.
fn is_heic(first: &[u8]) -> bool {
    let Some((size, rest)) = first.split_first_chunk::<4>() else {
        return false;
    };
    let Some(brands) = rest.strip_prefix(b"ftyp") else {
        return false;
    };
    // The box's length counts itself and its name.
    let length = usize::try_from(u32::from_be_bytes(*size))
        .unwrap_or(usize::MAX)
        .saturating_sub(8);
    brands[..length.min(brands.len())]
        .chunks_exact(4)
        .enumerate()
        // The second word is the brand's version.
        .any(|(place, brand)| place != 1 && matches!(brand, b"heic" | b"heix"))
}

fn is_text(first: &[u8]) -> bool {
    let seen = &first[..first.len().min(SNIFFED)];
    let text = match str::from_utf8(seen) {
        Ok(text) => text,
        // The end of the 4 KiB may cut a character in two.
        Err(error) if error.error_len().is_none() && seen.len() == SNIFFED => {
            str::from_utf8(&seen[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.is_empty()
        && text
            .chars()
            .all(|letter| matches!(letter, '\t' | '\r' | '\n') || !letter.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_tells_the_kind() {
        for (first, kind) in [
            (&b"%PDF-1.7\n"[..], Some(Kind::Pdf)),
            (b"\xef\xbb\xbf\n%PDF-1.4", Some(Kind::Pdf)),
            (b"\x89PNG\r\n\x1a\n....", Some(Kind::Png)),
            (b"\xff\xd8\xff\xe0", Some(Kind::Jpeg)),
            (b"GIF89a", Some(Kind::Gif)),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Some(Kind::WebP)),
            (b"RIFF\x10\0\0\0WAVEfmt ", None),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Some(Kind::Heic)),
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", Some(Kind::Heic)),
            (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", None),
            // A version that spells a brand, and a brand behind the box, are no brands.
            (b"\0\0\0\x10ftypmif1heic....", None),
            (b"\0\0\0\x10ftypmif1\0\0\0\0heic", None),
            (b"PK\x03\x04", None),
            (b"\x7fELF", None),
            (b"", None),
        ] {
            assert_eq!(sniff(first), kind, "{}", first.escape_ascii());
        }
    }

    #[test]
    fn what_a_browser_would_run_is_text_at_most() {
        for first in [
            "<!DOCTYPE html><script>alert(1)</script>",
            "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
            "<?xml version=\"1.0\"?>",
            "a text about %PDF- and GIF89a",
        ] {
            assert_eq!(sniff(first.as_bytes()), Some(Kind::Text), "{first}");
        }
        assert_eq!(sniff(b"<html>\0"), None);
        assert_eq!(sniff(b"\x1b[31mred"), None);
        assert_eq!(sniff("a \u{85} b".as_bytes()), None);
        assert_eq!(sniff(b"na\xefve"), None);
        assert_eq!(sniff("a\tb\r\nnaïve €".as_bytes()), Some(Kind::Text));
    }

    #[test]
    fn a_letter_may_be_cut_by_the_end_of_what_is_seen_and_by_nothing_else() {
        let mut text = "a".repeat(SNIFFED - 1);
        text.push('€');
        assert_eq!(sniff(text.as_bytes()), Some(Kind::Text));
        assert_eq!(sniff(&text.as_bytes()[..SNIFFED]), Some(Kind::Text));
        assert_eq!(sniff(&"€".as_bytes()[..2]), None);
    }

    #[test]
    fn names_are_read_back() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert_eq!("svg".parse::<Kind>(), Err(UnknownKind));
    }
}
