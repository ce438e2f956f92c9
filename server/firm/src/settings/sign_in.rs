//! How people sign in: the firm's own choices, one row each.

use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    error::{Fault, Result},
    sessions, sign_in,
};
use domain::{
    access::Action,
    client::Side,
    settings::{SignInDraft, SignInSettings, WithoutMobile},
};
use entity::firm::setting;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use std::collections::HashMap;

/// Every field: the name of its row, which is its verb in the audit log as well, how it is written and how it is read.
struct Kept {
    name: &'static str,
    write: fn(&SignInSettings) -> String,
    read: fn(&mut SignInSettings, &str) -> Option<()>,
}

macro_rules! kept {
    ($name:literal, $field:ident) => {
        Kept {
            name: concat!("sign_in.", $name),
            write: |settings| settings.$field.to_string(),
            read: |settings, value| {
                settings.$field = value.parse().ok()?;
                Some(())
            },
        }
    };
}

const KEPT: &[Kept] = &[
    kept!("password_chars", password_chars),
    kept!("link_minutes", link_minutes),
    kept!("passwordless", passwordless),
    kept!("questions", questions),
    Kept {
        name: "sign_in.question_list",
        write: |settings| settings.question_list.join("\n"),
        read: |settings, value| {
            settings.question_list = value.lines().map(str::to_owned).collect();
            Some(())
        },
    },
    kept!("send_code_on_open", send_code_on_open),
    Kept {
        name: "sign_in.without_mobile",
        write: |settings| settings.without_mobile.name().to_owned(),
        read: |settings, value| {
            settings.without_mobile = WithoutMobile::named(value)?;
            Some(())
        },
    },
    kept!("contacts_need_factor", contacts_need_factor),
    kept!("contact_idle_days", contact_idle_days),
    kept!("contact_total_days", contact_total_days),
    kept!("character_kinds", character_kinds),
    kept!("strict", strict),
];

/// What holds: the firm's choices, and the strict profile over them where it is on.
///
/// # Errors
/// The database fails.
pub async fn read(firm: &Firm) -> Result<SignInSettings> {
    of(firm.db()).await
}

/// As [`read`], inside a verb's transaction.
pub(crate) async fn of(db: &impl ConnectionTrait) -> Result<SignInSettings> {
    Ok(chosen(db).await?.in_force())
}

/// What the firm chose, for the page that changes it.
///
/// # Errors
/// The actor may not run the firm, or the database fails.
pub async fn edit(firm: &Firm, actor: &Actor) -> Result<SignInSettings> {
    allow(actor, Action::RunFirm, &Nobodys)?;
    chosen(firm.db()).await
}

/// As [`write`], as typed into the form. Who may not run the firm learns nothing about what was typed.
///
/// # Errors
/// As [`write`].
pub async fn keep(firm: &Firm, actor: &Actor, draft: &SignInDraft) -> Result<()> {
    allow(actor, Action::RunFirm, &Nobodys)?;
    write(firm, actor, &draft.read()?).await
}

/// Keeps other choices. They hold at once: sessions and links that would outlive the new limits end by them, and each
/// field that changes has an entry of its own in the audit log.
///
/// # Errors
/// The actor may not run the firm, or a field is out of its range.
pub async fn write(firm: &Firm, actor: &Actor, new: &SignInSettings) -> Result<()> {
    allow(actor, Action::RunFirm, &Nobodys)?;
    let new = new.clone().checked()?;
    let tx = firm.begin().await?;
    let old = chosen(tx.db()).await?;
    for kept in KEPT {
        let (value, before) = ((kept.write)(&new), (kept.write)(&old));
        if value == before {
            continue;
        }
        let words = if value.contains('\n') || before.contains('\n') {
            String::new()
        } else {
            format!("{value}, before {before}")
        };
        super::keep(tx.db(), kept.name, value).await?;
        tx.audit_with(actor, kept.name, None, &words).await?;
    }
    let held = new.in_force();
    sessions::shorten(&tx, Side::Contact, held.session_seconds(Side::Contact)).await?;
    sign_in::shorten_links(&tx, held.link_seconds()).await?;
    tx.commit().await
}

async fn chosen(db: &impl ConnectionTrait) -> Result<SignInSettings> {
    let rows: HashMap<String, String> = setting::Entity::find()
        .filter(setting::Column::Name.starts_with("sign_in."))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.name, row.value))
        .collect();
    let mut settings = SignInSettings::default();
    for kept in KEPT {
        if let Some(value) = rows.get(kept.name) {
            (kept.read)(&mut settings, value).ok_or(Fault::Inconsistent("a setting that cannot be read"))?;
        }
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Error, on_both_engines,
        sessions::Device,
        testing::{House, PASSWORD, code_of},
    };
    use domain::{Field, Problem};
    use entity::firm::audit_entry;
    use sea_orm::QueryOrder;

    on_both_engines!(a_new_firm_has_the_standard_profile, |house| async move {
        assert_eq!(read(&house.firm).await.expect("read"), SignInSettings::default());
    });

    on_both_engines!(each_changed_setting_is_in_the_audit_log, |house| async move {
        let new = SignInSettings {
            password_chars: 12,
            questions: 2,
            question_list: vec!["One?".to_owned(), "Two?".to_owned(), "Three?".to_owned()],
            without_mobile: WithoutMobile::Mail,
            ..SignInSettings::default()
        };
        for _ in 0..2 {
            write(&house.firm, &house.imogen(), &new).await.expect("kept");
        }
        assert_eq!(read(&house.firm).await.expect("read"), new);
        let noted: Vec<String> = audit_entry::Entity::find()
            .filter(audit_entry::Column::Verb.starts_with("sign_in."))
            .order_by_asc(audit_entry::Column::Number)
            .all(house.firm.db())
            .await
            .expect("read")
            .into_iter()
            .map(|entry| entry.verb)
            .collect();
        assert_eq!(
            noted,
            [
                "sign_in.password_chars",
                "sign_in.questions",
                "sign_in.question_list",
                "sign_in.without_mobile"
            ],
            "and keeping the same again changes nothing"
        );
        assert_eq!(read(&house.other).await.expect("read"), SignInSettings::default());
    });

    /// Who gets in how, when this is chosen.
    async fn choose(house: &House, change: impl FnOnce(&mut SignInSettings)) {
        let mut settings = SignInSettings::default();
        change(&mut settings);
        write(&house.firm, &house.imogen(), &settings).await.expect("written");
    }

    async fn contact_session(house: &House) -> String {
        house.token(Side::Contact, house.people.anwen.uuid(), "link").await
    }

    async fn is_in(house: &House, token: &str) -> bool {
        sessions::resume(&house.firm, token).await.expect("read").is_some()
    }

    on_both_engines!(sessions_last_as_long_as_the_firm_says, |house| async move {
        const DAY: i64 = 86_400;
        choose(&house, |it| (it.contact_idle_days, it.contact_total_days) = (2, 3)).await;
        let (idle, visited) = (contact_session(&house).await, contact_session(&house).await);
        house.advance(2 * DAY - 1);
        assert!(is_in(&house, &visited).await);
        house.advance(1);
        assert!(!is_in(&house, &idle).await && is_in(&house, &visited).await);
        house.advance(DAY);
        assert!(!is_in(&house, &visited).await, "three days are over");
    });

    on_both_engines!(
        the_strict_profile_ends_what_would_outlive_it_at_once,
        |house| async move {
            const HOUR: i64 = 3600;
            let (old, idle) = (contact_session(&house).await, contact_session(&house).await);
            for _ in 0..30 {
                house.advance(HOUR - 1);
                assert!(is_in(&house, &old).await);
            }
            let young = contact_session(&house).await;
            let staff = house.staff_session("imogen@harcourtpell.example").await;
            choose(&house, |it| it.strict = true).await;
            assert!(!is_in(&house, &old).await, "older than a day");
            assert!(!is_in(&house, &idle).await, "idle for more than an hour");
            assert!(is_in(&house, &young).await && is_in(&house, &staff).await);
            house.advance(HOUR);
            assert!(!is_in(&house, &young).await);
        }
    );

    on_both_engines!(
        the_strict_profile_takes_an_apps_code_in_its_own_step_only,
        |house| async move {
            let address = "imogen@harcourtpell.example";
            let late = || async {
                let (firm, visitor, device) = (&house.firm, Actor::Visitor, Device::default());
                let entered = sign_in::with_password(firm, &visitor, address, PASSWORD, "", &device)
                    .await
                    .expect("the password is right");
                let code = code_of(firm, address).await;
                house.advance(30);
                let step = entered.step();
                let late = sign_in::give_code(firm, &visitor, &code, step, &device).await;
                let code = code_of(firm, address).await;
                let step = entered.step();
                let now = sign_in::give_code(firm, &visitor, &code, step, &device).await;
                (late.is_ok(), now.is_ok())
            };
            choose(&house, |it| it.strict = true).await;
            assert_eq!(late().await, (false, true));
            choose(&house, |it| it.strict = false).await;
            assert!(late().await.0, "one step late is fine in the standard");
        }
    );

    on_both_engines!(
        only_those_who_run_the_firm_change_how_people_sign_in,
        |house| async move {
            for actor in [house.tomasz(), house.anwen(), Actor::Visitor, Actor::Worker] {
                let refused = write(&house.firm, &actor, &SignInSettings::default()).await;
                assert!(matches!(refused, Err(Error::Problem(Problem::NotFound))), "{actor:?}");
                assert!(edit(&house.firm, &actor).await.is_err());
            }
            let short = SignInSettings {
                password_chars: 7,
                ..SignInSettings::default()
            };
            assert!(matches!(
                write(&house.firm, &house.imogen(), &short).await,
                Err(Error::Problem(Problem::Refused {
                    field: Field::PasswordChars,
                    ..
                }))
            ));
        }
    );
}
