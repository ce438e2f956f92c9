//! Messages handed to a stand-in for the gateway, which checks the request as Twilio's API would and can fail.

use super::*;
use crate::{
    TextCourier,
    jobs::Job,
    on_both_engines,
    testing::{Engine, House, NOW},
};
use domain::mail::{MailState, Way};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::Mutex,
};

const ACCOUNT: &str = "ACsample";
const TOKEN: &str = "a secret of the gateway";
const FROM: &str = "+441632960147";
const MOBILE: &str = "+447700900042";

/// What the stand-in answers, once each; afterwards it takes everything.
type Script = Arc<Mutex<Vec<(u16, &'static str)>>>;

/// A gateway on this machine: one thread, one request a connection.
struct StandIn {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl StandIn {
    fn start(script: Vec<(u16, &'static str)>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let (script, seen): (Script, _) = (Arc::new(Mutex::new(script)), Arc::clone(&asked));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                answer(stream, &script, &seen);
            }
        });
        Self { port, asked }
    }

    fn settings(&self) -> GatewaySettings {
        GatewaySettings {
            url: format!("http://127.0.0.1:{}", self.port),
            account: ACCOUNT.to_owned(),
            token: TOKEN.to_owned(),
            from: FROM.to_owned(),
        }
    }

    fn gateway(&self) -> Gateway {
        Gateway::new(self.settings()).expect("settings that fit")
    }

    /// The bodies of the requests that were as they should be.
    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("unpoisoned").clone()
    }
}

fn answer(mut stream: TcpStream, script: &Script, seen: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
    let (mut head, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
            break;
        }
        let line = line.trim().to_owned();
        if let Some(given) = line.to_lowercase().strip_prefix("content-length:") {
            length = given.trim().parse().expect("a length");
        }
        head.push(line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    let body = String::from_utf8(body).expect("a form in ASCII");
    let has = |name: &str, value: &str| {
        head.iter().any(|line| {
            line.split_once(": ")
                .is_some_and(|(n, v)| n.eq_ignore_ascii_case(name) && v == value)
        })
    };
    let login = STANDARD.encode(format!("{ACCOUNT}:{TOKEN}"));
    let messages = format!("POST /2010-04-01/Accounts/{ACCOUNT}/Messages.json HTTP/1.1");
    let account = format!("GET /2010-04-01/Accounts/{ACCOUNT}.json HTTP/1.1");
    let (status, json) = if !has("authorization", &format!("Basic {login}")) {
        (401, r#"{"code":20003,"message":"Authenticate","status":401}"#)
    } else if head[0] == account {
        (200, r#"{"sid":"ACsample","status":"active"}"#)
    } else if head[0] != messages || !has("content-type", "application/x-www-form-urlencoded") {
        (404, r#"{"code":20404,"message":"Not found","status":404}"#)
    } else {
        seen.lock().expect("unpoisoned").push(body);
        let mut script = script.lock().expect("unpoisoned");
        if script.is_empty() {
            (
                201,
                r#"{"sid":"SM1","status":"queued","error_code":null,"error_message":null}"#,
            )
        } else {
            script.remove(0)
        }
    };
    let _ = write!(
        stream,
        "HTTP/1.1 {status} Answer\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{json}",
        json.len()
    );
}

fn text() -> Text {
    Text {
        to: MOBILE.to_owned(),
        words: "Your code is 123456 & works till 09:50.".to_owned(),
        at: NOW,
    }
}

#[tokio::test]
async fn a_message_is_posted_as_the_gateway_expects_it() {
    let stand_in = StandIn::start(Vec::new());
    let reply = stand_in.gateway().send(&text()).await.expect("taken");
    assert_eq!(reply, "201 queued");
    assert_eq!(
        stand_in.asked(),
        ["To=%2B447700900042&From=%2B441632960147&Body=Your+code+is+123456+%26+works+till+09%3A50."]
    );
}

#[tokio::test]
async fn what_comes_later_and_what_never_goes_are_told_apart() {
    let never = [
        (
            400,
            r#"{"code":21211,"message":"Invalid 'To' Phone Number","status":400}"#,
        ),
        (
            400,
            r#"{"code":21610,"message":"Attempt to send to unsubscribed recipient","status":400}"#,
        ),
        (201, r#"{"sid":"SM1","status":"failed","error_message":"Landline"}"#),
    ];
    let later = [
        (429, r#"{"code":20429,"message":"Too Many Requests","status":429}"#),
        (503, "not even JSON"),
        (
            400,
            r#"{"code":21606,"message":"The From number cannot send","status":400}"#,
        ),
        (301, ""),
    ];
    for answer in never {
        let sent = StandIn::start(vec![answer]).gateway().send(&text()).await;
        assert!(matches!(sent, Err(Undelivered::Never(_))), "{answer:?} gave {sent:?}");
    }
    for answer in later {
        let sent = StandIn::start(vec![answer]).gateway().send(&text()).await;
        assert!(matches!(sent, Err(Undelivered::Later(_))), "{answer:?} gave {sent:?}");
    }
}

#[tokio::test]
async fn a_wrong_secret_is_ours_to_mend_and_stands_in_no_reply() {
    let stand_in = StandIn::start(Vec::new());
    let mut settings = stand_in.settings();
    settings.token = "wrong words".to_owned();
    let gateway = Gateway::new(settings).expect("settings that fit");
    let Err(Undelivered::Later(reply)) = gateway.send(&text()).await else {
        panic!("it was taken");
    };
    assert!(reply.starts_with("401") && !reply.contains("wrong words"), "{reply}");
    assert!(!format!("{gateway:?}").contains("wrong words"));
    assert!(gateway.probe().await.is_err());
    assert!(stand_in.asked().is_empty());
}

#[tokio::test]
async fn a_probe_sends_nothing() {
    let stand_in = StandIn::start(Vec::new());
    stand_in.gateway().probe().await.expect("reached");
    assert!(stand_in.asked().is_empty());
}

#[test]
fn the_secret_goes_over_https_or_stays_on_this_machine() {
    for good in [
        "https://api.gateway.example",
        "http://127.0.0.1:9",
        "http://localhost:9/x",
        "http://[::1]:9",
    ] {
        assert!(is_safe(good), "{good}");
    }
    for bad in [
        "",
        "http://gateway.example",
        "http://127.0.0.1.evil.example",
        "ftp://x",
        "https://",
        "http://localhost@evil.example",
    ] {
        assert!(!is_safe(bad), "{bad}");
    }
}

async fn served(engine: Engine, gateway: Gateway) -> House {
    House::open_with(engine, 7, |house| house.texts = TextCourier::Gateway(gateway))
        .await
        .expect("a house")
}

async fn queue(house: &House) -> domain::JobId {
    let job = Job::Text {
        contact: Some(house.people.anwen),
        to: MOBILE.to_owned(),
        words: text().words,
        until: house.firm.now().plus_seconds(600),
    };
    let mut tx = house.firm.begin().await.expect("begun");
    let id = tx.job(&job, house.firm.now()).await.expect("queued");
    tx.commit().await.expect("committed");
    id.into()
}

on_both_engines!(
    a_gateway_that_is_down_is_seen_by_the_page_and_tried_again,
    |house: House| async move {
        let stand_in = StandIn::start(vec![(503, "")]);
        let house = served(house.engine, stand_in.gateway()).await;
        let job = queue(&house).await;
        let seen = || async { crate::mails::state(house.firm.db(), job).await.expect("read") };
        assert_eq!(seen().await, Some((MailState::Waiting, 0)));
        house.work().await.expect("worked");
        assert_eq!(
            seen().await,
            Some((MailState::Waiting, 1)),
            "the page can offer another way"
        );
        house.advance(30);
        house.work().await.expect("worked");
        assert_eq!(seen().await, Some((MailState::Sent, 2)));
        assert_eq!(stand_in.asked().len(), 2);
    }
);

on_both_engines!(
    the_log_shows_neither_the_number_nor_the_code,
    |house: House| async move {
        let refusal = r#"{"code":21211,"message":"The 'To' number is not valid","status":400}"#;
        let stand_in = StandIn::start(vec![(400, refusal)]);
        let house = served(house.engine, stand_in.gateway()).await;
        queue(&house).await;
        house.work().await.expect("worked");
        let rows = crate::mails::of_contact(&house.firm, &house.tomasz(), house.people.anwen, 5)
            .await
            .expect("read");
        assert_eq!(
            (rows.len(), rows[0].way, rows[0].state),
            (1, Way::Text, MailState::Bounced)
        );
        assert_eq!(rows[0].to, "••42");
        assert!(!rows[0].about.contains("123456"));
        assert!(
            rows[0]
                .reply
                .as_deref()
                .is_some_and(|words| words.contains("not valid (21211)"))
        );
    }
);
