//! What people do in a firm: one noun a file, every verb with an actor.
//!
//! A verb takes a [`Firm`] and an [`Actor`], asks [`actor::allow`], and is one transaction: its rows, its audit entry and
//! its jobs, or none of them. Whatever an actor may not see is [`domain::Problem::NotFound`], as if it did not exist.
//!
//! ```text
//! messages::post(&firm, &actor, thread, NewMessage { .. })
//!     allow          may this actor write here?
//!     begin          the firm's write lock, up front
//!       rows         message, files, thread, read mark
//!       audit, jobs  the notice that something waits
//!     commit         then the hint to open pages
//! ```
//!
//! Invariant: no database connection leaves this crate, and none is reached without a `Firm`.
#![forbid(unsafe_code)]

pub mod account;
pub mod activation;
pub mod actor;
pub mod addresses;
pub mod audit;
pub mod clients;
pub mod clock;
pub mod confirm;
pub mod contacts;
pub mod courier;
pub mod demo;
pub mod devices;
pub mod drafts;
pub mod error;
pub mod events;
pub mod factors;
pub mod files;
pub mod flashes;
pub mod fresh;
pub mod invitations;
pub mod jobs;
pub mod library;
pub mod mails;
pub mod messages;
pub mod passkeys;
pub mod passwords;
pub mod portal;
pub mod previews;
pub mod questions;
pub mod registry;
pub mod resets;
pub mod scan;
pub mod sessions;
pub mod settings;
pub mod sign_in;
pub mod slips;
pub mod staff;
pub mod stores;
pub mod sweep;
pub mod threads;
pub mod upload_links;
pub mod uploads;
pub mod walks;
pub mod worker;

mod database;
mod directory;
pub mod legacy;
mod letters;
mod links;
mod networks;
mod pages;
mod people;
mod room;
mod search;
mod tenant;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod throttle;
mod tx;

pub use actor::Actor;
pub use clock::Clock;
pub use courier::{
    Courier, Gateway, GatewaySettings, Letter, Security, Smtp, SmtpSettings, Text, TextCourier, Undelivered,
};
pub use error::{Error, Fault, Result};
pub use registry::{Database, FirmDraft, Origin, Registry, RegistrySettings};
pub use sessions::{Device, Session};
pub use tenant::Firm;
