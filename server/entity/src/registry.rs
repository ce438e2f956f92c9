//! The registry's tables.

pub mod client_key;
pub mod database_key;
pub mod firm;
pub mod firm_key;
pub mod hostname;
pub mod wake;
