//! The manifest: what is read is written as the same bytes, and holds together.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vault::{Manifest, manifest::LONGEST_NAME, message::PART};

// An input is a manifest in hexadecimal digits, so that seeds and findings are text; any other input is taken as it is.
fuzz_target!(|input: &[u8]| {
    let bytes = unhex(input).unwrap_or_else(|| input.to_vec());
    let Ok(manifest) = Manifest::decode(&bytes) else {
        return;
    };
    assert!(
        manifest.encode().expect("what was read can be written") == bytes,
        "one manifest with two encodings"
    );
    assert!(
        (1..=LONGEST_NAME).contains(&manifest.name.len()),
        "a name of another length"
    );
    let last = manifest.parts.len().saturating_sub(1);
    let mut total = 0_u64;
    for (index, part) in manifest.parts.iter().enumerate() {
        assert_eq!(usize::try_from(part.number), Ok(index), "a part out of order");
        let len = u64::from(part.len);
        assert!(
            if index == last {
                (1..=PART).contains(&len)
            } else {
                len == PART
            },
            "a part of a wrong length"
        );
        total += len;
    }
    assert_eq!(manifest.total, total, "a sum that is none");
    // No byte can go, and none can come.
    assert!(
        Manifest::decode(&bytes[..bytes.len() - 1]).is_err(),
        "a manifest that was cut"
    );
    let longer = [&bytes[..], &[0]].concat();
    assert!(
        Manifest::decode(&longer).is_err(),
        "a manifest with something behind it"
    );
});

fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.trim_ascii_end();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = text.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs
        .iter()
        .map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?))
        .collect()
}
