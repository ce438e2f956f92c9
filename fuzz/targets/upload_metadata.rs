//! `Upload-Metadata`: what is read can be written and read again, and its name becomes a harmless one or is refused.
#![no_main]

use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{file, limits::FILE_NAME_BYTES, text::is_deceptive};
use libfuzzer_sys::fuzz_target;
use metadata::{Metadata, Place, parse};

#[path = "../../server/src/uploads/metadata.rs"]
mod metadata;

fuzz_target!(|input: &str| {
    if let Some(read) = parse(input) {
        holds(&read);
    }
    // The same as a name in a header that is well formed: no mutation gets far through base64.
    let header = format!("{},{}", pair("filename", input), pair("thread", &"0f".repeat(16)));
    match parse(&header) {
        Some(read) => {
            assert_eq!(read.filename, input, "another name than was sent");
            holds(&read);
        }
        None => assert!(header.len() > 4096, "a good header is refused"),
    }
});

fn holds(read: &Metadata) {
    let plain = written(read);
    // It is no longer than what came, so the limit on the header's length does not refuse it.
    assert_eq!(
        parse(&plain).as_ref(),
        Some(read),
        "read differently when written plainly"
    );
    // A key that comes twice could be read in two ways.
    assert_eq!(parse(&format!("{plain},filename YQ==")), None, "two names");
    // A page shows any moment that is kept.
    if let Some(at) = read.modified {
        assert!(!at.machine().is_empty() && !at.full().is_empty());
    }
    // `firm` keeps a file under this name and no other.
    if let Ok(kept) = file::name(&read.filename) {
        assert!(
            (1..=FILE_NAME_BYTES).contains(&kept.len()),
            "a name of {} bytes",
            kept.len()
        );
        assert!(!kept.contains(['/', '\\']), "a path");
        assert!(!kept.chars().any(is_deceptive), "a deceptive character");
        assert!(!kept.starts_with(['.', ' ']), "a hidden file: {kept:?}");
        assert!(!kept.ends_with(['.', ' ']), "an end that Windows drops: {kept:?}");
        assert_eq!(
            file::name(&kept).as_ref(),
            Ok(&kept),
            "a kept name that would be cleaned again"
        );
    }
}

fn written(metadata: &Metadata) -> String {
    let (key, id) = match metadata.place {
        Place::Thread(id) => ("thread", id.to_string()),
        Place::Client(id) => ("client", id.to_string()),
    };
    let mut pairs = vec![pair("filename", &metadata.filename), pair(key, &id)];
    if let Some(at) = metadata.modified {
        pairs.push(pair("modified", &at.0.to_string()));
    }
    pairs.join(",")
}

fn pair(key: &str, value: &str) -> String {
    format!("{key} {}", STANDARD.encode(value))
}
