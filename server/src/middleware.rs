//! What every request passes, from the outside in: request id and log, headers, health, host, CSRF, session and desk,
//! plain forms. [`crate::router`] puts them together.

pub mod cookies;
pub mod csrf;
pub mod desk;
pub mod error_page;
pub mod guard;
pub mod headers;
pub mod host;
pub mod plain_forms;
pub mod proxy;
pub mod request_id;
pub mod telemetry;
