//! The demo firm: invented people, plainly so, with something in every list.

use crate::{
    Actor, Firm, FirmDraft, Registry, clients,
    contacts::{self, ContactDraft, NewContact, Rights},
    directory,
    error::Result,
    factors, invitations,
    messages::{self, NewMessage},
    staff::{self, NewStaff},
    threads::{self, NewThread},
    uploads::{self, Append, AppendError, Declared, Destination},
};
use bytes::Bytes;
use domain::{ClientId, ContactId, FormId, StaffId, ThreadId, UploadId, access::Role};
use entity::firm::address;
use futures::stream;
use sea_orm::EntityTrait;
use std::{convert::Infallible, sync::Arc};

/// The host at which the demo answers: a row like any other.
pub const HOST: &str = "localhost";
/// The password of the demo's staff. It opens invented data on this machine only.
pub const STAFF_PASSWORD: &str = "kiln and clay and chalk";

/// Somebody who can sign in to the demo.
#[derive(Clone, Debug)]
pub struct DemoPerson {
    /// `Anwen Marlowe`.
    pub name: &'static str,
    /// The address to type.
    pub address: &'static str,
    /// `Contact of Marlowe Ceramics Ltd and Tanner’s Yard`.
    pub who: &'static str,
    /// Whether they have the staff's password; contacts get a link.
    pub staff: bool,
}

/// Who can sign in.
pub const PEOPLE: [DemoPerson; 6] = [
    DemoPerson {
        name: "Anwen Marlowe",
        address: "anwen@marlowe.example",
        who: "contact of two clients",
        staff: false,
    },
    DemoPerson {
        name: "Priya Bright",
        address: "priya@brightwater.example",
        who: "contact of Brightwater Joinery",
        staff: false,
    },
    DemoPerson {
        name: "Hugh Kestrel",
        address: "hugh@kestrelhill.example",
        who: "contact, nothing sent yet",
        staff: false,
    },
    DemoPerson {
        name: "Imogen Pell",
        address: "imogen@harcourtpell.example",
        who: "staff, partner and owner",
        staff: true,
    },
    DemoPerson {
        name: "Tomasz Wilk",
        address: "tomasz@harcourtpell.example",
        who: "staff, bookkeeping and VAT",
        staff: true,
    },
    DemoPerson {
        name: "Meredith Vale",
        address: "meredith@brightwater.example",
        who: "contact, invited and not come in yet: the invitation and then the text message lie in the outbox",
        staff: false,
    },
];

struct Cast {
    anwen: (ContactId, Vec<ClientId>),
    priya: (ContactId, Vec<ClientId>),
    imogen: StaffId,
    tomasz: StaffId,
    marlowe: ClientId,
    tanner: ClientId,
    brightwater: ClientId,
}

/// Makes the demo's firm, unless it is there.
///
/// # Errors
/// The registry is not a demo's, or its database or store fails.
pub async fn seed(registry: &Registry) -> Result<Arc<Firm>> {
    if !registry.is_demo() {
        return Err(crate::Fault::Setting("only a demo is filled with invented people".to_owned()).into());
    }
    if let Some(firm) = registry.firm_by_host(HOST).await? {
        return Ok(firm);
    }
    let draft = FirmDraft {
        name: "Harcourt & Pell".to_owned(),
        host: HOST.to_owned(),
        phone: "01632 960147".to_owned(),
        hours: "Monday to Friday, 9.00 to 17.30".to_owned(),
        accent: None,
    };
    let firm = registry.create_firm(&Actor::Operator, &draft).await?;
    let cast = people(&firm).await?;
    past(&firm, &cast).await?;
    Ok(firm)
}

async fn people(firm: &Firm) -> Result<Cast> {
    let operator = Actor::Operator;
    let imogen = hire(firm, &PEOPLE[3], "Partner", Role::Owner).await?;
    let tomasz = hire(firm, &PEOPLE[4], "Bookkeeping and VAT", Role::Member).await?;
    let marlowe = clients::add(firm, &operator, "Marlowe Ceramics Ltd").await?;
    let tanner = clients::add(firm, &operator, "Tanner’s Yard Management Ltd").await?;
    let brightwater = clients::add(firm, &operator, "Brightwater Joinery Ltd").await?;
    let kestrel = clients::add(firm, &operator, "Kestrel Hill Farm").await?;
    let anwen = invite(firm, &PEOPLE[0], vec![marlowe, tanner]).await?;
    let priya = invite(firm, &PEOPLE[1], vec![brightwater]).await?;
    invite(firm, &PEOPLE[2], vec![kestrel]).await?;
    Ok(Cast {
        anwen,
        priya,
        imogen,
        tomasz,
        marlowe,
        tanner,
        brightwater,
    })
}

async fn hire(firm: &Firm, person: &DemoPerson, title: &str, role: Role) -> Result<StaffId> {
    let new = NewStaff {
        name: person.name.to_owned(),
        title: title.to_owned(),
        address: person.address.to_owned(),
        role,
        password: STAFF_PASSWORD.to_owned(),
    };
    let id = staff::add(firm, &Actor::Operator, &new).await?;
    factors::install(firm, id.uuid()).await?;
    Ok(id)
}

/// What the authenticator app of an invented member of staff shows.
#[derive(Clone, Debug)]
pub struct DemoCode {
    /// `Imogen Pell`.
    pub name: &'static str,
    /// Their address.
    pub address: &'static str,
    /// The code to type now; `None` while the last one was used a moment ago.
    pub code: Option<String>,
    /// Seconds for which it works, or after which there is one.
    pub seconds: i64,
}

/// The codes of all invented staff who have an app; none for a real firm.
///
/// # Errors
/// The database fails.
pub async fn codes(firm: &Firm) -> Result<Vec<DemoCode>> {
    if !firm.card.demo {
        return Ok(Vec::new());
    }
    let mut codes = Vec::new();
    for person in PEOPLE.iter().filter(|person| person.staff) {
        let Some(owner) = address::Entity::find_by_id(person.address).one(firm.db()).await? else {
            continue;
        };
        if let Some((code, seconds)) = factors::next_code(firm, owner.person).await? {
            codes.push(DemoCode {
                name: person.name,
                address: person.address,
                code,
                seconds,
            });
        }
    }
    Ok(codes)
}

async fn invite(firm: &Firm, person: &DemoPerson, clients: Vec<ClientId>) -> Result<(ContactId, Vec<ClientId>)> {
    let new = NewContact {
        name: person.name.to_owned(),
        address: person.address.to_owned(),
        clients: clients.clone(),
    };
    Ok((contacts::add(firm, &Actor::Operator, &new).await?, clients))
}

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// The last few days, written in order with the clock set back.
#[expect(clippy::too_many_lines, reason = "it is a script: one scene after the other")]
async fn past(firm: &Arc<Firm>, cast: &Cast) -> Result<()> {
    let contact = |id: ContactId, person: &DemoPerson, clients: &[ClientId]| {
        let labels = clients
            .iter()
            .map(|client| directory::label(client.uuid(), String::new()))
            .collect();
        Actor::contact(id, person.name, labels)
    };
    let anwen = contact(cast.anwen.0, &PEOPLE[0], &cast.anwen.1);
    let priya = contact(cast.priya.0, &PEOPLE[1], &cast.priya.1);
    let imogen = Actor::staff(cast.imogen, PEOPLE[3].name, "Partner", Role::Owner);
    let tomasz = Actor::staff(cast.tomasz, PEOPLE[4].name, "Bookkeeping and VAT", Role::Member);
    let mut scene = Scene { firm, back: 0 };

    scene.at(9 * DAY);
    let insurance = scene
        .thread(
            &anwen,
            cast.tanner,
            "Insurance schedule 2026",
            "Here is the new schedule for the yard. The premium has gone up a little.",
            &[("Insurance schedule 2026.txt", INSURANCE)],
        )
        .await?;
    scene.at(8 * DAY + 3 * HOUR);
    scene
        .reply(
            &imogen,
            insurance,
            "Thank you, that is all we need for the year end.",
            &[],
        )
        .await?;
    scene.read(&anwen, insurance).await?;

    scene.at(5 * DAY);
    let vat = scene
        .thread(
            &tomasz,
            cast.marlowe,
            "VAT quarter to 31 October",
            "Could you send us the kiln invoice? The payment of 14 October has no paper yet.",
            &[],
        )
        .await?;
    scene.at(5 * DAY - 2 * HOUR);
    scene.read(&anwen, vat).await?;
    scene
        .reply(
            &anwen,
            vat,
            "Here it is. The second instalment follows when the bank puts it online.",
            &[("Kiln invoice.csv", KILN)],
        )
        .await?;
    scene.at(4 * DAY);
    scene.read(&tomasz, vat).await?;

    scene.at(3 * DAY);
    let loan = scene
        .thread(
            &imogen,
            cast.marlowe,
            "Directors’ loan: date of repayment",
            "When was the loan paid back? The bank shows two payments that would fit.",
            &[],
        )
        .await?;
    scene.at(2 * DAY + 5 * HOUR);
    scene.read(&anwen, loan).await?;
    scene
        .reply(&anwen, loan, "It went out on 2 March, see the statement.", &[])
        .await?;

    scene.at(DAY + 4 * HOUR);
    scene
        .thread(
            &priya,
            cast.brightwater,
            "October payroll: two starters",
            "Both contracts are attached. They start on 1 and 15 October.",
            &[
                ("Contract A. Sample.txt", CONTRACT),
                ("Contract B. Sample.txt", CONTRACT),
            ],
        )
        .await?;
    scene.at(DAY);
    scene
        .thread(
            &tomasz,
            cast.tanner,
            "Service charge budget 2027",
            "The draft budget is attached. Please tell us by Friday whether the reserve should stay at 5 %.",
            &[("Service charge budget 2027.csv", BUDGET)],
        )
        .await?;
    scene.at(5 * HOUR);
    scene
        .reply(
            &tomasz,
            vat,
            "Thank you. The invoice shows £6,240.00 plus VAT, so £1,248.00 comes back to you in this quarter.",
            &[],
        )
        .await?;
    scene.at(4 * HOUR);
    scene
        .reply(&imogen, vat, "The return and the payment are due on Monday 7 December. If the statement is here by Friday, we file it next week and you have time to look at it once more.", &[("VAT return, draft.txt", RETURN)])
        .await?;
    scene.at(HOUR);
    invite_newcomer(firm, &imogen, cast.brightwater).await?;
    scene.at(0);
    Ok(())
}

/// Somebody who was invited an hour ago, for whoever wants to try what an invitation leads to.
async fn invite_newcomer(firm: &Firm, imogen: &Actor, client: ClientId) -> Result<()> {
    let draft = ContactDraft {
        first_name: "Meredith".to_owned(),
        last_name: "Vale".to_owned(),
        address: PEOPLE[5].address.to_owned(),
        phone: "07700 900042".to_owned(),
    };
    let rights = Rights {
        may_approve: false,
        may_see_financials: false,
    };
    let id = contacts::create(firm, imogen, &draft, Some((client, rights))).await?;
    invitations::invite(firm, imogen, id).await
}

/// Writes into the past: the clock stands `back` seconds behind the present while it does.
struct Scene<'a> {
    firm: &'a Arc<Firm>,
    back: i64,
}

impl Scene<'_> {
    fn at(&mut self, back: i64) {
        self.firm.clock.advance(self.back - back);
        self.back = back;
    }

    async fn thread(
        &self,
        actor: &Actor,
        client: ClientId,
        subject: &str,
        text: &str,
        files: &[(&str, &str)],
    ) -> Result<ThreadId> {
        let uploads = self.upload(actor, client, files).await?;
        let form = FormId::from(self.firm.random.id());
        let new = NewThread {
            client,
            subject: subject.to_owned(),
            text: text.to_owned(),
            uploads,
            form,
        };
        threads::start(self.firm, actor, &new).await
    }

    async fn reply(&self, actor: &Actor, thread: ThreadId, text: &str, files: &[(&str, &str)]) -> Result<()> {
        let client = threads::owner(&threads::row(self.firm.db(), thread).await?);
        let uploads = self.upload(actor, client, files).await?;
        let new = NewMessage {
            text: text.to_owned(),
            uploads,
            form: FormId::from(self.firm.random.id()),
        };
        messages::post(self.firm, actor, thread, &new).await.map(|_| ())
    }

    async fn read(&self, actor: &Actor, thread: ThreadId) -> Result<()> {
        threads::open(self.firm, actor, thread, None).await.map(|_| ())
    }

    async fn upload(&self, actor: &Actor, client: ClientId, files: &[(&str, &str)]) -> Result<Vec<UploadId>> {
        let mut uploads = Vec::new();
        for (name, content) in files {
            let declared = Declared {
                name: (*name).to_owned(),
                length: Some(content.len() as u64),
                ..Declared::default()
            };
            let id = uploads::begin(self.firm, actor, Destination::Client(client), &declared).await?;
            let body = stream::iter([Ok::<_, Infallible>(Bytes::copy_from_slice(content.as_bytes()))]);
            match uploads::append(Arc::clone(self.firm), actor.clone(), id, Append::at(0), body).await {
                Ok(_) => uploads.push(id),
                Err(AppendError::Error(error)) => return Err(error),
                Err(_) => return Err(crate::Fault::Inconsistent("a demo file was not taken").into()),
            }
        }
        Ok(uploads)
    }
}

impl Drop for Scene<'_> {
    fn drop(&mut self) {
        self.at(0);
    }
}

const INSURANCE: &str = "Sample document. Invented figures.\n\nBuildings: 480,000\nPublic liability: 2,000,000\nPremium for 2026: 1,184.20\n";
const KILN: &str = "Sample document. Invented figures.\ndate,supplier,net,vat,gross\n2026-10-14,Kiln & Clay Supply (sample),6240.00,1248.00,7488.00\n";
const CONTRACT: &str = "Sample document. An invented contract of employment for an invented person.\n";
const BUDGET: &str =
    "Sample document. Invented figures.\nitem,2026,2027\nInsurance,1184,1240\nCleaning,900,900\nReserve,5%,5%\n";
const RETURN: &str = "Sample document. Invented figures.\n\nBox 1: 9,310.00\nBox 4: 3,120.40\nBox 5: 6,189.60\n";
