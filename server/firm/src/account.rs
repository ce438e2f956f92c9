//! A person's own account.

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    error::{Error, Result},
};
use domain::{access::Action, account::AccountView, client::Side};
use entity::firm::{contact, staff};
use sea_orm::EntityTrait;

/// The reader's own account.
///
/// # Errors
/// Nobody is signed in.
pub async fn own(firm: &Firm, actor: &Actor) -> Result<AccountView> {
    allow(actor, Action::SeeSelf, &Nobodys)?;
    let (side, person) = actor.signed_in()?;
    let found = match side {
        Side::Staff => staff::Entity::find_by_id(person)
            .one(firm.db())
            .await?
            .map(|row| (row.address, row.password)),
        Side::Contact => contact::Entity::find_by_id(person)
            .one(firm.db())
            .await?
            .map(|row| (row.address, row.password)),
    };
    let (address, password) = found.ok_or_else(Error::not_found)?;
    Ok(AccountView {
        me: actor.me()?,
        address,
        has_password: password.is_some(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::on_both_engines;

    on_both_engines!(everybody_sees_their_own_account, |house| async move {
        let own_of = |actor| {
            let firm = std::sync::Arc::clone(&house.firm);
            async move { own(&firm, &actor).await.expect("an account") }
        };
        let staff = own_of(house.imogen()).await;
        assert_eq!(
            (staff.address.as_str(), staff.has_password),
            ("imogen@harcourtpell.example", true)
        );
        let contact = own_of(house.anwen()).await;
        assert_eq!(
            (contact.address.as_str(), contact.has_password),
            ("anwen@marlowe.example", false)
        );
        assert!(own(&house.firm, &Actor::Visitor).await.is_err());
    });
}
