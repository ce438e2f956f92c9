//! Randomness: the operating system's in production, a repeatable stream in tests.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use ring::hmac;
use ring::rand::{SecureRandom as _, SystemRandom};

/// Characters of a typed code: digits and capitals, without `0 O 1 I L U`, which people mistake or misread.
pub const CODE_ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters in a typed code: 30⁸ codes, a little over 39 bits.
pub const CODE_LENGTH: usize = 8;
/// Characters in a code that is kept on paper: 30²⁸ codes, a little over 137 bits, so that a fast hash guards it.
pub const SAVED_CODE_LENGTH: usize = 28;

/// The only source of keys, ids, salts, nonces and codes.
///
/// It rides on the `Firm` and is an argument below it, so that a test can repeat a run.
#[derive(Clone)]
pub struct SecureRandom(Source);

#[derive(Clone)]
enum Source {
    System(SystemRandom),
    Seeded(Arc<Mutex<Stream>>),
}

/// HMAC-SHA-256 of a running counter.
struct Stream {
    key: hmac::Key,
    counter: u64,
    left: Vec<u8>,
}

impl SecureRandom {
    /// The operating system's randomness.
    pub fn system() -> Self {
        Self(Source::System(SystemRandom::new()))
    }

    /// A stream that is the same for the same seed. For tests alone: whoever knows the seed knows every key.
    pub fn seeded(seed: u64) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &seed.to_be_bytes());
        Self(Source::Seeded(Arc::new(Mutex::new(Stream {
            key,
            counter: 0,
            left: Vec::new(),
        }))))
    }

    /// Begins a seeded stream anew, so that two runs make the same ids.
    ///
    /// # Panics
    ///
    /// It is the operating system's randomness, which nobody begins.
    #[cfg(feature = "testing")]
    pub fn begin_again(&self, seed: u64) {
        let (Source::Seeded(stream), Source::Seeded(fresh)) = (&self.0, Self::seeded(seed).0) else {
            panic!("only a seeded stream begins anew");
        };
        let fresh = Arc::into_inner(fresh).and_then(|fresh| fresh.into_inner().ok());
        *stream.lock().unwrap_or_else(PoisonError::into_inner) = fresh.expect("nobody else has it");
    }

    /// Fills the slice.
    ///
    /// # Panics
    ///
    /// If the operating system has no randomness to give. Nothing safe can be done without it.
    pub fn fill(&self, into: &mut [u8]) {
        match &self.0 {
            Source::System(system) => system.fill(into).expect("the operating system gives randomness"),
            Source::Seeded(stream) => stream.lock().unwrap_or_else(PoisonError::into_inner).fill(into),
        }
    }

    /// `N` random bytes. For secrets take [`Key::generate`](crate::Key::generate), which wipes them.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// An id: 128 random bits in the column type of ids, without the version bits that would leave 122.
    pub fn id(&self) -> uuid::Uuid {
        uuid::Uuid::from_bytes(self.bytes())
    }

    /// `n` decimal digits, each as likely as the others.
    pub fn digits(&self, n: usize) -> String {
        (0..n).map(|_| char::from(b'0' + self.below(10))).collect()
    }

    /// A code that a person types: [`CODE_LENGTH`] characters of [`CODE_ALPHABET`], each as likely as the others.
    pub fn code(&self) -> String {
        self.characters(CODE_LENGTH)
    }

    /// A code that a person keeps on paper: [`SAVED_CODE_LENGTH`] characters of [`CODE_ALPHABET`].
    pub fn saved_code(&self) -> String {
        self.characters(SAVED_CODE_LENGTH)
    }

    fn characters(&self, n: usize) -> String {
        (0..n)
            .map(|_| char::from(CODE_ALPHABET[usize::from(self.below(30))]))
            .collect()
    }

    /// A number under `bound`. Bytes in the last, incomplete run of `bound` are thrown away, so none is favoured.
    fn below(&self, bound: u8) -> u8 {
        let fair = u8::MAX - u8::MAX % bound;
        loop {
            let [byte] = self.bytes();
            if byte < fair {
                return byte % bound;
            }
        }
    }
}

impl Stream {
    fn fill(&mut self, into: &mut [u8]) {
        for byte in into {
            if self.left.is_empty() {
                self.left = hmac::sign(&self.key, &self.counter.to_be_bytes()).as_ref().to_vec();
                self.counter += 1;
            }
            *byte = self.left.pop().unwrap_or_default();
        }
    }
}

impl fmt::Debug for SecureRandom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Source::System(_) => "SecureRandom(system)",
            Source::Seeded(_) => "SecureRandom(seeded)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_stream_and_clones_share_it() {
        let (a, b) = (SecureRandom::seeded(7), SecureRandom::seeded(7));
        let first: [u8; 40] = a.bytes();
        assert_eq!(first, b.bytes());
        let clone = a.clone();
        let next: [u8; 40] = clone.bytes();
        assert_ne!(first, next, "a clone goes on, it does not begin again");
        assert_ne!(first, SecureRandom::seeded(8).bytes());
    }

    #[test]
    fn the_system_never_repeats_itself() {
        let random = SecureRandom::system();
        assert_ne!(random.bytes::<32>(), random.bytes::<32>());
        assert_ne!(random.id(), random.id());
    }

    #[test]
    fn an_id_spends_no_bits_on_a_version() {
        let random = SecureRandom::seeded(1);
        let versions: std::collections::BTreeSet<_> = (0..200).map(|_| random.id().as_bytes()[6] >> 4).collect();
        assert_eq!(versions.len(), 16, "all values of the version nibble occur");
    }

    #[test]
    fn every_digit_and_every_character_is_as_likely_as_the_others() {
        let random = SecureRandom::seeded(2);
        let digits = random.digits(20_000);
        for digit in '0'..='9' {
            let times = digits.chars().filter(|&it| it == digit).count();
            assert!((1_800..=2_200).contains(&times), "{digit} came {times} times in 20,000");
        }
        let codes: String = (0..3_750).map(|_| random.code()).collect();
        assert_eq!(codes.len(), 30_000);
        for &character in CODE_ALPHABET {
            let times = codes.bytes().filter(|&it| it == character).count();
            assert!(
                (850..=1_150).contains(&times),
                "{} came {times} times in 30,000",
                char::from(character)
            );
        }
    }

    #[test]
    fn a_code_holds_nothing_that_people_mistake() {
        let random = SecureRandom::system();
        for _ in 0..100 {
            let code = random.code();
            assert_eq!(code.len(), CODE_LENGTH);
            assert!(!code.contains(['0', 'O', '1', 'I', 'L', 'U']), "{code}");
        }
    }
}
