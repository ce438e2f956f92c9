//! Requests that lie about where they come from and where they go, over real sockets through the real listener.

use crate::portal::Portal;
use axum::{Extension, Router, extract::Request};
use firm::{
    on_both_engines,
    testing::{HOST, House, OTHER_HOST},
};
use http::header::HOST as HOST_HEADER;
use ipnet::IpNet;
use rustls::{ClientConfig, RootCertStore, pki_types::ServerName};
use server::{
    listen::{self, Ending, Peer},
    middleware::proxy,
};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

/// Far longer than anything here takes; only a hang reaches it.
const HANG: Duration = Duration::from_secs(30);

async fn serving(router: Router, tls: Option<TlsAcceptor>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(listen::serve(listener, tls, router, Ending::default()));
    address
}

/// Sends bytes as they stand and reads until the server closes.
async fn raw(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("connected");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    timeout(HANG, stream.read_to_end(&mut answer))
        .await
        .expect("an end")
        .expect("an answer");
    String::from_utf8_lossy(&answer).into_owned()
}

fn get(head: &str) -> String {
    format!("GET /sign-in HTTP/1.1\r\nAccept: text/html\r\nConnection: close\r\n{head}\r\n")
}

fn status(answer: &str) -> u16 {
    let code = answer.split(' ').nth(1).unwrap_or_default();
    code.parse().unwrap_or_else(|_| panic!("no status in {answer:?}"))
}

/// Where a request comes from, as the server takes it, for each set of declared proxies.
fn seen_by(proxies: &'static [&'static str]) -> Router {
    let ranges: Vec<IpNet> = proxies.iter().map(|range| range.parse().expect("a range")).collect();
    Router::new().fallback(move |Extension(peer): Extension<Peer>, request: Request| {
        let seen = proxy::client(peer.0.ip(), request.headers(), &ranges);
        async move { format!("seen={seen};") }
    })
}

#[tokio::test]
async fn a_forwarding_header_counts_from_a_declared_proxy_and_from_nobody_else() {
    let spoofs = "Forwarded: for=192.0.2.1\r\nX-Real-IP: 192.0.2.1\r\nX-Client-IP: 192.0.2.1\r\n\
                  True-Client-IP: 192.0.2.1\r\nCF-Connecting-IP: 192.0.2.1\r\nX-Cluster-Client-IP: 192.0.2.1\r\n";
    let undeclared = serving(seen_by(&[]), None).await;
    let elsewhere = serving(seen_by(&["10.0.0.0/8", "192.0.2.0/24"]), None).await;
    let declared = serving(seen_by(&["127.0.0.0/8"]), None).await;
    for (address, header, seen) in [
        (undeclared, "X-Forwarded-For: 192.0.2.1\r\n", "127.0.0.1"),
        (undeclared, spoofs, "127.0.0.1"),
        (elsewhere, "X-Forwarded-For: 192.0.2.1\r\n", "127.0.0.1"),
        (elsewhere, "x-forwarded-for: 10.0.0.1, 127.0.0.1\r\n", "127.0.0.1"),
        (declared, "X-Forwarded-For: 192.0.2.1\r\n", "192.0.2.1"),
        (declared, spoofs, "127.0.0.1"),
        // What stands before the proxy's own entry was written by the client.
        (declared, "X-Forwarded-For: 198.51.100.9, 192.0.2.1\r\n", "192.0.2.1"),
        (
            declared,
            "X-Forwarded-For: 198.51.100.9\r\nX-Forwarded-For: 192.0.2.1\r\n",
            "192.0.2.1",
        ),
        (declared, "X-Forwarded-For: 127.0.0.1, 192.0.2.1\r\n", "192.0.2.1"),
        (declared, "X-Forwarded-For: not-an-address\r\n", "127.0.0.1"),
        (declared, "", "127.0.0.1"),
    ] {
        let head = format!("Host: {HOST}\r\n{header}");
        let answer = raw(address, &get(&head)).await;
        assert!(answer.contains(&format!("seen={seen};")), "{header:?}: {answer}");
    }
}

on_both_engines!(
    no_header_but_the_host_chooses_the_firm_from_whatever_peer,
    |house: House| async move {
        let spoofs = format!(
            "X-Forwarded-Host: {OTHER_HOST}\r\nX-Host: {OTHER_HOST}\r\nForwarded: host={OTHER_HOST};proto=http\r\n\
             X-Forwarded-Server: {OTHER_HOST}\r\nX-Original-Host: {OTHER_HOST}\r\nX-Original-URL: https://{OTHER_HOST}/\r\n\
             X-Rewrite-URL: /robots.txt\r\nX-HTTP-Host-Override: {OTHER_HOST}\r\nX-Forwarded-Proto: http\r\n\
             X-Forwarded-Port: 81\r\nX-Forwarded-Prefix: /evil\r\n"
        );
        for proxies in [vec![], vec!["127.0.0.0/8".parse().expect("a range")]] {
            let portal = Portal::behind(&house, proxies);
            let address = serving(portal, None).await;
            let answer = raw(address, &get(&format!("Host: {HOST}\r\n{spoofs}"))).await;
            assert_eq!(status(&answer), 200);
            assert!(
                answer.contains("Harcourt") && !answer.contains("Lark"),
                "the host alone decides"
            );
            assert!(
                answer.contains("strict-transport-security"),
                "the way is as the settings say"
            );
            let body = "address=anwen%40marlowe.example&from=%2Fsign-in";
            let post = format!(
                "POST /api/ask_link HTTP/1.1\r\nHost: {HOST}\r\nAccept: text/html\r\nConnection: close\r\n{spoofs}\
                 Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            // Both ask from this machine: the second waits, as anybody would.
            house.advance(30);
            let answer = raw(address, &post).await;
            assert!(answer.contains("location: /sign-in/sent"), "{answer}");
            assert!(
                answer.contains("__Host-link=") && answer.contains("; Secure"),
                "{answer}"
            );
            house.work().await.expect("the queue");
            let letter = &house.letters()[0];
            assert!(letter.text.contains(&format!("https://{HOST}/link/")));
            for word in ["lark", "evil", ":81"] {
                assert!(!letter.text.contains(word) && !letter.html.contains(word), "{word}");
            }
        }
    }
);

on_both_engines!(
    a_host_is_read_in_one_way_and_two_of_them_are_refused,
    |house: House| async move {
        let address = serving(Portal::behind(&house, Vec::new()), None).await;
        let upper = HOST.to_uppercase();
        for (head, expected, firm) in [
            (format!("Host: {HOST}\r\n"), 200, "Harcourt"),
            (format!("Host: {upper}\r\n"), 200, "Harcourt"),
            (format!("Host: {HOST}.\r\n"), 200, "Harcourt"),
            (format!("Host: {HOST}:8443\r\n"), 200, "Harcourt"),
            (format!("host:\t{HOST}  \r\n"), 200, "Harcourt"),
            (format!("Host: {HOST}.:443\r\n"), 200, "Harcourt"),
            (format!("Host: {OTHER_HOST}\r\n"), 200, "Lark"),
            (format!("Host: {HOST}\r\nHost: {HOST}\r\n"), 400, ""),
            (format!("Host: {HOST}\r\nHost: {OTHER_HOST}\r\n"), 400, ""),
            (format!("Host: {HOST}, {OTHER_HOST}\r\n"), 400, ""),
            (format!("Host: {HOST}@{OTHER_HOST}\r\n"), 400, ""),
            (format!("Host: {HOST}/\r\n"), 400, ""),
            (format!("Host: {HOST}..\r\n"), 400, ""),
            (format!("Host: {HOST}:\r\n"), 400, ""),
            (format!("Host: {HOST}\r\n Host: {OTHER_HOST}\r\n"), 400, ""),
            (format!("Host : {HOST}\r\n"), 400, ""),
            ("Host: \r\n".to_owned(), 400, ""),
            (String::new(), 400, ""),
            ("Host: evil.example\r\n".to_owned(), 421, ""),
            ("Host: 127.0.0.1\r\n".to_owned(), 421, ""),
        ] {
            let answer = raw(address, &get(&head)).await;
            assert_eq!(status(&answer), expected, "{head:?}");
            assert!(answer.contains(firm), "{head:?}");
            let none = expected != 200 && (answer.contains("Harcourt") || answer.contains("Lark"));
            assert!(!none, "{head:?} names no firm");
        }
        // The absolute form that a proxy is sent: its authority comes first.
        for (target, host, expected, firm) in [
            (OTHER_HOST, HOST, 200, "Lark"),
            ("evil.example", HOST, 421, ""),
            (HOST, "evil.example", 200, "Harcourt"),
        ] {
            let request = format!(
                "GET https://{target}/sign-in HTTP/1.1\r\nAccept: text/html\r\nHost: {host}\r\nConnection: close\r\n\r\n"
            );
            let answer = raw(address, &request).await;
            assert_eq!(status(&answer), expected, "{target} {host}");
            assert!(answer.contains(firm), "{target} {host}");
        }
    }
);

on_both_engines!(one_body_is_never_read_as_two_requests, |house: House| async move {
    let address = serving(Portal::behind(&house, Vec::new()), None).await;
    let hidden = format!("GET /robots.txt HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n");
    for lengths in [
        format!("Content-Length: 0\r\nContent-Length: {}\r\n", hidden.len()),
        "Content-Length: +0\r\n".to_owned(),
        "Content-Length: 0, 5\r\n".to_owned(),
        "Transfer-Encoding: xchunked\r\n".to_owned(),
        "Transfer-Encoding: chunked, identity\r\n".to_owned(),
    ] {
        let request =
            format!("POST /api/ask_link HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n{lengths}\r\n{hidden}");
        let answer = raw(address, &request).await;
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{lengths:?}: {answer}");
        assert_eq!(status(&answer), 400, "{lengths:?}");
    }
});

on_both_engines!(
    an_authority_of_http2_comes_before_a_host_header,
    |house: House| async move {
        listen::install_provider();
        let made = rcgen::generate_simple_self_signed([HOST.to_owned()]).expect("a certificate");
        let (chain, key) = (house.folder.path().join("c.pem"), house.folder.path().join("k.pem"));
        std::fs::write(&chain, made.cert.pem()).expect("written");
        std::fs::write(&key, made.signing_key.serialize_pem()).expect("written");
        let acceptor = listen::tls(&chain, &key).expect("a pair that fits");
        let address = serving(Portal::behind(&house, Vec::new()), Some(acceptor)).await;
        let mut roots = RootCertStore::empty();
        roots.add(made.cert.der().clone()).expect("a root");
        let mut config = ClientConfig::builder()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec()];
        let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
        let stream = TcpStream::connect(address).await.expect("connected");
        let name = ServerName::try_from(HOST).expect("a name");
        let stream = connector.connect(name, stream).await.expect("a handshake");
        let (client, connection) = h2::client::handshake(stream).await.expect("HTTP/2");
        tokio::spawn(connection);
        let upper = HOST.to_uppercase();
        let dotted = format!("{HOST}.:8443");
        for (authority, hosts, expected, firm) in [
            (HOST, vec![], 200, "Harcourt"),
            (&upper, vec![], 200, "Harcourt"),
            (&dotted, vec![], 200, "Harcourt"),
            (OTHER_HOST, vec![HOST], 200, "Lark"),
            (HOST, vec!["evil.example"], 200, "Harcourt"),
            ("evil.example", vec![HOST], 421, ""),
            (HOST, vec![HOST, HOST], 400, ""),
        ] {
            let mut request = http::Request::get(format!("https://{authority}/sign-in")).header("accept", "text/html");
            for host in &hosts {
                request = request.header(HOST_HEADER, *host);
            }
            let mut ready = client.clone().ready().await.expect("a stream");
            let (answer, _) = ready
                .send_request(request.body(()).expect("a request"), true)
                .expect("sent");
            let answer = timeout(HANG, answer).await.expect("an answer").expect("an answer");
            assert_eq!(answer.status(), expected, "{authority} {hosts:?}");
            let (mut body, mut text) = (answer.into_body(), Vec::new());
            while let Some(piece) = body.data().await {
                text.extend_from_slice(&piece.expect("a body"));
            }
            let text = String::from_utf8_lossy(&text);
            assert!(text.contains(firm), "{authority} {hosts:?}");
            assert!(expected == 200 || !text.contains("Harcourt"), "{authority} {hosts:?}");
        }
    }
);
