//! The pages of the portal, and the server functions behind them.
//!
//! The crate compiles twice. With `ssr` it renders complete pages and holds the bodies of the server functions; with
//! `hydrate` it runs in the browser and improves what already works as plain HTML. There are three shells: [`doors`]
//! for everything before sign-in and [`plain`] for the signed-in pages of forms (the account, the firm's housekeeping),
//! which ship no script but `doors.js`, and [`portal`] for what people work in all day, which hydrates.
//!
//! Invariant: a server function opens the [`desk`](mod@desk), calls one verb of `firm` and returns a view; it holds
//! no rule of its own.
#![forbid(unsafe_code)]
#![expect(
    clippy::needless_pass_by_value,
    reason = "a component owns its properties: the view gives them by value"
)]

#[cfg(all(feature = "ssr", feature = "hydrate"))]
compile_error!("build `app` for one side at a time: the server with `ssr`, the browser with `hydrate`");

#[cfg(feature = "ssr")]
pub mod account;
#[cfg(feature = "ssr")]
pub mod activation;
pub mod assets;
#[cfg(feature = "ssr")]
pub mod desk;
#[cfg(feature = "ssr")]
pub mod doors;
#[cfg(feature = "ssr")]
pub mod drop;
pub mod error;
#[cfg(feature = "ssr")]
pub mod library;
pub mod office;
#[cfg(feature = "ssr")]
pub mod plain;
pub mod portal;
#[cfg(feature = "ssr")]
pub mod sign_in;
pub mod thread;
pub mod ui;
pub mod upload;

pub use assets::PageAssets;
pub use error::AppError;
