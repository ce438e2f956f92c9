//! The listener: HTTP/1 and HTTP/2 over TCP or TLS, and an end that lets requests finish.
//!
//! Without TLS only HTTP/1 is spoken (no browser speaks the other in the clear); with TLS the handshake's ALPN decides.
//! So no connection is ever held open while we wait for its first bytes to tell the version: a silent one falls to
//! [`HEADER_TIME`].

use axum::Router;
use http::Request;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{
        conn::auto::Builder,
        graceful::{GracefulShutdown, Watcher},
    },
    service::TowerToHyperService,
};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use std::{
    io,
    net::SocketAddr,
    path::Path,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::Service;

/// Time for a request's header lines, and for which an idle connection is kept.
pub const HEADER_TIME: Duration = Duration::from_secs(30);
/// Time for a TLS handshake.
pub const HANDSHAKE_TIME: Duration = Duration::from_secs(10);
/// Time that requests in flight are given when the server ends.
pub const GRACE: Duration = Duration::from_secs(10);
/// Streams that one HTTP/2 connection may have open.
const STREAMS: u32 = 200;
/// Bytes of a connection that are read at once. A sender who is faster than the disk fills that much of memory.
const READ_BYTES: usize = 64 * 1024;
/// Bytes of header lines.
const HEADER_BYTES: u32 = 32 * 1024;

/// The address at the other end of the connection: a browser's or a proxy's.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// What tells everything to end, and what is waited for.
#[derive(Clone, Default)]
pub struct Ending {
    /// Cancelled when the server ends; event streams end with it.
    pub signal: CancellationToken,
    /// Tasks that outlive their connection: uploads on their way to the store.
    pub tasks: TaskTracker,
}

/// Why the certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateFault {
    /// The file cannot be read or holds no PEM of the right kind.
    #[error("[server] {key}: the PEM file {path} cannot be used: {source}")]
    File {
        /// The setting.
        key: &'static str,
        /// The file.
        path: String,
        /// Why not.
        source: rustls::pki_types::pem::Error,
    },
    /// Chain and key do not belong together, or the chain is empty.
    #[error("[server] certificate and certificate-key do not fit: {0}")]
    Pair(#[from] rustls::Error),
}

/// Makes ring's the provider of TLS, by name: with two compiled in, rustls would refuse to choose.
pub fn install_provider() {
    // An error means that it is installed already, as when several tests share one process.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// The TLS side of a certificate chain and its key.
///
/// # Errors
/// A file that cannot be read or parsed, or two that do not belong together.
pub fn tls(chain: &Path, key: &Path) -> Result<TlsAcceptor, CertificateFault> {
    let fault = |name: &'static str, path: &Path| {
        let path = path.display().to_string();
        move |source| CertificateFault::File {
            key: name,
            path,
            source,
        }
    };
    let certificates = CertificateDer::pem_file_iter(chain)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(fault("certificate", chain))?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(fault("certificate-key", key))?;
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(certificates, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Serves until the signal, then lets requests and tasks finish for [`GRACE`].
pub async fn serve(listener: TcpListener, tls: Option<TlsAcceptor>, router: Router, ending: Ending) {
    let doors = Arc::new(Doorway {
        router,
        tls,
        http1: http1(),
        http2: http2(),
    });
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = ending.signal.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                tokio::spawn(Arc::clone(&doors).meet(stream, peer, graceful.watcher()));
            }
            Err(error) => rest(&error).await,
        }
    }
    drop(listener);
    ending.tasks.close();
    let finished = timeout(GRACE, async {
        graceful.shutdown().await;
        ending.tasks.wait().await;
    });
    if finished.await.is_err() {
        tracing::warn!(
            "requests were still running {} s after the signal; they are cut off",
            GRACE.as_secs()
        );
    }
}

/// Out of file descriptors, mostly: a short rest lets connections close. A connection that failed alone needs none.
async fn rest(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "no connection could be accepted");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

struct Doorway {
    router: Router,
    tls: Option<TlsAcceptor>,
    http1: Builder<TokioExecutor>,
    http2: Builder<TokioExecutor>,
}

impl Doorway {
    async fn meet(self: Arc<Self>, stream: TcpStream, peer: SocketAddr, watcher: Watcher) {
        // Without it a page that goes out in two writes waits 40 ms for a delayed acknowledgement.
        if stream.set_nodelay(true).is_err() {
            return;
        }
        match &self.tls {
            None => self.converse(&self.http1, stream, peer, watcher).await,
            Some(tls) => {
                let Ok(Ok(stream)) = timeout(HANDSHAKE_TIME, tls.accept(stream)).await else {
                    return;
                };
                let builder = match stream.get_ref().1.alpn_protocol() {
                    Some(b"h2") => &self.http2,
                    _ => &self.http1,
                };
                self.converse(builder, stream, peer, watcher).await;
            }
        }
    }

    async fn converse(
        &self,
        builder: &Builder<TokioExecutor>,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        peer: SocketAddr,
        watcher: Watcher,
    ) {
        let visit = Visit {
            router: self.router.clone(),
            peer: Peer(peer),
        };
        let connection = builder
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(visit))
            .into_owned();
        // A connection that breaks is its peer's affair.
        let _ = watcher.watch(connection).await;
    }
}

/// The router, as one connection sees it: every request knows its peer.
#[derive(Clone)]
struct Visit {
    router: Router,
    peer: Peer,
}

impl<B> Service<Request<B>> for Visit
where
    Router: Service<Request<B>>,
{
    type Response = <Router as Service<Request<B>>>::Response;
    type Error = <Router as Service<Request<B>>>::Error;
    type Future = <Router as Service<Request<B>>>::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.router.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        request.extensions_mut().insert(self.peer);
        self.router.call(request)
    }
}

fn http1() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .max_headers(100)
        .max_buf_size(READ_BYTES);
    builder
}

fn http2() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new()).http2_only();
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(HEADER_TIME)
        .keep_alive_timeout(HANDSHAKE_TIME)
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEADER_BYTES);
    builder
}
