//! A stored document as pages show it, and the rules for its name.

use crate::{
    FileId, Moment, UploadId,
    client::{ClientLabel, Person},
    limits,
    problem::{Field, Problem, Reason},
    text,
};
use serde::{Deserialize, Serialize};

/// A file on a message, or in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileChip {
    /// Which file.
    pub id: FileId,
    /// `October statement.pdf`.
    pub name: String,
    /// `PDF`: at most four characters, from the name.
    pub kind: String,
    /// Bytes.
    pub size: u64,
    /// The receipt: SHA-256 of the plaintext, 64 hexadecimal digits.
    pub sha256: String,
    /// When the last byte was durable.
    pub received: Moment,
    /// The reader's side did not send it and has not opened it.
    pub new: bool,
    /// Why it can no longer be downloaded, where that is so: the record stays.
    pub gone: Option<Gone>,
    /// Whether it was looked at for malware, and what that means for opening it.
    pub check: Check,
}

/// What the scanner for malware says of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Check {
    /// Nobody looked: there was no scanner.
    Unscanned,
    /// Nothing was found.
    Clean,
    /// It waits for the scanner, and cannot be opened.
    Held,
    /// Something was found, and nobody can open it.
    Quarantined {
        /// What, as the scanner calls it.
        found: String,
    },
}

impl Check {
    /// Whether the file may be opened.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Unscanned | Self::Clean)
    }

    /// What stands beside a file that cannot be opened; nothing beside the others.
    pub fn held(&self) -> String {
        match self {
            Self::Unscanned | Self::Clean => String::new(),
            Self::Held => "Being checked for viruses".to_owned(),
            Self::Quarantined { found } => format!("In quarantine: {found}"),
        }
    }

    /// What a file's own page says of it.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn words(&self) -> String {
        match self {
            Self::Unscanned => "Not checked for viruses".to_owned(),
            Self::Clean => "Checked for viruses: nothing was found".to_owned(),
            Self::Held | Self::Quarantined { .. } => self.held(),
        }
    }
}

/// What became of a file that is only a record now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Gone {
    /// Its author took it back.
    Withdrawn {
        /// Who.
        by: String,
        /// When.
        at: Moment,
    },
    /// One of staff put it into the trash.
    Trashed {
        /// Who; contacts are not told.
        by: Option<String>,
        /// When.
        at: Moment,
    },
}

impl Gone {
    /// When.
    pub fn at(&self) -> Moment {
        match self {
            Self::Withdrawn { at, .. } | Self::Trashed { at, .. } => *at,
        }
    }

    /// `Withdrawn by Anwen Marlowe`, before the time.
    pub fn words(&self) -> String {
        match self {
            Self::Withdrawn { by, .. } => format!("Withdrawn by {by}"),
            Self::Trashed { by: Some(by), .. } => format!("Put into the trash by {by}"),
            Self::Trashed { by: None, .. } => "Removed by the firm".to_owned(),
        }
    }
}

/// A file that somebody began to send, and that no message has taken along yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingUpload {
    /// Its upload.
    pub id: UploadId,
    /// Its name.
    pub name: String,
    /// Bytes in all.
    pub size: u64,
    /// Bytes that arrived.
    pub received: u64,
    /// When the sender's own copy was last changed, if they said so.
    pub modified: Option<Moment>,
    /// When its last byte arrived, if it did.
    pub complete: Option<Moment>,
}

impl FileChip {
    /// `9f2c … 07d3`, for reading out.
    pub fn short_digest(&self) -> String {
        match (self.sha256.get(..4), self.sha256.get(60..)) {
            (Some(head), Some(tail)) => format!("{head} … {tail}"),
            _ => self.sha256.clone(),
        }
    }
}

/// A file beside its client, in the short list of a home page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRow {
    /// The file.
    pub file: FileChip,
    /// Whose it is.
    pub client: ClientLabel,
    /// Who sent it.
    pub sender: Person,
}

/// What no kept name begins or ends with.
const ENDS: [char; 2] = ['.', ' '];

/// The name under which a file is kept and offered for download.
///
/// Only the last part of a path counts, whichever slash it uses; deceptive characters are removed; leading dots go (a
/// hidden file is a surprise) and trailing dots and spaces (Windows drops them, so two names would become one). A name
/// over [`limits::FILE_NAME_BYTES`] is shortened before its extension.
///
/// # Errors
/// Nothing that can be shown is left.
pub fn name(given: &str) -> Result<String, Problem> {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !text::is_deceptive(*c))
        .collect();
    let kept: String = kept
        .chars()
        .map(|c| {
            if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') {
                '_'
            } else {
                c
            }
        })
        .collect();
    let kept = kept.trim_matches(ENDS);
    if kept.is_empty() {
        return Err(Problem::field(Field::Files, Reason::FileName));
    }
    Ok(shortened(kept))
}

fn shortened(name: &str) -> String {
    if name.len() <= limits::FILE_NAME_BYTES {
        return name.to_owned();
    }
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if extension.len() <= 16 => (stem, format!(".{extension}")),
        _ => (name, String::new()),
    };
    let room = limits::FILE_NAME_BYTES - extension.len();
    let mut end = room.min(stem.len());
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    // The cut may have laid a dot or a space open.
    format!("{}{extension}", stem[..end].trim_end_matches(ENDS))
}

/// `PDF`, `XLSX`, `FILE`: what stands in the little square.
pub fn kind(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && (1..=4).contains(&extension.len()) && extension.is_ascii() => {
            extension.to_ascii_uppercase()
        }
        _ => "FILE".to_owned(),
    }
}

/// Whether a preview is offered for a file of this name. What it really is its bytes say, once somebody asks to see it.
pub fn may_show(name: &str) -> bool {
    const SHOWN: [&str; 14] = [
        "PDF", "HEIC", "HEIF", "PNG", "JPG", "JPEG", "GIF", "WEBP", "TXT", "CSV", "TSV", "TAB", "MD", "LOG",
    ];
    let extension = name
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_uppercase());
    extension.is_some_and(|extension| SHOWN.contains(&&*extension))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hostile_names_are_cleaned() {
        for (given, kept) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\anwen\\return.pdf", "return.pdf"),
            ("invoice\0.pdf", "invoice.pdf"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("a\r\nSet-Cookie: x.pdf", "a  Set-Cookie_ x.pdf"),
            (".htaccess", "htaccess"),
            (". .htaccess", "htaccess"),
            (".. \u{200b}. .a. b", "a. b"),
            ("report.pdf. . ", "report.pdf"),
            ("  two  words .txt", "two  words .txt"),
        ] {
            assert_eq!(name(given), Ok(kept.to_owned()), "{given:?}");
        }
        for nothing in ["", "/", "..", "\0\0", "\u{202e}", "a/", " . "] {
            assert!(name(nothing).is_err(), "{nothing:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let long = format!("{}.pdf", "ä".repeat(300));
        let kept = name(&long).expect("a name");
        assert!(kept.len() <= limits::FILE_NAME_BYTES && kept.ends_with("ä.pdf"));
    }

    #[test]
    fn a_cut_leaves_no_dot_or_space_at_the_end() {
        let stem = "a".repeat(limits::FILE_NAME_BYTES - 3);
        for between in ["...", ". .", "   "] {
            let kept = name(&format!("{stem}{between}{}", "b".repeat(20))).expect("a name");
            assert_eq!(kept, stem, "{between:?}");
        }
    }

    proptest! {
        #[test]
        fn a_kept_name_is_one_harmless_segment(given in "\\PC{0,400}") {
            if let Ok(kept) = name(&given) {
                prop_assert!(!kept.is_empty() && kept.len() <= limits::FILE_NAME_BYTES);
                prop_assert!(!kept.contains(['/', '\\', '\0']) && kept != "." && kept != "..");
                prop_assert!(!kept.chars().any(text::is_deceptive));
                prop_assert!(!kept.starts_with(ENDS) && !kept.ends_with(ENDS));
                prop_assert_eq!(name(&kept), Ok(kept));
            }
        }
    }
}
