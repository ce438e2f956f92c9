//! From settings to a listening server.

use crate::{
    config::{Config, Database, Refusal, RootSource},
    lane,
    listen::{self, CertificateFault, Ending},
    render_threads::RenderThreads,
    reports::Reports,
    router::{self, Undecided},
    state::{Fittings, House},
};
use app::{PageAssets, desk::CookieNames};
use firm::{
    Clock, Courier, Origin, Registry, RegistrySettings, TextCourier,
    previews::Renderer,
    scan::{self, Scanner},
    worker,
};
use std::{fs, io, net::SocketAddr, path::PathBuf};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tokio_rustls::TlsAcceptor;
use vault::{RootKey, RootKeyFault, SecureRandom, StoreFault};

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A setting.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The root key.
    #[error("[keys] {0}")]
    Root(#[from] RootKeyFault),
    /// The certificate.
    #[error(transparent)]
    Certificate(#[from] CertificateFault),
    /// The object store.
    #[error("[stores] {0}")]
    Store(#[from] StoreFault),
    /// The registry or a firm.
    #[error("{}", chain(.0))]
    Firm(#[from] firm::Error),
    /// Our own tables.
    #[error(transparent)]
    Router(#[from] Undecided),
    /// Something that was typed on the command line.
    #[error("{0}")]
    Told(String),
    /// A folder or socket of this machine.
    #[error("{what}: {source}")]
    Machine {
        /// What was tried.
        what: String,
        /// Why it failed.
        source: io::Error,
    },
}

/// An error and its causes, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        let more = deeper.to_string();
        if !words.ends_with(&more) {
            words = format!("{words}: {more}");
        }
        cause = deeper.source();
    }
    words
}

/// How mail and text messages leave.
pub struct Post {
    /// Mail.
    pub mail: Courier,
    /// Text messages.
    pub texts: TextCourier,
}

impl Post {
    /// As the settings say.
    ///
    /// # Errors
    /// A setting that does not fit.
    pub fn of(config: &Config) -> Result<Self, Refusal> {
        Ok(Self {
            mail: config.mail.courier()?.map_or(Courier::None, Courier::Smtp),
            texts: config.texts.courier()?.map_or(TextCourier::None, TextCourier::Gateway),
        })
    }

    /// Nothing leaves: what is written waits, sealed.
    pub fn none() -> Self {
        Self {
            mail: Courier::None,
            texts: TextCourier::None,
        }
    }
}

/// Opens the registry of these settings.
///
/// # Errors
/// The root key, the store or the database.
pub async fn open(config: &Config, post: Post, demo: bool) -> Result<Registry, Fault> {
    let random = SecureRandom::system();
    fs::create_dir_all(&config.data).map_err(|source| Fault::Machine {
        what: format!("[server] data: the folder {} cannot be made", config.data.display()),
        source,
    })?;
    let settings = RegistrySettings {
        database: match &config.database {
            Database::Sqlite => firm::Database::Sqlite {
                folder: config.data.clone(),
            },
            Database::Postgres { url, prefix } => firm::Database::Postgres {
                url: url.clone(),
                prefix: prefix.clone(),
            },
        },
        root: root_key(&config.root, &random)?,
        stores: config.stores.open(&config.data)?,
        place: config.place.clone(),
        clock: Clock::system(),
        random,
        courier: post.mail,
        texts: post.texts,
        sender: config.mail.sender.clone(),
        demo,
        origin: Origin {
            secure: config.is_secure(),
            port: config.link_port(),
        },
        renderer: renderer(),
        scanner: config.scanner.clone().map(Scanner::new),
    };
    Ok(Registry::open(settings).await?)
}

/// What draws previews: this program, once more.
fn renderer() -> Option<Renderer> {
    match std::env::current_exe() {
        Ok(program) => Some(Renderer::new(program)),
        Err(error) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "there are no previews: this program's own file is not known"
            );
            None
        }
    }
}

fn root_key(source: &RootSource, random: &SecureRandom) -> Result<RootKey, RootKeyFault> {
    match source {
        RootSource::File(path) => RootKey::load_or_create(path, random),
        RootSource::Environment(value) => RootKey::from_env(value),
        RootSource::Command(command) => RootKey::from_command(command),
    }
}

/// A server that is about to serve.
pub struct Ready {
    /// Where it listens; with port 0 in the settings, the one that was given.
    pub address: SocketAddr,
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    house: House,
}

/// Binds the socket and builds the router's state.
///
/// # Errors
/// The certificate or the address.
pub async fn prepare(config: &Config, registry: Registry) -> Result<Ready, Fault> {
    listen::install_provider();
    let tls = match &config.certificate {
        Some((certificates, key)) => Some(listen::tls(certificates, key)?),
        None => None,
    };
    let taken = |source| Fault::Machine {
        what: format!("[server] listen: {} cannot be listened on", config.listen),
        source,
    };
    let listener = TcpListener::bind(config.listen).await.map_err(taken)?;
    let address = listener.local_addr().map_err(taken)?;
    let demo = registry.is_demo();
    let render = RenderThreads::start().map_err(|source| Fault::Machine {
        what: "the threads that render pages cannot be started".to_owned(),
        source,
    })?;
    let lane = lane::start().map_err(|source| Fault::Machine {
        what: "the threads that seal files cannot be started".to_owned(),
        source,
    })?;
    let house = House::new(Fittings {
        registry,
        random: SecureRandom::system(),
        cookies: CookieNames {
            secure: config.is_secure(),
        },
        proxies: config.proxies.clone(),
        render,
        reports: Reports::default(),
        lane,
        ending: Ending::default(),
        assets: PageAssets::from_hashes(&hashes(config)),
        site: PathBuf::from(&*config.leptos.site_root),
        hashed: config.leptos.hash_files,
        demo,
    });
    Ok(Ready {
        address,
        listener,
        tls,
        house,
    })
}

/// The names of the browser's files, which the build writes beside the binary.
fn hashes(config: &Config) -> String {
    if !config.leptos.hash_files {
        return String::new();
    }
    let beside = std::env::current_exe()
        .ok()
        .and_then(|exe| Some(exe.parent()?.join(&*config.leptos.hash_file)));
    let text = beside.and_then(|path| fs::read_to_string(path).ok());
    text.unwrap_or_else(|| {
        tracing::warn!(
            "{} is not beside the binary: pages will not find their style and script",
            config.leptos.hash_file
        );
        String::new()
    })
}

impl Ready {
    /// `https` or `http`.
    pub fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }

    /// Serves until this process is told to end, then closes every database.
    ///
    /// # Errors
    /// The router's tables are incomplete, or signals cannot be listened for.
    pub async fn run(self) -> Result<(), Fault> {
        let router = router::router(&self.house)?;
        let ending = self.house.ending.clone();
        let mut terminate = signal(SignalKind::terminate()).map_err(|source| Fault::Machine {
            what: "signals cannot be listened for".to_owned(),
            source,
        })?;
        let told = ending.signal.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            tracing::info!("told to end");
            told.cancel();
        });
        let registry = self.house.registry.clone();
        let queue = tokio::spawn(worker::run(registry.clone(), ending.signal.clone().cancelled_owned()));
        let scanning = registry.scanner();
        let scans = tokio::spawn(scan::run(
            registry.clone(),
            scanning,
            ending.signal.clone().cancelled_owned(),
        ));
        tracing::info!(address = %self.address, scheme = self.scheme(), "listening");
        drop(self.house);
        listen::serve(self.listener, self.tls, router, ending).await;
        // The job in hand ends first; a panic in it was logged.
        let _ = queue.await;
        let _ = scans.await;
        registry.close().await;
        tracing::info!("ended");
        Ok(())
    }
}
