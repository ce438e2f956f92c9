//! Whom an item is about, and who wrote it.

use crate::{ClientId, text};
use serde::{Deserialize, Serialize};

/// The label that stands on every item: whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientLabel {
    /// Which client.
    pub id: ClientId,
    /// `Marlowe Ceramics Ltd`.
    pub name: String,
    /// `MC`: two letters on a square.
    pub mark: String,
}

/// On whose side somebody stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Side {
    /// The firm.
    Staff,
    /// The client.
    Contact,
}

/// Somebody as others see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// `Imogen Pell`.
    pub name: String,
    /// `IP`: two letters in a circle.
    pub initials: String,
    /// Which side.
    pub side: Side,
    /// Whether this is the reader.
    pub own: bool,
    /// `Partner`, for staff; empty for contacts.
    pub title: String,
}

/// Up to two initials: the first letters of the first and the last word that begin with a letter or figure.
pub fn initials(name: &str) -> String {
    let mut firsts = name
        .split(|c: char| c.is_whitespace() || c == '-')
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric() && !text::is_deceptive(*c)));
    let Some(first) = firsts.next() else {
        return "?".to_owned();
    };
    let last = firsts.next_back();
    first
        .to_uppercase()
        .chain(last.into_iter().flat_map(char::to_uppercase))
        .collect()
}

/// The mark of a client: as [`initials`], but `Ltd`, `LLP` and the like do not count.
pub fn mark(name: &str) -> String {
    const FORMS: [&str; 8] = ["ltd", "limited", "llp", "plc", "inc", "llc", "gmbh", "cic"];
    let kept: Vec<&str> = name
        .split_whitespace()
        .filter(|word| !FORMS.contains(&word.trim_end_matches('.').to_lowercase().as_str()))
        .take(2)
        .collect();
    initials(&kept.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_leave_out_the_legal_form() {
        assert_eq!(mark("Marlowe Ceramics Ltd"), "MC");
        assert_eq!(mark("Tanner’s Yard Management Ltd"), "TY");
        assert_eq!(mark("Ltd"), "?");
        assert_eq!(initials("Imogen Pell"), "IP");
        assert_eq!(initials("Åsa"), "Å");
        assert_eq!(initials(""), "?");
    }
}
