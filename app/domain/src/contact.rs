//! The humans who sign in for clients, as staff see them.

use crate::Moment;
use serde::{Deserialize, Serialize};

/// How far a contact has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ContactState {
    /// Nobody has invited them yet.
    NotInvited,
    /// They were invited and have not come in yet.
    Invited,
    /// They have come in.
    Active,
    /// They do not get in until staff let them again.
    Suspended,
}

/// What happened to a contact, and when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ContactFacts {
    /// They were invited.
    pub invited: Option<Moment>,
    /// They have come in.
    pub entered: Option<Moment>,
    /// Staff suspended them.
    pub suspended: Option<Moment>,
}

impl ContactState {
    /// The state that follows from what happened.
    pub fn of(facts: ContactFacts) -> Self {
        match facts {
            ContactFacts { suspended: Some(_), .. } => Self::Suspended,
            ContactFacts { entered: Some(_), .. } => Self::Active,
            ContactFacts { invited: Some(_), .. } => Self::Invited,
            ContactFacts { .. } => Self::NotInvited,
        }
    }

    /// Every state, in the order in which a contact goes through them.
    pub const ALL: [Self; 4] = [Self::NotInvited, Self::Invited, Self::Active, Self::Suspended];

    /// Its name in an address: `not-invited`.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotInvited => "not-invited",
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }

    /// The state that an address names.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// `Not invited`.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotInvited => "Not invited",
            Self::Invited => "Invited",
            Self::Active => "Active",
            Self::Suspended => "Suspended",
        }
    }
}

/// The name by which a letter addresses somebody: what was given, else the first word of the whole name.
pub fn first_name<'a>(given: Option<&'a str>, name: &'a str) -> &'a str {
    given
        .filter(|given| !given.is_empty())
        .or_else(|| name.split_whitespace().next())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const THEN: Option<Moment> = Some(Moment(1));

    #[test]
    fn a_suspended_contact_is_suspended_however_far_they_had_come() {
        let facts = ContactFacts {
            invited: THEN,
            entered: THEN,
            suspended: THEN,
        };
        assert_eq!(ContactState::of(facts), ContactState::Suspended);
        assert_eq!(ContactState::of(ContactFacts::default()), ContactState::NotInvited);
    }

    #[test]
    fn letters_address_people_by_their_first_name() {
        assert_eq!(first_name(None, "Anwen Marlowe"), "Anwen");
        assert_eq!(first_name(Some("Mary Jane"), "Mary Jane Bowen"), "Mary Jane");
        assert_eq!(first_name(Some(""), ""), "");
    }
}
