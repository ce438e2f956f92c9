//! Clients, as staff see them.

use super::{Choice, Order, Query, address, contacts::ContactState, page_part};
use crate::{
    ContactId, Moment,
    client::{ClientLabel, PortalFacts, PortalState},
    thread::ThreadRow,
};

/// In which order clients are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientOrder {
    /// By name.
    #[default]
    Name,
    /// The newest first.
    Newest,
    /// By the state of the portal, and by name within.
    State,
}

impl Order for ClientOrder {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Name, "name", "Name"),
        (Self::Newest, "newest", "Newest"),
        (Self::State, "state", "Portal"),
    ];
}

/// What a list of clients is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientQuery {
    /// Words of the name.
    pub words: String,
    /// Only portals in this state.
    pub state: Option<PortalState>,
    /// Only clients with this tag; empty for all.
    pub tag: String,
    /// The order.
    pub order: ClientOrder,
    /// The page, from 0.
    pub page: u64,
}

impl Query for ClientQuery {
    fn address(&self) -> String {
        let page = page_part(self.page);
        let state = self.state.map_or("", PortalState::name);
        let parts = [
            ("q", self.words.as_str()),
            ("state", state),
            ("tag", &self.tag),
            ("sort", self.order.name()),
            ("page", &page),
        ];
        address("/office/clients", &parts)
    }

    fn is_narrowed(&self) -> bool {
        !self.words.is_empty() || self.state.is_some() || !self.tag.is_empty()
    }

    fn page(&self) -> u64 {
        self.page
    }

    fn turn_to(&mut self, page: u64) {
        self.page = page;
    }
}

/// One client of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientRow {
    /// Which.
    pub label: ClientLabel,
    /// Where the portal stands.
    pub state: PortalState,
    /// Who looks after them.
    pub responsible: Option<String>,
    /// The words by which staff group them.
    pub tags: Vec<String>,
    /// Contacts in number.
    pub contacts: u32,
    /// Whether only named members see them.
    pub restricted: bool,
}

/// A list of clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientsView {
    /// One page of it.
    pub rows: Vec<ClientRow>,
    /// What was asked for.
    pub query: ClientQuery,
    /// Whether another page follows.
    pub more: bool,
    /// Every tag in use, for the filter.
    pub tags: Vec<String>,
}

/// A contact on the page of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientContact {
    /// Which.
    pub id: ContactId,
    /// `Anwen Marlowe`.
    pub name: String,
    /// Where mail reaches them.
    pub address: String,
    /// How far they have come.
    pub state: ContactState,
    /// Whether they may approve for this client.
    pub may_approve: bool,
    /// Whether they see this client's reports.
    pub may_see_financials: bool,
    /// When one of their browsers came last.
    pub last_seen: Option<Moment>,
}

/// Who sees a client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NeedToKnow {
    /// Whether only named members see them.
    pub restricted: bool,
    /// The members, named or not; owners and admins are not listed, they see every client.
    pub members: Vec<Choice>,
    /// Whether the reader may change it.
    pub may_change: bool,
}

/// The page of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientView {
    /// Which.
    pub label: ClientLabel,
    /// Where the portal stands.
    pub state: PortalState,
    /// How it came to that.
    pub facts: PortalFacts,
    /// Since when they are a client here.
    pub added: Moment,
    /// The words by which staff group them.
    pub tags: Vec<String>,
    /// What staff wrote down; no contact ever sees it.
    pub notes: String,
    /// The team, to choose who looks after them.
    pub team: Vec<Choice>,
    /// Their contacts.
    pub contacts: Vec<ClientContact>,
    /// Contacts of other clients, who could be given access to this one.
    pub others: Vec<Choice>,
    /// Who of the team sees them.
    pub need_to_know: NeedToKnow,
    /// Their newest threads.
    pub threads: Vec<ThreadRow>,
    /// Now.
    pub now: Moment,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_found_again_by_its_address() {
        let query = ClientQuery {
            words: "kiln".to_owned(),
            state: Some(PortalState::Active),
            tag: "VAT".to_owned(),
            order: ClientOrder::Newest,
            page: 1,
        };
        assert_eq!(
            query.address(),
            "/office/clients?q=kiln&state=active&tag=VAT&sort=newest&page=1"
        );
        assert_eq!(ClientQuery::default().address(), "/office/clients");
        for (order, name, _) in ClientOrder::ALL {
            assert_eq!(ClientOrder::named(name), *order);
        }
    }
}
