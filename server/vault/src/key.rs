//! Keys, and keys wrapped by other keys.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::error::Opening;
use crate::gcm;
use crate::random::SecureRandom;

/// Bytes of a wrapped key: nonce 12, key 32, tag 16.
pub const WRAPPED: usize = gcm::NONCE + 32 + gcm::TAG;

/// The first bytes of what a wrap is bound to, so that a wrap is never mistaken for anything else under the same key.
const WRAP_LABEL: &[u8; 16] = b"gatehouse/wrap01";

/// A secret of 256 bits. Wiped when dropped; not `Clone`, so share it behind an `Arc`.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Key([u8; 32]);

/// What a wrapped key is for. The byte is part of what the wrap is bound to and never changes its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Purpose {
    /// The registry's own database, wrapped by the root key.
    RegistryDatabase,
    /// A firm, wrapped by the root key.
    Firm,
    /// A client, or the firm itself as the owner of files, wrapped by the firm key.
    Client,
    /// A firm's database, wrapped by the firm key.
    FirmDatabase,
    /// Sealed columns of a firm, wrapped by the firm key.
    Column,
    /// Message authentication in a firm, wrapped by the firm key.
    Mac,
    /// Sealed cookies of a firm, wrapped by the firm key.
    Cookie,
    /// A version of a file, wrapped by its client's key.
    File,
}

/// Where a wrapped key belongs. A wrap that was moved to another firm, row, purpose or version does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrapContext {
    /// What the inner key is for.
    pub purpose: Purpose,
    /// The firm; all zeroes for the registry's own key.
    pub firm: [u8; 16],
    /// The row that holds the wrap.
    pub row: [u8; 16],
    /// The inner key's version.
    pub version: u32,
}

/// The key of one version of a file, from which each of its messages derives a key of its own.
#[derive(ZeroizeOnDrop)]
pub struct FileKey(Key);

impl Key {
    /// A fresh key.
    pub fn generate(random: &SecureRandom) -> Self {
        let mut key = Self([0; 32]);
        random.fill(&mut key.0);
        key
    }

    /// A key from bytes that are already secret and uniformly random, such as a parsed root key.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for a primitive that takes nothing else, such as the raw key of an encrypted database.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The bytes as 64 lower-case hexadecimal digits.
    pub fn expose_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(hex(&self.0))
    }

    /// Wraps `inner` under this key: [`WRAPPED`] bytes, AES-256-GCM with a fresh nonce, bound to `place`.
    pub fn wrap(&self, inner: &Self, place: &WrapContext, random: &SecureRandom) -> Vec<u8> {
        let mut out = Vec::new();
        gcm::seal_onto(&mut out, &self.0, &place.bytes(), &inner.0, random);
        out
    }

    /// Unwraps a key that [`wrap`](Self::wrap) wrapped for the same place.
    ///
    /// # Errors
    ///
    /// [`Opening::Malformed`] if the length is impossible, [`Opening::Tampered`] if key, place or bytes are others.
    pub fn unwrap(&self, wrapped: &[u8], place: &WrapContext) -> Result<Self, Opening> {
        self.unwrap_bound(wrapped, &place.bytes())
    }

    pub(crate) fn wrap_bound(&self, out: &mut Vec<u8>, inner: &Self, aad: &[u8], random: &SecureRandom) {
        gcm::seal_onto(out, &self.0, aad, &inner.0, random);
    }

    pub(crate) fn unwrap_bound(&self, wrapped: &[u8], aad: &[u8]) -> Result<Self, Opening> {
        if wrapped.len() != WRAPPED {
            return Err(Opening::Malformed);
        }
        let mut copy = Zeroizing::new([0; WRAPPED]);
        copy.copy_from_slice(wrapped);
        let inner = gcm::open_in_place(&self.0, aad, &mut *copy)?;
        let mut key = Self([0; 32]);
        key.0.copy_from_slice(inner);
        Ok(key)
    }
}

impl FileKey {
    /// A fresh file key. One file version, one key: it must never seal for two versions.
    pub fn generate(random: &SecureRandom) -> Self {
        Self(Key::generate(random))
    }

    /// The file key in a key that was unwrapped elsewhere.
    pub fn new(key: Key) -> Self {
        Self(key)
    }

    /// The key within, to be wrapped.
    pub fn key(&self) -> &Key {
        &self.0
    }
}

impl Purpose {
    /// Never renumbered: it is inside every wrap that exists.
    fn byte(self) -> u8 {
        match self {
            Self::RegistryDatabase => 1,
            Self::Firm => 2,
            Self::Client => 3,
            Self::FirmDatabase => 4,
            Self::Column => 5,
            Self::Mac => 6,
            Self::Cookie => 7,
            Self::File => 8,
        }
    }
}

impl WrapContext {
    /// label(16) ‖ purpose(1) ‖ firm(16) ‖ row(16) ‖ version(u32, big endian): fields of fixed width, so unambiguous.
    fn bytes(&self) -> [u8; 53] {
        let mut bytes = [0; 53];
        bytes[..16].copy_from_slice(WRAP_LABEL);
        bytes[16] = self.purpose.byte();
        bytes[17..33].copy_from_slice(&self.firm);
        bytes[33..49].copy_from_slice(&self.row);
        bytes[49..].copy_from_slice(&self.version.to_be_bytes());
        bytes
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileKey(..)")
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    out
}

/// Exactly `N` bytes from `2 N` hexadecimal digits of either case.
pub(crate) fn unhex<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    if text.len() != N * 2 {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: WrapContext = WrapContext {
        purpose: Purpose::Client,
        firm: [1; 16],
        row: [2; 16],
        version: 3,
    };

    #[test]
    fn a_wrapped_key_opens_in_its_place_only() {
        let random = SecureRandom::seeded(1);
        let (outer, inner) = (Key::generate(&random), Key::generate(&random));
        let wrapped = outer.wrap(&inner, &PLACE, &random);
        assert_eq!(wrapped.len(), WRAPPED);
        assert_eq!(
            outer.unwrap(&wrapped, &PLACE).expect("same place").expose(),
            inner.expose()
        );

        for elsewhere in [
            WrapContext {
                purpose: Purpose::File,
                ..PLACE
            },
            WrapContext { firm: [9; 16], ..PLACE },
            WrapContext { row: [9; 16], ..PLACE },
            WrapContext { version: 4, ..PLACE },
        ] {
            assert_eq!(
                outer.unwrap(&wrapped, &elsewhere).err(),
                Some(Opening::Tampered),
                "{elsewhere:?}"
            );
        }
        assert_eq!(
            inner.unwrap(&wrapped, &PLACE).err(),
            Some(Opening::Tampered),
            "another key"
        );
    }

    #[test]
    fn no_bit_of_a_wrapped_key_can_be_changed() {
        let random = SecureRandom::seeded(2);
        let (outer, inner) = (Key::generate(&random), Key::generate(&random));
        let wrapped = outer.wrap(&inner, &PLACE, &random);
        for bit in 0..wrapped.len() * 8 {
            let mut other = wrapped.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(outer.unwrap(&other, &PLACE).err(), Some(Opening::Tampered), "bit {bit}");
        }
        for length in 0..wrapped.len() {
            assert_eq!(
                outer.unwrap(&wrapped[..length], &PLACE).err(),
                Some(Opening::Malformed),
                "{length} bytes"
            );
        }
    }

    #[test]
    fn wrapping_twice_gives_two_nonces() {
        let random = SecureRandom::seeded(3);
        let key = Key::generate(&random);
        let (one, two) = (key.wrap(&key, &PLACE, &random), key.wrap(&key, &PLACE, &random));
        assert_ne!(one[..12], two[..12]);
    }

    #[test]
    fn a_key_prints_no_byte_of_itself() {
        let key = Key::from_bytes([0xAB; 32]);
        assert_eq!(
            format!("{key:?} {:?}", FileKey::new(Key::from_bytes([1; 32]))),
            "Key(..) FileKey(..)"
        );
        assert_eq!(*key.expose_hex(), "ab".repeat(32));
    }

    #[test]
    fn hexadecimal_digits_are_exact() {
        assert_eq!(unhex::<2>(b"00fF"), Some([0, 255]));
        for wrong in [&b"00f"[..], b"00ff0", b"00fg", b"+0ff", b""] {
            assert_eq!(unhex::<2>(wrong), None);
        }
    }
}
