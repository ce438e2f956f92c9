//! What the suites of `firm` and `server` stand on: a registry on either engine, a clock that stands still, seeded
//! randomness, and a firm with people.

mod bare;
mod broken;
pub mod clamd;
mod postgres;
mod work;

use crate::{
    Actor, Clock, Courier, Database, Firm, FirmDraft, Letter, Origin, Registry, RegistrySettings, Text, TextCourier,
    clients,
    contacts::{self, NewContact},
    error::Result,
    factors,
    passkeys::{self, Purpose},
    previews::Renderer,
    sessions::{self, Device, Session},
    sign_in,
    staff::{self, NewStaff},
    stores::Stores,
    worker,
};
use domain::{
    ClientId, ContactId, Moment, StaffId,
    access::Role,
    client::{ClientLabel, Side},
};
use entity::firm::{address, totp};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use std::{path::Path, sync::Arc};
use tempfile::TempDir;
use uuid::Uuid;
use vault::{Key, Region, RootKey, SecureRandom, Store, StoreName};

pub use postgres::url as postgres_url;
pub use vault::passkey::soft::Authenticator;
pub(crate) use work::Statements;
pub use work::Work;

/// 2026-11-17T09:40:00Z, a Tuesday.
pub const NOW: Moment = Moment(1_794_908_400_000);
/// The host name of the first firm.
pub const HOST: &str = "portal.harcourtpell.example";
/// The host name of the second firm.
pub const OTHER_HOST: &str = "portal.lark.example";
/// The password of staff in tests.
pub const PASSWORD: &str = "a long enough sample passphrase";

const MARLOWE: &str = "Marlowe Ceramics Ltd";
const TANNER: &str = "Tanner’s Yard Management Ltd";
const BRIGHTWATER: &str = "Brightwater Joinery Ltd";

fn label(id: ClientId, name: &str) -> ClientLabel {
    crate::directory::label(id.uuid(), name.to_owned())
}

/// The two engines, on both of which every test runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A SQLCipher file.
    Sqlite,
    /// A private PostgreSQL.
    Postgres,
}

/// A server's worth of firms, in a folder of its own.
pub struct House {
    /// The registry.
    pub registry: Registry,
    /// The first firm.
    pub firm: Arc<Firm>,
    /// The second firm, for whatever must not cross.
    pub other: Arc<Firm>,
    /// The people of the first firm.
    pub people: People,
    /// The data folder: databases and objects.
    pub folder: TempDir,
    /// Which engine.
    pub engine: Engine,
}

/// A test's future takes a house with a destructor whole. Of a plain one it takes the fields that it names, and the data
/// folder, which none names, would be gone before the test has begun.
impl Drop for House {
    fn drop(&mut self) {
        self.firm.hub.close();
        self.other.hub.close();
    }
}

/// The first firm's people.
pub struct People {
    /// A client with one contact.
    pub marlowe: ClientId,
    /// A second client of the same contact.
    pub tanner: ClientId,
    /// A client of somebody else.
    pub brightwater: ClientId,
    /// Contact of Marlowe and Tanner.
    pub anwen: ContactId,
    /// Contact of Brightwater.
    pub priya: ContactId,
    /// Owner.
    pub imogen: StaffId,
    /// Member.
    pub tomasz: StaffId,
}

impl House {
    /// Opens a fresh one.
    ///
    /// # Panics
    /// The engine is missing: a suite without it must fail, not shrink.
    pub async fn open(engine: Engine) -> Self {
        Self::try_open(engine, 7).await.expect("a house to test in")
    }

    /// As [`House::open`], with another seed of randomness.
    ///
    /// # Errors
    /// The engine or the folder fails.
    ///
    /// # Panics
    /// There is no room for a temporary folder.
    pub async fn try_open(engine: Engine, seed: u64) -> Result<Self> {
        Self::open_with(engine, seed, |_| {}).await
    }

    /// As [`House::open`], with other settings: another courier.
    ///
    /// # Errors
    /// The engine or the folder fails.
    ///
    /// # Panics
    /// There is no room for a temporary folder.
    pub async fn open_with(engine: Engine, seed: u64, change: impl FnOnce(&mut RegistrySettings)) -> Result<Self> {
        let folder = TempDir::new_in(scratch()).expect("a temporary folder");
        let mut settings = settings(engine, folder.path(), seed)?;
        change(&mut settings);
        let registry = Registry::open(settings).await?;
        let operator = Actor::Operator;
        let draft = |name: &str, host: &str| FirmDraft {
            name: name.to_owned(),
            host: host.to_owned(),
            ..FirmDraft::default()
        };
        let firm = registry.create_firm(&operator, &draft("Harcourt & Pell", HOST)).await?;
        let other = registry
            .create_firm(&operator, &draft("Lark & Loom", OTHER_HOST))
            .await?;
        let people = populate(&firm).await?;
        Ok(Self {
            registry,
            firm,
            other,
            people,
            folder,
            engine,
        })
    }

    /// The owner.
    pub fn imogen(&self) -> Actor {
        Actor::staff(self.people.imogen, "Imogen Pell", "Partner", Role::Owner)
    }

    /// A member of staff.
    pub fn tomasz(&self) -> Actor {
        Actor::staff(self.people.tomasz, "Tomasz Wilk", "Bookkeeping", Role::Member)
    }

    /// A contact of two clients.
    pub fn anwen(&self) -> Actor {
        let clients = vec![label(self.people.marlowe, MARLOWE), label(self.people.tanner, TANNER)];
        Actor::contact(self.people.anwen, "Anwen Marlowe", clients)
    }

    /// A stranger of the same firm: a contact of another client.
    pub fn priya(&self) -> Actor {
        Actor::contact(
            self.people.priya,
            "Priya Bright",
            vec![label(self.people.brightwater, BRIGHTWATER)],
        )
    }

    /// Opens the same databases once more, with other settings, as a server that is started again.
    ///
    /// # Panics
    /// They do not open.
    pub async fn restart(&mut self, change: impl FnOnce(&mut RegistrySettings)) {
        let mut settings = settings(self.engine, self.folder.path(), 11).expect("settings");
        settings.database = self.registry.database().clone();
        settings.clock = self.firm.clock.clone();
        change(&mut settings);
        self.registry = Registry::open(settings).await.expect("opened again");
        self.firm = self.registry.firm(self.firm.id).await.expect("the firm");
        self.other = self.registry.firm(self.other.id).await.expect("the other");
    }

    /// Moves the clock on.
    pub fn advance(&self, seconds: i64) {
        self.firm.clock.advance(seconds);
    }

    /// Signs staff in with password and app, and gives the session's token.
    ///
    /// # Panics
    /// They are not let in.
    pub async fn staff_session(&self, address: &str) -> String {
        let device = Device::default();
        let (firm, visitor) = (&self.firm, Actor::Visitor);
        let entered = sign_in::with_password(firm, &visitor, address, PASSWORD, "", &device).await;
        let entered = entered.expect("the password is right");
        let code = code_of(firm, address).await;
        let entered = sign_in::give_code(firm, &visitor, &code, entered.step(), &device).await;
        entered.expect("let in").token().expect("a session").to_owned()
    }

    /// Signs somebody in by one factor, whatever else they hold: their session's token.
    ///
    /// # Panics
    /// The database fails.
    pub async fn token(&self, side: Side, person: Uuid, factor: &str) -> String {
        let tx = self.firm.begin().await.expect("begun");
        let opened = sessions::open(&tx, side, person, &[factor], &Device::default()).await;
        tx.commit().await.expect("committed");
        opened.expect("opened").token
    }

    /// As [`Self::token`], as the server sees it with the next request.
    ///
    /// # Panics
    /// The database fails.
    pub async fn session(&self, side: Side, person: Uuid, factor: &str) -> Session {
        let token = self.token(side, person, factor).await;
        let session = sessions::resume(&self.firm, &token).await.expect("read");
        session.expect("a session")
    }

    /// Runs every job that is due.
    ///
    /// # Errors
    /// The queue cannot be read.
    pub async fn work(&self) -> Result<usize> {
        worker::run_due(&self.registry).await
    }

    /// The letters that left, newest first.
    ///
    /// # Panics
    /// Never: letters in memory can be read.
    pub fn letters(&self) -> Vec<Letter> {
        self.registry.courier().letters().expect("a courier in memory")
    }

    /// The text messages that left, newest first.
    ///
    /// # Panics
    /// Never: messages in memory can be read.
    pub fn texts(&self) -> Vec<Text> {
        self.registry.texts().texts().expect("a courier in memory")
    }
}

/// Gives somebody an authenticator app.
///
/// # Panics
/// Nobody has this address.
pub async fn give_app(firm: &Firm, address: &str) {
    factors::install(firm, person(firm, address).await)
        .await
        .expect("an app");
}

/// The code that the app of somebody shows. In a test time stands still, so what was used before is forgotten.
///
/// # Panics
/// Nobody has this address, or they have no app.
pub async fn code_of(firm: &Firm, address: &str) -> String {
    let person = person(firm, address).await;
    totp::Entity::update_many()
        .col_expr(totp::Column::LastStep, Expr::value(0_i64))
        .filter(totp::Column::Person.eq(person))
        .exec(firm.pools.writer())
        .await
        .expect("forgotten");
    let next = factors::next_code(firm, person).await.expect("read");
    next.and_then(|(code, _)| code).expect("an app")
}

/// Gives somebody a passkey that was made at `host`, and the authenticator that holds it.
///
/// # Panics
/// Nobody has this address.
pub async fn give_passkey(firm: &Firm, address: &str, host: &str) -> Authenticator {
    let owner = address::Entity::find_by_id(address).one(firm.db()).await;
    let owner = owner.expect("read").expect("somebody with this address");
    let side = crate::actor::side_of(&owner.kind).expect("a side");
    let mut authenticator = Authenticator::new(owner.person.as_u64_pair().0);
    let (tx, purpose) = (firm.begin().await.expect("begun"), Purpose::Door);
    let asked = passkeys::ask_to_make(&tx, purpose, side, owner.person, host, None).await;
    let asked = asked.expect("asked");
    let answer = authenticator.make(&asked.options, &firm.origin.of(host)).expect("made");
    let taken = passkeys::take(&tx, purpose, Some(&asked.browser)).await.expect("read");
    let added = passkeys::add(&tx, side, owner.person, taken.as_ref(), &answer, "Kitchen laptop").await;
    added.expect("kept").expect("it holds");
    tx.commit().await.expect("committed");
    authenticator
}

async fn person(firm: &Firm, address: &str) -> Uuid {
    let row = address::Entity::find_by_id(address).one(firm.db()).await;
    row.expect("read").expect("somebody with this address").person
}

/// A registry in `folder`.
///
/// # Errors
/// The engine or the folder fails.
pub async fn open_registry(engine: Engine, folder: &Path, seed: u64) -> Result<Registry> {
    Registry::open(settings(engine, folder, seed)?).await
}

/// What a registry in `folder` is made of.
///
/// # Errors
/// The folder fails.
///
/// # Panics
/// PostgreSQL does not start.
pub fn settings(engine: Engine, folder: &Path, seed: u64) -> Result<RegistrySettings> {
    let store = Store::disk(
        StoreName::parse("disk").expect("a store's name"),
        Region::parse("uk").expect("a region"),
        &folder.join("objects"),
    )?;
    let database = match engine {
        Engine::Sqlite => Database::Sqlite {
            folder: folder.to_owned(),
        },
        // One server, many registries: a prefix of its own for each.
        Engine::Postgres => Database::Postgres {
            url: postgres::url(),
            prefix: format!("t{}", SecureRandom::system().id().simple())
                .chars()
                .take(20)
                .collect(),
        },
    };
    Ok(RegistrySettings {
        database,
        root: RootKey {
            key: Key::from_bytes([9; 32]),
            version: 1,
        },
        stores: Stores::new(store),
        place: "London".to_owned(),
        clock: Clock::fixed(NOW),
        random: SecureRandom::seeded(seed),
        courier: Courier::memory(),
        texts: TextCourier::memory(),
        sender: None,
        demo: false,
        origin: Origin {
            secure: true,
            port: None,
        },
        renderer: beside_us(),
        scanner: None,
    })
}

/// The program itself, which cargo builds beside the suites that need it.
fn beside_us() -> Option<Renderer> {
    let suite = std::env::current_exe().ok()?;
    Some(Renderer::new(suite.parent()?.parent()?.join("gatehouse")))
}

async fn populate(firm: &Firm) -> Result<People> {
    let operator = Actor::Operator;
    let imogen = hire(
        firm,
        "Imogen Pell",
        "Partner",
        "imogen@harcourtpell.example",
        Role::Owner,
    )
    .await?;
    let tomasz = hire(
        firm,
        "Tomasz Wilk",
        "Bookkeeping",
        "tomasz@harcourtpell.example",
        Role::Member,
    )
    .await?;
    let marlowe = clients::add(firm, &operator, MARLOWE).await?;
    let tanner = clients::add(firm, &operator, TANNER).await?;
    let brightwater = clients::add(firm, &operator, BRIGHTWATER).await?;
    let anwen = invite(firm, "Anwen Marlowe", "anwen@marlowe.example", vec![marlowe, tanner]).await?;
    let priya = invite(firm, "Priya Bright", "priya@brightwater.example", vec![brightwater]).await?;
    Ok(People {
        marlowe,
        tanner,
        brightwater,
        anwen,
        priya,
        imogen,
        tomasz,
    })
}

async fn hire(firm: &Firm, name: &str, title: &str, address: &str, role: Role) -> Result<StaffId> {
    let new = NewStaff {
        name: name.to_owned(),
        title: title.to_owned(),
        address: address.to_owned(),
        role,
        password: PASSWORD.to_owned(),
    };
    let id = staff::add(firm, &Actor::Operator, &new).await?;
    factors::install(firm, id.uuid()).await?;
    Ok(id)
}

async fn invite(firm: &Firm, name: &str, address: &str, clients: Vec<ClientId>) -> Result<ContactId> {
    let new = NewContact {
        name: name.to_owned(),
        address: address.to_owned(),
        clients,
    };
    contacts::add(firm, &Actor::Operator, &new).await
}

/// Memory rather than disk where there is some: a suite makes thousands of small databases.
fn scratch() -> std::path::PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        memory.to_owned()
    } else {
        std::env::temp_dir()
    }
}

/// Makes one test of each engine: `on_both_engines!(a_rule, |house| async move { .. });`
#[macro_export]
macro_rules! on_both_engines {
    ($name:ident, $test:expr) => {
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                let test: fn($crate::testing::House) -> _ = $test;
                test($crate::testing::House::open($crate::testing::Engine::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                let test: fn($crate::testing::House) -> _ = $test;
                test($crate::testing::House::open($crate::testing::Engine::Postgres).await).await;
            }
        }
    };
}
