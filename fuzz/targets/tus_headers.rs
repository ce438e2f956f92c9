//! The headers of tus: what is accepted says one thing, and what could say two is refused.
#![no_main]

use base64::{Engine as _, engine::general_purpose::STANDARD};
use headers::{Refused, Sent, announced_length, number, optional_checksum, optional_number};
use libfuzzer_sys::fuzz_target;
use vault::{Checksum, checksum::ALGORITHMS};

#[path = "../../server/src/uploads/headers.rs"]
mod headers;

// An input is one line a header: length, deferral, offset, checksum. A line that is not there is a header that did not
// come, and `*` is one that came twice.
fuzz_target!(|input: &str| {
    let mut lines = input.split('\n').map(|line| match line {
        "-" => Sent::Not,
        "*" => Sent::Unclear,
        text => Sent::Once(text),
    });
    let mut next = || lines.next().unwrap_or(Sent::Not);
    let (length, deferred, offset, checksum) = (next(), next(), next(), next());

    match announced_length(length, deferred) {
        Ok(Some(bytes)) => {
            assert_eq!(deferred, Sent::Not, "a length that is said now and later");
            plain(length, bytes);
        }
        Ok(None) => assert_eq!(
            (length, deferred),
            (Sent::Not, Sent::Once("1")),
            "a deferral of another kind"
        ),
        Err(Refused) => {
            let now = deferred == Sent::Not && length.once().and_then(number).is_some();
            assert!(
                !now && (length, deferred) != (Sent::Not, Sent::Once("1")),
                "a good length is refused"
            );
        }
    }
    match optional_number(offset) {
        Ok(Some(at)) => plain(offset, at),
        Ok(None) => assert_eq!(offset, Sent::Not, "an offset that was passed over"),
        Err(Refused) => assert!(offset.once().and_then(number).is_none() && offset != Sent::Not),
    }
    match optional_checksum(checksum) {
        Ok(Some(read)) => {
            let text = checksum.once().expect("read from a text");
            let (algorithm, digest) = text.split_once(' ').expect("two words");
            assert!(
                ALGORITHMS.split(',').any(|offered| offered == algorithm),
                "a digest that is not offered"
            );
            let bytes = STANDARD.decode(digest).expect("base64");
            assert_eq!(STANDARD.encode(&bytes), digest, "one digest in two spellings");
            assert_eq!(
                Checksum::new(algorithm, bytes),
                Some(read),
                "another digest than was said"
            );
        }
        Ok(None) => assert_eq!(checksum, Sent::Not, "a digest that was passed over"),
        Err(Refused) => assert_ne!(checksum, Sent::Not, "a refusal of what was not said"),
    }
});

/// A number is its digits: no sign, no space, no other spelling but zeros in front.
fn plain(sent: Sent<'_>, read: u64) {
    let text = sent.once().expect("read from a text");
    assert!(
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()),
        "{text:?} as a number"
    );
    let written = read.to_string();
    assert_eq!(
        text.trim_start_matches('0'),
        written.trim_start_matches('0'),
        "another number"
    );
    assert_eq!(number(&written), Some(read), "read differently when written plainly");
}
