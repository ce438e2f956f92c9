use super::*;
use crate::{
    on_both_engines,
    testing::{self, Engine, HOST, OTHER_HOST},
};
use entity::firm::totp;
use tempfile::TempDir;

on_both_engines!(a_firm_is_found_by_its_own_host_name_only, |house| async move {
    let found = |host: &'static str| {
        let registry = house.registry.clone();
        async move { registry.firm_by_host(host).await.expect("read").map(|firm| firm.id()) }
    };
    assert_eq!(found(HOST).await, Some(house.firm.id()));
    assert_eq!(found(OTHER_HOST).await, Some(house.other.id()));
    for unknown in ["", "localhost", "harcourtpell.example", "PORTAL.harcourtpell.example"] {
        assert_eq!(found(unknown).await, None, "there is no default firm: {unknown}");
    }
});

on_both_engines!(a_host_name_belongs_to_one_firm, |house| async move {
    let draft = FirmDraft {
        name: "Copy".to_owned(),
        host: HOST.to_owned(),
        ..FirmDraft::default()
    };
    assert!(house.registry.create_firm(&Actor::Operator, &draft).await.is_err());
    assert!(
        house.registry.create_firm(&house.imogen(), &draft).await.is_err(),
        "nobody of a firm makes firms"
    );
});

on_both_engines!(two_firms_share_no_key, |house| async move {
    assert_ne!(house.firm.keys.column.expose(), house.other.keys.column.expose());
    assert_ne!(house.firm.keys.firm.expose(), house.other.keys.firm.expose());
    let stolen = house.other.client_key_of(house.people.marlowe, 1).await;
    assert!(matches!(stolen, Err(Error::Problem(domain::Problem::NotFound))));
});

on_both_engines!(addresses_in_mails_come_from_the_firms_row, |house| async move {
    assert_eq!(house.firm.origin(), format!("https://{HOST}"));
    assert_eq!(
        Origin {
            secure: false,
            port: Some(3000)
        }
        .of("localhost"),
        "http://localhost:3000"
    );
});

#[tokio::test]
async fn a_registry_opens_again_with_its_root_key_and_with_no_other() {
    let folder = TempDir::new().expect("a folder");
    let registry = testing::open_registry(Engine::Sqlite, folder.path(), 1)
        .await
        .expect("opened");
    let draft = FirmDraft {
        name: "Harcourt & Pell".to_owned(),
        host: HOST.to_owned(),
        ..FirmDraft::default()
    };
    let id = registry.create_firm(&Actor::Operator, &draft).await.expect("made").id();
    registry.close().await;
    let again = testing::open_registry(Engine::Sqlite, folder.path(), 2)
        .await
        .expect("opened again");
    assert_eq!(
        again.firm_by_host(HOST).await.expect("read").map(|firm| firm.id()),
        Some(id)
    );
    let mut settings = testing::settings(Engine::Sqlite, folder.path(), 3).expect("settings");
    settings.root.key = Key::from_bytes([1; 32]);
    assert!(Registry::open(settings).await.is_err(), "another root key");
}

#[tokio::test]
async fn a_demo_and_a_real_firm_never_meet() {
    let folder = TempDir::new().expect("a folder");
    let registry = testing::open_registry(Engine::Sqlite, folder.path(), 1)
        .await
        .expect("opened");
    let draft = FirmDraft {
        name: "Harcourt & Pell".to_owned(),
        host: HOST.to_owned(),
        ..FirmDraft::default()
    };
    registry.create_firm(&Actor::Operator, &draft).await.expect("made");
    assert!(crate::demo::seed(&registry).await.is_err());
    registry.close().await;
    let mut settings = testing::settings(Engine::Sqlite, folder.path(), 2).expect("settings");
    settings.demo = true;
    assert!(Registry::open(settings).await.is_err());
}

#[tokio::test]
async fn the_databases_are_not_plain_sqlite() {
    let folder = TempDir::new().expect("a folder");
    let registry = testing::open_registry(Engine::Sqlite, folder.path(), 1)
        .await
        .expect("opened");
    let draft = FirmDraft {
        name: "Harcourt & Pell".to_owned(),
        host: HOST.to_owned(),
        ..FirmDraft::default()
    };
    let id = registry.create_firm(&Actor::Operator, &draft).await.expect("made").id();
    registry.close().await;
    for path in [
        folder.path().join("registry.db"),
        folder.path().join(format!("firms/{id}.db")),
    ] {
        let bytes = std::fs::read(&path).expect("a database");
        assert!(
            bytes.len() > 4096 && !bytes.starts_with(b"SQLite format 3"),
            "{}",
            path.display()
        );
    }
}

#[tokio::test]
async fn the_demo_has_something_in_every_list() {
    let folder = TempDir::new().expect("a folder");
    let mut settings = testing::settings(Engine::Sqlite, folder.path(), 1).expect("settings");
    settings.demo = true;
    let registry = Registry::open(settings).await.expect("opened");
    let firm = crate::demo::seed(&registry).await.expect("seeded");
    assert_eq!(
        crate::demo::seed(&registry).await.expect("found").id(),
        firm.id(),
        "a second start finds it"
    );
    let clients = entity::firm::client::Entity::find()
        .all(firm.db())
        .await
        .expect("clients");
    let staff = entity::firm::staff::Entity::find()
        .one(firm.db())
        .await
        .expect("read")
        .expect("staff");
    let actor = Actor::staff(staff.id.into(), &staff.name, &staff.title, domain::access::Role::Owner);
    let home = crate::portal::home(&firm, &actor).await.expect("home");
    assert_eq!(
        (clients.len(), home.unread.is_empty(), home.files.is_empty()),
        (4, false, false)
    );
    assert_eq!(firm.now(), testing::NOW, "the clock is back in the present");
}

/// Every key and secret of an installation with one firm.
async fn secrets(house: &testing::House) -> Vec<Vec<u8>> {
    let (firm, settings) = (&house.firm, &house.registry.0.settings);
    let client = firm.client_key_of(house.people.marlowe, 1).await.expect("a client key");
    let keys = &firm.keys;
    let mut secrets: Vec<Vec<u8>> = [
        &settings.root.key,
        &*client,
        &*keys.firm,
        &*keys.column,
        &*keys.mac,
        &*keys.cookie,
    ]
    .map(|key| key.expose().to_vec())
    .into();
    if let Database::Sqlite { folder } = &settings.database {
        let registry = keys::registry_key(settings, folder).expect("the registry's key");
        secrets.push(registry.expose().to_vec());
    }
    for row in totp::Entity::find().all(firm.db()).await.expect("read") {
        let secret = row.secret.open(firm.at("totp", "secret", row.id)).expect("opened");
        secrets.push(secret.as_bytes().to_vec());
    }
    secrets
}

on_both_engines!(attack_9_two_fresh_installs_share_no_secret, |house| async move {
    let folder = TempDir::new().expect("a folder");
    let fresh = |name: &'static str| {
        let file = folder.path().join(name);
        testing::House::open_with(house.engine, 1, move |settings| {
            settings.random = SecureRandom::system();
            settings.root = RootKey::load_or_create(&file, &settings.random).expect("a root key");
        })
    };
    let (one, two) = (
        fresh("one").await.expect("installed"),
        fresh("two").await.expect("installed"),
    );
    let (one, two) = (secrets(&one).await, secrets(&two).await);
    let different: std::collections::BTreeSet<_> = one.iter().chain(&two).collect();
    assert_eq!(different.len(), one.len() + two.len());
    // The comparison can fail: what begins with one seed is the same.
    let copy = testing::House::open(house.engine).await;
    assert_eq!(secrets(&house).await[..6], secrets(&copy).await[..6]);
});
