//! The key object: the wrapped file key of one version, kept in the store beside the parts.
//!
//! A firm's database holds the same key, wrapped in a row. The object makes the store, the registry and the root key
//! enough to get every file back: it opens under the client's key, gives the file key and names the manifest.
//!
//! | Offset | Bytes | Content |
//! | --- | --- | --- |
//! | 0 | 16 | `gatehouse/fkey01` |
//! | 16 | 48 | firm, client, file |
//! | 64 | 8 | version of the file, version of the client's key, big endian |
//! | 72 | 16 | the random bytes of the manifest's object name |
//! | 88 | 60 | nonce 12, wrapped file key 32, tag 16; bound to everything before |

use crate::bytes::Reader;
use crate::error::Opening;
use crate::key::{FileKey, Key, WRAPPED};
use crate::random::SecureRandom;

const LABEL: &[u8; 16] = b"gatehouse/fkey01";

/// Bytes that the wrap is bound to.
const BOUND: usize = 88;

/// Bytes of a key object.
pub const KEY_OBJECT: usize = BOUND + WRAPPED;

/// Which version's key it is, and what it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyPlace {
    /// The firm.
    pub firm: [u8; 16],
    /// The client whose key wraps the file key; the firm's own id for a file of the firm itself.
    pub client: [u8; 16],
    /// The file.
    pub file: [u8; 16],
    /// The file's version.
    pub version: u32,
    /// The version of the client's key.
    pub client_key_version: u32,
    /// The random bytes of the manifest's object name.
    pub manifest: [u8; 16],
}

/// The wrapped file key of one version, as it lies in a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyObject {
    /// What it says about itself, which [`open`](Self::open) proves.
    pub place: KeyPlace,
    wrapped: [u8; WRAPPED],
}

impl KeyObject {
    /// Wraps the file key under the client's key, bound to its place.
    pub fn seal(place: KeyPlace, client_key: &Key, file_key: &FileKey, random: &SecureRandom) -> Self {
        let mut bytes = Vec::with_capacity(WRAPPED);
        client_key.wrap_bound(&mut bytes, file_key.key(), &place.bytes(), random);
        let mut wrapped = [0; WRAPPED];
        wrapped.copy_from_slice(&bytes);
        Self { place, wrapped }
    }

    /// The bytes that go into the store.
    pub fn bytes(&self) -> [u8; KEY_OBJECT] {
        let mut bytes = [0; KEY_OBJECT];
        bytes[..BOUND].copy_from_slice(&self.place.bytes());
        bytes[BOUND..].copy_from_slice(&self.wrapped);
        bytes
    }

    /// Reads the bytes of a key object. Nothing in it is trusted until [`open`](Self::open) succeeded.
    ///
    /// # Errors
    ///
    /// [`Opening::Malformed`] for another length or label.
    pub fn parse(bytes: &[u8]) -> Result<Self, Opening> {
        if bytes.len() != KEY_OBJECT {
            return Err(Opening::Malformed);
        }
        let mut rest = Reader(bytes);
        if rest.take::<16>()? != *LABEL {
            return Err(Opening::Malformed);
        }
        let place = KeyPlace {
            firm: rest.take()?,
            client: rest.take()?,
            file: rest.take()?,
            version: u32::from_be_bytes(rest.take()?),
            client_key_version: u32::from_be_bytes(rest.take()?),
            manifest: rest.take()?,
        };
        Ok(Self {
            place,
            wrapped: rest.take()?,
        })
    }

    /// Unwraps the file key. Success proves every field.
    ///
    /// # Errors
    ///
    /// [`Opening::Tampered`] if a field, the wrap or the key is another.
    pub fn open(&self, client_key: &Key) -> Result<FileKey, Opening> {
        client_key
            .unwrap_bound(&self.wrapped, &self.place.bytes())
            .map(FileKey::new)
    }
}

impl KeyPlace {
    fn bytes(&self) -> [u8; BOUND] {
        let mut bytes = [0; BOUND];
        bytes[..16].copy_from_slice(LABEL);
        bytes[16..32].copy_from_slice(&self.firm);
        bytes[32..48].copy_from_slice(&self.client);
        bytes[48..64].copy_from_slice(&self.file);
        bytes[64..68].copy_from_slice(&self.version.to_be_bytes());
        bytes[68..72].copy_from_slice(&self.client_key_version.to_be_bytes());
        bytes[72..].copy_from_slice(&self.manifest);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PLACE: KeyPlace = KeyPlace {
        firm: [1; 16],
        client: [2; 16],
        file: [3; 16],
        version: 4,
        client_key_version: 5,
        manifest: [6; 16],
    };

    fn client() -> Key {
        Key::from_bytes([4; 32])
    }

    #[test]
    fn the_file_key_goes_to_its_client_alone() {
        let file_key = FileKey::new(Key::from_bytes([9; 32]));
        let object = KeyObject::seal(PLACE, &client(), &file_key, &SecureRandom::seeded(1));
        let parsed = KeyObject::parse(&object.bytes()).expect("our own");
        assert_eq!(parsed, object);
        assert_eq!(parsed.open(&client()).expect("its client").key().expose(), &[9; 32]);
        assert_eq!(parsed.open(&Key::from_bytes([5; 32])).err(), Some(Opening::Tampered));
    }

    #[test]
    fn every_bit_of_the_object_is_bound() {
        let file_key = FileKey::new(Key::from_bytes([9; 32]));
        let bytes = KeyObject::seal(PLACE, &client(), &file_key, &SecureRandom::seeded(1)).bytes();
        assert_eq!(bytes.len(), 148);
        for bit in 0..bytes.len() * 8 {
            let mut other = bytes;
            other[bit / 8] ^= 1 << (bit % 8);
            assert!(
                KeyObject::parse(&other)
                    .and_then(|object| object.open(&client()))
                    .is_err(),
                "bit {bit}"
            );
        }
        for length in 0..bytes.len() {
            assert_eq!(
                KeyObject::parse(&bytes[..length]).err(),
                Some(Opening::Malformed),
                "{length} bytes"
            );
        }
    }

    proptest! {
        #[test]
        fn hostile_objects_never_panic_and_never_open(
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
            body in proptest::collection::vec(any::<u8>(), KEY_OBJECT - LABEL.len()),
        ) {
            for bytes in [bytes, [&LABEL[..], &body].concat()] {
                prop_assert!(KeyObject::parse(&bytes).and_then(|object| object.open(&client())).is_err());
            }
        }
    }
}
