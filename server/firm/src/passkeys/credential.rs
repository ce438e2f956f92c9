//! The passkeys of a person: added with an authenticator's first answer, held against its later ones.

use super::{Taken, site};
use crate::{
    actor::{side_name, side_of},
    error::{Error, Result},
    letters::Happened,
    people, sessions,
    tx::Tx,
};
use domain::{Field, Reason, client::Side, limits};
use entity::{Sealed, firm::passkey};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use uuid::Uuid;
use vault::{PasskeyFault, PasskeySigned};

/// A person's passkeys, oldest first.
pub(crate) async fn of(db: &impl ConnectionTrait, person: Uuid) -> Result<Vec<passkey::Model>> {
    let rows = passkey::Entity::find()
        .filter(passkey::Column::Person.eq(person))
        .order_by_asc(passkey::Column::CreatedAt)
        .order_by_asc(passkey::Column::Id)
        .all(db)
        .await?;
    Ok(rows)
}

/// Whether a person has a passkey, made at whichever host.
pub(crate) async fn any(db: &impl ConnectionTrait, person: Uuid) -> Result<bool> {
    let count = passkey::Entity::find()
        .filter(passkey::Column::Person.eq(person))
        .count(db)
        .await?;
    Ok(count > 0)
}

/// Who of some people has one, made at whichever host.
pub(crate) async fn holders(db: &impl ConnectionTrait, people: &[Uuid]) -> Result<Vec<Uuid>> {
    let found = passkey::Entity::find()
        .select_only()
        .column(passkey::Column::Person)
        .filter(passkey::Column::Person.is_in(people.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(found)
}

/// Whether a person has a passkey that was made at this host.
pub(crate) async fn here(db: &impl ConnectionTrait, person: Uuid, host: &str) -> Result<bool> {
    Ok(!ids(db, person, host).await?.is_empty())
}

/// The public ids of a person's passkeys of one host: what a browser may be told.
pub(crate) async fn ids(db: &impl ConnectionTrait, person: Uuid, host: &str) -> Result<Vec<Vec<u8>>> {
    let rows = of(db, person).await?.into_iter();
    Ok(rows
        .filter(|row| row.host == host)
        .map(|row| row.credential_id)
        .collect())
}

/// Keeps the passkey that an answer brings, or says why not.
pub(crate) async fn add(
    tx: &Tx<'_>,
    side: Side,
    person: Uuid,
    taken: Option<&Taken>,
    answer: &str,
    name: &str,
) -> Result<std::result::Result<Uuid, Reason>> {
    let firm = tx.firm;
    let Some(taken) = taken else {
        return Ok(Err(Reason::PasskeyFailed));
    };
    let made = match site(firm, &taken.host)?.made(&taken.state, answer) {
        Ok(made) => made,
        Err(fault) => {
            tracing::info!(firm = %firm.id, %fault, "a new passkey was refused");
            return Ok(Err(Reason::PasskeyFailed));
        }
    };
    let known = passkey::Entity::find()
        .filter(passkey::Column::CredentialId.eq(made.id.clone()))
        .count(tx.db())
        .await?;
    if known > 0 {
        return Ok(Err(Reason::PasskeyKnown));
    }
    if of(tx.db(), person).await?.len() >= limits::PASSKEYS {
        return Ok(Err(Reason::PasskeysFull));
    }
    let id = firm.random.id();
    passkey::ActiveModel {
        id: Set(id),
        person: Set(person),
        kind: Set(side_name(side).to_owned()),
        host: Set(taken.host.clone()),
        credential_id: Set(made.id),
        credential: Set(Sealed::seal(
            &made.credential,
            firm.at("passkey", "credential", id),
            &firm.random,
        )?),
        name: Set(name.to_owned()),
        created_at: Set(firm.now().0),
        used_at: Set(None),
    }
    .insert(tx.db())
    .await?;
    tx.audit_person(side, person, "passkey.add", Some(id)).await?;
    let what = Happened::PasskeyAdded { name: name.to_owned() };
    sessions::tell(tx, side, person, what).await?;
    Ok(Ok(id))
}

/// Whose passkey signed what was asked, and that it is `whose` where that is known by now. An unknown passkey, somebody
/// else's, one of another host, one of somebody who was removed, and a wrong signature are all nobody's.
pub(crate) async fn verify(
    tx: &Tx<'_>,
    taken: Option<&Taken>,
    answer: &str,
    whose: Option<Uuid>,
) -> Result<Option<(Side, Uuid)>> {
    let firm = tx.firm;
    let (Some(taken), Ok(signed)) = (taken, PasskeySigned::read(answer)) else {
        return Ok(None);
    };
    let row = passkey::Entity::find()
        .filter(passkey::Column::CredentialId.eq(signed.credential_id().to_vec()))
        .one(tx.db())
        .await?;
    let Some(row) = row.filter(|row| row.host == taken.host) else {
        return Ok(None);
    };
    let side = side_of(&row.kind)?;
    // Where nobody is known yet, the authenticator must name its owner; elsewhere it may leave that out.
    let named = match signed.owner() {
        Some(owner) => owner == row.person,
        None => whose.is_some(),
    };
    let expected = whose.is_none_or(|person| person == row.person);
    if !named || !expected || !people::may_enter(tx.db(), side, row.person).await? {
        return Ok(None);
    }
    let credential = row.credential.open(firm.at("passkey", "credential", row.id))?;
    let credential = match site(firm, &taken.host)?.signed(&taken.state, &signed, &credential) {
        Ok(credential) => credential,
        Err(fault) => {
            tracing::warn!(firm = %firm.id, passkey = %row.id.simple(), %fault, "a passkey was refused");
            if matches!(fault, PasskeyFault::Copied) {
                tx.audit_person(side, row.person, "passkey.copied", Some(row.id))
                    .await?;
                sessions::tell(tx, side, row.person, Happened::PasskeyCopied { name: row.name }).await?;
            }
            return Ok(None);
        }
    };
    passkey::ActiveModel {
        id: Set(row.id),
        credential: Set(Sealed::seal(
            &credential,
            firm.at("passkey", "credential", row.id),
            &firm.random,
        )?),
        used_at: Set(Some(firm.now().0)),
        ..Default::default()
    }
    .update(tx.db())
    .await?;
    Ok(Some((side, row.person)))
}

/// Takes all passkeys of a person away.
pub(crate) async fn remove_all(tx: &Tx<'_>, person: Uuid) -> Result<()> {
    passkey::Entity::delete_many()
        .filter(passkey::Column::Person.eq(person))
        .exec(tx.db())
        .await?;
    Ok(())
}

/// Refuses an answer, and keeps that the question is used up.
pub(crate) async fn refuse<T>(tx: Tx<'_>, reason: Reason) -> Result<T> {
    tx.commit().await?;
    Err(Error::refused(Field::Form, reason))
}
