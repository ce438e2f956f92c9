//! The firm's own people, as they see each other.

use crate::{Moment, StaffId, access::Role};

/// A role of staff, for lists to choose from: the role, its name in a form, its word, and what it may.
pub const ROLES: [(Role, &str, &str, &str); 3] = [
    (
        Role::Member,
        "member",
        "Member",
        "Works with clients and contacts. Sees a restricted client only when named on it.",
    ),
    (
        Role::Admin,
        "admin",
        "Admin",
        "Also runs the team, the settings and restricted clients, and reads the audit log.",
    ),
    (
        Role::Owner,
        "owner",
        "Owner",
        "Also appoints owners. A firm always has one.",
    ),
];

/// `Owner`.
pub fn role_word(role: Role) -> &'static str {
    ROLES
        .iter()
        .find(|(known, ..)| *known == role)
        .map_or("", |(_, _, word, _)| word)
}

/// `owner`: a role as forms and columns name it.
pub fn role_name(role: Role) -> &'static str {
    ROLES
        .iter()
        .find(|(known, ..)| *known == role)
        .map_or("", |(_, name, ..)| name)
}

/// The role that a form names.
pub fn role_named(name: &str) -> Option<Role> {
    ROLES
        .iter()
        .find(|(_, known, ..)| *known == name)
        .map(|(role, ..)| *role)
}

/// Somebody of the team, in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamRow {
    /// Who.
    pub id: StaffId,
    /// `Imogen Pell`.
    pub name: String,
    /// `Partner`; may be empty.
    pub title: String,
    /// Where mail reaches them.
    pub address: String,
    /// What they may do.
    pub role: Role,
    /// Whether they have set a password, without which they cannot come in.
    pub joined: bool,
    /// When one of their browsers came last.
    pub last_seen: Option<Moment>,
    /// Whether this is the reader.
    pub own: bool,
}

/// The team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamView {
    /// Everybody, by name.
    pub rows: Vec<TeamRow>,
    /// Whether the reader may invite and change.
    pub may_run: bool,
    /// Whether the reader may appoint owners.
    pub may_appoint: bool,
    /// Now.
    pub now: Moment,
}

/// The page of somebody of the team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberView {
    /// Who.
    pub row: TeamRow,
    /// When they were invited.
    pub invited: Option<Moment>,
    /// Since when they are of the team.
    pub added: Moment,
    /// Whether the reader may change them: admins change members and admins, owners everybody.
    pub may_change: bool,
    /// Whether the reader may appoint owners.
    pub may_appoint: bool,
    /// Whether nobody else is an owner, so that they must stay one.
    pub last_owner: bool,
    /// The restricted clients on which they are named.
    pub named_on: Vec<String>,
    /// Now.
    pub now: Moment,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_of_staff_has_a_name_of_its_own() {
        for (role, name, word, _) in ROLES {
            assert_eq!(
                (role_named(name), role_name(role), role_word(role)),
                (Some(role), name, word)
            );
        }
        assert_eq!(role_named("operator"), None);
        assert_eq!(role_word(Role::Contact), "");
    }
}
