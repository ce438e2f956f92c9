use super::*;
use crate::config::{Environment, post};
use leptos::config::LeptosOptions;
use std::fs;
use tempfile::TempDir;

const NOW: Moment = ::firm::testing::NOW;

fn config(folder: &TempDir, more: &str) -> Config {
    let leptos = LeptosOptions::builder().output_name("gatehouse").build();
    let text = format!(
        "[server]\ndata = \"{0}/data\"\n{more}\n[keys]\nfile = \"{0}/root.key\"",
        folder.path().display()
    );
    Config::read(&text, leptos, &Environment::new()).expect("a config")
}

async fn verdict(config: &Config, what: &str) -> (Verdict, String) {
    let findings = look(config, NOW).await;
    let found = findings
        .into_iter()
        .find(|finding| finding.what == what)
        .expect("looked at");
    (found.verdict, found.words)
}

async fn start(config: &Config) {
    boot::open(config, Post::none(), false)
        .await
        .expect("opened")
        .close()
        .await;
}

#[tokio::test]
async fn a_look_at_a_fresh_machine_makes_nothing() {
    let folder = TempDir::new().expect("a folder");
    let config = config(&folder, "");
    let findings = look(&config, NOW).await;
    assert!(findings.iter().all(|it| it.verdict != Verdict::Broken), "{findings:?}");
    assert_eq!(
        fs::read_dir(folder.path()).expect("read").count(),
        0,
        "nothing was made"
    );
}

#[tokio::test]
async fn after_a_start_everything_is_found() {
    let folder = TempDir::new().expect("a folder");
    let config = config(&folder, "");
    start(&config).await;
    for what in ["Root key", "File store", "Clock", "TLS", "Proxy"] {
        let (verdict, words) = verdict(&config, what).await;
        assert_eq!(verdict, Verdict::Fine, "{what}: {words}");
    }
    assert!(verdict(&config, "Database").await.1.contains("gatehouse firm create"));
    assert!(verdict(&config, "Mail").await.1.contains("[mail] host"));
}

#[tokio::test]
async fn a_key_inside_the_data_and_a_key_for_all_to_read_are_named() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().expect("a folder");
    let mut config = config(&folder, "");
    start(&config).await;
    let inside = config.data.join("root.key");
    fs::copy(folder.path().join("root.key"), &inside).expect("copied");
    config.root = RootSource::File(inside.clone());
    let (seen, words) = verdict(&config, "Root key").await;
    assert_eq!(seen, Verdict::Mind);
    assert!(words.contains("lies in the data folder"), "{words}");
    fs::set_permissions(&inside, fs::Permissions::from_mode(0o644)).expect("opened to all");
    assert_eq!(verdict(&config, "Root key").await.0, Verdict::Broken);
}

#[tokio::test]
async fn another_root_key_is_a_broken_database() {
    let folder = TempDir::new().expect("a folder");
    let mut config = config(&folder, "");
    start(&config).await;
    config.root = RootSource::Environment("00".repeat(32));
    assert_eq!(verdict(&config, "Database").await.0, Verdict::Broken);
}

#[tokio::test]
async fn a_mail_server_and_a_gateway_that_do_not_answer_are_broken() {
    let folder = TempDir::new().expect("a folder");
    let mut config = config(&folder, "");
    // Port 9 is for discarding, and nothing listens there.
    config.mail = post::Mail {
        host: "127.0.0.1".to_owned(),
        port: Some(9),
        security: Some(::firm::Security::None),
        ..post::Mail::default()
    };
    config.texts = post::Texts {
        url: "http://127.0.0.1:9".to_owned(),
        account: "AC0".to_owned(),
        token: "secret words".to_owned(),
        token_file: None,
        from: "+441632960147".to_owned(),
    };
    for what in ["Mail", "Texts"] {
        let (seen, words) = verdict(&config, what).await;
        assert_eq!(seen, Verdict::Broken, "{what}");
        assert!(
            words.contains("could not be reached") && !words.contains("secret words"),
            "{words}"
        );
    }
}

#[tokio::test]
async fn a_clock_that_was_set_back_is_noticed() {
    let folder = TempDir::new().expect("a folder");
    let config = config(&folder, "");
    let findings = look(&config, Moment(0)).await;
    assert!(
        findings
            .iter()
            .any(|it| it.what == "Clock" && it.verdict == Verdict::Broken)
    );
}

#[tokio::test]
async fn a_certificate_that_ended_and_one_that_ends_soon_are_told() {
    let folder = TempDir::new().expect("a folder");
    let mut config = config(&folder, "");
    let (chain, key_file) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
    let mut parameters = rcgen::CertificateParams::new(vec!["portal.example".to_owned()]).expect("a name");
    for (day, expected) in [(10, Verdict::Broken), (25, Verdict::Mind)] {
        parameters.not_after = rcgen::date_time_ymd(2026, 11, day);
        let key = rcgen::KeyPair::generate().expect("a key");
        let certificate = parameters.clone().self_signed(&key).expect("a certificate");
        fs::write(&chain, certificate.pem()).expect("written");
        fs::write(&key_file, key.serialize_pem()).expect("written");
        config.certificate = Some((chain.clone(), key_file.clone()));
        assert_eq!(verdict(&config, "TLS").await.0, expected);
    }
}

#[tokio::test]
async fn a_proxy_range_for_the_whole_world_is_told() {
    let folder = TempDir::new().expect("a folder");
    let config = config(&folder, "[proxy]\ntrusted = [\"0.0.0.0/0\"]");
    assert_eq!(verdict(&config, "Proxy").await.0, Verdict::Mind);
}

#[test]
fn a_finding_is_one_line() {
    assert_eq!(
        line(&broken("Mail", "x does not answer.")),
        "FAIL  Mail         x does not answer."
    );
}

#[tokio::test]
async fn an_invitation_from_the_command_line_waits_and_is_counted() {
    let folder = TempDir::new().expect("a folder");
    let config = config(&folder, "");
    let registry = boot::open(&config, Post::none(), false).await.expect("opened");
    let draft = ::firm::FirmDraft {
        name: "Larch & Lane".to_owned(),
        host: "portal.larch.example".to_owned(),
        ..::firm::FirmDraft::default()
    };
    let operator = ::firm::Actor::Operator;
    let firm = registry.create_firm(&operator, &draft).await.expect("made");
    let new = ::firm::staff::StaffInvitation {
        name: "Ruth Aston".to_owned(),
        title: String::new(),
        address: "ruth@larch.example".to_owned(),
        role: domain::access::Role::Owner,
    };
    ::firm::staff::invite(&firm, &operator, &new).await.expect("invited");
    registry.close().await;
    let (_, words) = verdict(&config, "Mail").await;
    assert!(words.contains("One letter waits."), "{words}");
}
