//! What stores and objects are called.

use crate::key::{hex, unhex};

/// Bytes that the name of a store or region may have.
pub const LONGEST_NAME: usize = 32;

/// The operator's name of a store: 1 to 32 of `a-z 0-9 -`. A row keeps it, so a store is never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StoreName(String);

/// Where a store's bytes rest, such as `eu`: spelled like a store's name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Region(String);

/// A name that is no name of a store or region.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not 1 to 32 of the characters a-z, 0-9 and -")]
pub struct StoreNameFault(String);

/// The name of one object: the firm's id and 128 random bits.
///
/// In a store it is the path `<firm>/<first two digits>/<all 32 digits>`; a row keeps the 16 random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectName {
    firm: [u8; 16],
    id: [u8; 16],
}

impl StoreName {
    /// A store's name from the operator's settings or from a row.
    ///
    /// # Errors
    ///
    /// If it is none.
    pub fn parse(name: &str) -> Result<Self, StoreNameFault> {
        plain(name).map(Self)
    }

    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Region {
    /// A region from the operator's settings.
    ///
    /// # Errors
    ///
    /// If it is none.
    pub fn parse(name: &str) -> Result<Self, StoreNameFault> {
        plain(name).map(Self)
    }

    /// The region as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ObjectName {
    /// The object of a firm that a row names by its 16 bytes.
    pub fn new(firm: [u8; 16], id: [u8; 16]) -> Self {
        Self { firm, id }
    }

    /// The firm whose object it is.
    pub fn firm(&self) -> [u8; 16] {
        self.firm
    }

    /// The random bytes, for the row.
    pub fn id(&self) -> [u8; 16] {
        self.id
    }

    pub(crate) fn path(&self) -> String {
        let id = hex(&self.id);
        format!("{}/{}/{id}", hex(&self.firm), &id[..2])
    }

    /// Reads a path that [`path`](Self::path) wrote, and no other.
    pub(crate) fn parse(path: &str) -> Option<Self> {
        let mut pieces = path.split('/');
        let (firm, _shard, id) = (pieces.next()?, pieces.next()?, pieces.next()?);
        let name = Self {
            firm: unhex(firm.as_bytes())?,
            id: unhex(id.as_bytes())?,
        };
        (name.path() == path).then_some(name)
    }
}

fn plain(name: &str) -> Result<String, StoreNameFault> {
    let fits = (1..=LONGEST_NAME).contains(&name.len());
    if fits
        && name
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
    {
        Ok(name.to_owned())
    } else {
        Err(StoreNameFault(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_firm_two_digits_and_the_name() {
        let name = ObjectName::new([0xAB; 16], [0x12; 16]);
        assert_eq!(name.path(), format!("{}/12/{}", "ab".repeat(16), "12".repeat(16)));
        assert_eq!(ObjectName::parse(&name.path()), Some(name));
    }

    #[test]
    fn only_our_own_paths_are_names() {
        let (firm, id) = ("ab".repeat(16), "12".repeat(16));
        for path in [
            String::new(),
            format!("{firm}/"),
            format!("{firm}/12/"),
            format!("{firm}/13/{id}"),
            format!("{firm}/12/{id}/more"),
            format!("{}/12/{id}", firm.to_uppercase()),
            format!("{firm}/12/{id}0"),
            format!("../12/{id}"),
        ] {
            assert_eq!(ObjectName::parse(&path), None, "{path}");
        }
    }

    #[test]
    fn a_store_is_named_in_plain_characters() {
        assert_eq!(StoreName::parse("main-2").expect("plain").as_str(), "main-2");
        assert_eq!(Region::parse("eu").expect("plain").as_str(), "eu");
        for wrong in ["", "Main", "a/b", "a b", "..", "ä", &"a".repeat(33)] {
            assert!(StoreName::parse(wrong).is_err(), "{wrong}");
        }
    }
}
