//! The whole way of a file over each kind of store that is not this machine's disk: up with a line that breaks, down whole and in
//! part, another version, a zip, and gone.

#[path = "../../vault/tests/stores/servers.rs"]
#[expect(dead_code, reason = "the vault's own suite needs more of it")]
#[expect(clippy::unwrap_used, reason = "a test states by `unwrap` that the value is there")]
mod servers;

use crate::{browser::Browser, portal::Portal, tus};
use axum::body::{Body, Bytes};
use firm::{
    stores::Stores,
    sweep,
    testing::{Engine, House},
};
use futures::{TryStreamExt as _, stream};
use http::Method;
use servers::Place;
use std::io;

const TUS: (&str, &str) = ("tus-resumable", "1.0.0");
const BYTES: (&str, &str) = ("content-type", "application/offset+octet-stream");
/// More than a part.
const SIZE: usize = 9_000_000;

/// How many objects the firm has there.
async fn objects(place: &Place, portal: &Portal) -> usize {
    let listed = place.store.list(portal.house.firm.id().bytes()).await.expect("listed");
    listed.try_collect::<Vec<_>>().await.expect("read").len()
}

/// Sends a file with a line that breaks in the middle, posts it, and says which file it is.
async fn sent(anwen: &mut Browser, portal: &Portal, thread: domain::ThreadId, content: &[u8]) -> String {
    let length = content.len().to_string();
    let made = tus::create(anwen, thread, &[("upload-length", length.as_str())], "").await;
    let path = made.location().to_owned();
    let (first, _) = content.split_at(SIZE / 3);
    let broken = Body::from_stream(stream::iter([
        Ok(Bytes::copy_from_slice(first)),
        Err(io::Error::from(io::ErrorKind::ConnectionReset)),
    ]));
    anwen
        .fetch(Method::PATCH, &path, &[TUS, BYTES, ("upload-offset", "0")], broken)
        .await;
    let stands = anwen.fetch(Method::HEAD, &path, &[TUS], "").await;
    let at: usize = stands.header("upload-offset").parse().expect("an offset");
    assert_eq!(at, first.len(), "nothing that had arrived is sent again");
    let offset = at.to_string();
    let rest = [TUS, BYTES, ("upload-offset", offset.as_str())];
    let done = anwen
        .fetch(Method::PATCH, &path, &rest, Bytes::copy_from_slice(&content[at..]))
        .await;
    assert_eq!(done.header("upload-offset"), length);
    let (_, upload) = path.rsplit_once('/').expect("an id");
    let message = format!(
        r#"{{"thread":"{thread}","text":"hello","uploads":["{upload}"],"form":"{}"}}"#,
        portal.form()
    );
    let json = [("content-type", "application/json"), ("accept", "application/json")];
    let posted = anwen.fetch(Method::POST, "/api/post_message", &json, message).await;
    let text = posted.text();
    let (_, rest) = text.split_once(r#""files":[{"id":""#).expect("a file");
    rest[..32].to_owned()
}

async fn the_whole_way(engine: Engine, place: Place) {
    let stores = Stores::new(place.store.clone());
    let house = House::open_with(engine, 7, |settings| settings.stores = stores).await;
    let portal = Portal::of(house.expect("a house"));
    let papers = portal.papers(b"the first words").await;
    let (mut anwen, mut tomasz) = (portal.anwen().await, portal.tomasz().await);
    let content: Vec<u8> = (0..SIZE).map(|at| u8::try_from(at * 7 % 251).expect("small")).collect();
    let id = sent(&mut anwen, &portal, papers.thread, &content).await;
    let (page, bytes) = (format!("/files/{id}"), format!("/files/{id}/content"));

    let whole = tomasz.get(&bytes).await;
    assert!(whole.whole && whole.body == content, "byte for byte");
    let range = [("range", "bytes=8388600-8388619")];
    let part = tomasz.fetch(Method::GET, &bytes, &range, "").await;
    assert_eq!(
        (part.status.as_u16(), part.body.as_slice()),
        (206, &content[8_388_600..8_388_620])
    );

    let form = portal.form().to_string();
    let renewed = [
        ("version", id.as_str()),
        ("from", page.as_str()),
        ("form", form.as_str()),
    ];
    let answer = anwen.post_files(&renewed, &[("a.pdf", b"the second version")]).await;
    assert_eq!(answer.location(), page);
    assert_eq!(tomasz.get(&bytes).await.body, b"the second version");
    let older = tomasz.get(&format!("{page}/versions/1/content")).await;
    assert!(older.body == content, "the one before stays");
    let file = papers.file.to_string();
    let zip = tomasz
        .post("/files/zip", &[("file", id.as_str()), ("file", file.as_str())])
        .await;
    assert!(zip.whole && zip.body.windows(18).any(|words| words == b"the second version"));

    portal.house.work().await.expect("the queue lets go of what was staged");
    assert_eq!(
        objects(&place, &portal).await,
        3 + 4 + 3,
        "parts, manifest and key of each version"
    );
    sweep::run(&portal.house.firm).await.expect("swept");
    assert_eq!(
        objects(&place, &portal).await,
        10,
        "a sweep takes nothing that is named"
    );
    for gone in [papers.file.to_string(), id] {
        let trash = [("file", gone.as_str()), ("act", "trash"), ("from", "/office/files")];
        assert_eq!(tomasz.post("/files/change", &trash).await.location(), "/office/files");
    }
    portal.house.advance(31 * 24 * 3600);
    sweep::run(&portal.house.firm).await.expect("swept");
    portal.house.work().await.expect("the queue");
    assert_eq!(objects(&place, &portal).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_goes_the_whole_way_over_s3_with_sqlite() {
    the_whole_way(Engine::Sqlite, Place::s3().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_goes_the_whole_way_over_s3_with_postgres() {
    the_whole_way(Engine::Postgres, Place::s3().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_goes_the_whole_way_over_azure_with_sqlite() {
    the_whole_way(Engine::Sqlite, Place::azure().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_goes_the_whole_way_over_azure_with_postgres() {
    the_whole_way(Engine::Postgres, Place::azure().await).await;
}
