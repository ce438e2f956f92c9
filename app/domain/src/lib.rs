//! What the browser may know: ids, the views that pages show, limits, and who may do what.
//!
//! Anything here may appear in a page's source. The crate performs no IO, holds no secret and reads no clock, and it
//! compiles to WebAssembly, so the same code checks a file's name in the browser and on the server.
//!
//! Invariant: no row of a database crosses into this crate; `firm` builds these views from rows.
#![forbid(unsafe_code)]

pub mod access;
pub mod account;
pub mod button;
pub mod client;
pub mod contact;
pub mod device;
pub mod factors;
pub mod file;
pub mod form;
pub mod id;
pub mod join;
pub mod legacy;
pub mod library;
pub mod limits;
pub mod mail;
pub mod message;
pub mod moment;
pub mod office;
pub mod password;
pub mod portal;
pub mod problem;
pub mod questions;
pub mod reset;
pub mod said;
pub mod settings;
pub mod sign_in;
pub mod size;
pub mod text;
pub mod thread;
pub mod upload_link;
pub mod walk;

pub use id::{
    ClientId, ContactId, FileId, FirmId, FolderId, FormId, GuestId, JobId, LegacyAddressId, LinkId, MessageId,
    PasskeyId, SessionId, StaffId, ThreadId, UploadId, UploadLinkId,
};
pub use moment::Moment;
pub use problem::{Field, LibraryReason, Problem, Reason};
