//! What a firm chooses for itself.

pub mod button;
pub mod links;
pub mod sign_in;
pub mod storage;
pub mod stores;
