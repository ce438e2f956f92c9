//! Two firms of one server whose rows have the same ids (class 4: Vaultwarden GHSA-569v-845w-g82p): what is asked of one says
//! nothing of the other, and changes nothing there.
//!
//! A client's id alone differs: the registry has one table of client keys, whose rows would clash.

use crate::{
    authz::{self, Ids},
    browser::Browser,
    portal::Portal,
};
use domain::{ClientId, FileId, FormId, ThreadId, access::Role};
use firm::{
    Actor, Firm, clients,
    contacts::{self, NewContact},
    on_both_engines, sessions,
    staff::{self, NewStaff},
    testing::{HOST, House, OTHER_HOST, PASSWORD, give_app},
    threads::{self, NewThread},
    uploads::{self, Declared, Destination},
};
use http::Method;
use std::{convert::Infallible, sync::Arc};
use vault::SecureRandom;

/// What stands in every text of the firm that is to be kept apart.
const PLANTED: &str = "Feathers";

/// A firm's rows, and its people's browsers.
struct Neighbour {
    ids: Ids,
    thread: ThreadId,
    contact: Browser,
    staff: Browser,
}

fn requests() -> u32 {
    std::env::var("GATEHOUSE_STRANGERS").map_or(1_000, |count| count.parse().expect("a number"))
}

async fn settle(portal: &Portal, firm: &Arc<Firm>, host: &str, words: &str) -> Neighbour {
    let operator = Actor::Operator;
    let client = clients::add(firm, &operator, words).await.expect("a client");
    // From here on both firms draw the same ids.
    firm.random().begin_again(4);
    let new = NewContact {
        name: format!("{words} Contact"),
        address: format!("contact@{host}"),
        clients: vec![client],
    };
    let contact = contacts::add(firm, &operator, &new).await.expect("a contact");
    let new = NewStaff {
        name: format!("{words} Staff"),
        title: words.to_owned(),
        address: format!("staff@{host}"),
        role: Role::Owner,
        password: PASSWORD.to_owned(),
    };
    let member = staff::add(firm, &operator, &new).await.expect("staff");
    give_app(firm, &new.address).await;
    let (thread, file) = papers(portal, firm, host, client, words).await;
    let unknown = FormId::from(firm.random().id()).to_string();
    let ids = Ids::from([
        ("{thread}", thread.to_string()),
        ("{file}", file.to_string()),
        ("{client}", client.to_string()),
        ("{contact}", contact.to_string()),
        ("{staff}", member.to_string()),
        ("{form}", unknown.clone()),
        ("{link}", unknown.clone()),
        ("{invitation}", unknown.clone()),
        ("{upload}", unknown),
    ]);
    // Sessions are another matter: the same tokens would be the same cookies.
    firm.random().begin_again(words.len() as u64);
    Neighbour {
        ids,
        thread,
        contact: portal.by_link_at(host, &format!("contact@{host}")).await,
        staff: portal.by_password(host, &format!("staff@{host}")).await,
    }
}

/// A thread with a file, begun by the firm's contact.
async fn papers(portal: &Portal, firm: &Arc<Firm>, host: &str, client: ClientId, words: &str) -> (ThreadId, FileId) {
    let contact = portal.by_link_at(host, &format!("contact@{host}")).await;
    let session = sessions::resume(firm, &contact.cookies["__Host-session"])
        .await
        .expect("read");
    let actor = session.expect("a session").actor;
    let declared = Declared {
        name: format!("{words}.txt"),
        length: Some(words.len() as u64),
        ..Declared::default()
    };
    let to = Destination::Client(client);
    firm.random().begin_again(5);
    let upload = uploads::begin(firm, &actor, to, &declared).await.expect("begun");
    let body = futures::stream::iter([Ok::<_, Infallible>(bytes::Bytes::copy_from_slice(words.as_bytes()))]);
    uploads::append(Arc::clone(firm), actor.clone(), upload, uploads::Append::at(0), body)
        .await
        .expect("sent");
    let new = NewThread {
        client,
        subject: format!("{words} subject"),
        text: format!("{words} text"),
        uploads: vec![upload],
        form: FormId::from(firm.random().id()),
    };
    firm.random().begin_again(6);
    let thread = threads::start(firm, &actor, &new).await.expect("a thread");
    let view = threads::open(firm, &actor, thread, None).await.expect("the thread");
    (thread, view.files[0].id)
}

on_both_engines!(
    attack_4_a_firm_with_the_same_ids_shows_and_changes_nothing_of_the_other,
    |house: House| async move {
        let portal = Portal::of(house);
        let (kept, asked) = (Arc::clone(&portal.house.firm), Arc::clone(&portal.house.other));
        let theirs = settle(&portal, &kept, HOST, PLANTED).await;
        let own = settle(&portal, &asked, OTHER_HOST, "Ordinary paper").await;
        for name in ["{thread}", "{file}", "{contact}", "{staff}"] {
            assert_eq!(own.ids[name], theirs.ids[name], "{name}");
        }
        // The search below can find something: the page of the one who may see it has the words.
        let page = format!("/threads/{}", theirs.thread);
        assert!(theirs.contact.clone().get(&page).await.text().contains(PLANTED));

        let strangers = [
            theirs.contact.at(OTHER_HOST),
            theirs.staff.at(OTHER_HOST),
            own.contact.clone(),
            own.staff.clone(),
        ];
        // What ends the session that asks, or the person, would end the search.
        let rows: Vec<_> = authz::rows()
            .into_iter()
            .filter(|row| !row.pattern.starts_with("/api/sign_out") && !row.pattern.starts_with("/api/step_"))
            .collect();
        let before = portal.house.snapshot().await.expect("a snapshot");
        let (dice, mut own_pages) = (SecureRandom::seeded(44), 0);
        let throw = |sides: usize| usize::from(u16::from_be_bytes(dice.bytes())) % sides;
        for _ in 0..requests() {
            let (row, who) = (&rows[throw(rows.len())], throw(strangers.len()));
            let mut ids = if throw(2) == 0 {
                own.ids.clone()
            } else {
                theirs.ids.clone()
            };
            ids.insert("{form}", FormId::from(asked.random().id()).to_string());
            let browser = &strangers[who];
            let answer = browser.clone().send(authz::request(row, &ids, browser)).await;
            let name = format!("{} {}", row.method, row.pattern);
            assert!(!answer.text().contains(PLANTED), "{name}");
            let to_a_page = row.method == Method::GET && row.verdicts[0] == "sign-in";
            if who < 2 && to_a_page {
                assert!(
                    answer.location().starts_with("/sign-in"),
                    "{name}: a foreign cookie is nobody's"
                );
            }
            own_pages += u32::from(who >= 2 && to_a_page && answer.status == 200);
        }
        assert!(
            own_pages > requests() / 50,
            "their own cookies go on to open their own pages: {own_pages}"
        );
        assert!(
            before == portal.house.snapshot().await.expect("a snapshot"),
            "byte for byte"
        );
    }
);
