//! Secrets that travel: in links, cookies and buttons. Only their hashes are stored.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::mac;
use crate::random::SecureRandom;

/// Characters of a token's text.
pub const TOKEN_LENGTH: usize = 43;

/// A secret of 256 bits that its holder shows to prove who they are. Wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Token([u8; 32]);

impl Token {
    /// A fresh token.
    pub fn generate(random: &SecureRandom) -> Self {
        let mut token = Self([0; 32]);
        random.fill(&mut token.0);
        token
    }

    /// Reads what [`text`](Self::text) wrote; `None` for anything else, including other spellings of the same bytes.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != TOKEN_LENGTH {
            return None;
        }
        let mut token = Self([0; 32]);
        let written = URL_SAFE_NO_PAD.decode_slice(text, &mut token.0).ok()?;
        (written == 32).then_some(token)
    }

    /// [`TOKEN_LENGTH`] characters of base64url without padding, fit for a cookie or a link's fragment.
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(URL_SAFE_NO_PAD.encode(self.0))
    }

    /// SHA-256 of the bytes: what a row stores. 256 random bits need no slow hash.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    /// Whether `hash` is this token's, in constant time.
    pub fn matches(&self, hash: &[u8]) -> bool {
        mac::equal(&self.hash(), hash)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_token_survives_its_text() {
        let token = Token::generate(&SecureRandom::seeded(1));
        let text = token.text();
        assert_eq!(text.len(), TOKEN_LENGTH);
        let read = Token::parse(&text).expect("our own text");
        assert!(read.matches(&token.hash()));
        assert!(!read.matches(&Token::generate(&SecureRandom::seeded(2)).hash()));
        assert!(!read.matches(&token.hash()[..31]));
    }

    #[test]
    fn the_hash_is_sha256_of_the_bytes() {
        let token = Token::parse(&"A".repeat(43)).expect("32 zero bytes");
        let zeroes = "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925";
        assert_eq!(crate::key::hex(&token.hash()), zeroes);
    }

    #[test]
    fn one_token_has_one_spelling() {
        let text = "A".repeat(43);
        assert!(Token::parse(&text).is_some());
        for wrong in [
            "A".repeat(42),
            "A".repeat(44),
            format!("{}=", "A".repeat(43)),
            format!("{}B", "A".repeat(42)),
        ] {
            assert!(Token::parse(&wrong).is_none(), "{wrong}");
        }
        assert!(
            Token::parse(&format!("{}+", "A".repeat(42))).is_none(),
            "the other alphabet"
        );
    }

    #[test]
    fn a_token_prints_nothing_of_itself() {
        assert_eq!(format!("{:?}", Token::generate(&SecureRandom::system())), "Token(..)");
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_written_the_same(text in "\\PC{0,60}|[A-Za-z0-9_-]{43}") {
            if let Some(token) = Token::parse(&text) {
                prop_assert_eq!(&*token.text(), &text);
            }
        }
    }
}
