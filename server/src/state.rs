//! What every request shares.

use crate::{listen::Ending, render_threads::RenderThreads, reports::Reports};
use app::{PageAssets, desk::CookieNames};
use firm::Registry;
use ipnet::IpNet;
use std::{ops::Deref, path::PathBuf, sync::Arc};
use tokio::runtime::Handle;
use vault::SecureRandom;

/// The running server, as its handlers see it. A clone is a pointer.
#[derive(Clone)]
pub struct House(Arc<Fittings>);

/// What a [`House`] is made of.
pub struct Fittings {
    /// All firms.
    pub registry: Registry,
    /// For request ids and nonces.
    pub random: SecureRandom,
    /// How cookies are called, and whether the way is encrypted.
    pub cookies: CookieNames,
    /// Proxies whose forwarding headers count.
    pub proxies: Vec<IpNet>,
    /// Where pages are rendered.
    pub render: RenderThreads,
    /// What browsers reported of the content security policy lately.
    pub reports: Reports,
    /// Where files are sealed, beside the pages: see [`crate::lane`].
    pub lane: Handle,
    /// The end of it all.
    pub ending: Ending,
    /// The names of the browser's files.
    pub assets: PageAssets,
    /// The folder that holds them.
    pub site: PathBuf,
    /// Whether those names carry a hash, so that a browser may keep them for ever.
    pub hashed: bool,
    /// The demo, which alone has an outbox page.
    pub demo: bool,
}

impl House {
    /// A house with these fittings.
    pub fn new(fittings: Fittings) -> Self {
        Self(Arc::new(fittings))
    }
}

impl Deref for House {
    type Target = Fittings;

    fn deref(&self) -> &Fittings {
        &self.0
    }
}
