//! One page of a list: which rows it begins with, and whether another page follows.

use domain::limits;

/// Rows to ask for: one more than a page shows, which tells whether another page follows.
pub(crate) const ASKED: u64 = limits::PAGE_ROWS + 1;

/// Rows that stand before a page.
pub(crate) fn before(page: u64) -> u64 {
    page.saturating_mul(limits::PAGE_ROWS)
}

/// Keeps what the page shows, and says whether another follows.
pub(crate) fn cut<T>(found: &mut Vec<T>) -> bool {
    let more = found.len() as u64 > limits::PAGE_ROWS;
    found.truncate(usize::try_from(limits::PAGE_ROWS).unwrap_or(usize::MAX));
    more
}
