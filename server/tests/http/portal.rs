//! A portal to test: a house of two firms behind the real router, and its people as browsers.

use crate::browser::Browser;
use app::{PageAssets, desk::CookieNames};
use axum::Router;
use domain::{ClientId, FileId, FormId, LinkId, SessionId, ThreadId, UploadId};
use firm::{
    Actor,
    contacts::{self, ContactDraft, Rights},
    invitations,
    messages::{self, NewMessage},
    staff::{self, NewStaff},
    testing::{HOST, House as TestHouse, OTHER_HOST, PASSWORD, code_of, give_app},
    threads::{self, NewThread},
    uploads::{self, Append, Declared, Destination},
};
use futures::stream;
use ipnet::IpNet;
use server::{
    listen::Ending,
    render_threads::RenderThreads,
    reports::Reports,
    router,
    state::{Fittings, House},
};
use std::{convert::Infallible, path::PathBuf, sync::Arc};
use vault::SecureRandom;

/// A house with its router.
pub struct Portal {
    pub house: TestHouse,
    pub router: Router,
    pub ending: Ending,
}

/// A thread of Marlowe's with one file.
pub struct Papers {
    pub thread: ThreadId,
    pub file: FileId,
    pub content: Vec<u8>,
}

impl Portal {
    /// Puts the router before a house.
    pub fn of(house: TestHouse) -> Self {
        Self::with(house, false)
    }

    /// As [`of`](Self::of), with the demo's doors where wanted.
    pub fn with(house: TestHouse, demo: bool) -> Self {
        let ending = Ending::default();
        let router = router_of(&house, demo, Vec::new(), ending.clone());
        Self { house, router, ending }
    }

    /// The router of a house behind declared proxies.
    pub fn behind(house: &TestHouse, proxies: Vec<IpNet>) -> Router {
        router_of(house, false, proxies, Ending::default())
    }

    /// A browser at the first firm that nobody has signed in.
    pub fn visitor(&self) -> Browser {
        Browser::new(self.router.clone(), HOST)
    }

    /// A contact of Marlowe and Tanner, signed in.
    pub async fn anwen(&self) -> Browser {
        self.by_link("anwen@marlowe.example").await
    }

    /// A contact of another client of the same firm.
    pub async fn priya(&self) -> Browser {
        self.by_link("priya@brightwater.example").await
    }

    /// A member of the first firm's staff.
    pub async fn tomasz(&self) -> Browser {
        self.by_password(HOST, "tomasz@harcourtpell.example").await
    }

    /// Staff of the second firm.
    pub async fn foreigner(&self) -> Browser {
        let new = NewStaff {
            name: "Odd Lark".to_owned(),
            title: String::new(),
            address: "odd@lark.example".to_owned(),
            role: domain::access::Role::Owner,
            password: PASSWORD.to_owned(),
        };
        staff::add(&self.house.other, &Actor::Operator, &new)
            .await
            .expect("staff of the other firm");
        give_app(&self.house.other, "odd@lark.example").await;
        self.by_password(OTHER_HOST, "odd@lark.example").await
    }

    /// Signs in with the link of a mail.
    pub async fn by_link(&self, address: &str) -> Browser {
        self.by_link_at(HOST, address).await
    }

    /// Signs in with the link of a mail, at one of the hosts.
    pub async fn by_link_at(&self, host: &str, address: &str) -> Browser {
        let mut browser = Browser::new(self.router.clone(), host);
        let letter = self.ask_link(&mut browser, address, "").await;
        let fields = [("id", letter.id.as_str()), ("secret", &letter.secret), ("from", "/")];
        let answer = browser.post("/api/redeem_link", &fields).await;
        assert_eq!(answer.location(), "/home");
        browser
    }

    /// Signs in with a password and the code of the app.
    pub async fn by_password(&self, host: &str, address: &str) -> Browser {
        let mut browser = self.past_password(host, address).await;
        let firm = if host == HOST {
            &self.house.firm
        } else {
            &self.house.other
        };
        let code = code_of(firm, address).await;
        let fields = [("code", code.as_str()), ("from", "/sign-in/factor")];
        let answer = browser.post("/api/give_code", &fields).await;
        assert_eq!(answer.location(), "/office/inbox");
        browser
    }

    /// Gives the right password, and stands before the second factor.
    pub async fn past_password(&self, host: &str, address: &str) -> Browser {
        let mut browser = Browser::new(self.router.clone(), host);
        let fields = [
            ("address", address),
            ("password", PASSWORD),
            ("from", "/sign-in/manually"),
        ];
        let answer = browser.post("/api/sign_in", &fields).await;
        assert_eq!(answer.location(), "/sign-in/factor");
        browser
    }

    /// Invites somebody new, and says which link that made.
    pub async fn invitation(&self) -> LinkId {
        let unique = self.form();
        let draft = ContactDraft {
            first_name: "Hugh".to_owned(),
            address: format!("hugh-{unique}@kestrelhill.example"),
            ..ContactDraft::default()
        };
        let rights = Rights {
            may_approve: false,
            may_see_financials: false,
        };
        let (firm, imogen) = (&self.house.firm, self.house.imogen());
        let id = contacts::create(firm, &imogen, &draft, Some((self.marlowe(), rights)))
            .await
            .expect("a contact");
        let session = SessionId::from(firm.random().id());
        invitations::hand(firm, &imogen, session, id).await.expect("a link");
        let view = invitations::view(firm, &imogen, session, id).await.expect("a view");
        let (_, rest) = view.slips[0].words.split_once("/activate/").expect("a link");
        let (id, _) = rest.split_once('#').expect("a secret in the fragment");
        id.parse().expect("an id")
    }

    /// Asks for a link and reads the mail.
    pub async fn ask_link(&self, browser: &mut Browser, address: &str, next: &str) -> LinkLetter {
        let known = self.links(address);
        let fields = [("address", address), ("next", next), ("from", "/sign-in")];
        let answer = browser.post("/api/ask_link", &fields).await;
        assert_eq!(answer.location(), "/sign-in/sent");
        self.house.work().await.expect("the queue");
        let text = self.links(address).into_iter().find(|text| !known.contains(text));
        LinkLetter::read(&text.expect("a letter"))
    }

    /// What the newest letter to an address holds whose link leads to such a place.
    pub async fn letter(&self, address: &str, place: &str) -> LinkLetter {
        self.house.work().await.expect("the queue");
        let letters = self.house.letters();
        let found = letters
            .iter()
            .find(|letter| letter.to == address && letter.text.contains(place));
        LinkLetter::of(&found.expect("a letter").text, place)
    }

    /// What the newest mailed link to an address holds.
    pub fn newest_link(&self, address: &str) -> LinkLetter {
        LinkLetter::read(self.links(address).first().expect("a letter"))
    }

    fn links(&self, address: &str) -> Vec<String> {
        let letters = self.house.letters().into_iter();
        letters
            .filter(|letter| letter.to == address && letter.text.contains("/link/"))
            .map(|letter| letter.text)
            .collect()
    }

    /// A thread of Marlowe's, begun by Anwen, with a file in it.
    pub async fn papers(&self, content: &[u8]) -> Papers {
        self.papers_of(self.house.anwen(), self.marlowe(), content).await
    }

    /// A thread of a client, begun by a contact with a file of this content.
    pub async fn papers_of(&self, whose: Actor, client: ClientId, content: &[u8]) -> Papers {
        let firm = &self.house.firm;
        let length = content.len() as u64;
        let upload = self
            .upload_of(whose.clone(), content, length, Destination::Client(client))
            .await;
        let new = NewThread {
            client,
            subject: "October papers".to_owned(),
            text: "Here they are.".to_owned(),
            uploads: vec![upload],
            form: self.form(),
        };
        let thread = threads::start(firm, &whose, &new).await.expect("a thread");
        let view = threads::open(firm, &whose, thread, None).await.expect("the thread");
        Papers {
            thread,
            file: view.files[0].id,
            content: content.to_vec(),
        }
    }

    /// Anwen's upload of the given length, with `content` in it.
    pub async fn upload(&self, content: &[u8], length: u64, to: Destination) -> UploadId {
        self.upload_of(self.house.anwen(), content, length, to).await
    }

    /// A contact's upload of the given length, with `content` in it.
    pub async fn upload_of(&self, whose: Actor, content: &[u8], length: u64, to: Destination) -> UploadId {
        let firm = &self.house.firm;
        let declared = Declared {
            name: "Statement.pdf".to_owned(),
            length: Some(length),
            ..Declared::default()
        };
        let id = uploads::begin(firm, &whose, to, &declared).await.expect("begun");
        if !content.is_empty() {
            let body = stream::iter([Ok::<_, Infallible>(bytes::Bytes::copy_from_slice(content))]);
            uploads::append(Arc::clone(firm), whose, id, Append::at(0), body)
                .await
                .expect("appended");
        }
        id
    }

    /// Writes as Tomasz into a thread.
    pub async fn answer(&self, thread: ThreadId, text: &str) {
        let message = NewMessage {
            text: text.to_owned(),
            uploads: Vec::new(),
            form: self.form(),
        };
        messages::post(&self.house.firm, &self.house.tomasz(), thread, &message)
            .await
            .expect("posted");
    }

    /// A fresh form id.
    pub fn form(&self) -> FormId {
        FormId::from(self.house.firm.random().id())
    }

    /// Marlowe.
    pub fn marlowe(&self) -> ClientId {
        self.house.people.marlowe
    }
}

fn router_of(house: &TestHouse, demo: bool, proxies: Vec<IpNet>, ending: Ending) -> Router {
    let site: PathBuf = house.folder.path().join("site");
    std::fs::create_dir_all(site.join("pkg")).expect("a site folder");
    std::fs::write(site.join("pkg/gatehouse.css"), "body{}").expect("a style");
    std::fs::write(site.join("pkg/gatehouse.css.br"), "compressed").expect("a compressed style");
    let fittings = Fittings {
        registry: house.registry.clone(),
        random: SecureRandom::system(),
        cookies: CookieNames { secure: true },
        proxies,
        render: RenderThreads::start().expect("threads"),
        reports: Reports::default(),
        lane: tokio::runtime::Handle::current(),
        ending,
        assets: PageAssets::from_hashes(""),
        site,
        hashed: true,
        demo,
    };
    router::router(&House::new(fittings)).expect("every page and function is decided")
}

/// What a mailed link holds.
#[derive(Clone, Debug)]
pub struct LinkLetter {
    pub id: String,
    pub secret: String,
    pub code: String,
}

impl LinkLetter {
    fn read(text: &str) -> Self {
        Self::of(text, "/link/")
    }

    /// The letter whose link leads to such a place.
    pub fn of(text: &str, place: &str) -> Self {
        let (_, rest) = text.split_once(place).expect("a link");
        let link = rest.split_whitespace().next().expect("a link");
        let (id, secret) = link.split_once('#').expect("a secret in the fragment");
        let code = text.lines().find(|line| is_code(line)).expect("a code");
        Self {
            id: id.to_owned(),
            secret: secret.to_owned(),
            code: code.to_owned(),
        }
    }

    pub fn path(&self) -> String {
        format!("/link/{}", self.id)
    }
}

fn is_code(line: &str) -> bool {
    let plain: String = line.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    plain.len() == 8 && plain.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}
