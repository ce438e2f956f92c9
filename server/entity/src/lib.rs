//! The rows: SeaORM models of the registry and of one firm's database.
//!
//! Rows hold plain `Uuid` columns and sealed bytes. `firm` turns them into `domain` views, where ids gain their types
//! and sealed columns their text; no row leaves `firm`.
#![forbid(unsafe_code)]

pub mod firm;
pub mod registry;
mod sealed;

pub use sealed::{Sealed, Sealing};
