//! The house's own components: the names are those of the partials in `style/components/`.

pub mod avatar;
pub mod banner;
pub mod client;
pub mod empty;
pub mod field;
pub mod file;
pub mod icon;
#[cfg(feature = "ssr")]
pub mod new_password;
pub mod pager;
#[cfg(feature = "ssr")]
pub mod passkey;
pub mod problem;
#[cfg(feature = "ssr")]
pub mod qr;
#[cfg(feature = "ssr")]
pub mod questions;
pub mod segments;
pub mod text_area;
pub mod thread_row;
pub mod time;
pub mod title;
