//! Sealed columns: single values in a database row that only the firm's column key opens.

use zeroize::Zeroizing;

use crate::error::Opening;
use crate::gcm;
use crate::key::Key;
use crate::random::SecureRandom;

/// The first byte of every sealed value. Another one is from a version of ours that this one does not know.
const FORMAT: u8 = 1;

/// Bytes that sealing adds to a value: format 1, nonce 12, tag 16.
pub const OVERHEAD: usize = 1 + gcm::NONCE + gcm::TAG;

/// Where a sealed value stands. A value that was moved to another table, column or row does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnPlace<'a> {
    /// The table's name.
    pub table: &'a str,
    /// The column's name.
    pub column: &'a str,
    /// The row's id.
    pub row: [u8; 16],
}

/// Seals `plaintext` for its place: `format(1) ‖ nonce(12) ‖ ciphertext ‖ tag(16)`, AES-256-GCM.
///
/// Nonces are random, so a column key must be rotated before it has sealed 2³² values.
///
/// # Panics
///
/// If the name of a table or column has more than 65,535 bytes; names are constants.
pub fn seal_column(key: &Key, place: &ColumnPlace<'_>, plaintext: &[u8], random: &SecureRandom) -> Vec<u8> {
    let mut out = Vec::with_capacity(plaintext.len() + OVERHEAD);
    out.push(FORMAT);
    gcm::seal_onto(&mut out, key.expose(), &place.bytes(), plaintext, random);
    out
}

/// Opens what [`seal_column`] sealed for the same place.
///
/// # Errors
///
/// [`Opening::Truncated`] if bytes are missing, [`Opening::Malformed`] for an unknown format, [`Opening::Tampered`] if
/// key, place or bytes are others.
///
/// # Panics
///
/// As [`seal_column`].
pub fn open_column(key: &Key, place: &ColumnPlace<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Opening> {
    if sealed.len() < OVERHEAD {
        return Err(Opening::Truncated);
    }
    if sealed[0] != FORMAT {
        return Err(Opening::Malformed);
    }
    let mut opened = Zeroizing::new(sealed[1..].to_vec());
    let length = gcm::open_in_place(key.expose(), &place.bytes(), &mut opened)?.len();
    opened.copy_within(gcm::NONCE..gcm::NONCE + length, 0);
    opened.truncate(length);
    Ok(opened)
}

impl ColumnPlace<'_> {
    /// format(1) ‖ length(u16) ‖ table ‖ length(u16) ‖ column ‖ row(16): each border is fixed by a length before it.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(21 + self.table.len() + self.column.len());
        bytes.push(FORMAT);
        for name in [self.table, self.column] {
            let length = u16::try_from(name.len()).expect("names of tables and columns are short constants");
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(name.as_bytes());
        }
        bytes.extend_from_slice(&self.row);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PLACE: ColumnPlace<'_> = ColumnPlace {
        table: "message",
        column: "body",
        row: [7; 16],
    };

    fn key() -> Key {
        Key::from_bytes([5; 32])
    }

    #[test]
    fn a_value_opens_in_its_place_only() {
        let random = SecureRandom::seeded(1);
        let sealed = seal_column(&key(), &PLACE, "Grüße".as_bytes(), &random);
        assert_eq!(
            *open_column(&key(), &PLACE, &sealed).expect("same place"),
            "Grüße".as_bytes()
        );
        for elsewhere in [
            ColumnPlace { table: "note", ..PLACE },
            ColumnPlace {
                column: "subject",
                ..PLACE
            },
            ColumnPlace { row: [8; 16], ..PLACE },
            ColumnPlace {
                table: "messag",
                column: "ebody",
                ..PLACE
            },
        ] {
            assert_eq!(
                open_column(&key(), &elsewhere, &sealed).err(),
                Some(Opening::Tampered),
                "{elsewhere:?}"
            );
        }
        assert_eq!(
            open_column(&Key::from_bytes([6; 32]), &PLACE, &sealed).err(),
            Some(Opening::Tampered)
        );
    }

    #[test]
    fn no_bit_of_a_sealed_value_can_be_changed_and_no_byte_dropped() {
        let sealed = seal_column(&key(), &PLACE, b"sealed", &SecureRandom::seeded(2));
        for bit in 0..sealed.len() * 8 {
            let mut other = sealed.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            let expected = if bit < 8 { Opening::Malformed } else { Opening::Tampered };
            assert_eq!(open_column(&key(), &PLACE, &other).err(), Some(expected), "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert!(
                open_column(&key(), &PLACE, &sealed[..length]).is_err(),
                "{length} bytes"
            );
        }
    }

    #[test]
    fn equal_values_look_different_when_sealed() {
        let random = SecureRandom::seeded(3);
        assert_ne!(
            seal_column(&key(), &PLACE, b"same", &random),
            seal_column(&key(), &PLACE, b"same", &random)
        );
    }

    proptest! {
        #[test]
        fn any_value_returns_as_it_was(value: Vec<u8>, row: [u8; 16]) {
            let place = ColumnPlace { row, ..PLACE };
            let sealed = seal_column(&key(), &place, &value, &SecureRandom::system());
            prop_assert_eq!(sealed.len(), value.len() + OVERHEAD);
            prop_assert_eq!(&*open_column(&key(), &place, &sealed).expect("same place"), &value);
        }

        #[test]
        fn foreign_bytes_never_open(bytes: Vec<u8>) {
            prop_assert!(open_column(&key(), &PLACE, &bytes).is_err());
        }
    }
}
