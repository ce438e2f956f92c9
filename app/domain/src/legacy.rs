//! Addresses of a portal that the firm had before: they lead to the new place, and open nothing by themselves.

use crate::{LegacyAddressId, Moment, text};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Bytes of an old address, without its host.
pub const ADDRESS_BYTES: usize = 2_048;
/// Lines of one list.
pub const LIST_LINES: usize = 2_000;

/// What the portal's own addresses begin with: an old address below one of them would never be asked for.
pub const OWN: &[&str] = &[
    ".well-known",
    "account",
    "activate",
    "api",
    "button.js",
    "csp-reports",
    "drop",
    "events",
    "favicon.ico",
    "files",
    "health",
    "home",
    "join",
    "link",
    "office",
    "outbox",
    "pkg",
    "reset",
    "robots.txt",
    "sign-in",
    "theme.css",
    "threads",
    "uploads",
];

/// One line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegacyLine {
    /// The old address from its first slash on, with its query and without its fragment, which no server ever sees.
    pub address: String,
    /// A path of the portal.
    pub target: String,
    /// The contact that it was for, by their mail address.
    pub contact: Option<String>,
}

/// Why a line is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LegacyFault {
    /// It is no web address.
    NoAddress,
    /// The portal has a page of its own there.
    Own,
    /// Where it should lead is no path of the portal.
    Target,
    /// Nobody of the contacts has this mail address.
    Contact,
    /// It stands in the list twice.
    Twice,
}

impl fmt::Display for LegacyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoAddress => "this is no web address. It begins with https:// and names a page, not just a site",
            Self::Own => "your portal has a page of its own at this address, so the old link could not be told from it",
            Self::Target => "where it leads is a path of your portal, such as /home",
            Self::Contact => "none of your contacts has this email address",
            Self::Twice => "this address stands in the list twice",
        })
    }
}

/// What a list did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Addresses that were new.
    pub added: usize,
    /// Addresses that were there and lead elsewhere now, or belong to another contact.
    pub changed: usize,
    /// Addresses that were there already, just so.
    pub same: usize,
}

/// One old address in the office's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegacyRow {
    /// Which.
    pub id: LegacyAddressId,
    /// The address, with what may be a secret in it cut short.
    pub shown: String,
    /// Where it leads.
    pub target: String,
    /// The name of the contact that it was for.
    pub contact: Option<String>,
    /// How often it was opened.
    pub hits: u32,
    /// When last.
    pub last: Option<Moment>,
}

/// A page of the office's list, those opened last first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegacyList {
    /// The rows.
    pub rows: Vec<LegacyRow>,
    /// Addresses in all.
    pub total: u64,
    /// Which page this is, from 0.
    pub page: u64,
    /// Whether another follows.
    pub more: bool,
    /// Now.
    pub now: Moment,
}

/// Reads one line: an address, where it leads and for whom it was, with commas, semicolons or tabs between them. The last two
/// may be left out.
///
/// # Errors
/// Why it cannot be taken.
pub fn line(line: &str) -> Result<LegacyLine, LegacyFault> {
    let mut cells = line.split([',', ';', '\t']).map(|cell| cell.trim().trim_matches('"'));
    let address = address(cells.next().unwrap_or_default())?;
    let target = match cells.next() {
        None | Some("") => "/".to_owned(),
        Some(target) => text::local_path(target).ok_or(LegacyFault::Target)?.to_owned(),
    };
    let contact = match cells.next() {
        None | Some("") => None,
        Some(contact) => Some(text::address(contact).map_err(|_| LegacyFault::Contact)?),
    };
    Ok(LegacyLine {
        address,
        target,
        contact,
    })
}

/// `/c/8f3a?x=1` of `https://old.example/c/8f3a?x=1#top`.
fn address(url: &str) -> Result<String, LegacyFault> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
        .ok_or(LegacyFault::NoAddress)?;
    let rest = rest.split('#').next().unwrap_or_default();
    let path = rest
        .find('/')
        .and_then(|at| rest.get(at..))
        .ok_or(LegacyFault::NoAddress)?;
    let plain = path.len() <= ADDRESS_BYTES && path.bytes().all(|byte| byte.is_ascii_graphic());
    if !plain || path == "/" {
        return Err(LegacyFault::NoAddress);
    }
    // The base address with a query is told apart by the query.
    let first = path[1..].split(['/', '?']).next().unwrap_or_default();
    if OWN.contains(&first) {
        return Err(LegacyFault::Own);
    }
    Ok(path.to_owned())
}

/// An old address as a list shows it: of long runs of letters and digits, which may still open something in the system that
/// they came from, the first four are left.
pub fn shown(address: &str) -> String {
    const LONGEST: usize = 12;
    let is_run = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let mut shown = String::new();
    let mut rest = address;
    while let Some(first) = rest.chars().next() {
        let run = rest.find(|c| is_run(c) != is_run(first)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(run);
        if is_run(first) && piece.len() > LONGEST {
            shown.push_str(&piece[..4]);
            shown.push('…');
        } else {
            shown.push_str(piece);
        }
        rest = after;
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<(String, String, Option<String>), LegacyFault> {
        line(text).map(|line| (line.address, line.target, line.contact))
    }

    #[test]
    fn a_line_is_an_address_and_where_it_leads_and_for_whom_it_was() {
        let owned = |address: &str, target: &str, contact: Option<&str>| {
            Ok((address.to_owned(), target.to_owned(), contact.map(ToOwned::to_owned)))
        };
        assert_eq!(read("https://old.example/c/8f3a"), owned("/c/8f3a", "/", None));
        assert_eq!(
            read("http://old.example/c?k=8f3a#top, /threads , Anwen@Marlowe.example"),
            owned("/c?k=8f3a", "/threads", Some("anwen@marlowe.example"))
        );
        assert_eq!(
            read("\"https://old.example/?c=1\";/home;"),
            owned("/?c=1", "/home", None)
        );
    }

    #[test]
    fn a_line_that_would_lead_astray_is_refused() {
        for (text, fault) in [
            ("", LegacyFault::NoAddress),
            ("old.example/c", LegacyFault::NoAddress),
            ("ftp://old.example/c", LegacyFault::NoAddress),
            ("https://old.example", LegacyFault::NoAddress),
            ("https://old.example/", LegacyFault::NoAddress),
            ("https://old.example/a b", LegacyFault::NoAddress),
            ("https://old.example/files?token=1", LegacyFault::Own),
            ("https://old.example/sign-in", LegacyFault::Own),
            ("https://old.example/c,//evil.example", LegacyFault::Target),
            ("https://old.example/c,https://evil.example", LegacyFault::Target),
            ("https://old.example/c,/home,nobody", LegacyFault::Contact),
        ] {
            assert_eq!(read(text), Err(fault), "{text}");
        }
        let long = format!("https://old.example/{}", "a".repeat(ADDRESS_BYTES));
        assert_eq!(read(&long), Err(LegacyFault::NoAddress));
    }

    #[test]
    fn what_may_be_a_secret_is_cut_short() {
        assert_eq!(
            shown("/client/8f3a9c0d1e2f3a4b5c6d/view?k=Zm9vYmFyYmF6cXV4&n=1"),
            "/client/8f3a…/view?k=Zm9v…&n=1"
        );
        assert_eq!(shown("/c/short"), "/c/short");
    }

    proptest! {
        #[test]
        fn any_line_is_read_or_refused_and_any_address_is_shown(text in "\\PC{0,200}") {
            if let Ok(line) = line(&text) {
                prop_assert!(line.address.starts_with('/') && line.target.starts_with('/'));
                prop_assert!(!shown(&line.address).is_empty());
            }
            let _ = shown(&text);
        }
    }
}
