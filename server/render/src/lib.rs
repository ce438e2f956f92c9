//! Crate `render`: previews of files that strangers sent.
//!
//! A decoder that reads such a file may be led astray, however safe its language: it may loop, ask for all memory or
//! panic. So nothing of this is done in the server's process. [`run`] starts the program once more as a child that
//! lowers its own limits ([`child`]), gives it the file by a pipe and takes a PNG back. Whatever the child does, the
//! parent gets a [`Drawn`] or a [`Failed`].
//!
//! ```text
//! stdin   "pdf 3\n"              the bytes of the file, until the end
//! stdout  "ok 1600 2263 12\n"    the bytes of a PNG, until the end
//!         "no encrypted\n"
//! ```
//!
//! What comes back is pixels drawn anew: no script, no link and no metadata of the file, such as where a photograph was
//! taken, is in it.
//!
//! [`sniff`] and [`table`] read text and first bytes only. They allocate no more than they are given and run anywhere.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod child;
mod draw;
mod kind;
mod parent;
mod pdf;
mod picture;
mod table;

pub use child::child;
pub use draw::{Drawn, Limits, Unrenderable, draw};
pub use kind::{Kind, SNIFFED, UnknownKind, sniff};
pub use parent::{ARGUMENT, Child, Failed, PATIENCE, run};
pub use table::{CELL, COLUMNS, ROWS, Table, table};
