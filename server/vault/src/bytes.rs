//! Reading a format of ours from bytes that may be hostile.

use crate::error::Opening;

/// What is left of the bytes; fields are taken from its front.
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn take<const N: usize>(&mut self) -> Result<[u8; N], Opening> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(Opening::Truncated)?;
        self.0 = rest;
        Ok(*taken)
    }

    pub(crate) fn text(&mut self, length: usize) -> Result<&'a str, Opening> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Opening::Truncated)?;
        self.0 = rest;
        std::str::from_utf8(taken).map_err(|_| Opening::Malformed)
    }
}
