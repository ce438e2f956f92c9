//! A conversation: reading it, answering, beginning one.

pub mod api;
pub mod composer;
pub mod message;
pub mod new;
pub mod page;
mod sending;
