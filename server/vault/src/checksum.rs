//! What a sender says the digest of one request's bytes is, in tus's extension `checksum`.
//!
//! It finds bytes that were damaged on their way, and proves nothing about who sent them; that is why SHA-1, which the
//! protocol obliges a server to take, is good enough for it.

use ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA512};

/// The digests that are taken, as the header `Tus-Checksum-Algorithm` lists them.
pub const ALGORITHMS: &str = "sha1,sha256,sha512";

/// The digest that a request's bytes shall have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checksum {
    algorithm: Algorithm,
    expected: Vec<u8>,
}

/// A digest of what has come so far, to be compared with a [`Checksum`].
pub struct RunningChecksum {
    context: Context,
    expected: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Sha1,
    Sha256,
    Sha512,
}

impl Algorithm {
    fn ring(self) -> &'static ring::digest::Algorithm {
        match self {
            Self::Sha1 => &SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &SHA256,
            Self::Sha512 => &SHA512,
        }
    }
}

impl Checksum {
    /// A digest by the name of its algorithm. `None` for a name that [`ALGORITHMS`] does not list, or bytes of another
    /// length than its digests have.
    pub fn new(algorithm: &str, expected: Vec<u8>) -> Option<Self> {
        let algorithm = match algorithm {
            "sha1" => Algorithm::Sha1,
            "sha256" => Algorithm::Sha256,
            "sha512" => Algorithm::Sha512,
            _ => return None,
        };
        (expected.len() == algorithm.ring().output_len()).then_some(Self { algorithm, expected })
    }

    /// Begins to compute what the bytes really have.
    pub fn begin(self) -> RunningChecksum {
        RunningChecksum {
            context: Context::new(self.algorithm.ring()),
            expected: self.expected,
        }
    }
}

impl RunningChecksum {
    /// Takes in the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.context.update(bytes);
    }

    /// Whether the bytes had the digest that was said.
    pub fn holds(self) -> bool {
        self.context.finish().as_ref() == self.expected
    }
}

/// The SHA-1 of bytes, for a client of the protocol in a test.
#[cfg(any(test, feature = "testing"))]
pub fn sha1(bytes: &[u8]) -> [u8; 20] {
    let mut digest = [0; 20];
    digest.copy_from_slice(ring::digest::digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref());
    digest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::unhex;

    /// FIPS 180-2, appendix A.1, B.1 and C.1: the digests of "abc".
    const SHA1_ABC: &str = "a9993e364706816aba3e25717850c26c9cd0d89d";
    const SHA256_ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn of(algorithm: &str, expected: &[u8]) -> RunningChecksum {
        Checksum::new(algorithm, expected.to_vec()).expect("known").begin()
    }

    #[test]
    fn right_bytes_hold_in_any_pieces_and_wrong_ones_do_not() {
        let sha1: [u8; 20] = unhex(SHA1_ABC.as_bytes()).expect("hex");
        let sha256: [u8; 32] = unhex(SHA256_ABC.as_bytes()).expect("hex");
        for (algorithm, expected) in [("sha1", &sha1[..]), ("sha256", &sha256[..])] {
            let mut right = of(algorithm, expected);
            right.update(b"a");
            right.update(b"bc");
            assert!(right.holds(), "{algorithm}");
            let mut wrong = of(algorithm, expected);
            wrong.update(b"abd");
            assert!(!wrong.holds(), "{algorithm}");
        }
    }

    #[test]
    fn every_listed_algorithm_is_taken_and_no_other() {
        for name in ALGORITHMS.split(',') {
            let lengths: Vec<usize> = (0..=64)
                .filter(|n| Checksum::new(name, vec![0; *n]).is_some())
                .collect();
            assert_eq!(lengths.len(), 1, "{name} takes one length");
        }
        for name in ["", "md5", "crc32", "SHA1", "sha1 "] {
            assert!((0..=64).all(|n| Checksum::new(name, vec![0; n]).is_none()), "{name}");
        }
    }
}
