//! Clients: the list, one client, a new one.

pub mod api;
mod fields;
mod links;
mod list;
mod new;
mod page;
mod people;
mod portal;
mod team;
mod threads;

pub use links::ClientLinksPage;
pub use list::ClientsPage;
pub use new::NewClientPage;
pub use page::ClientPage;
