use super::*;
use crate::{
    addresses, on_both_engines, passwords, questions,
    sessions::{Device, Session},
    settings,
    testing::{HOST, House, give_app, give_passkey},
};
use domain::{Problem, client::Side, settings::SignInSettings};

const ANWEN: &str = "anwen@marlowe.example";
const NEW: &str = "nine brown hens by the kiln";

async fn enter(house: &House) -> Session {
    house.session(Side::Contact, house.people.anwen.uuid(), "link").await
}

/// Everything that asks for a fresh proof.
const VERBS: [&str; 11] = [
    "set a password",
    "remove the password",
    "answer questions",
    "ask for another address",
    "begin an app",
    "confirm an app",
    "remove the app",
    "make recovery codes",
    "ask for a passkey",
    "add a passkey",
    "remove a passkey",
];

async fn act(house: &House, session: &Session, verb: &str) -> Result<()> {
    let (firm, actor, id, device) = (&house.firm, &session.actor, session.id, Device::default());
    match verb {
        "set a password" => passwords::change(firm, actor, id, NEW).await.map(drop),
        "remove the password" => passwords::remove(firm, actor, id).await,
        "answer questions" => {
            let list = SignInSettings::default().question_list;
            let answers = [(list[0].clone(), "Kiln Lane".to_owned())];
            questions::answer(firm, actor, id, &answers).await
        }
        "ask for another address" => addresses::ask(firm, actor, id, "anwen@kilnandco.example", &device).await,
        "begin an app" => factors::begin_app(firm, actor, id).await,
        "confirm an app" => factors::confirm_app(firm, actor, id, "000000").await.map(drop),
        "remove the app" => factors::remove_app(firm, actor, id).await,
        "make recovery codes" => factors::new_codes(firm, actor, id).await,
        "ask for a passkey" => passkeys::ask(firm, actor, id, HOST, None).await.map(drop),
        "add a passkey" => passkeys::make(firm, actor, id, "none", None, &device).await.map(drop),
        "remove a passkey" => {
            let held = passkeys::of(firm.db(), house.people.anwen.uuid()).await?;
            passkeys::remove(firm, actor, id, held[0].id.into()).await
        }
        other => panic!("{other} is none of the verbs"),
    }
}

on_both_engines!(
    attack_19_a_proof_that_is_voided_while_a_verb_waits_for_its_turn_changes_nothing,
    |house| async move {
        let firm = &house.firm;
        let settings = SignInSettings {
            questions: 1,
            ..SignInSettings::default()
        };
        settings::sign_in::write(firm, &house.imogen(), &settings)
            .await
            .expect("kept");
        give_app(firm, ANWEN).await;
        give_passkey(firm, ANWEN, HOST).await;
        let anwen = house.people.anwen.uuid();
        for verb in VERBS {
            let session = enter(&house).await;
            let mut tx = firm.begin().await.expect("begun");
            // The verb begins while the session is good, and is let to the database once it has ended.
            let ending = async move {
                sessions::end_all(&mut tx, anwen, None).await.expect("ended");
                tx.commit().await.expect("committed");
            };
            let (done, ()) = tokio::join!(act(&house, &session, verb), ending);
            let Err(Error::Problem(refused)) = done else {
                panic!("{verb}: it was done, or failed")
            };
            assert_eq!(refused, Problem::field(Field::Form, Reason::NotFresh), "{verb}");
        }
    }
);
