//! What can go wrong: opening something sealed, and talking to a store.

use std::io;

/// Why something sealed did not open. No byte of it was released.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Opening {
    /// Bytes are missing at the end.
    #[error("the sealed bytes end too early")]
    Truncated,
    /// The bytes, their place or their key are not the ones that were sealed. These cannot be told apart on purpose.
    #[error("the sealed bytes do not belong to this key and place")]
    Tampered,
    /// The bytes cannot have been written by us: a length, a version or a field is impossible.
    #[error("the bytes are not in a form that this version writes")]
    Malformed,
}

/// What kind of trouble a store has, as far as a caller can act on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// No space or quota left.
    Full,
    /// Not reachable, refused, or an input or output error. Trying later may help.
    Unavailable,
    /// The object is not there.
    NotFound,
    /// The object ends before the bytes that were asked for.
    TooShort,
    /// Anything else.
    Other,
}

/// A store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[error("store {store}: {doing} failed")]
pub struct StoreFault {
    /// What a caller can act on.
    pub kind: FaultKind,
    pub(crate) store: String,
    pub(crate) doing: &'static str,
    #[source]
    pub(crate) source: Box<dyn std::error::Error + Send + Sync>,
}

impl StoreFault {
    pub(crate) fn from_opendal(store: &str, doing: &'static str, fault: opendal::Error) -> Self {
        let kind = match fault.kind() {
            opendal::ErrorKind::NotFound => FaultKind::NotFound,
            opendal::ErrorKind::RangeNotSatisfied => FaultKind::TooShort,
            opendal::ErrorKind::PermissionDenied | opendal::ErrorKind::RateLimited => FaultKind::Unavailable,
            _ => innermost_io(&fault).map_or(
                if fault.is_temporary() {
                    FaultKind::Unavailable
                } else {
                    FaultKind::Other
                },
                kind_of_io,
            ),
        };
        Self {
            kind,
            store: store.to_owned(),
            doing,
            source: Box::new(fault),
        }
    }

    pub(crate) fn from_io(store: &str, doing: &'static str, fault: io::Error) -> Self {
        Self {
            kind: kind_of_io(&fault),
            store: store.to_owned(),
            doing,
            source: Box::new(fault),
        }
    }
}

/// Reading a part failed: the store did not deliver, or delivered something that does not open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PartFault {
    /// The stored bytes are not the ones that were sealed for this place.
    #[error(transparent)]
    Opening(#[from] Opening),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// More bytes were pushed than a message of this kind may hold.
    #[error("more bytes than one message of this kind may hold")]
    TooLong,
    /// An earlier push failed or was dropped midway, so nobody knows what the part holds.
    #[error("an earlier write of this part failed or was dropped midway")]
    Interrupted,
}

fn innermost_io<'a>(fault: &'a (dyn std::error::Error + 'static)) -> Option<&'a io::Error> {
    let mut next = Some(fault);
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<io::Error>() {
            return Some(io);
        }
        next = error.source();
    }
    None
}

fn kind_of_io(fault: &io::Error) -> FaultKind {
    match fault.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => FaultKind::Full,
        io::ErrorKind::NotFound => FaultKind::NotFound,
        io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput => FaultKind::Other,
        // EIO has no kind of its own; a disk that errs now may be replaced and answer later.
        _ => FaultKind::Unavailable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_apart_from_a_broken_one() {
        let wrapped = |code| {
            let io = io::Error::from_raw_os_error(code);
            opendal::Error::new(opendal::ErrorKind::Unexpected, "write").set_source(io)
        };
        assert_eq!(
            StoreFault::from_opendal("main", "write", wrapped(28)).kind,
            FaultKind::Full,
            "ENOSPC"
        );
        assert_eq!(
            StoreFault::from_opendal("main", "write", wrapped(122)).kind,
            FaultKind::Full,
            "EDQUOT"
        );
        assert_eq!(
            StoreFault::from_opendal("main", "write", wrapped(5)).kind,
            FaultKind::Unavailable,
            "EIO"
        );
        assert_eq!(
            StoreFault::from_io("main", "open", io::Error::from_raw_os_error(2)).kind,
            FaultKind::NotFound,
            "ENOENT"
        );
    }
}
