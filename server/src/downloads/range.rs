//! Byte ranges (RFC 9110 section 14): single ranges only. Several in one request are allowed to be ignored, and are:
//! the whole file is answered.

use std::ops::Range;

/// What a `Range` header asks of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Everything: no header, one that is not ours to understand, or several ranges.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// Bytes that the file does not have: 416.
    Unsatisfiable,
}

/// Reads a `Range` header for a file of `size` bytes.
pub fn asked(header: Option<&str>, size: u64) -> Asked {
    let Some(spec) = header.and_then(|header| {
        let (unit, spec) = header.split_once('=')?;
        unit.trim().eq_ignore_ascii_case("bytes").then_some(spec.trim())
    }) else {
        return Asked::Whole;
    };
    let Some((first, last)) = spec.split_once('-') else {
        return Asked::Whole;
    };
    match (number(first), number(last)) {
        // `bytes=-500`: the last 500.
        (Number::None, Number::Some(count)) => {
            if count == 0 || size == 0 {
                Asked::Unsatisfiable
            } else {
                Asked::Part(size.saturating_sub(count)..size)
            }
        }
        (Number::Some(first), Number::None) => from(first, size, size),
        (Number::Some(first), Number::Some(last)) if first <= last => {
            from(first, last.saturating_add(1).min(size), size)
        }
        _ => Asked::Whole,
    }
}

fn from(first: u64, end: u64, size: u64) -> Asked {
    if first < size {
        Asked::Part(first..end)
    } else {
        Asked::Unsatisfiable
    }
}

enum Number {
    None,
    Some(u64),
    Bad,
}

fn number(text: &str) -> Number {
    let text = text.trim();
    if text.is_empty() {
        return Number::None;
    }
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return Number::Bad;
    }
    // More digits than fit mean a place beyond every file.
    Number::Some(text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        for (header, size, expected) in [
            (None, 10, Asked::Whole),
            (Some("bytes=0-0"), 10, Asked::Part(0..1)),
            (Some("bytes=0-"), 10, Asked::Part(0..10)),
            (Some("BYTES = 2-4"), 10, Asked::Part(2..5)),
            (Some("bytes=5-99"), 10, Asked::Part(5..10)),
            (Some("bytes=-3"), 10, Asked::Part(7..10)),
            (Some("bytes=-30"), 10, Asked::Part(0..10)),
            (Some("bytes=10-"), 10, Asked::Unsatisfiable),
            (Some("bytes=-0"), 10, Asked::Unsatisfiable),
            (Some("bytes=0-"), 0, Asked::Unsatisfiable),
            (Some("bytes=99999999999999999999999-"), 10, Asked::Unsatisfiable),
            (Some("bytes=0-99999999999999999999999"), 10, Asked::Part(0..10)),
            (Some("bytes=4-2"), 10, Asked::Whole),
            (Some("bytes=0-1,3-4"), 10, Asked::Whole),
            (Some("bytes=a-b"), 10, Asked::Whole),
            (Some("bytes=-"), 10, Asked::Whole),
            (Some("bytes=+1-2"), 10, Asked::Whole),
            (Some("lines=0-1"), 10, Asked::Whole),
            (Some(""), 10, Asked::Whole),
        ] {
            assert_eq!(asked(header, size), expected, "{header:?} of {size}");
        }
    }

    proptest! {
        #[test]
        fn a_part_is_never_empty_and_lies_in_the_file(header in "(bytes=)?[ -~]{0,30}", size in 0u64..1000) {
            if let Asked::Part(range) = asked(Some(&header), size) {
                prop_assert!(range.start < range.end && range.end <= size);
            }
        }
    }
}
