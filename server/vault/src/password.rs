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
pub const LONGEST_PASSWORD: usize = 1_024;

/// Memory of one run, in KiB.
pub const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over that memory.
pub const PASSES: u32 = 2;
/// Lanes.
pub const LANES: u32 = 1;
/// Runs that may be under way at once, each with an arena of [`MEMORY_KIB`].
pub const AT_ONCE: usize = 2;

/// How long the arenas are kept after the last run.
const QUIET: Duration = Duration::from_secs(60);

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
        let old = (params.m_cost(), params.t_cost()) < (MEMORY_KIB, PASSES) || hash.len() < HASH;
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
