//! Contacts: the list, one contact, a new one.

mod access;
pub mod api;
mod clients;
mod fields;
mod invitation;
mod list;
mod new;
mod page;
pub mod questions;
pub mod reset;

pub use list::ContactsPage;
pub use new::NewContactPage;
pub use page::ContactPage;
