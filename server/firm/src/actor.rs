//! Who acts, and the one door through which every verb goes.
//!
//! An actor is made from a session ([`crate::sessions::resume`]) and nowhere else, so that holding one is proof. The
//! door asks two things: may this role do this at all ([`domain::access::may`]), and is the thing within this actor's
//! scope. Both refusals are `NotFound`, because "you may not" would tell that the thing exists.

use crate::error::{Error, Result};
use domain::{
    ClientId, ContactId, GuestId, StaffId, UploadLinkId,
    access::{Action, Role, may},
    client::{self, ClientLabel, Person, Side},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Select};
use std::sync::Arc;
use uuid::Uuid;

/// Who acts.
#[derive(Clone, Debug)]
pub enum Actor {
    /// Nobody has signed in.
    Visitor,
    /// Somebody who may send files by an upload-only link.
    Guest(GuestActor),
    /// A client's human.
    Contact(ContactActor),
    /// One of the firm's people.
    Staff(StaffActor),
    /// The queue.
    Worker,
    /// The command line.
    Operator,
}

/// Who sends by an upload-only link. They stand on the client's side and see nothing of it.
#[derive(Clone, Copy, Debug)]
pub struct GuestActor {
    pub(crate) id: GuestId,
    pub(crate) link: UploadLinkId,
    pub(crate) client: ClientId,
}

impl GuestActor {
    /// As the column of a row's author holds it.
    pub(crate) const KIND: &'static str = "guest";
}

/// A contact, with the clients that are theirs.
#[derive(Clone, Debug)]
pub struct ContactActor {
    id: ContactId,
    name: Arc<str>,
    clients: Arc<[ClientLabel]>,
}

/// One of the firm's people, with their role.
#[derive(Clone, Debug)]
pub struct StaffActor {
    id: StaffId,
    name: Arc<str>,
    title: Arc<str>,
    role: Role,
    /// The restricted clients that they do not see, ascending; always empty for owners and admins.
    kept_off: Arc<[ClientId]>,
}

/// Something that belongs to a client, or to nobody in particular.
pub trait Scoped {
    /// Whose it is; `None` for what is not a client's (a frame, a session, the firm itself).
    fn client(&self) -> Option<ClientId>;
}

/// The firm itself, for verbs that are about no client.
pub struct Nobodys;

impl Scoped for Nobodys {
    fn client(&self) -> Option<ClientId> {
        None
    }
}

impl Scoped for ClientId {
    fn client(&self) -> Option<ClientId> {
        Some(*self)
    }
}

/// Lets a verb go on, or not.
///
/// # Errors
/// `NotFound` when the role may not, or the thing is out of the actor's scope.
pub fn allow(actor: &Actor, action: Action, thing: &impl Scoped) -> Result<()> {
    let in_scope = thing.client().is_none_or(|client| actor.reaches(client));
    if may(actor.role(), action) && in_scope {
        Ok(())
    } else {
        Err(Error::not_found())
    }
}

impl Actor {
    pub(crate) fn contact(id: ContactId, name: &str, clients: Vec<ClientLabel>) -> Self {
        Self::Contact(ContactActor {
            id,
            name: name.into(),
            clients: clients.into(),
        })
    }

    pub(crate) fn staff(id: StaffId, name: &str, title: &str, role: Role) -> Self {
        Self::Staff(StaffActor {
            id,
            name: name.into(),
            title: title.into(),
            role,
            kept_off: Arc::default(),
        })
    }

    /// A member's need-to-know: `clients`, in any order, are as good as absent. Owners and admins see every client.
    pub(crate) fn without(self, mut clients: Vec<ClientId>) -> Self {
        match self {
            Self::Staff(staff) if staff.role == Role::Member => {
                clients.sort_unstable();
                Self::Staff(StaffActor {
                    kept_off: clients.into(),
                    ..staff
                })
            }
            other => other,
        }
    }

    /// Whether a client is in the actor's scope.
    fn reaches(&self, client: ClientId) -> bool {
        match self {
            Self::Guest(guest) => guest.client == client,
            Self::Contact(contact) => contact.clients.iter().any(|own| own.id == client),
            Self::Staff(staff) => staff.kept_off.binary_search(&client).is_err(),
            _ => true,
        }
    }

    /// Narrows a statement to the clients in the actor's scope. `client` is the column that says whose a row is.
    pub(crate) fn narrow<E: EntityTrait>(&self, query: Select<E>, client: impl ColumnTrait) -> Select<E> {
        match self {
            // They list nothing, whatever asks.
            Self::Guest(_) => query.filter(client.is_in(Vec::<Uuid>::new())),
            Self::Contact(contact) => query.filter(client.is_in(contact.clients.iter().map(|own| own.id.uuid()))),
            Self::Staff(staff) if !staff.kept_off.is_empty() => {
                query.filter(client.is_not_in(staff.kept_off.iter().map(|id| id.uuid())))
            }
            _ => query,
        }
    }

    /// The person, as they see themselves.
    ///
    /// # Errors
    /// `NotFound` when no person acts.
    pub(crate) fn me(&self) -> Result<Person> {
        let (side, name, title) = match self {
            Self::Contact(contact) => (Side::Contact, &contact.name, String::new()),
            Self::Staff(staff) => (Side::Staff, &staff.name, staff.title.to_string()),
            _ => return Err(Error::not_found()),
        };
        Ok(Person {
            initials: client::initials(name),
            name: name.to_string(),
            side,
            own: true,
            title,
        })
    }

    /// The role, for the table of who may what.
    pub fn role(&self) -> Role {
        match self {
            Self::Visitor => Role::Visitor,
            Self::Guest(_) => Role::Guest,
            Self::Contact(_) => Role::Contact,
            Self::Staff(staff) => staff.role,
            Self::Worker => Role::Worker,
            Self::Operator => Role::Operator,
        }
    }

    /// On whose side they stand; `None` when nobody is signed in.
    pub fn side(&self) -> Option<Side> {
        match self {
            Self::Contact(_) => Some(Side::Contact),
            Self::Staff(_) => Some(Side::Staff),
            _ => None,
        }
    }

    /// Whether staff act.
    pub fn is_staff(&self) -> bool {
        matches!(self, Self::Staff(_))
    }

    /// Whether a contact acts.
    pub fn is_contact(&self) -> bool {
        matches!(self, Self::Contact(_))
    }

    /// The guest of an upload-only link, where one acts.
    pub(crate) fn guest(&self) -> Option<&GuestActor> {
        match self {
            Self::Guest(guest) => Some(guest),
            _ => None,
        }
    }

    /// The client to whose files somebody adds who has no choice.
    pub fn only_client(&self) -> Option<ClientId> {
        self.guest().map(|guest| guest.client)
    }

    /// Whose a file is that the actor sends: the kind and the id, as the columns hold them.
    ///
    /// # Errors
    /// `NotFound` when no person acts.
    pub(crate) fn author(&self) -> Result<(&'static str, Uuid)> {
        let id = self.person().ok_or_else(Error::not_found)?;
        Ok((self.kind(), id))
    }

    /// The person's id, where a person acts.
    pub fn person(&self) -> Option<Uuid> {
        match self {
            Self::Guest(guest) => Some(guest.id.uuid()),
            Self::Contact(contact) => Some(contact.id.uuid()),
            Self::Staff(staff) => Some(staff.id.uuid()),
            _ => None,
        }
    }

    /// The person and their side.
    ///
    /// # Errors
    /// `NotFound` when no person acts.
    pub(crate) fn signed_in(&self) -> Result<(Side, Uuid)> {
        self.side().zip(self.person()).ok_or_else(Error::not_found)
    }

    /// The clients to which lists are narrowed; `None` for staff, who see all.
    pub(crate) fn clients(&self) -> Option<&[ClientLabel]> {
        match self {
            Self::Contact(contact) => Some(&contact.clients),
            _ => None,
        }
    }

    /// The restricted clients that a member does not see.
    pub(crate) fn kept_off(&self) -> &[ClientId] {
        match self {
            Self::Staff(staff) => &staff.kept_off,
            _ => &[],
        }
    }

    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Visitor => "visitor",
            Self::Guest(_) => GuestActor::KIND,
            Self::Contact(_) => "contact",
            Self::Staff(_) => "staff",
            Self::Worker => "worker",
            Self::Operator => "operator",
        }
    }
}

/// A side as its column holds it.
pub(crate) fn side_name(side: Side) -> &'static str {
    match side {
        Side::Staff => "staff",
        Side::Contact => "contact",
    }
}

/// The side on which the author of a file stands: guests on the client's.
pub(crate) fn author_side_of(name: &str) -> Result<Side> {
    if name == GuestActor::KIND {
        Ok(Side::Contact)
    } else {
        side_of(name)
    }
}

/// The side that a column names.
pub(crate) fn side_of(name: &str) -> Result<Side> {
    match name {
        "staff" => Ok(Side::Staff),
        "contact" => Ok(Side::Contact),
        _ => Err(crate::Fault::Inconsistent("a side that is neither staff nor contact").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_reaches_their_own_clients_only() {
        let (own, other) = (ClientId::from(Uuid::from_u128(1)), ClientId::from(Uuid::from_u128(2)));
        let label = crate::directory::label(own.uuid(), "Marlowe Ceramics Ltd".to_owned());
        let contact = Actor::contact(ContactId::from(Uuid::from_u128(9)), "Anwen Marlowe", vec![label]);
        assert!(allow(&contact, Action::ReadThread, &own).is_ok());
        assert!(matches!(
            allow(&contact, Action::ReadThread, &other),
            Err(Error::Problem(domain::Problem::NotFound))
        ));
    }

    #[test]
    fn a_member_kept_off_a_client_does_not_reach_it_and_an_owner_does() {
        let (open, kept) = (ClientId::from(Uuid::from_u128(1)), ClientId::from(Uuid::from_u128(2)));
        let staff = |role| Actor::staff(StaffId::from(Uuid::from_u128(3)), "Tomasz Wilk", "", role).without(vec![kept]);
        assert!(allow(&staff(Role::Member), Action::ReadThread, &open).is_ok());
        for action in [
            Action::ReadThread,
            Action::ReadFile,
            Action::RunClients,
            Action::OpenThread,
        ] {
            assert!(matches!(
                allow(&staff(Role::Member), action, &kept),
                Err(Error::Problem(domain::Problem::NotFound))
            ));
            assert!(allow(&staff(Role::Owner), action, &kept).is_ok());
        }
    }

    #[test]
    fn staff_reach_every_client_and_visitors_none() {
        let client = ClientId::from(Uuid::from_u128(1));
        let staff = Actor::staff(
            StaffId::from(Uuid::from_u128(3)),
            "Tomasz Wilk",
            "Bookkeeping",
            Role::Member,
        );
        assert!(allow(&staff, Action::ReadThread, &client).is_ok());
        assert!(allow(&Actor::Visitor, Action::ReadThread, &client).is_err());
        assert!(allow(&Actor::Worker, Action::ReadThread, &client).is_err());
    }
}
