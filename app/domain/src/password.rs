//! What a password must be like, said before it is typed and again beside the field.

use crate::device::DeviceRow;
use serde::{Deserialize, Serialize};

/// A kind of character that a firm may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CharacterKind {
    /// A small letter.
    Small,
    /// A capital letter.
    Capital,
    /// A figure.
    Figure,
    /// Anything that is neither letter nor figure; a space counts.
    Sign,
}

impl CharacterKind {
    /// All of them, in the order in which they are asked for.
    pub const ALL: [Self; 4] = [Self::Small, Self::Capital, Self::Figure, Self::Sign];

    /// Whether a character is of this kind.
    pub fn fits(self, c: char) -> bool {
        match self {
            Self::Small => c.is_lowercase(),
            Self::Capital => c.is_uppercase(),
            Self::Figure => c.is_numeric(),
            Self::Sign => !c.is_alphanumeric(),
        }
    }

    /// The first kind that a password lacks.
    pub fn missing(password: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| !password.chars().any(|c| kind.fits(c)))
    }

    /// `a small letter`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Small => "a small letter",
            Self::Capital => "a capital letter",
            Self::Figure => "a figure",
            Self::Sign => "a sign such as a full stop, or a space",
        }
    }
}

/// The rules that hold where somebody sets a password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordRules {
    /// The fewest characters.
    pub least: u32,
    /// Whether every kind of character must be there.
    pub kinds: bool,
    /// The words that everybody can guess here: of the firm, and of the person.
    pub words: Vec<String>,
}

/// The page on which somebody keeps their own password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordView {
    /// Whether they have one.
    pub has: bool,
    /// Whether they may do without one from now on.
    pub may_remove: bool,
    /// Whether something was proven in the last minutes, so that changes are taken at once.
    pub fresh: bool,
    /// What a new one must be like.
    pub rules: PasswordRules,
    /// The address to which it belongs, for password managers.
    pub address: String,
    /// Where they are signed in besides here; a new password ends all of that.
    pub others: Vec<DeviceRow>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_kind_that_is_missing_is_named() {
        let missing = CharacterKind::missing;
        assert_eq!(missing("LOUD"), Some(CharacterKind::Small));
        assert_eq!(missing("quiet"), Some(CharacterKind::Capital));
        assert_eq!(missing("Quiet"), Some(CharacterKind::Figure));
        assert_eq!(missing("Quiet7"), Some(CharacterKind::Sign));
        assert_eq!(missing("Quiet 7"), None);
        assert_eq!(missing("Tŷ glas ٣"), None, "of any script");
    }
}
