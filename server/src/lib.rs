//! The server: HTTP in, verbs of `firm` called, pages of `app` out.
//!
//! [`router`] shows the whole surface on one screen. A request passes [`middleware`], which finds firm, session and
//! actor, and reaches a page, a server function or one of the doors in this crate. Nothing here decides what somebody may
//! see: the doors lead in, and `firm` answers.
#![forbid(unsafe_code)]

pub mod answer;
pub mod assets;
pub mod boot;
pub mod button;
pub mod cli;
pub mod config;
pub mod downloads;
pub mod events;
pub mod lane;
pub mod legacy;
pub mod library;
pub mod listen;
pub mod middleware;
pub mod outbox;
mod previews;
pub mod render_threads;
pub mod reports;
pub mod router;
pub mod small;
pub mod state;
pub mod telemetry;
pub mod theme;
pub mod uploads;
