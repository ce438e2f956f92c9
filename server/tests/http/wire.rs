//! The listener itself, over real sockets: TLS with both versions of HTTP, events, and a graceful end.

use crate::portal::Portal;
use firm::{
    on_both_engines,
    testing::{HOST, House},
};
use rustls::{ClientConfig, RootCertStore, pki_types::ServerName};
use server::listen;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::timeout,
};

/// Far longer than anything here takes; only a hang reaches it.
const HANG: Duration = Duration::from_secs(30);

async fn listening(
    portal: &Portal,
    tls: Option<tokio_rustls::TlsAcceptor>,
) -> (SocketAddr, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (router, ending) = (portal.router.clone(), portal.ending.clone());
    (address, tokio::spawn(listen::serve(listener, tls, router, ending)))
}

async fn until(stream: &mut (impl tokio::io::AsyncRead + Unpin), words: &str) -> String {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    while !text.contains(words) {
        let read = timeout(HANG, stream.read(&mut buffer))
            .await
            .expect("an answer")
            .expect("an answer");
        assert!(read > 0, "closed after {text}");
        text.push_str(&String::from_utf8_lossy(&buffer[..read]));
    }
    text
}

on_both_engines!(tls_speaks_both_versions_and_promises_https, |house: House| async move {
    let portal = Portal::of(house);
    listen::install_provider();
    let made = rcgen::generate_simple_self_signed([HOST.to_owned()]).expect("a certificate");
    let (chain, key) = (
        portal.house.folder.path().join("c.pem"),
        portal.house.folder.path().join("k.pem"),
    );
    std::fs::write(&chain, made.cert.pem()).expect("written");
    std::fs::write(&key, made.signing_key.serialize_pem()).expect("written");
    let acceptor = listen::tls(&chain, &key).expect("a pair that fits");
    assert!(listen::tls(&key, &chain).is_err() && listen::tls(&chain, &chain).is_err());
    let (address, _serving) = listening(&portal, Some(acceptor)).await;
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).expect("a root");
    for (offered, chosen) in [("h2", "h2"), ("http/1.1", "http/1.1")] {
        let mut config = ClientConfig::builder()
            .with_root_certificates(roots.clone())
            .with_no_client_auth();
        config.alpn_protocols = vec![offered.as_bytes().to_vec()];
        let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
        let stream = TcpStream::connect(address).await.expect("connected");
        let name = ServerName::try_from(HOST).expect("a name");
        let mut stream = connector.connect(name, stream).await.expect("a handshake");
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(chosen.as_bytes()));
        if chosen == "http/1.1" {
            let ask = format!("GET /sign-in HTTP/1.1\r\nHost: {HOST}\r\nAccept: text/html\r\n\r\n");
            stream.write_all(ask.as_bytes()).await.expect("sent");
            let answer = until(&mut stream, "</html>").await;
            assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("strict-transport-security: max-age="));
        }
    }
});

on_both_engines!(
    news_reaches_an_open_page_and_the_stream_ends_with_the_session,
    |house: House| async move {
        let portal = Portal::of(house);
        let papers = portal.papers(b"figures").await;
        let mut anwen = portal.anwen().await;
        let (address, _serving) = listening(&portal, None).await;
        let mut stream = TcpStream::connect(address).await.expect("connected");
        let cookie = &anwen.cookies["__Host-session"];
        let ask = format!("GET /events HTTP/1.1\r\nHost: {HOST}\r\nCookie: __Host-session={cookie}\r\n\r\n");
        stream.write_all(ask.as_bytes()).await.expect("sent");
        until(&mut stream, "text/event-stream").await;
        portal.answer(papers.thread, "an answer with secrets").await;
        let event = until(&mut stream, "\n\n").await;
        assert!(
            event.contains("event: thread") && event.contains(&papers.thread.to_string()),
            "{event}"
        );
        assert!(!event.contains("secrets"), "an event says which, never what");
        anwen.post("/api/sign_out", &[]).await;
        let end = until(&mut stream, "0\r\n\r\n").await;
        assert!(end.contains("event: signed-out"), "{end}");
    }
);

on_both_engines!(
    the_server_ends_streams_at_once_and_refuses_newcomers,
    |house: House| async move {
        let portal = Portal::of(house);
        let anwen = portal.anwen().await;
        let (address, serving) = listening(&portal, None).await;
        let mut stream = TcpStream::connect(address).await.expect("connected");
        let cookie = &anwen.cookies["__Host-session"];
        let ask = format!("GET /events HTTP/1.1\r\nHost: {HOST}\r\nCookie: __Host-session={cookie}\r\n\r\n");
        stream.write_all(ask.as_bytes()).await.expect("sent");
        until(&mut stream, "text/event-stream").await;
        portal.ending.signal.cancel();
        timeout(Duration::from_secs(5), serving)
            .await
            .expect("it ends without waiting for the stream")
            .expect("it ends");
        assert!(TcpStream::connect(address).await.is_err());
    }
);
