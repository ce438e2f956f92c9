//! Message authentication: short values that only we can have made, and lookups by a value that is not stored.

use ring::hmac;

use crate::key::Key;

/// HMAC-SHA-256 of `data` under `key`, apart for each `domain`.
///
/// The domain is a constant of the caller, such as `"address"` or `"code"`; two domains never give the same value for
/// the same data. Its length stands in front of it, so that no domain is another's beginning.
///
/// # Panics
///
/// If the domain has more than 65,535 bytes; domains are constants.
pub fn hmac_sha256(key: &Key, domain: &str, data: &[u8]) -> [u8; 32] {
    let tag = running(key, domain, data).sign();
    let mut out = [0; 32];
    out.copy_from_slice(tag.as_ref());
    out
}

/// Whether `tag` is the value of [`hmac_sha256`] for the same arguments, in constant time.
///
/// # Panics
///
/// As [`hmac_sha256`].
pub fn verify_mac(key: &Key, domain: &str, data: &[u8], tag: &[u8]) -> bool {
    equal(&hmac_sha256(key, domain, data), tag)
}

/// Whether two byte strings are equal, in a time that depends on their lengths alone.
///
/// `ring` offers its constant-time comparison for tags alone, so the tags of both are compared: whatever position
/// differs, all 32 bytes of the tags do.
pub(crate) fn equal(a: &[u8], b: &[u8]) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"gatehouse/compare");
    hmac::verify(&key, b, hmac::sign(&key, a).as_ref()).is_ok()
}

fn running(key: &Key, domain: &str, data: &[u8]) -> hmac::Context {
    let length = u16::try_from(domain.len()).expect("a domain is a short constant");
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key.expose()));
    context.update(&length.to_be_bytes());
    context.update(domain.as_bytes());
    context.update(data);
    context
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_depends_on_key_domain_and_data() {
        let (key, other) = (Key::from_bytes([1; 32]), Key::from_bytes([2; 32]));
        let tag = hmac_sha256(&key, "address", b"ann@client.example");
        assert_eq!(tag, hmac_sha256(&key, "address", b"ann@client.example"));
        assert_ne!(tag, hmac_sha256(&other, "address", b"ann@client.example"));
        assert_ne!(tag, hmac_sha256(&key, "code", b"ann@client.example"));
        assert_ne!(tag, hmac_sha256(&key, "address", b"bob@client.example"));
        assert_ne!(
            hmac_sha256(&key, "ab", b"c"),
            hmac_sha256(&key, "a", b"bc"),
            "the border between them counts"
        );
    }

    #[test]
    fn the_value_is_plain_hmac_over_length_domain_and_data() {
        // Computed with Python: hmac.new(bytes(range(32)), b"\x00\x04code" + b"ABCD2345", "sha256").
        let key = Key::from_bytes(std::array::from_fn(|i| u8::try_from(i).expect("under 32")));
        let hex = crate::key::hex(&hmac_sha256(&key, "code", b"ABCD2345"));
        assert_eq!(hex, "09250b414ea585c85b79e58cb6232dcbb3af24b9509b3d040ab43ffd6ad74b8f");
    }

    #[test]
    fn only_the_exact_value_verifies() {
        let key = Key::from_bytes([1; 32]);
        let tag = hmac_sha256(&key, "code", b"ABCD2345");
        assert!(verify_mac(&key, "code", b"ABCD2345", &tag));
        for bit in 0..256 {
            let mut wrong = tag;
            wrong[bit / 8] ^= 1 << (bit % 8);
            assert!(!verify_mac(&key, "code", b"ABCD2345", &wrong), "bit {bit}");
        }
        assert!(!verify_mac(&key, "code", b"ABCD2345", &tag[..31]));
        assert!(!verify_mac(&key, "code", b"ABCD2345", b""));
    }
}
