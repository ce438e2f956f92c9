//! The certificate: whether it can be used, and until when.

use super::{Finding, broken, fine, mind, sentence};
use crate::{config::Config, listen};
use domain::Moment;
use rustls::pki_types::{CertificateDer, pem::PemObject as _};

const TLS: &str = "TLS";
/// The tag of a certificate's version, which the first of three leaves out.
const VERSION: u8 = 0xa0;
/// The tag of a time with a year of two digits.
const UTC_TIME: u8 = 0x17;
/// Seconds before its end at which a certificate is worth a word: two weeks.
const SOON: i64 = 14 * 24 * 60 * 60;

pub(super) fn tls(config: &Config, now: Moment) -> Finding {
    let Some((chain, key)) = &config.certificate else {
        return if config.proxies.is_empty() {
            fine(
                TLS,
                format!("Not needed: {} is reached from this machine alone.", config.listen),
            )
        } else {
            fine(TLS, "The proxy speaks it for us.")
        };
    };
    listen::install_provider();
    if let Err(fault) = listen::tls(chain, key) {
        return broken(TLS, sentence(&fault));
    }
    let last = CertificateDer::from_pem_file(chain).ok().and_then(|der| ends(&der));
    match last {
        None => mind(
            TLS,
            "The certificate can be used; until when, it does not say in a way we read.",
        ),
        Some(end) if end <= now => broken(TLS, format!("The certificate ended on {}.", end.full())),
        Some(end) if end.seconds_since(now) < SOON => {
            mind(TLS, format!("The certificate ends soon, on {}.", end.full()))
        }
        Some(end) => fine(TLS, format!("The certificate is good until {}.", end.full())),
    }
}

/// The end of a certificate's validity (RFC 5280 section 4.1: the second time of the fifth member of its first part, the
/// fourth where there is no version).
fn ends(certificate: &[u8]) -> Option<Moment> {
    let (_, whole, _) = element(certificate)?;
    let (_, mut rest, _) = element(whole)?;
    let (first, _, after) = element(rest)?;
    if first == VERSION {
        rest = after;
    }
    for _ in ["serial number", "signature", "issuer"] {
        rest = element(rest)?.2;
    }
    let (_, validity, _) = element(rest)?;
    let (_, _, after) = element(validity)?;
    let (kind, text, _) = element(after)?;
    time(kind, std::str::from_utf8(text).ok()?)
}

/// One element of DER: its tag, its content, and what follows (X.690 section 8.1).
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = if *first < 0x80 {
        (usize::from(*first), rest)
    } else {
        let digits = usize::from(*first & 0x7f);
        if digits == 0 || digits > 4 || rest.len() < digits {
            return None;
        }
        let (digits, rest) = rest.split_at(digits);
        (digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)), rest)
    };
    (rest.len() >= length).then(|| {
        let (content, after) = rest.split_at(length);
        (*tag, content, after)
    })
}

/// `261117094000Z` or `20501117094000Z`.
fn time(kind: u8, text: &str) -> Option<Moment> {
    let digits = text.strip_suffix('Z')?;
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole = if kind == UTC_TIME {
        // RFC 5280 section 4.1.2.5.1: two digits from 50 on are of the last century.
        let century = if digits.get(..2)? < "50" { "20" } else { "19" };
        format!("{century}{digits}")
    } else {
        digits.to_owned()
    };
    if whole.len() != 14 {
        return None;
    }
    let number = |from: usize, to: usize| whole[from..to].parse::<i64>().ok();
    Moment::of_utc(
        (number(0, 4)?, number(4, 6)?, number(6, 8)?),
        (number(8, 10)?, number(10, 12)?, number(12, 14)?),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_certificate_is_read() {
        let mut parameters = rcgen::CertificateParams::new(vec!["portal.example".to_owned()]).expect("a name");
        for (year, expected) in [(2027, "2027-03-04T00:00:00Z"), (2077, "2077-03-04T00:00:00Z")] {
            parameters.not_after = rcgen::date_time_ymd(year, 3, 4);
            let key = rcgen::KeyPair::generate().expect("a key");
            let certificate = parameters.clone().self_signed(&key).expect("a certificate");
            assert_eq!(ends(certificate.der()).map(Moment::machine), Some(expected.to_owned()));
        }
    }

    #[test]
    fn what_is_no_certificate_has_no_end() {
        for bytes in [&[][..], &[0x30], &[0x30, 0x82, 0xff], &[0x30, 0x02, 0x30, 0x00]] {
            assert_eq!(ends(bytes), None);
        }
        assert_eq!(time(0x17, "26111709400Z"), None);
        assert_eq!(time(0x17, "261317094000Z"), None);
    }
}
