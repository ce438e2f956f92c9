//! The library: a client's files, in folders, with tags and years; who sees them and what becomes of them.
//!
//! A file that came with a message is seen by the client from the start. What staff put into the library themselves is
//! internal until they share it. A contact may withdraw what they sent until staff have opened it, or for half an hour:
//! its parts go, its record stays. Staff put files into the trash, from where they come back for thirty days.

mod bundle;
mod change;
mod folders;
mod keep;
mod list;
mod page;
mod renew;
#[cfg(test)]
mod tests;
mod trash;

pub use bundle::{Bundle, Bundled, CHECKSUMS, MANIFEST, MISSING, chosen, export};
pub use change::change;
pub use folders::{add as add_folder, remove as remove_folder, rename as rename_folder};
pub use keep::{NewFiles, keep};
pub use list::list;
pub use page::view;
pub use renew::renew;
pub(crate) use renew::renewable;
pub(crate) use trash::empty;
