//! Codes of authenticator apps (TOTP, RFC 6238): six digits, a step of 30 seconds, HMAC-SHA-1.
//!
//! Those numbers are what every app takes; several apps silently ignore others. A code is guessed with 10⁻⁶ a step, so
//! tries are counted by the caller, and a step is accepted once by the caller's row, never here.

use std::fmt;

use totp_rs::{Builder, Secret, Totp};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::random::SecureRandom;

/// Seconds for which an app shows one code.
pub const STEP_SECONDS: i64 = 30;
/// Digits of a code.
pub const DIGITS: usize = 6;
/// Bytes of a secret: 160 bits, as RFC 4226 section 4 advises.
const SECRET_BYTES: usize = 20;

/// What an authenticator app and the firm share. Wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct TotpSecret([u8; SECRET_BYTES]);

impl TotpSecret {
    /// A fresh secret.
    pub fn generate(random: &SecureRandom) -> Self {
        let mut secret = Self([0; SECRET_BYTES]);
        random.fill(&mut secret.0);
        secret
    }

    /// Reads what [`base32`](Self::base32) wrote; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let read = Secret::try_from_base32(text).ok()?;
        let bytes = <[u8; SECRET_BYTES]>::try_from(read.as_bytes()).ok()?;
        Some(Self(bytes))
    }

    /// The secret as a person types it into an app: 32 characters of base32 (RFC 4648), which is also how it rests.
    pub fn base32(&self) -> Zeroizing<String> {
        Zeroizing::new(Secret::from(self.0).to_base32())
    }

    /// The address that an app reads from a picture: secret, issuer and account (the `otpauth` scheme of Google
    /// Authenticator's key URI format).
    pub fn address(&self, issuer: &str, account: &str) -> Zeroizing<String> {
        // A colon separates issuer and account in the label.
        let (issuer, account) = (escaped(&issuer.replace(':', " ")), escaped(account));
        let secret = self.base32();
        Zeroizing::new(format!(
            "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}",
            *secret
        ))
    }

    /// The code of a step.
    pub fn code(&self, step: i64) -> String {
        self.totp().generate(seconds(step)).to_string()
    }

    /// The step to which `code` belongs, if it is one of `now`'s step or of up to `drift` steps before or after it.
    /// Every step of the window is compared, in constant time; of two equal codes the later step counts.
    pub fn step_of(&self, code: &str, now: i64, drift: i64) -> Option<i64> {
        let totp = self.totp();
        (now - drift..=now + drift)
            .filter(|step| totp.check(code, seconds(*step)).is_some())
            .max()
    }

    fn totp(&self) -> Totp {
        // The numbers are constants that fit each other, so nothing is left to be refused.
        Builder::new()
            .with_secret(self.0)
            .with_skew(0)
            .with_step_duration(STEP_SECONDS.unsigned_abs())
            .build_noncompliant()
    }
}

/// The step of a moment, given in milliseconds since 1970.
pub fn step_at(milliseconds: i64) -> i64 {
    milliseconds.div_euclid(STEP_SECONDS * 1000)
}

fn seconds(step: i64) -> u64 {
    u64::try_from(step.saturating_mul(STEP_SECONDS)).unwrap_or(0)
}

/// Percent-encoded, but for what RFC 3986 section 2.3 calls unreserved.
fn escaped(text: &str) -> String {
    use fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_codes_are_those_of_the_standard() {
        // RFC 6238 appendix B, SHA-1; the last six of the eight digits that it prints.
        let secret = TotpSecret(*b"12345678901234567890");
        for (time, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000_i64, "353130"),
        ] {
            assert_eq!(secret.code(step_at(time * 1000)), code, "{time}");
        }
    }

    #[test]
    fn a_code_belongs_to_its_step_and_drifts_as_far_as_it_is_let() {
        let secret = TotpSecret::generate(&SecureRandom::seeded(1));
        for (drift, reached) in [(0, vec![100]), (1, vec![99, 100, 101])] {
            let found: Vec<_> = (90..=110)
                .filter(|step| secret.step_of(&secret.code(*step), 100, drift) == Some(*step))
                .collect();
            assert_eq!(found, reached, "drift {drift}");
        }
        assert_eq!(
            TotpSecret::generate(&SecureRandom::seeded(2)).step_of(&secret.code(100), 100, 1),
            None
        );
    }

    #[test]
    fn the_secret_survives_its_text_and_prints_nothing_of_itself() {
        let secret = TotpSecret::generate(&SecureRandom::seeded(3));
        let text = secret.base32();
        assert_eq!(text.len(), 32);
        let read = TotpSecret::parse(&text).expect("our own text");
        assert_eq!(read.code(7), secret.code(7));
        assert!(TotpSecret::parse("MFRGG").is_none(), "too short");
        assert_eq!(format!("{secret:?}"), "TotpSecret(..)");
    }

    #[test]
    fn the_address_names_the_firm_and_the_account_and_nothing_breaks_out_of_it() {
        let secret = TotpSecret(*b"12345678901234567890");
        assert_eq!(
            *secret.address("Harcourt & Pell: London", "imogen@harcourtpell.example"),
            "otpauth://totp/Harcourt%20%26%20Pell%20%20London:imogen%40harcourtpell.example\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Harcourt%20%26%20Pell%20%20London\
             &algorithm=SHA1&digits=6&period=30"
        );
    }

    proptest! {
        #[test]
        fn only_the_exact_digits_match(typed in "\\PC{0,12}|[0-9]{6}") {
            let secret = TotpSecret(*b"12345678901234567890");
            if secret.step_of(&typed, 41_152_263, 1).is_some() {
                prop_assert!((41_152_262..=41_152_264).any(|step| secret.code(step) == typed));
            }
        }
    }
}
