//! The manifest: which parts a version of a file consists of.
//!
//! Together with the [key object](crate::key_object) it makes a store, the registry and the root key enough to get
//! every file back.
//!
//! Its bytes, big endian, before they are sealed as a message of their own ([`Label::Manifest`], number 0):
//!
//! | Bytes | Content |
//! | --- | --- |
//! | 1 | format, 1 |
//! | 4 | count of parts |
//! | 8 | total plaintext bytes |
//! | 32 | SHA-256 of the plaintext |
//! | 2 + n | the file's name, UTF-8 |
//! | count × | number(4), length(4), store's name(1 + n), object(16), salt(24), commitment(32) |

use std::fmt;

use zeroize::Zeroizing;

use crate::blob::StoreName;
use crate::bytes::Reader;
use crate::error::Opening;
use crate::key::FileKey;
use crate::message::{self, COMMITMENT, Label, MessageContext, PART, SALT};
use crate::random::SecureRandom;

const FORMAT: u8 = 1;
/// The longest name of a file, in bytes.
pub const LONGEST_NAME: usize = domain::limits::FILE_NAME_BYTES;

/// What a version of a file consists of.
///
/// Every part but the last has [`PART`] bytes, the last one 1 to [`PART`]; an empty file has no parts. Parts are
/// numbered from 0.
#[derive(Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Plaintext bytes in all.
    pub total: u64,
    /// SHA-256 of the plaintext: the receipt.
    pub digest: [u8; 32],
    /// The file's name, up to [`LONGEST_NAME`] bytes.
    pub name: String,
    /// The parts in order.
    pub parts: Vec<ManifestPart>,
}

/// One part in a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestPart {
    /// Its number, from 0.
    pub number: u32,
    /// Its plaintext bytes.
    pub len: u32,
    /// The store that holds it.
    pub store: StoreName,
    /// The random bytes of its object's name.
    pub object: [u8; 16],
    /// Its salt.
    pub salt: [u8; SALT],
    /// Its commitment.
    pub commitment: [u8; COMMITMENT],
}

impl Manifest {
    /// The bytes that are sealed, if this is a list that [`decode`](Self::decode) accepts.
    ///
    /// # Errors
    ///
    /// [`Opening::Malformed`] if lengths, numbers or the name do not agree with each other.
    pub fn encode(&self) -> Result<Vec<u8>, Opening> {
        self.check()?;
        let count = u32::try_from(self.parts.len()).map_err(|_| Opening::Malformed)?;
        let name_len = u16::try_from(self.name.len()).map_err(|_| Opening::Malformed)?;
        let mut out = vec![FORMAT];
        out.extend_from_slice(&count.to_be_bytes());
        out.extend_from_slice(&self.total.to_be_bytes());
        out.extend_from_slice(&self.digest);
        out.extend_from_slice(&name_len.to_be_bytes());
        out.extend_from_slice(self.name.as_bytes());
        for part in &self.parts {
            let store = part.store.as_str();
            out.extend_from_slice(&part.number.to_be_bytes());
            out.extend_from_slice(&part.len.to_be_bytes());
            out.push(u8::try_from(store.len()).map_err(|_| Opening::Malformed)?);
            out.extend_from_slice(store.as_bytes());
            out.extend_from_slice(&part.object);
            out.extend_from_slice(&part.salt);
            out.extend_from_slice(&part.commitment);
        }
        Ok(out)
    }

    /// Reads what [`encode`](Self::encode) wrote, and nothing else: one manifest has one encoding.
    ///
    /// # Errors
    ///
    /// [`Opening::Truncated`] or [`Opening::Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Opening> {
        let mut rest = Reader(bytes);
        if rest.take::<1>()? != [FORMAT] {
            return Err(Opening::Malformed);
        }
        let count = u32::from_be_bytes(rest.take()?);
        let total = u64::from_be_bytes(rest.take()?);
        let digest = rest.take()?;
        let name_len = u16::from_be_bytes(rest.take()?);
        let name = rest.text(name_len.into())?.to_owned();
        // No capacity from a count that nobody has checked: a list grows only as far as there are bytes for it.
        let mut parts = Vec::new();
        for _ in 0..count {
            let (number, len) = (u32::from_be_bytes(rest.take()?), u32::from_be_bytes(rest.take()?));
            let [store_len] = rest.take()?;
            let store = StoreName::parse(rest.text(store_len.into())?).map_err(|_| Opening::Malformed)?;
            let (object, salt, commitment) = (rest.take()?, rest.take()?, rest.take()?);
            parts.push(ManifestPart {
                number,
                len,
                store,
                object,
                salt,
                commitment,
            });
        }
        if !rest.0.is_empty() {
            return Err(Opening::Malformed);
        }
        let manifest = Self {
            total,
            digest,
            name,
            parts,
        };
        manifest.check()?;
        Ok(manifest)
    }

    /// The whole object: encoded and sealed for its place.
    ///
    /// # Errors
    ///
    /// As [`encode`](Self::encode).
    pub fn seal(
        &self,
        key: &FileKey,
        firm: [u8; 16],
        file: [u8; 16],
        version: u32,
        random: &SecureRandom,
    ) -> Result<Vec<u8>, Opening> {
        let plain = Zeroizing::new(self.encode()?);
        Ok(message::seal_message(
            key,
            &context(firm, file, version),
            &plain,
            random,
        ))
    }

    /// Opens and reads an object that [`seal`](Self::seal) made for the same place.
    ///
    /// # Errors
    ///
    /// Any [`Opening`].
    pub fn open(sealed: &[u8], key: &FileKey, firm: [u8; 16], file: [u8; 16], version: u32) -> Result<Self, Opening> {
        Self::decode(&message::open_message(key, &context(firm, file, version), sealed)?)
    }

    fn check(&self) -> Result<(), Opening> {
        let last = self.parts.len().saturating_sub(1);
        let mut total = 0_u64;
        for (index, part) in self.parts.iter().enumerate() {
            let full = u64::from(part.len) == PART;
            let fits = full || (index == last && (1..PART).contains(&part.len.into()));
            if !fits || usize::try_from(part.number) != Ok(index) {
                return Err(Opening::Malformed);
            }
            total += u64::from(part.len);
        }
        if total == self.total && (1..=LONGEST_NAME).contains(&self.name.len()) {
            Ok(())
        } else {
            Err(Opening::Malformed)
        }
    }
}

/// The name of a file is content, so it is not printed.
impl fmt::Debug for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Manifest")
            .field("total", &self.total)
            .field("parts", &self.parts.len())
            .finish_non_exhaustive()
    }
}

fn context(firm: [u8; 16], file: [u8; 16], version: u32) -> MessageContext {
    MessageContext {
        label: Label::Manifest,
        firm,
        file,
        version,
        number: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Key;
    use proptest::prelude::*;

    const FULL: u32 = 8 * 1024 * 1024;

    fn manifest(lengths: &[u32]) -> Manifest {
        let part = |(number, &len): (u32, &u32)| ManifestPart {
            number,
            len,
            store: StoreName::parse("main").expect("plain"),
            object: [u8::try_from(number).expect("few"); 16],
            salt: [2; SALT],
            commitment: [3; COMMITMENT],
        };
        Manifest {
            total: lengths.iter().map(|&len| u64::from(len)).sum(),
            digest: [1; 32],
            name: "Jahresabschluss 2024.pdf".to_owned(),
            parts: (0..).zip(lengths).map(part).collect(),
        }
    }

    fn file_key() -> FileKey {
        FileKey::new(Key::from_bytes([9; 32]))
    }

    #[test]
    fn a_manifest_survives_its_object() {
        for lengths in [&[][..], &[1], &[FULL], &[FULL, FULL, 77]] {
            let manifest = manifest(lengths);
            let sealed = manifest
                .seal(&file_key(), [1; 16], [2; 16], 3, &SecureRandom::system())
                .expect("consistent");
            let opened = Manifest::open(&sealed, &file_key(), [1; 16], [2; 16], 3).expect("same place");
            assert!(opened == manifest);
            assert!(
                Manifest::open(&sealed, &file_key(), [1; 16], [2; 16], 4).is_err(),
                "another version"
            );
            assert!(
                Manifest::open(&sealed, &file_key(), [1; 16], [9; 16], 3).is_err(),
                "another file"
            );
        }
    }

    #[test]
    fn a_list_that_contradicts_itself_is_neither_written_nor_read() {
        let good = manifest(&[FULL, 5]);
        let mut wrong = vec![
            manifest(&[5, FULL]),
            manifest(&[FULL, 0]),
            manifest(&[FULL, FULL + 1]),
            manifest(&[0]),
        ];
        wrong.push(Manifest {
            total: good.total + 1,
            ..good.clone()
        });
        wrong.push(Manifest {
            name: String::new(),
            ..good.clone()
        });
        wrong.push(Manifest {
            name: "x".repeat(LONGEST_NAME + 1),
            ..good.clone()
        });
        let mut swapped = good.clone();
        swapped.parts[1].number = 2;
        wrong.push(swapped);
        for wrong in wrong {
            assert_eq!(wrong.encode().err(), Some(Opening::Malformed), "{wrong:?}");
        }
    }

    #[test]
    fn no_manifest_can_be_cut_or_lengthened() {
        let bytes = manifest(&[FULL, 5]).encode().expect("consistent");
        for length in 0..bytes.len() {
            assert!(Manifest::decode(&bytes[..length]).is_err(), "{length} bytes");
        }
        let longer = [&bytes[..], &[0]].concat();
        assert_eq!(Manifest::decode(&longer).err(), Some(Opening::Malformed));
    }

    #[test]
    fn a_count_that_lies_takes_no_memory() {
        let mut bytes = manifest(&[]).encode().expect("consistent");
        bytes[1..5].copy_from_slice(&u32::MAX.to_be_bytes());
        assert_eq!(Manifest::decode(&bytes).err(), Some(Opening::Truncated));
    }

    #[test]
    fn a_manifest_prints_no_name() {
        assert!(!format!("{:?}", manifest(&[5])).contains("Jahres"));
    }

    proptest! {
        #[test]
        fn what_decodes_encodes_to_the_same_bytes(
            bytes in proptest::collection::vec(any::<u8>(), 0..300),
            at: proptest::sample::Index,
            byte: u8,
        ) {
            if let Ok(manifest) = Manifest::decode(&bytes) {
                prop_assert_eq!(manifest.encode().expect("consistent"), bytes);
            }
            // Random bytes are hardly ever near a manifest, so one with a changed byte is tried as well.
            let mut near = manifest(&[FULL, 5]).encode().expect("consistent");
            let at = at.index(near.len());
            near[at] = byte;
            if let Ok(manifest) = Manifest::decode(&near) {
                prop_assert_eq!(manifest.encode().expect("consistent"), near);
            }
        }
    }
}
