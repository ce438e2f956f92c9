//! Letters handed to a real mail server, `server.py`.

use super::*;
use crate::{
    Courier, on_both_engines,
    testing::{Engine, House, NOW},
};
use domain::mail::MailState;
use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};
use tempfile::TempDir;

const USER: &str = "portal";
const PASSWORD: &str = "clay, chalk and a kiln";

/// A mail server that ends with the value, because its input closes then.
struct MailServer {
    child: Child,
    folder: TempDir,
    port: u16,
    security: Security,
    login: bool,
}

impl MailServer {
    fn start(security: Security, login: bool) -> Self {
        Self::start_at(0, security, login)
    }

    fn start_at(port: u16, security: Security, login: bool) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        fs::write(folder.path().join("cert.pem"), certified.cert.pem()).expect("written");
        fs::write(folder.path().join("key.pem"), certified.signing_key.serialize_pem()).expect("written");
        let mode = match security {
            Security::Tls => "tls",
            Security::StartTls => "starttls",
            Security::None => "plain",
        };
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/courier/smtp/server.py");
        let mut command = Command::new(python());
        command.arg(script).arg(mode).arg(folder.path()).arg(port.to_string());
        if login {
            command.args([USER, PASSWORD]);
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a mail server");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output"))
            .read_line(&mut line)
            .expect("its port");
        Self {
            child,
            folder,
            port: line
                .trim()
                .parse()
                .expect("aiosmtpd is missing: run scripts/setup test"),
            security,
            login,
        }
    }

    fn settings(&self) -> SmtpSettings {
        SmtpSettings {
            host: "localhost".to_owned(),
            port: self.port,
            security: self.security,
            login: self.login.then(|| (USER.to_owned(), PASSWORD.to_owned())),
            authority: Some(fs::read(self.folder.path().join("cert.pem")).expect("read")),
            hello: Some("portal.example".to_owned()),
        }
    }

    fn smtp(&self) -> Smtp {
        Smtp::new(&self.settings()).expect("settings that fit")
    }

    /// The mails that it took, oldest first.
    fn taken(&self) -> Vec<serde_json::Value> {
        (0..)
            .map_while(|number| fs::read(self.folder.path().join(format!("{number}.json"))).ok())
            .map(|bytes| serde_json::from_slice(&bytes).expect("JSON"))
            .collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

fn python() -> PathBuf {
    let tools = std::env::var_os("GATEHOUSE_TOOLS").map_or_else(
        || {
            let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
            let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
            cache.unwrap_or_else(|| home.join(".cache")).join("gatehouse/tools")
        },
        PathBuf::from,
    );
    tools.join("python/bin/python3")
}

fn letter(to: &str) -> Letter {
    Letter {
        from: "Harcourt & Pell (Sample) <no-reply@portal.harcourtpell.example>".to_owned(),
        to: to.to_owned(),
        subject: "Something waits for you – today".to_owned(),
        text: "Hello Anwen,\n\nsomething waits.\n.\nThe end.".to_owned(),
        html: "<p>Hello Anwen,</p>".to_owned(),
        at: NOW,
    }
}

fn content(mail: &serde_json::Value) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let bytes = STANDARD
        .decode(mail["content"].as_str().expect("content"))
        .expect("base64");
    String::from_utf8(bytes).expect("seven bits")
}

#[tokio::test]
async fn a_letter_goes_over_tls_and_over_starttls_with_name_and_password() {
    for security in [Security::Tls, Security::StartTls] {
        let server = MailServer::start(security, true);
        let reply = server
            .smtp()
            .send(Uuid::from_u128(7), &letter("anwen@marlowe.example"))
            .await
            .expect("taken");
        assert_eq!(reply, "250 2.0.0 Taken as number 17");
        let taken = server.taken();
        assert_eq!(taken.len(), 1);
        assert_eq!(
            (&taken[0]["tls"], &taken[0]["user"], &taken[0]["from"]),
            (
                &true.into(),
                &USER.into(),
                &"no-reply@portal.harcourtpell.example".into()
            ),
            "{security:?}"
        );
        assert_eq!(taken[0]["to"], serde_json::json!(["anwen@marlowe.example"]));
    }
}

#[tokio::test]
async fn a_letter_is_a_mail_that_no_machine_answers() {
    let server = MailServer::start(Security::None, false);
    let smtp = server.smtp();
    for _ in 0..2 {
        smtp.send(Uuid::from_u128(7), &letter("anwen@marlowe.example"))
            .await
            .expect("taken");
    }
    let taken = server.taken();
    let mail = content(&taken[0]);
    for line in [
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "Message-ID: <00000000000000000000000000000007@portal.harcourtpell.example>",
        "Date: Tue, 17 Nov 2026 09:40:00 +0000",
        "To: anwen@marlowe.example",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Type: text/html; charset=utf-8",
    ] {
        assert!(mail.contains(line), "{line} is missing in\n{mail}");
    }
    let subject = mail
        .lines()
        .find(|line| line.starts_with("Subject: "))
        .expect("a subject");
    assert!(subject.contains("=?utf-8?"), "{subject}");
    assert!(
        content(&taken[1]).contains("Message-ID: <00000000000000000000000000000007@"),
        "a repetition is known by its id"
    );
}

#[tokio::test]
async fn a_refusal_for_good_and_one_for_now_are_told_apart() {
    let server = MailServer::start(Security::None, false);
    let smtp = server.smtp();
    let never = smtp
        .send(Uuid::from_u128(1), &letter("never-here@marlowe.example"))
        .await;
    let Err(Undelivered::Never(reply)) = never else {
        panic!("{never:?}");
    };
    assert!(
        reply.starts_with("550 ") && reply.contains("No such person here"),
        "{reply}"
    );
    let later = smtp
        .send(Uuid::from_u128(2), &letter("later-maybe@marlowe.example"))
        .await;
    let Err(Undelivered::Later(reply)) = later else {
        panic!("{later:?}");
    };
    assert!(reply.starts_with("451 ") && reply.contains("Greylisted"), "{reply}");
}

#[tokio::test]
async fn a_wrong_password_is_ours_to_mend_and_bounces_nothing() {
    let server = MailServer::start(Security::StartTls, true);
    let mut settings = server.settings();
    settings.login = Some((USER.to_owned(), "wrong".to_owned()));
    let smtp = Smtp::new(&settings).expect("settings that fit");
    let sent = smtp.send(Uuid::from_u128(1), &letter("anwen@marlowe.example")).await;
    let Err(Undelivered::Later(reply)) = sent else {
        panic!("{sent:?}");
    };
    assert!(reply.starts_with("535"), "{reply}");
    assert!(
        !reply.contains("wrong") && !format!("{smtp:?}").contains("wrong"),
        "no secret in a reply"
    );
    assert!(server.taken().is_empty());
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_gets_no_letter() {
    for security in [Security::Tls, Security::StartTls] {
        let server = MailServer::start(security, false);
        let mut settings = server.settings();
        settings.authority = None;
        let smtp = Smtp::new(&settings).expect("settings that fit");
        let sent = smtp.send(Uuid::from_u128(1), &letter("anwen@marlowe.example")).await;
        assert!(matches!(sent, Err(Undelivered::Later(_))), "{sent:?}");
        assert!(server.taken().is_empty());
    }
}

#[tokio::test]
async fn a_server_without_starttls_gets_no_letter() {
    let server = MailServer::start(Security::None, false);
    let settings = SmtpSettings {
        security: Security::StartTls,
        ..server.settings()
    };
    let smtp = Smtp::new(&settings).expect("settings that fit");
    let sent = smtp.send(Uuid::from_u128(1), &letter("anwen@marlowe.example")).await;
    assert!(matches!(sent, Err(Undelivered::Later(_))), "{sent:?}");
    assert!(server.taken().is_empty());
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_rests_a_moment() {
    let server = MailServer::start(Security::None, false);
    let smtp = server.smtp();
    drop(server);
    let sent = smtp.send(Uuid::from_u128(1), &letter("anwen@marlowe.example")).await;
    assert!(matches!(sent, Err(Undelivered::Later(_))), "{sent:?}");
    assert!(smtp.rests_until.load(Ordering::Relaxed) > NOW.0);
    assert!(smtp.probe(NOW).await.is_err());
}

#[tokio::test]
async fn a_server_that_falls_silent_is_not_waited_for_for_ever() {
    let silent = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let settings = SmtpSettings {
        host: "localhost".to_owned(),
        port: silent.local_addr().expect("its address").port(),
        security: Security::None,
        login: None,
        authority: None,
        hello: None,
    };
    let mut smtp = Smtp::new(&settings).expect("settings that fit");
    smtp.patience = Duration::from_millis(100);
    let sent = smtp.send(Uuid::from_u128(1), &letter("anwen@marlowe.example")).await;
    assert_eq!(sent, Err(Undelivered::Later("localhost does not answer".to_owned())));
}

#[tokio::test]
async fn a_probe_signs_in_and_sends_nothing() {
    let server = MailServer::start(Security::Tls, true);
    server.smtp().probe(NOW).await.expect("reached");
    assert!(server.taken().is_empty());
}

async fn notice_to(house: &House, address: &str) -> domain::ContactId {
    use crate::{Actor, contacts, jobs::Job};
    let new = contacts::NewContact {
        name: "Mair Marlowe".to_owned(),
        address: address.to_owned(),
        clients: vec![house.people.marlowe],
    };
    let contact = contacts::add(&house.firm, &Actor::Operator, &new).await.expect("added");
    let mut tx = house.firm.begin().await.expect("begun");
    tx.job(&Job::Notice { contact }, house.firm.now())
        .await
        .expect("queued");
    tx.commit().await.expect("committed");
    contact
}

/// A house of the same engine whose mail goes to this server.
async fn served(engine: Engine, settings: &SmtpSettings) -> House {
    let smtp = Smtp::new(settings).expect("settings that fit");
    House::open_with(engine, 7, |house| house.courier = Courier::Smtp(smtp))
        .await
        .expect("a house")
}

on_both_engines!(a_4xx_is_tried_again_until_it_goes, |house: House| async move {
    let server = MailServer::start(Security::StartTls, true);
    let house = served(house.engine, &server.settings()).await;
    let contact = notice_to(&house, "later-mair@marlowe.example").await;
    let mut states = Vec::new();
    for pause in [0, 30, 60] {
        house.advance(pause);
        house.work().await.expect("worked");
        let rows = crate::mails::of_contact(&house.firm, &house.imogen(), contact, 5)
            .await
            .expect("read");
        let row = rows.into_iter().next().expect("a row");
        states.push((row.state, row.tries));
        if row.state == MailState::Waiting {
            assert!(row.reply.expect("the server's words").contains("451"));
        }
    }
    assert_eq!(
        states,
        [(MailState::Waiting, 1), (MailState::Waiting, 2), (MailState::Sent, 3)]
    );
    assert_eq!(server.taken().len(), 1);
    assert_eq!(crate::jobs::waiting(&house.firm).await.expect("counted"), 0);
});

on_both_engines!(
    a_5xx_is_shown_on_the_contact_and_not_tried_again,
    |house: House| async move {
        let server = MailServer::start(Security::StartTls, true);
        let house = served(house.engine, &server.settings()).await;
        let contact = notice_to(&house, "never-mair@marlowe.example").await;
        house.work().await.expect("worked");
        assert_eq!(
            crate::jobs::waiting(&house.firm).await.expect("counted"),
            0,
            "it is not tried again"
        );
        let rows = crate::mails::of_contact(&house.firm, &house.tomasz(), contact, 5)
            .await
            .expect("read");
        assert_eq!((rows.len(), rows[0].state, rows[0].tries), (1, MailState::Bounced, 1));
        assert!(
            rows[0]
                .reply
                .as_deref()
                .is_some_and(|reply| reply.contains("No such person here"))
        );
    }
);

on_both_engines!(a_mail_server_that_is_down_loses_nothing, |house: House| async move {
    let server = MailServer::start(Security::None, false);
    let settings = server.settings();
    drop(server);
    let house = served(house.engine, &settings).await;
    let contact = notice_to(&house, "mair@marlowe.example").await;
    house.work().await.expect("worked");
    assert_eq!(crate::mails::waiting(&house.firm).await.expect("counted"), (1, 0));
    let server = MailServer::start_at(settings.port, Security::None, false);
    house.advance(30);
    house.work().await.expect("worked");
    assert_eq!(server.taken().len(), 1);
    let rows = crate::mails::of_contact(&house.firm, &house.imogen(), contact, 5)
        .await
        .expect("read");
    assert_eq!(rows[0].state, MailState::Sent);
});
