//! Whom an item is about, and who wrote it.

use crate::{ClientId, Moment, text};
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

/// Where a client's portal stands. It is worked out from what happened, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PortalState {
    /// Nobody of theirs gets in: staff have not enabled it yet.
    NotEnabled,
    /// It is enabled, and nobody of theirs has come in yet.
    Invited,
    /// Somebody of theirs has come in.
    Active,
    /// Nobody of theirs gets in until staff open it again.
    Suspended,
    /// Nobody of theirs gets in any more.
    Closed,
}

/// What happened to a client's portal, and when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PortalFacts {
    /// Staff enabled it.
    pub enabled: Option<Moment>,
    /// The first of the client's contacts came in.
    pub entered: Option<Moment>,
    /// Staff suspended it.
    pub suspended: Option<Moment>,
    /// Staff closed it.
    pub closed: Option<Moment>,
}

impl PortalState {
    /// Every state, in the order in which a portal lives.
    pub const ALL: [Self; 5] = [
        Self::NotEnabled,
        Self::Invited,
        Self::Active,
        Self::Suspended,
        Self::Closed,
    ];

    /// The state that follows from what happened; the last thing that shuts people out decides.
    pub fn of(facts: PortalFacts) -> Self {
        match facts {
            PortalFacts { closed: Some(_), .. } => Self::Closed,
            PortalFacts { suspended: Some(_), .. } => Self::Suspended,
            PortalFacts { enabled: None, .. } => Self::NotEnabled,
            PortalFacts { entered: Some(_), .. } => Self::Active,
            PortalFacts { .. } => Self::Invited,
        }
    }

    /// Whether a contact gets in.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Invited | Self::Active)
    }

    /// `Not enabled`.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotEnabled => "Not enabled",
            Self::Invited => "Invited",
            Self::Active => "Active",
            Self::Suspended => "Suspended",
            Self::Closed => "Closed",
        }
    }

    /// Its name in an address: `not-enabled`.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotEnabled => "not-enabled",
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
        }
    }

    /// The state that an address names.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
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

    const THEN: Option<Moment> = Some(Moment(1));

    #[test]
    fn a_portal_is_off_until_staff_enable_it() {
        assert_eq!(PortalState::of(PortalFacts::default()), PortalState::NotEnabled);
        let entered = PortalFacts {
            entered: THEN,
            ..PortalFacts::default()
        };
        assert_eq!(PortalState::of(entered), PortalState::NotEnabled);
    }

    #[test]
    fn whatever_shuts_people_out_decides() {
        let facts = PortalFacts {
            enabled: THEN,
            entered: THEN,
            ..PortalFacts::default()
        };
        assert!(PortalState::of(facts).is_open());
        let suspended = PortalFacts {
            suspended: THEN,
            ..facts
        };
        assert_eq!(PortalState::of(suspended), PortalState::Suspended);
        let closed = PortalFacts {
            closed: THEN,
            ..suspended
        };
        assert_eq!(PortalState::of(closed), PortalState::Closed);
        assert!(!PortalState::Suspended.is_open() && !PortalState::Closed.is_open());
    }

    #[test]
    fn every_state_has_a_name_of_its_own() {
        for state in PortalState::ALL {
            assert_eq!(PortalState::named(state.name()), Some(state));
        }
        assert_eq!(PortalState::named("open"), None);
    }

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
