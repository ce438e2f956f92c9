//! The library of files, for contacts and for staff: plain lists and forms, so that each list has an address that can be
//! kept, and everything works without scripts.

pub mod api;
mod aside;
mod bulk;
mod file;
mod filters;
mod list;
pub mod parts;
mod preview;

pub use file::FilePage;
pub use list::FilesPage;
pub use preview::{PreviewPage, page_asked};
