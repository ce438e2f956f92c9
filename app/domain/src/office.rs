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
