//! What people write and send rests nowhere in a form that somebody else can read: planted through requests, and then
//! looked for in every byte that is left behind. The same search over the same house without its protections must find
//! it all, or it would prove nothing.

use crate::{activation, browser::Browser, logs::Logs, portal::Portal, resets, team};
use aho_corasick::AhoCorasick;
use axum::body::{Body, Bytes};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE},
};
use domain::{ThreadId, settings::SignInSettings};
use firm::{
    on_both_engines,
    settings::sign_in,
    testing::{Engine, House},
};
use futures::stream;
use http::Method;
use server::middleware::request_id::hex;
use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

/// What is content, and so must be unreadable everywhere.
const CONTENT: [&str; 8] = [
    "message-quillwort-7f31",
    "subject-spoonbill-7f32",
    "filename-kittiwake-7f33",
    "inside-a-file-merganser-7f34",
    "draft-wheatear-7f35",
    "refused-form-turnstone-7f36",
    "unfinished-upload-dunnock-7f37",
    "answer-of-staff-whimbrel-7f38",
];
/// What is secret, and so is not even kept.
const WRONG_PASSWORD: &str = "wrong-password-redshank-7f39";
/// What somebody answers to a security question: of it a hash alone is kept.
const ANSWER: &str = "security-answer-godwit-7f41";
/// A flash before sign-in, which travels in a sealed cookie.
const TYPED_BEFORE: &str = "typed-before-sign-in-7f40";
/// A name, which `PostgreSQL` may hold in the clear and `SQLite` may not.
const NAME: &str = "Anwen Marlowe";

/// Looks for strings in every spelling that a store, a dump or a log may give them.
struct Search {
    spellings: AhoCorasick,
    /// Which string each spelling is of.
    of: Vec<String>,
}

impl Search {
    fn after<T: AsRef<str>>(strings: &[T]) -> Self {
        let (mut patterns, mut of) = (Vec::new(), Vec::new());
        for text in strings.iter().map(AsRef::as_ref) {
            for spelling in spellings(text) {
                patterns.push(spelling);
                of.push(text.to_owned());
            }
        }
        Self {
            spellings: AhoCorasick::new(patterns).expect("few and short"),
            of,
        }
    }

    fn within(&self, bytes: &[u8]) -> BTreeSet<&str> {
        self.spellings
            .find_overlapping_iter(bytes)
            .map(|hit| &*self.of[hit.pattern().as_usize()])
            .collect()
    }

    /// What is found below a path, and where.
    fn below(&self, path: &Path) -> Found<'_> {
        let mut found = Found::default();
        let mut open = vec![path.to_owned()];
        while let Some(path) = open.pop() {
            // A file of the shared `PostgreSQL` may leave while it is looked at.
            if path.is_dir() {
                let entries = fs::read_dir(&path).into_iter().flatten().flatten();
                open.extend(entries.map(|entry| entry.path()));
            } else if let Ok(bytes) = fs::read(&path) {
                found.bytes += bytes.len();
                let hits = self.within(&bytes);
                if !hits.is_empty() {
                    found
                        .places
                        .push((path, hits.iter().map(ToString::to_string).collect()));
                }
                found.strings.extend(hits);
            }
        }
        found
    }
}

#[derive(Default)]
struct Found<'a> {
    strings: BTreeSet<&'a str>,
    places: Vec<(PathBuf, Vec<String>)>,
    /// Bytes that were looked at.
    bytes: usize,
}

fn spellings(text: &str) -> Vec<Vec<u8>> {
    let hex = hex(text.as_bytes());
    let wide = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut all = vec![text.into(), wide, hex.to_uppercase().into_bytes(), hex.into_bytes()];
    for engine in [STANDARD, URL_SAFE] {
        // Base64 has three spellings of a text within a longer one; what its neighbours touch is left out.
        for before in 0..3 {
            let coded = engine.encode([vec![0; before], text.into()].concat());
            let from = (before * 8).div_ceil(6);
            let to = (before + text.len()) * 8 / 6;
            all.push(coded.as_bytes()[from..to].to_vec());
        }
    }
    all
}

#[test]
fn the_search_knows_every_spelling() {
    let search = Search::after(&CONTENT);
    for text in CONTENT {
        for around in ["", "a", "bc", "def"] {
            let inside = format!("{around}{text}{around}");
            let hex = hex(inside.as_bytes());
            let wide: Vec<u8> = inside.encode_utf16().flat_map(u16::to_le_bytes).collect();
            for spelled in [
                inside.clone().into_bytes(),
                STANDARD.encode(&inside).into(),
                hex.into(),
                wide,
            ] {
                assert_eq!(search.within(&spelled), BTreeSet::from([text]));
            }
        }
    }
    assert!(search.within(b"message-quillwort-7f3").is_empty());
}

on_both_engines!(
    nothing_planted_through_requests_rests_readable_and_laid_bare_all_of_it_does,
    |house: House| async move {
        let logs = Logs::listen();
        let portal = Portal::of(house);
        let house = &portal.house;
        let secrets = plant(&portal).await;
        let content = Search::after(&CONTENT);
        let secret = Search::after(&secrets);

        if house.engine == Engine::Sqlite {
            let log = house.folder.path().join(format!("firms/{}.db-wal", house.firm.id()));
            assert!(fs::metadata(log).expect("a write-ahead log").len() > 0);
        }
        let mut looked_at = 0;
        for place in house.resting_places().await.expect("places") {
            for search in [&content, &secret] {
                let found = search.below(&place);
                assert!(found.strings.is_empty(), "{:?}", found.places);
                looked_at += found.bytes;
            }
        }
        assert!(
            looked_at > 100_000,
            "the places hold what was written: {looked_at} bytes"
        );
        assert!(content.within(logs.text().as_bytes()).is_empty(), "in the log");
        assert!(secret.within(logs.text().as_bytes()).is_empty(), "in the log");
        assert!(
            !logs.lines(&["answered", "/uploads/form"]).is_empty(),
            "the log is listened to"
        );
        let mails = format!("{:?}", house.letters());
        assert!(content.within(mails.as_bytes()).is_empty(), "in a mail");
        assert!(
            house.letters().iter().any(|mail| !mail.text.contains("/link/")),
            "a notice went out"
        );

        // Names: SQLCipher hides them too. PostgreSQL's own files may show them, which is why this search finds them.
        let names = Search::after(&[NAME]);
        let mut seen = BTreeSet::new();
        for place in house.resting_places().await.expect("places") {
            seen.extend(names.below(&place).strings);
        }
        assert_eq!(seen.contains(NAME), house.engine == Engine::Postgres);

        // Without the engine's protection names are readable, and content is not: it is sealed once more.
        let bare = tempfile::tempdir().expect("a folder");
        house.dump(&bare.path().join("dump")).await.expect("dumped");
        assert_eq!(names.below(bare.path()).strings, BTreeSet::from([NAME]));
        for search in [&content, &secret] {
            let found = search.below(bare.path());
            assert!(found.strings.is_empty(), "{:?}", found.places);
        }

        // Without any protection all content is found.
        house.unsealed(&bare.path().join("unsealed")).await.expect("opened");
        let found = content.below(bare.path());
        assert_eq!(found.strings, BTreeSet::from(CONTENT), "{:?}", found.places);
    }
);

/// Sends everything through requests, as people do, and returns what is secret beside it.
async fn plant(portal: &Portal) -> Vec<String> {
    let [message, subject, name, inside, draft, refused, unfinished, answer] = CONTENT;
    let mut anwen = portal.anwen().await;
    let client = portal.marlowe().to_string();
    let form = anwen.get("/threads/new").await.hidden("form");
    let file = format!("{inside} ").repeat(20_000);
    let fields = [
        ("client", client.as_str()),
        ("subject", subject),
        ("text", message),
        ("form", &form),
        ("from", "/threads/new"),
    ];
    let began = anwen
        .post_files(&fields, &[(&format!("{name}.pdf"), file.as_bytes())])
        .await;
    let path = began.location().to_owned();
    let thread = path.strip_prefix("/threads/").expect("a thread").to_owned();
    assert!(anwen.follow(&began).await.text().contains(message));

    let json = format!("{{\"thread\":\"{thread}\",\"text\":\"{draft}\"}}");
    let kind = [("content-type", "application/json")];
    assert_eq!(
        anwen.fetch(Method::POST, "/api/keep_draft", &kind, json).await.status,
        200
    );

    let form = anwen.get("/threads/new").await.hidden("form");
    let mut fields = fields.to_vec();
    fields[1] = ("subject", "");
    fields[2] = ("text", refused);
    fields[3] = ("form", &form);
    assert_eq!(anwen.post_files(&fields, &[]).await.location(), "/threads/new");
    send_a_part(&mut anwen, thread.parse().expect("an id"), unfinished).await;

    let mut tomasz = portal.tomasz().await;
    let from = format!("/office/inbox/{thread}");
    let form = tomasz.get(&from).await.hidden("form");
    let fields = [
        ("thread", thread.as_str()),
        ("text", answer),
        ("form", &form),
        ("from", &from),
    ];
    assert_eq!(tomasz.post_files(&fields, &[]).await.location(), from);
    portal.house.advance(600);
    portal.house.work().await.expect("the notice goes out");

    answer_a_question(portal, &mut anwen).await;
    let mut visitor = portal.visitor();
    let fields = [
        ("address", "tomasz@harcourtpell.example"),
        ("password", WRONG_PASSWORD),
        ("from", "/sign-in/manually"),
    ];
    visitor.post("/api/sign_in", &fields).await;
    visitor
        .post("/api/ask_link", &[("address", TYPED_BEFORE), ("from", "/sign-in")])
        .await;
    let cookie = &visitor.cookies["__Host-flash"];
    assert!(Search::after(&[TYPED_BEFORE]).within(cookie.as_bytes()).is_empty());
    let link = portal.ask_link(&mut visitor, "anwen@marlowe.example", "").await;
    let reset = resets::ask_reset(portal, &mut portal.visitor(), "anwen@marlowe.example").await;
    let joining = team::invited(portal, "oona@harcourtpell.example").await;
    let (invitation, _) = activation::proven(portal, "hugh@kestrelhill.example").await;
    let cookies = anwen.cookies.into_values().chain(visitor.cookies.into_values());
    [
        WRONG_PASSWORD,
        ANSWER,
        TYPED_BEFORE,
        firm::testing::PASSWORD,
        &link.secret,
        &link.code,
        &reset.secret,
        &reset.code,
        &joining.secret,
        &joining.code,
        &invitation.secret,
        &invitation.code,
        "7700900042",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain(cookies.filter(|value| value.len() > 8))
    .collect()
}

async fn answer_a_question(portal: &Portal, browser: &mut Browser) {
    let asks_one = SignInSettings {
        questions: 1,
        ..SignInSettings::default()
    };
    let (firm, imogen) = (&portal.house.firm, portal.house.imogen());
    sign_in::write(firm, &imogen, &asks_one).await.expect("written");
    let here = "/account/questions";
    // A proof is needed that is fresh.
    let letter = portal.ask_link(browser, "anwen@marlowe.example", here).await;
    let fields = [("id", letter.id.as_str()), ("secret", &letter.secret), ("from", "/")];
    assert_eq!(browser.post("/api/redeem_link", &fields).await.location(), here);
    let fields = [
        ("question[0]", asks_one.question_list[0].as_str()),
        ("answer[0]", ANSWER),
        ("from", here),
    ];
    let kept = browser.post("/api/answer_questions", &fields).await;
    assert!(browser.follow(&kept).await.text().contains("Your answers are kept."));
}

/// A part that rests, and a segment that a cut connection leaves behind.
async fn send_a_part(browser: &mut Browser, thread: ThreadId, planted: &str) {
    let length = 9 * 1024 * 1024;
    let metadata = format!(
        "filename {},thread {}",
        STANDARD.encode(format!("{planted}.bin")),
        STANDARD.encode(thread.to_string())
    );
    let headers = [
        ("tus-resumable", "1.0.0"),
        ("upload-length", &length.to_string()),
        ("upload-metadata", &metadata),
    ];
    let created = browser.fetch(Method::POST, "/uploads", &headers, "").await;
    let headers = [
        ("tus-resumable", "1.0.0"),
        ("content-type", "application/offset+octet-stream"),
        ("upload-offset", "0"),
    ];
    let piece = Bytes::from(format!("{planted} ").repeat(1000));
    let pieces = length / piece.len() - 10;
    let sent = pieces * piece.len();
    let body = (0..pieces).map(move |_| Ok(piece.clone()));
    let cut = [Err(io::Error::from(io::ErrorKind::ConnectionReset))];
    let body = Body::from_stream(stream::iter(body.chain(cut)));
    let answer = browser.fetch(Method::PATCH, created.location(), &headers, body).await;
    assert_eq!(answer.header("upload-offset"), sent.to_string());
}
