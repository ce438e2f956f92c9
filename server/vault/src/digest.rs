//! The receipt's digest: SHA-256 of a file's plaintext, computed while it streams and resumable after a pause.

use sha2::digest::common::hazmat::SerializableState;
use sha2::{Digest as _, Sha256};

use crate::error::Opening;

/// The first byte of a saved state: this version of ours, with the state layout of `sha2` 0.11.
const FORMAT: u8 = 1;

/// Blocks of 64 bytes in 2⁵⁶ bytes, far beyond any file.
const MOST_BLOCKS: u64 = 1 << 50;

/// A SHA-256 that is not finished. Its state tells about the last bytes it saw: it may be stored sealed only.
#[derive(Clone, Default)]
pub struct ReceiptDigest(Sha256);

impl ReceiptDigest {
    /// A digest that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The state so far, for a later [`resume`](Self::resume). Holds up to 63 bytes of plaintext: seal it.
    pub fn state(&self) -> Vec<u8> {
        let mut state = vec![FORMAT];
        state.extend_from_slice(&self.0.serialize());
        state
    }

    /// Goes on from a saved state.
    ///
    /// # Errors
    ///
    /// [`Opening::Malformed`] if the bytes are no state of this version. The digest can then be computed afresh.
    pub fn resume(state: &[u8]) -> Result<Self, Opening> {
        let [FORMAT, state @ ..] = state else {
            return Err(Opening::Malformed);
        };
        // The count of blocks stands behind the eight words; one that no file reaches would overflow the bit length.
        let blocks = state
            .get(32..40)
            .and_then(|bytes| bytes.try_into().ok())
            .map(u64::from_le_bytes);
        if blocks.is_none_or(|blocks| blocks > MOST_BLOCKS) {
            return Err(Opening::Malformed);
        }
        let state = state.try_into().map_err(|_| Opening::Malformed)?;
        Sha256::deserialize(state).map(Self).map_err(|_| Opening::Malformed)
    }

    /// The digest of everything that was taken in.
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

impl std::fmt::Debug for ReceiptDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReceiptDigest(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_digest_is_sha256() {
        // FIPS 180-2, appendix B.1 and B.3.
        let mut digest = ReceiptDigest::new();
        digest.update(b"abc");
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(crate::key::hex(&digest.finish()), abc);
        let mut digest = ReceiptDigest::new();
        for _ in 0..1_000 {
            digest.update(&[b'a'; 1_000]);
        }
        let million = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
        assert_eq!(crate::key::hex(&digest.finish()), million);
    }

    #[test]
    fn a_state_of_another_version_is_refused() {
        let mut state = ReceiptDigest::new().state();
        state[0] = 2;
        assert_eq!(ReceiptDigest::resume(&state).err(), Some(Opening::Malformed));
        assert_eq!(ReceiptDigest::resume(&[]).err(), Some(Opening::Malformed));
    }

    proptest! {
        #[test]
        fn a_pause_anywhere_changes_nothing(bytes in proptest::collection::vec(any::<u8>(), 0..400), at: proptest::sample::Index) {
            let at = at.index(bytes.len() + 1);
            let mut whole = ReceiptDigest::new();
            whole.update(&bytes);
            let mut first = ReceiptDigest::new();
            first.update(&bytes[..at]);
            let mut second = ReceiptDigest::resume(&first.state()).expect("our own state");
            second.update(&bytes[at..]);
            prop_assert_eq!(whole.finish(), second.finish());
        }

        #[test]
        fn hostile_states_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(mut digest) = ReceiptDigest::resume(&bytes) {
                digest.update(b"more");
                digest.finish();
            }
        }
    }
}
