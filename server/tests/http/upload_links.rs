//! Upload-only links: somebody without an account sends files as plain forms and by tus, and comes through no other door.

use crate::{
    authz::{ids, request, rows},
    browser::{Browser, PAGE, multipart},
    portal::Portal,
    previews,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::upload_link::{form_action, office_path};
use firm::{on_both_engines, testing::House};
use http::Method;

/// A link that was just made, as its maker's page shows it.
pub struct Link {
    pub id: String,
    pub secret: String,
    pub pin: String,
}

impl Link {
    pub fn path(&self) -> String {
        format!("/drop/{}", self.id)
    }
}

/// Makes a link to Marlowe on the office's page.
pub async fn made(portal: &Portal, staff: &mut Browser, pin: bool) -> Link {
    let (client, here) = (portal.marlowe().to_string(), office_path(portal.marlowe()));
    let mut fields = vec![
        ("client", client.as_str()),
        ("from", here.as_str()),
        ("label", "Bank statements 2025"),
        ("days", "7"),
        ("gigabytes", "1"),
    ];
    if pin {
        fields.push(("guarded", "yes"));
    }
    let made = staff.post("/api/make_upload_link", &fields).await;
    assert_eq!(made.location(), here);
    let page = staff.follow(&made).await.text();
    let (_, rest) = page.split_once("/drop/").expect("the link");
    let (link, _) = rest.split_once('"').expect("the end of a value");
    let (id, secret) = link.split_once('#').expect("a secret in the fragment");
    let pin = page
        .split_once("class=\"app-key\">")
        .map(|(_, rest)| rest[..6].to_owned())
        .unwrap_or_default();
    Link {
        id: id.to_owned(),
        secret: secret.to_owned(),
        pin,
    }
}

/// Posts a step of a link's page, and reads the page that comes.
async fn step(browser: &mut Browser, link: &Link, function: &str, more: &[(&str, &str)]) -> String {
    let path = link.path();
    let fields = [&[("id", link.id.as_str()), ("from", path.as_str())], more].concat();
    let answer = browser.post(&format!("/api/{function}"), &fields).await;
    assert_eq!(answer.location(), path);
    browser.follow(&answer).await.text()
}

/// Goes the whole way without scripts, up to the form that sends.
pub async fn welcomed(portal: &Portal, link: &Link) -> Browser {
    let mut browser = portal.visitor();
    step(&mut browser, link, "open_upload_link", &[("secret", &link.secret)]).await;
    if !link.pin.is_empty() {
        step(&mut browser, link, "give_upload_pin", &[("pin", &link.pin)]).await;
    }
    let who = [("name", "Rhian Okafor"), ("address", "rhian@ledgerbank.example")];
    // Mails to one address keep a distance.
    portal.house.advance(300);
    step(&mut browser, link, "introduce_guest", &who).await;
    portal.house.work().await.expect("the queue");
    let letter = &portal.house.letters()[0];
    assert_eq!(letter.to, "rhian@ledgerbank.example");
    let is_code = |line: &&str| line.len() == 9 && line.as_bytes()[4] == b' ';
    let code = letter.text.lines().find(is_code).expect("a code").to_owned();
    let page = step(&mut browser, link, "prove_guest", &[("code", &code)]).await;
    assert!(page.contains("Your files"), "{page}");
    browser
}

async fn send_files(browser: &mut Browser, portal: &Portal, link: &Link, files: &[(&str, &[u8])]) -> String {
    let (form, path) = (portal.form().to_string(), link.path());
    let (kind, body) = multipart(&[("form", form.as_str()), ("from", path.as_str())], files);
    let headers = [("accept", PAGE), ("content-type", kind.as_str())];
    let action = form_action(link.id.parse().expect("an id"));
    let sent = browser.fetch(Method::POST, &action, &headers, body).await;
    assert_eq!(sent.location(), path);
    browser.follow(&sent).await.text()
}

on_both_engines!(
    mission_14_somebody_without_an_account_sends_files,
    |house: House| async move {
        let portal = Portal::of(house);
        let (mut tomasz, mut anwen) = (portal.tomasz().await, portal.anwen().await);
        let link = made(&portal, &mut tomasz, true).await;
        assert_eq!(link.pin.len(), 6);
        let mut stranger = portal.visitor();
        let door = stranger.get(&link.path()).await.text();
        assert!(door.contains("Send files to Harcourt &amp; Pell") || door.contains("Send files to Harcourt & Pell"));
        for word in ["Marlowe", "Bank statements", "Tomasz"] {
            assert!(!door.contains(word), "{word} before the link's secret is given");
        }
        let mut guest = welcomed(&portal, &link).await;
        let page = guest.get(&link.path()).await.text();
        assert!(page.contains("Bank statements 2025") && !page.contains("Marlowe"));
        let page = send_files(&mut guest, &portal, &link, &[]).await;
        assert!(page.contains("Choose a file first"), "{page}");
        // What `sha256sum` says of it.
        let digest = "f8b1eb5e332a7d09a228f6066ae9fccf820b1c29c21083c722aa9448995bb6d2";
        let page = send_files(
            &mut guest,
            &portal,
            &link,
            &[("Statement.pdf", b"%PDF figures"), ("July.csv", b"a,b")],
        )
        .await;
        assert!(page.contains("have arrived") && page.contains("Statement.pdf") && page.contains("July.csv"));
        assert!(
            !page.contains("Choose a file first"),
            "what was refused before is done with"
        );
        assert!(page.replace(' ', "").contains(digest), "the receipt of what was sent");
        let listed = tomasz.get("/office/files").await.text();
        assert!(listed.contains("Statement.pdf") && listed.contains("Rhian Okafor") && listed.contains("Internal"));
        assert!(!anwen.get("/files").await.text().contains("Statement.pdf"));
        let office = tomasz.get(&office_path(portal.marlowe())).await.text();
        assert!(
            office.contains("2 files came") && !office.contains(&link.secret) || office.contains("shown here for ten")
        );
        // Another browser with the same link sees nothing of it.
        let second = welcomed(&portal, &link).await.get(&link.path()).await.text();
        assert!(!second.contains("Statement.pdf") && !second.contains("July.csv"));
    }
);

on_both_engines!(
    a_guest_uploads_by_tus_and_nobody_else_reaches_it,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut tomasz = portal.tomasz().await;
        let link = made(&portal, &mut tomasz, false).await;
        let (mut guest, mut other) = (welcomed(&portal, &link).await, welcomed(&portal, &link).await);
        let metadata = format!(
            "filename {},link {}",
            STANDARD.encode("a.pdf"),
            STANDARD.encode(&link.id)
        );
        let create = [
            ("tus-resumable", "1.0.0"),
            ("upload-metadata", metadata.as_str()),
            ("upload-length", "9"),
        ];
        let mut nobody = portal.visitor();
        assert_eq!(nobody.fetch(Method::POST, "/uploads", &create, "").await.status, 401);
        let mut anwen = portal.anwen().await;
        assert_eq!(
            anwen.fetch(Method::POST, "/uploads", &create, "").await.status,
            422,
            "no guest of it"
        );
        let begun = guest.fetch(Method::POST, "/uploads", &create, "").await;
        assert_eq!(begun.status, 201);
        let path = begun.location().to_owned();
        let tus = ("tus-resumable", "1.0.0");
        let patch = [
            tus,
            ("content-type", "application/offset+octet-stream"),
            ("upload-offset", "0"),
        ];
        for foreign in [&mut nobody, &mut other, &mut anwen, &mut tomasz] {
            let known = foreign.fetch(Method::HEAD, &path, &[tus], "").await.status;
            let unknown = format!("/uploads/{}", portal.form());
            let unknown = foreign.fetch(Method::HEAD, &unknown, &[tus], "").await.status;
            assert_eq!(known, unknown, "somebody else's is as good as absent");
            let taken = foreign.fetch(Method::PATCH, &path, &patch, "nine char").await.status;
            assert!(taken == 401 || taken == 404, "{taken}");
        }
        let half = guest.fetch(Method::PATCH, &path, &patch, "nine").await;
        assert_eq!((half.status.as_u16(), half.header("upload-offset")), (204, "4"));
        let stands = guest.fetch(Method::HEAD, &path, &[tus], "").await;
        assert_eq!(stands.header("upload-offset"), "4");
        // Staff end the link: what was begun is given up, and whoever begins anew is told why.
        let here = office_path(portal.marlowe());
        let fields = [("id", link.id.as_str()), ("step", "end"), ("from", here.as_str())];
        assert_eq!(tomasz.post("/api/step_upload_link", &fields).await.location(), here);
        let rest = [tus, patch[1], ("upload-offset", "4")];
        let ended = guest.fetch(Method::PATCH, &path, &rest, " char").await;
        assert_eq!(ended.status, 401, "it is given up");
        let anew = guest.fetch(Method::POST, "/uploads", &create, "").await;
        assert_eq!(anew.status, 422);
        assert!(anew.text().contains("was ended"), "{}", anew.text());
    }
);

on_both_engines!(a_guest_comes_through_no_door_but_their_own, |house: House| async move {
    let portal = Portal::of(house);
    let papers = portal.papers(&previews::dot()).await;
    let letter = portal
        .ask_link(&mut portal.visitor(), "anwen@marlowe.example", "")
        .await;
    let mut tomasz = portal.tomasz().await;
    let link = made(&portal, &mut tomasz, false).await;
    let browser = welcomed(&portal, &link).await;
    let mut wrong = Vec::new();
    for row in rows() {
        // They answer everybody, and one of them makes a visitor's browser somebody's.
        if row.pattern.starts_with("/drop/") {
            continue;
        }
        let ids = ids(&portal, &row, &papers, &letter.id).await;
        let answer = browser.clone().send(request(&row, &ids, &browser)).await;
        let nobody = row.verdicts[0];
        let fits = match nobody {
            "sign-in" => answer.status == 303 && answer.location().starts_with("/sign-in?next=%2F"),
            path if path.starts_with('/') => answer.status == 303 && answer.location() == path,
            status => answer.status.as_str() == status,
        };
        if !fits {
            wrong.push(format!(
                "{} {}: {} instead of {nobody}",
                row.method, row.pattern, answer.status
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
});

on_both_engines!(what_a_guest_types_wrongly_is_kept_and_said, |house: House| async move {
    let portal = Portal::of(house);
    let mut tomasz = portal.tomasz().await;
    let link = made(&portal, &mut tomasz, true).await;
    let mut browser = portal.visitor();
    let page = step(
        &mut browser,
        &link,
        "open_upload_link",
        &[("secret", "https://x.example/drop/1#no")],
    )
    .await;
    assert!(page.contains("not the whole link"));
    step(&mut browser, &link, "open_upload_link", &[("secret", &link.secret)]).await;
    let wrong = if link.pin == "000000" { "000001" } else { "000000" };
    let page = step(&mut browser, &link, "give_upload_pin", &[("pin", wrong)]).await;
    assert!(page.contains("That is not the PIN. 19 tries are left."), "{page}");
    step(&mut browser, &link, "give_upload_pin", &[("pin", &link.pin)]).await;
    let who = [("name", "Rhian Okafor"), ("address", "rhian")];
    let page = step(&mut browser, &link, "introduce_guest", &who).await;
    assert!(
        page.contains("value=\"Rhian Okafor\"") && page.contains("value=\"rhian\""),
        "{page}"
    );
    let mut other = portal.visitor();
    let page = send_files(&mut other, &portal, &link, &[("a.pdf", b"%PDF")]).await;
    assert!(page.contains("Open the link once more"), "{page}");
    assert!(!tomasz.get("/office/files").await.text().contains("a.pdf"));
});
