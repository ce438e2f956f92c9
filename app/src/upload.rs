//! Sending files from the browser, ahead of the message that they belong to.
//!
//! Without scripts none of this runs: the composer's own form carries the files.

pub mod api;
#[cfg(feature = "hydrate")]
mod folder;
pub mod picker;
pub mod progress;
pub mod queue;
#[cfg(feature = "hydrate")]
pub mod tus;
#[cfg(feature = "hydrate")]
mod xhr;
