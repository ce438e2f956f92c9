//! AES-256-GCM over small values: `nonce(12) ‖ ciphertext ‖ tag(16)`, the nonce random and fresh.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use crate::error::Opening;
use crate::random::SecureRandom;

pub(crate) const NONCE: usize = 12;
pub(crate) const TAG: usize = 16;

/// The cipher ready to use. `ring` keeps the expanded key and cannot wipe it, so these live as briefly as possible.
pub(crate) fn cipher(key: &[u8; 32]) -> LessSafeKey {
    let key = UnboundKey::new(&AES_256_GCM, key).expect("32 bytes are a key of AES-256-GCM");
    LessSafeKey::new(key)
}

/// Appends `nonce ‖ ciphertext ‖ tag` to `out`.
///
/// Random nonces: one key must not seal more than 2³² values (SP 800-38D, 8.3).
pub(crate) fn seal_onto(out: &mut Vec<u8>, key: &[u8; 32], aad: &[u8], plaintext: &[u8], random: &SecureRandom) {
    let nonce: [u8; NONCE] = random.bytes();
    out.reserve(NONCE + plaintext.len() + TAG);
    out.extend_from_slice(&nonce);
    let start = out.len();
    out.extend_from_slice(plaintext);
    let nonce = Nonce::assume_unique_for_key(nonce);
    let tag = cipher(key)
        .seal_in_place_separate_tag(nonce, Aad::from(aad), &mut out[start..])
        .expect("a value in memory is far shorter than GCM's limit of 64 GiB");
    out.extend_from_slice(tag.as_ref());
}

/// Opens `nonce ‖ ciphertext ‖ tag` where it lies and returns the plaintext's place within it.
pub(crate) fn open_in_place<'a>(key: &[u8; 32], aad: &[u8], sealed: &'a mut [u8]) -> Result<&'a mut [u8], Opening> {
    if sealed.len() < NONCE + TAG {
        return Err(Opening::Truncated);
    }
    let (nonce, body) = sealed.split_at_mut(NONCE);
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Opening::Malformed)?;
    cipher(key)
        .open_in_place(nonce, Aad::from(aad), body)
        .map_err(|_| Opening::Tampered)
}
