//! What staff see of the firm's housekeeping: its clients, contacts, team and log.

use std::fmt::Write as _;

pub mod audit;
pub mod clients;
pub mod contacts;
pub mod team;

/// A line of a list that can be chosen from: a member of the team, a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The id, as it is posted.
    pub id: String,
    /// What stands there.
    pub name: String,
    /// Whether it is the one in force.
    pub chosen: bool,
}

/// An order in which a list stands.
pub trait Order: Copy + Default + PartialEq + 'static {
    /// Every order: its name in an address, and what its link says.
    const ALL: &'static [(Self, &'static str, &'static str)];

    /// Its name in an address; nothing for the usual one.
    fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(order, ..)| *order == self && *order != Self::default())
            .map_or("", |(_, name, _)| name)
    }

    /// The order that an address names, else the usual one.
    fn named(name: &str) -> Self {
        Self::ALL
            .iter()
            .find(|(_, known, _)| *known == name)
            .map_or_else(Self::default, |(order, ..)| *order)
    }

    /// Every order, with what its link says.
    fn choices() -> impl Iterator<Item = (Self, &'static str)> {
        Self::ALL.iter().map(|(order, _, words)| (*order, *words))
    }
}

/// What a list is asked for. Its address says all of it, so that a list can be kept and sent.
pub trait Query: Clone {
    /// The address of this list.
    fn address(&self) -> String;

    /// Whether anything narrows the list.
    fn is_narrowed(&self) -> bool;

    /// The page, from 0.
    fn page(&self) -> u64;

    /// Another page.
    fn turn_to(&mut self, page: u64);

    /// The address of another page of this list.
    fn at(&self, page: u64) -> String {
        self.but_at(page, |_| ())
    }

    /// The address of the first page of this list with something else.
    fn but(&self, change: impl FnOnce(&mut Self)) -> String {
        self.but_at(0, change)
    }

    /// The address of a page of this list with something else.
    fn but_at(&self, page: u64, change: impl FnOnce(&mut Self)) -> String {
        let mut other = self.clone();
        other.turn_to(page);
        change(&mut other);
        other.address()
    }
}

/// The part of an address that names a page; nothing for the first.
fn page_part(page: u64) -> String {
    if page > 0 { page.to_string() } else { String::new() }
}

/// An address with a query, of the parts that say something: `/office/clients?q=kiln&page=2`.
pub fn address(base: &str, parts: &[(&str, &str)]) -> String {
    let mut text = base.to_owned();
    let mut joint = '?';
    for (name, value) in parts.iter().filter(|(_, value)| !value.is_empty()) {
        text.push(joint);
        text.push_str(name);
        text.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
                text.push(char::from(byte));
            } else {
                let _ = write!(text, "%{byte:02X}");
            }
        }
        joint = '&';
    }
    text
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_address_carries_what_was_chosen_and_nothing_empty() {
        assert_eq!(
            address("/office/clients", &[("q", ""), ("page", "")]),
            "/office/clients"
        );
        assert_eq!(
            address("/office/clients", &[("q", "kiln & clay"), ("page", "2")]),
            "/office/clients?q=kiln%20%26%20clay&page=2"
        );
    }
}
