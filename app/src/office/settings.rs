//! What a firm chooses for itself.

pub mod button;
