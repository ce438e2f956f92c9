//! `Range`: whatever is answered piece by piece lies within the file, and costs no more than the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use range::{Asked, MOST, asked};

#[path = "../../server/src/downloads/range.rs"]
mod range;

// The first line of an input is the file's size, so that seeds are readable.
fuzz_target!(|input: &str| {
    let (size, header) = input.split_once('\n').unwrap_or(("1000", input));
    let size: u64 = size.parse().unwrap_or(1000);
    match asked(Some(header), size) {
        Asked::Parts(parts) => {
            assert!((1..=MOST).contains(&parts.len()), "{} parts", parts.len());
            let mut sorted = parts.clone();
            sorted.sort_unstable_by_key(|part| part.start);
            for part in &sorted {
                assert!(part.start < part.end, "an empty part");
                assert!(part.end <= size, "a part beyond the file");
            }
            assert!(
                sorted.windows(2).all(|two| two[0].end <= two[1].start),
                "a byte that is sent twice"
            );
            // The last byte of a part is named, not the one behind it.
            let specs: Vec<String> = parts
                .iter()
                .map(|part| format!("{}-{}", part.start, part.end - 1))
                .collect();
            let again = format!("bytes={}", specs.join(","));
            assert_eq!(
                asked(Some(&again), size),
                Asked::Parts(parts),
                "read differently when written plainly"
            );
        }
        Asked::Unsatisfiable => {
            // The whole of a file that has a byte can always be had.
            assert!(
                size == 0 || !header.trim_end().ends_with("=0-"),
                "a file that was refused"
            );
        }
        Asked::Whole => {}
    }
    assert_eq!(asked(None, size), Asked::Whole);
});
