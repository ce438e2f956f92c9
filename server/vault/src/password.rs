//! Passwords: Argon2id with 19 MiB, two passes and one lane, at most two at a time.
//!
//! The parameters are the second line of OWASP ASVS 5.0.0, 11.4.2 with appendix C. A row keeps a PHC string, so
//! that a later release can ask for more and upgrade each account when its owner next signs in.
//!
//! Invariant: every call of `verify`, `verify_unknown` and `hash` costs one run, whoever the account is and however
//! damaged its row. The time of an answer then tells nothing about who exists.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use tokio::sync::Semaphore;
use zeroize::{Zeroize as _, Zeroizing};

use crate::mac;
use crate::random::SecureRandom;

/// The longest password, in bytes. Longer ones are refused and never cut.
pub const LONGEST_PASSWORD: usize = domain::limits::PASSWORD_BYTES;

/// Memory of one run, in KiB.
pub const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over that memory.
pub const PASSES: u32 = 2;
/// Lanes.
pub const LANES: u32 = 1;
/// Runs that may be under way at once, each with an arena of [`MEMORY_KIB`].
pub const AT_ONCE: usize = 2;

/// How long the arenas are kept after the last run.
const QUIET: Duration = Duration::from_mins(1);

const SALT: usize = 16;
const HASH: usize = 32;

/// What a stored string may ask of us, so that a damaged row cannot take the machine: KiB, passes, lanes.
const MOST: (u32, u32, u32) = (256 * 1024, 16, 8);

/// The hash of no password: what an unknown account's password is compared with.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$Z2F0ZWhvdXNlIG5vYm9keQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// What a password turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The account's password.
    Right,
    /// The account's password, hashed with less than today's parameters: hash it again and store that.
    RightButOld,
    /// Something else.
    Wrong,
}

/// A password of more than [`LONGEST_PASSWORD`] bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a password has at most 1,024 bytes")]
pub struct PasswordTooLong;

/// Hashes and checks passwords, off the threads that serve requests. Cheap to clone; one for the whole process.
#[derive(Clone)]
pub struct PasswordHasher(Arc<Inner>);

struct Inner {
    random: SecureRandom,
    turns: Arc<Semaphore>,
    arenas: Arc<Arenas>,
    runs: AtomicU64,
}

/// Memory that runs use again: allocating and clearing 19 MiB costs as much as a good part of a run.
#[derive(Default)]
struct Arenas {
    idle: Mutex<Vec<Vec<Block>>>,
    /// Whether a task waits for a quiet minute.
    watched: Mutex<bool>,
}

/// A parsed PHC string.
struct Stored {
    params: Params,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl PasswordHasher {
    /// A hasher whose salts come from `random`.
    pub fn new(random: SecureRandom) -> Self {
        Self(Arc::new(Inner {
            random,
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            arenas: Arc::default(),
            runs: AtomicU64::new(0),
        }))
    }

    /// The PHC string of a password, which is taken exactly as it is: any Unicode, nothing cut or normalised.
    ///
    /// # Errors
    ///
    /// [`PasswordTooLong`] above [`LONGEST_PASSWORD`] bytes.
    pub async fn hash(&self, password: &str) -> Result<String, PasswordTooLong> {
        if password.len() > LONGEST_PASSWORD {
            return Err(PasswordTooLong);
        }
        let salt = self.0.random.bytes::<SALT>();
        let params = today();
        let hash = self.run(password, params.clone(), salt.to_vec(), HASH).await;
        Ok(format!(
            "$argon2id$v=19$m={},t={},p={}${}${}",
            params.m_cost(),
            params.t_cost(),
            params.p_cost(),
            STANDARD_NO_PAD.encode(salt),
            STANDARD_NO_PAD.encode(&*hash)
        ))
    }

    /// Whether a password is the one that a PHC string was made from.
    pub async fn verify(&self, password: &str, phc: &str) -> Verdict {
        let stored = Stored::parse(phc);
        if stored.is_none() {
            tracing::error!("a stored password hash cannot be read; its owner must set a new password");
        }
        let known = stored.is_some() && password.len() <= LONGEST_PASSWORD;
        let Stored { params, salt, hash } = stored.unwrap_or_else(nobody);
        let old = params.m_cost() < MEMORY_KIB || params.t_cost() < PASSES || hash.len() < HASH;
        let right = mac::equal(&self.run(password, params, salt, hash.len()).await, &hash);
        match (known && right, old) {
            (true, false) => Verdict::Right,
            (true, true) => Verdict::RightButOld,
            (false, _) => Verdict::Wrong,
        }
    }

    /// Does for an account that does not exist what [`verify`](Self::verify) does for one that does. Always wrong.
    pub async fn verify_unknown(&self, password: &str) -> Verdict {
        match self.verify(password, NOBODY).await {
            Verdict::Right | Verdict::RightButOld | Verdict::Wrong => Verdict::Wrong,
        }
    }

    /// How many runs there were, so that a test can compare the work of two answers.
    pub fn runs(&self) -> u64 {
        self.0.runs.load(Ordering::Relaxed)
    }

    /// Gives the idle arenas' memory back now. It also happens by itself after a quiet minute.
    pub fn release(&self) {
        self.0.arenas.release();
    }

    /// One run, counted, when it is its turn. A caller that goes away does not shorten the run, and its turn ends
    /// with the run, so there are never more than [`AT_ONCE`].
    async fn run(&self, password: &str, params: Params, salt: Vec<u8>, length: usize) -> Zeroizing<Vec<u8>> {
        let password = Zeroizing::new(password.as_bytes().to_vec());
        let turn = Arc::clone(&self.0.turns)
            .acquire_owned()
            .await
            .expect("the turns are never closed");
        let inner = Arc::clone(&self.0);
        inner.runs.fetch_add(1, Ordering::Relaxed);
        let run = tokio::task::spawn_blocking(move || {
            let mut arena = inner.arenas.take(params.block_count());
            let mut hash = Zeroizing::new(vec![0; length]);
            Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
                .hash_password_into_with_memory(&password, &salt, &mut hash, &mut arena)
                .expect("lengths and parameters were checked before");
            inner.arenas.give_back(arena);
            drop(turn);
            hash
        });
        let hash = run
            .await
            .unwrap_or_else(|fault| std::panic::resume_unwind(fault.into_panic()));
        Arenas::watch(&self.0);
        hash
    }
}

impl Arenas {
    fn take(&self, blocks: usize) -> Vec<Block> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut arena = idle.unwrap_or_default();
        arena.resize(blocks, Block::new());
        arena
    }

    fn give_back(&self, arena: Vec<Block>) {
        // An arena that an old row made larger than ours is not worth keeping.
        if arena.len() <= MEMORY_KIB as usize {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(arena);
        }
    }

    fn release(&self) {
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for mut arena in idle {
            for block in &mut arena {
                block.zeroize();
            }
        }
    }

    /// Sees to it that the arenas go after a quiet minute. At most one task waits for that.
    fn watch(inner: &Arc<Inner>) {
        let mut watched = inner.arenas.watched.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::replace(&mut *watched, true) {
            return;
        }
        let inner = Arc::downgrade(inner);
        tokio::spawn(async move {
            let mut seen = None;
            loop {
                let Some(strong) = inner.upgrade() else { return };
                let runs = strong.runs.load(Ordering::Relaxed);
                if seen.replace(runs) == Some(runs) {
                    *strong.arenas.watched.lock().unwrap_or_else(PoisonError::into_inner) = false;
                    strong.arenas.release();
                    return;
                }
                drop(strong);
                tokio::time::sleep(QUIET).await;
            }
        });
    }
}

impl Stored {
    /// Reads `$argon2id$v=19$m=..,t=..,p=..$salt$hash` within [`MOST`], and nothing else.
    fn parse(phc: &str) -> Option<Self> {
        let mut fields = phc.strip_prefix("$argon2id$v=19$")?.split('$');
        let (costs, salt, hash) = (fields.next()?, fields.next()?, fields.next()?);
        if fields.next().is_some() {
            return None;
        }
        let mut costs = costs.split(',');
        let mut cost = |name: &str, most: u32| -> Option<u32> {
            let digits = costs.next()?.strip_prefix(name)?;
            let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
            digits.parse().ok().filter(|&cost| plain && cost <= most)
        };
        let (memory, passes, lanes) = (cost("m=", MOST.0)?, cost("t=", MOST.1)?, cost("p=", MOST.2)?);
        if costs.next().is_some() {
            return None;
        }
        let (salt, hash) = (STANDARD_NO_PAD.decode(salt).ok()?, STANDARD_NO_PAD.decode(hash).ok()?);
        let fits = (8..=64).contains(&salt.len()) && (16..=64).contains(&hash.len());
        let params = Params::new(memory, passes, lanes, Some(hash.len())).ok()?;
        fits.then_some(Self { params, salt, hash })
    }
}

fn today() -> Params {
    Params::new(MEMORY_KIB, PASSES, LANES, Some(HASH)).expect("our own parameters")
}

fn nobody() -> Stored {
    Stored::parse(NOBODY).expect("our own constant")
}

impl std::fmt::Debug for PasswordHasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordHasher")
            .field("runs", &self.runs())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 9106 is for other parameters than ours, so this string is argon2-cffi's, with ours:
    /// `low_level.hash_secret(b"correct horse battery", b"sixteen bytes ok", 2, 19456, 1, 32, Type.ID)`.
    const FOREIGN: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$c2l4dGVlbiBieXRlcyBvaw$RJ1sY/uLSiHi0TP1oW8rw19AvL2Hwpt7ELvhU4n7eXg";
    const OLD: &str =
        "$argon2id$v=19$m=8192,t=1,p=1$c2l4dGVlbiBieXRlcyBvaw$LZNn2JgFHPBhURzt/UnB0gxJ8+LevcXGGADqAzuENaU";

    fn hasher() -> PasswordHasher {
        PasswordHasher::new(SecureRandom::seeded(1))
    }

    #[tokio::test]
    async fn a_string_made_elsewhere_verifies() {
        let hasher = hasher();
        assert_eq!(hasher.verify("correct horse battery", FOREIGN).await, Verdict::Right);
        assert_eq!(hasher.verify("correct horse batterz", FOREIGN).await, Verdict::Wrong);
    }

    #[tokio::test]
    async fn a_hash_of_weaker_parameters_is_right_but_old() {
        assert_eq!(
            hasher().verify("correct horse battery", OLD).await,
            Verdict::RightButOld
        );
        assert_eq!(hasher().verify("another", OLD).await, Verdict::Wrong);
    }

    #[tokio::test]
    async fn every_byte_of_any_unicode_password_counts() {
        let hasher = hasher();
        let longest = "ß🔑x".repeat(146) + "12";
        assert_eq!(longest.len(), LONGEST_PASSWORD);
        let phc = hasher.hash(&longest).await.expect("as long as allowed");
        assert_eq!(hasher.verify(&longest, &phc).await, Verdict::Right);
        assert_eq!(
            hasher.verify(&longest[..LONGEST_PASSWORD - 1], &phc).await,
            Verdict::Wrong,
            "the last byte counts"
        );
        assert_eq!(
            hasher.verify(&format!("{longest}3"), &phc).await,
            Verdict::Wrong,
            "nothing is cut"
        );
        assert_eq!(hasher.hash(&format!("{longest}3")).await, Err(PasswordTooLong));

        let spaces = hasher.hash(" e\u{301}\0 ").await.expect("any Unicode");
        assert_eq!(hasher.verify(" e\u{301}\0 ", &spaces).await, Verdict::Right);
        assert_eq!(
            hasher.verify(" é\0 ", &spaces).await,
            Verdict::Wrong,
            "nothing is normalised"
        );
        assert_eq!(
            hasher.verify("e\u{301}\0", &spaces).await,
            Verdict::Wrong,
            "nothing is trimmed"
        );
    }

    #[tokio::test]
    async fn a_stored_string_states_parameters_at_the_floor_and_a_salt_of_its_own() {
        let hasher = hasher();
        let (one, two) = (
            hasher.hash("same").await.expect("short"),
            hasher.hash("same").await.expect("short"),
        );
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, two);
    }

    #[tokio::test]
    async fn an_unknown_account_a_damaged_row_and_a_wrong_password_cost_the_same() {
        let hasher = hasher();
        let phc = hasher.hash("known").await.expect("short");
        let cost_of = async |known: Option<&str>| {
            let before = hasher.runs();
            let verdict = match known {
                Some(phc) => hasher.verify("guess", phc).await,
                None => hasher.verify_unknown("guess").await,
            };
            assert_eq!(verdict, Verdict::Wrong);
            hasher.runs() - before
        };
        assert_eq!(cost_of(Some(&phc)).await, 1);
        assert_eq!(cost_of(None).await, 1);
        assert_eq!(cost_of(Some("damaged")).await, 1);
        assert_eq!(cost_of(Some("")).await, 1);
    }

    #[test]
    fn nobody_has_the_parameters_of_today() {
        let (nobody, today) = (nobody(), today());
        assert_eq!(nobody.params, today);
        assert_eq!((nobody.salt.len(), nobody.hash.len()), (SALT, HASH));
    }

    #[test]
    fn strings_that_ask_for_too_much_or_are_damaged_are_not_read() {
        assert!(Stored::parse(FOREIGN).is_some());
        let tail = "$c2l4dGVlbiBieXRlcyBvaw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        for start in [
            "$argon2id$v=19$m=4294967295,t=2,p=1",
            "$argon2id$v=19$m=19456,t=4294967295,p=1",
            "$argon2id$v=19$m=19456,t=2,p=255",
            "$argon2id$v=19$m=0,t=2,p=1",
            "$argon2id$v=19$m=+19456,t=2,p=1",
            "$argon2id$v=19$m=19456,t=2",
            "$argon2id$v=19$m=19456,t=2,p=1,x=1",
            "$argon2id$v=16$m=19456,t=2,p=1",
            "$argon2i$v=19$m=19456,t=2,p=1",
            "",
        ] {
            assert!(Stored::parse(&format!("{start}{tail}")).is_none(), "{start}");
        }
        for end in [
            "",
            "$",
            "$$",
            "$c2l4$AAAA",
            "$c2l4dGVlbiBieXRlcyBvaw$AAAA=",
            "$c2l4dGVlbiBieXRlcyBvaw$AAAA$AAAA",
        ] {
            assert!(
                Stored::parse(&format!("$argon2id$v=19$m=19456,t=2,p=1{end}")).is_none(),
                "{end}"
            );
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn at_most_two_arenas_ever_exist() {
        let hasher = hasher();
        let phc = hasher.hash("known").await.expect("short");
        let tries = (0..12).map(|_| hasher.verify("known", &phc));
        let verdicts = futures::future::join_all(tries).await;
        assert!(verdicts.iter().all(|&verdict| verdict == Verdict::Right));
        let idle = hasher.0.arenas.idle.lock().expect("not poisoned").len();
        assert!((1..=AT_ONCE).contains(&idle), "{idle} arenas");
    }

    #[tokio::test(start_paused = true)]
    async fn the_arenas_go_after_a_quiet_minute() {
        let hasher = hasher();
        let idle = || hasher.0.arenas.idle.lock().expect("not poisoned").len();
        hasher.hash("known").await.expect("short");
        assert_eq!(idle(), 1);
        tokio::time::sleep(QUIET / 2).await;
        assert_eq!(idle(), 1, "half a minute is not quiet enough");
        tokio::time::sleep(QUIET * 2).await;
        assert_eq!(idle(), 0);
        hasher.hash("again").await.expect("they come back");
        assert_eq!(idle(), 1);
        hasher.release();
        assert_eq!(idle(), 0);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_caller_that_goes_away_does_not_free_its_turn_early() {
        let hasher = hasher();
        for _ in 0..6 {
            let mut gone = Box::pin(hasher.hash("gone"));
            // Polled once, so that the run has begun; then dropped.
            assert!(futures::poll!(gone.as_mut()).is_pending());
        }
        hasher.hash("still served").await.expect("short");
        let idle = hasher.0.arenas.idle.lock().expect("not poisoned").len();
        assert!((1..=AT_ONCE).contains(&idle), "{idle} arenas");
    }
}
