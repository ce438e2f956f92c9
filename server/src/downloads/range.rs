//! Byte ranges (RFC 9110 section 14), one or several.
//!
//! Several ranges are answered as `multipart/byteranges` in the order in which they were asked for. What asks for more work than
//! the file itself is answered with the file: too many ranges, overlapping ones (RFC 9110 section 17.15).

use std::ops::Range;

/// Ranges of one request that are answered one by one.
pub const MOST: usize = 16;

/// What a `Range` header asks of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Everything: no header, one that is not ours to understand, or more than is answered piece by piece.
    Whole,
    /// These bytes; at least one range, none of them empty, no two with a byte in common.
    Parts(Vec<Range<u64>>),
    /// Bytes that the file does not have: 416.
    Unsatisfiable,
}

/// Reads a `Range` header for a file of `size` bytes.
pub fn asked(header: Option<&str>, size: u64) -> Asked {
    let Some(set) = header.and_then(|header| {
        let (unit, set) = header.split_once('=')?;
        unit.trim().eq_ignore_ascii_case("bytes").then_some(set)
    }) else {
        return Asked::Whole;
    };
    // Empty members of a list are passed over (RFC 9110 section 5.6.1.2).
    let specs: Vec<&str> = set
        .split(',')
        .map(str::trim)
        .filter(|spec| !spec.is_empty())
        .take(MOST + 1)
        .collect();
    let read: Result<Vec<Option<Range<u64>>>, NoRange> = specs.iter().map(|spec| one(spec, size)).collect();
    let Ok(read) = read else { return Asked::Whole };
    if !(1..=MOST).contains(&read.len()) {
        return Asked::Whole;
    }
    let parts: Vec<Range<u64>> = read.into_iter().flatten().collect();
    if parts.is_empty() {
        return Asked::Unsatisfiable;
    }
    let mut sorted = parts.clone();
    sorted.sort_unstable_by_key(|part| part.start);
    if sorted.windows(2).any(|two| two[0].end > two[1].start) {
        return Asked::Whole;
    }
    Asked::Parts(parts)
}

/// The text is no range.
struct NoRange;

/// One range; `None` if the file has nothing of it.
fn one(spec: &str, size: u64) -> Result<Option<Range<u64>>, NoRange> {
    let (first, last) = spec.split_once('-').ok_or(NoRange)?;
    let range = match (number(first)?, number(last)?) {
        // `-500`: the last 500.
        (None, Some(count)) => size.saturating_sub(count)..size,
        (Some(first), None) => first..size,
        (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(size),
        _ => return Err(NoRange),
    };
    Ok((range.start < range.end).then_some(range))
}

/// Digits, or nothing at all.
fn number(text: &str) -> Result<Option<u64>, NoRange> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NoRange);
    }
    // More digits than fit mean a place beyond every file.
    Ok(Some(text.parse().unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn these(parts: &[(u64, u64)]) -> Asked {
        Asked::Parts(parts.iter().map(|(start, end)| *start..*end).collect())
    }

    #[test]
    fn a_range_is_read_as_the_rfc_has_it() {
        for (header, expected) in [
            ("bytes=0-499", these(&[(0, 500)])),
            ("bytes=500-", these(&[(500, 1000)])),
            ("bytes=-500", these(&[(500, 1000)])),
            ("bytes=-2000", these(&[(0, 1000)])),
            ("BYTES = 0-0", these(&[(0, 1)])),
            ("bytes=999-2000", these(&[(999, 1000)])),
            ("bytes=0-0,-1", these(&[(0, 1), (999, 1000)])),
            ("bytes= 900-949 , , 0-9", these(&[(900, 950), (0, 10)])),
            ("bytes=0-9,5000-6000", these(&[(0, 10)])),
            ("bytes=1000-", Asked::Unsatisfiable),
            ("bytes=-0", Asked::Unsatisfiable),
            ("bytes=1000-1001,-0", Asked::Unsatisfiable),
            ("bytes=99999999999999999999-", Asked::Unsatisfiable),
            ("bytes=5-4", Asked::Whole),
            ("bytes=0-9,5-4", Asked::Whole),
            ("bytes=0-9,x", Asked::Whole),
            ("bytes=", Asked::Whole),
            ("bytes=-", Asked::Whole),
            ("bytes=+1-2", Asked::Whole),
            ("bytes 0-1", Asked::Whole),
            ("items=0-1", Asked::Whole),
            ("", Asked::Whole),
        ] {
            assert_eq!(asked(Some(header), 1000), expected, "{header}");
        }
        assert_eq!(asked(None, 1000), Asked::Whole);
        assert_eq!(asked(Some("bytes=0-"), 0), Asked::Unsatisfiable);
    }

    #[test]
    fn what_would_cost_more_than_the_file_is_the_file() {
        let ranges = |count: u64| (0..count).map(|at| format!("{at}-{at}")).collect::<Vec<_>>().join(",");
        assert!(
            matches!(asked(Some(&format!("bytes={}", ranges(16))), 1000), Asked::Parts(parts) if parts.len() == 16)
        );
        assert_eq!(asked(Some(&format!("bytes={}", ranges(17))), 1000), Asked::Whole);
        assert_eq!(
            asked(Some(&format!("bytes={}", "0-,".repeat(1_300))), 1000),
            Asked::Whole
        );
        assert_eq!(asked(Some("bytes=0-99,50-149"), 1000), Asked::Whole);
        assert_eq!(asked(Some("bytes=50-149,0-50"), 1000), Asked::Whole);
    }

    proptest! {
        #[test]
        fn any_header_gives_bytes_of_the_file_or_none(header in "(bytes=)?[0-9, -]{0,40}", size in 0_u64..5_000) {
            if let Asked::Parts(parts) = asked(Some(&header), size) {
                prop_assert!(!parts.is_empty() && parts.len() <= MOST);
                prop_assert!(parts.iter().all(|part| part.start < part.end && part.end <= size));
                prop_assert!(parts.iter().map(|part| part.end - part.start).sum::<u64>() <= size);
            }
        }

        #[test]
        fn any_text_at_all_is_read(header in "\\PC{0,80}", size in any::<u64>()) {
            let _ = asked(Some(&header), size);
        }
    }
}
