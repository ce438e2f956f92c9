//! One-time links.

use super::{Entered, PURPOSE, enter, live, use_up};
use crate::{
    Actor, Firm,
    actor::{Nobodys, allow},
    devices,
    error::{Error, Result},
    jobs::Job,
    links, people,
    sessions::Device,
    settings,
    throttle::{self, Sending},
};
use domain::{
    Field, LinkId, Moment, Reason,
    access::Action,
    limits,
    sign_in::{LinkAsked, LinkPage},
    text,
};
use entity::{Sealed, firm::one_time_token};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, sea_query::Expr,
};
use vault::{Token, hmac_sha256};

/// A link is on its way, if the address is somebody's.
pub struct LinkSent {
    /// For the page that says so.
    pub asked: LinkAsked,
    /// The value of the browser's link cookie.
    pub browser: String,
}

/// Asks for a link. Known and unknown addresses cost the same: one row and one job.
///
/// # Errors
/// The address has not the shape of one.
pub async fn ask_link(
    firm: &Firm,
    actor: &Actor,
    address: &str,
    next: &str,
    browser: Option<&str>,
    device: &Device,
) -> Result<LinkSent> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let mail = text::address(address)?;
    let next = text::local_path(next).unwrap_or_default();
    let verifier = browser
        .and_then(Token::parse)
        .unwrap_or_else(|| Token::generate(&firm.random));
    let (secret, code) = (Token::generate(&firm.random), firm.random.code());
    let id = LinkId::from(firm.random.id());
    let now = firm.now();
    let key = &firm.keys.mac;

    let mut tx = firm.begin().await?;
    let until = now.plus_seconds(settings::sign_in::of(tx.db()).await?.link_seconds());
    throttle::may_send(&tx, Sending::Mail, &mail, &device.network).await?;
    retire_oldest(&tx, &verifier.hash(), now).await?;
    one_time_token::ActiveModel {
        id: Set(id.uuid()),
        purpose: Set(PURPOSE.to_owned()),
        address_mac: Set(hmac_sha256(key, "address", mail.as_bytes()).to_vec()),
        address: Set(Sealed::seal(
            &mail,
            firm.at("one_time_token", "address", id.uuid()),
            &firm.random,
        )?),
        secret_hash: Set(secret.hash().to_vec()),
        code_mac: Set(super::code::code_mac(firm, &code).to_vec()),
        browser_hash: Set(verifier.hash().to_vec()),
        next: Set(next.to_owned()),
        tries: Set(0),
        created_at: Set(now.0),
        expires_at: Set(until.0),
        used_at: Set(None),
        replaced_at: Set(None),
        ..Default::default()
    }
    .insert(tx.db())
    .await?;
    let job = Job::MailLink {
        link: id,
        address: mail,
        secret: secret.text().to_string(),
        code,
        asked: now,
    };
    tx.job(&job, now).await?;
    tx.commit().await?;
    Ok(LinkSent {
        asked: LinkAsked { at: now, until },
        browser: verifier.text().to_string(),
    })
}

/// As [`ask_link`], for whoever signed in in this browser before: the address comes from its cookie.
///
/// # Errors
/// The browser is not remembered, or it is too soon.
pub async fn ask_again(
    firm: &Firm,
    actor: &Actor,
    next: &str,
    browser: Option<&str>,
    device: &Device,
) -> Result<LinkSent> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let address = devices::address(firm, device)
        .await?
        .ok_or_else(|| Error::refused(Field::Address, Reason::Empty))?;
    ask_link(firm, actor, &address, next, browser, device).await
}

/// As [`ask_link`], for somebody who is signed in and proves once more that it is they.
///
/// # Errors
/// Nobody is signed in, or it is too soon.
pub async fn ask_own_link(
    firm: &Firm,
    actor: &Actor,
    next: &str,
    browser: Option<&str>,
    device: &Device,
) -> Result<LinkSent> {
    let (side, person) = actor.signed_in()?;
    let row = people::find(firm.db(), side, person)
        .await?
        .ok_or_else(Error::not_found)?;
    ask_link(firm, actor, &row.address, next, browser, device).await
}

/// The newest live request of a browser, for the page that confirms it.
///
/// # Errors
/// The database fails.
pub async fn asked(firm: &Firm, actor: &Actor, browser: Option<&str>) -> Result<Option<LinkAsked>> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let Some(verifier) = browser.and_then(Token::parse) else {
        return Ok(None);
    };
    let row = one_time_token::Entity::find()
        .filter(live(firm.now()).and(one_time_token::Column::BrowserHash.eq(verifier.hash().to_vec())))
        .order_by_desc(one_time_token::Column::CreatedAt)
        .one(firm.db())
        .await?;
    Ok(row.map(|row| LinkAsked {
        at: Moment(row.created_at),
        until: Moment(row.expires_at),
    }))
}

/// What can be said of a link by its id alone. Reading it changes nothing, however often and by whatever it is read.
///
/// # Errors
/// `NotFound` for an id that is none of this firm's.
pub async fn link_page(firm: &Firm, actor: &Actor, id: LinkId, browser: Option<&str>) -> Result<LinkPage> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let row = one_time_token::Entity::find_by_id(id.uuid())
        .filter(one_time_token::Column::Purpose.eq(PURPOSE))
        .one(firm.db())
        .await?
        .ok_or_else(Error::not_found)?;
    Ok(LinkPage {
        id,
        state: links::state(&row, firm.now()),
        asked: Moment(row.created_at),
        until: Moment(row.expires_at),
        same_browser: browser
            .and_then(Token::parse)
            .is_some_and(|verifier| verifier.matches(&row.browser_hash)),
    })
}

/// Presses the button of a link.
///
/// # Errors
/// `NotFound` for an unknown id or a secret that is not this link's; else a reason: expired, used, replaced, or asked
/// for in another browser. None of them uses anything up.
pub async fn redeem_link(
    firm: &Firm,
    actor: &Actor,
    id: LinkId,
    secret: &str,
    browser: Option<&str>,
    device: &Device,
) -> Result<Entered> {
    allow(actor, Action::SignIn, &Nobodys)?;
    let secret = Token::parse(secret).ok_or_else(Error::not_found)?;
    let verifier = browser.and_then(Token::parse);
    let browser_hash = verifier.map_or([0; 32], |verifier| verifier.hash());
    let tx = firm.begin().await?;
    let proof = one_time_token::Column::SecretHash.eq(secret.hash().to_vec());
    let won = use_up(&tx, id.uuid(), &browser_hash, proof).await?;
    let row = one_time_token::Entity::find_by_id(id.uuid())
        .one(tx.db())
        .await?
        .ok_or_else(Error::not_found)?;
    if !won {
        return Err(refusal(&row, &secret, firm.now()));
    }
    let entered = enter(&tx, &row, "link", device).await?.ok_or_else(Error::not_found)?;
    tx.commit().await?;
    Ok(entered)
}

/// Until when a link works, for the worker that mails it; never, for one that is gone.
pub(crate) async fn until(firm: &Firm, id: LinkId) -> Result<Moment> {
    let row = one_time_token::Entity::find_by_id(id.uuid()).one(firm.db()).await?;
    Ok(row.map_or(Moment(0), |row| Moment(row.expires_at)))
}

fn refusal(row: &one_time_token::Model, secret: &Token, now: Moment) -> Error {
    if !secret.matches(&row.secret_hash) {
        return Error::not_found();
    }
    Error::refused(
        Field::Form,
        links::reason(links::state(row, now)).unwrap_or(Reason::OtherBrowser),
    )
}

/// A browser has a few live links at most; a further request retires the oldest.
async fn retire_oldest(tx: &crate::tx::Tx<'_>, browser_hash: &[u8], now: Moment) -> Result<()> {
    let rows = one_time_token::Entity::find()
        .filter(live(now).and(one_time_token::Column::BrowserHash.eq(browser_hash.to_vec())))
        .order_by_desc(one_time_token::Column::CreatedAt)
        .all(tx.db())
        .await?;
    let keep = usize::try_from(limits::LIVE_LINKS)
        .unwrap_or(usize::MAX)
        .saturating_sub(1);
    for row in rows.into_iter().skip(keep) {
        one_time_token::Entity::update_many()
            .col_expr(one_time_token::Column::ReplacedAt, Expr::value(now.0))
            .filter(one_time_token::Column::Id.eq(row.id))
            .exec(tx.db())
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{on_both_engines, sessions, sign_in, testing::House};
    use domain::{Problem, client::Side, settings::SignInSettings, sign_in::LinkState};

    const ANWEN: &str = "anwen@marlowe.example";

    /// A request, its browser, and what the mail holds: link id, secret and code.
    struct Asked {
        browser: String,
        id: LinkId,
        secret: String,
        code: String,
    }

    async fn ask(house: &House, browser: Option<&str>) -> Asked {
        let sent = ask_link(
            &house.firm,
            &Actor::Visitor,
            ANWEN,
            "/threads",
            browser,
            &Device::default(),
        )
        .await
        .expect("asked");
        house.work().await.expect("the queue runs");
        let letter = house.letters().into_iter().next().expect("a mail");
        let link = letter
            .text
            .lines()
            .find(|line| line.contains("/link/"))
            .expect("a link")
            .to_owned();
        let (_, rest) = link.split_once("/link/").expect("a link");
        let (id, secret) = rest.split_once('#').expect("a secret in the fragment");
        let code = letter
            .text
            .lines()
            .find(|line| line.len() == 9 && line.as_bytes()[4] == b' ')
            .expect("a code")
            .to_owned();
        Asked {
            browser: sent.browser,
            id: id.parse().expect("an id"),
            secret: secret.to_owned(),
            code,
        }
    }

    async fn press(house: &House, asked: &Asked, browser: Option<&str>) -> Result<Entered> {
        redeem_link(
            &house.firm,
            &Actor::Visitor,
            asked.id,
            &asked.secret,
            browser,
            &Device::default(),
        )
        .await
    }

    fn reason_of<T>(result: Result<T>) -> Reason {
        match result {
            Err(Error::Problem(Problem::Refused { reason, .. })) => reason,
            Err(other) => panic!("another problem: {other:?}"),
            Ok(_) => panic!("it was let in"),
        }
    }

    on_both_engines!(a_link_signs_in_the_browser_that_asked_once, |house| async move {
        let asked = ask(&house, None).await;
        let entered = press(&house, &asked, Some(&asked.browser)).await.expect("let in");
        assert_eq!((entered.side, entered.next.as_str()), (Side::Contact, "/threads"));
        let session = sessions::resume(&house.firm, entered.token().expect("a session"))
            .await
            .expect("read")
            .expect("a session");
        assert_eq!(session.actor.person(), Some(house.people.anwen.uuid()));
        assert_eq!(
            reason_of(press(&house, &asked, Some(&asked.browser)).await),
            Reason::LinkUsed
        );
    });

    on_both_engines!(a_link_never_signs_in_a_browser_that_did_not_ask, |house| async move {
        let asked = ask(&house, None).await;
        let stranger = Token::generate(&house.firm.random).text().to_string();
        assert_eq!(
            reason_of(press(&house, &asked, Some(&stranger)).await),
            Reason::OtherBrowser
        );
        assert_eq!(reason_of(press(&house, &asked, None).await), Reason::OtherBrowser);
        assert!(
            press(&house, &asked, Some(&asked.browser)).await.is_ok(),
            "the attempt elsewhere used nothing up"
        );
    });

    on_both_engines!(looking_at_a_link_changes_nothing, |house| async move {
        let asked = ask(&house, None).await;
        for _ in 0..3 {
            let page = link_page(&house.firm, &Actor::Visitor, asked.id, None)
                .await
                .expect("a page");
            assert_eq!((page.state, page.same_browser), (LinkState::Live, false));
        }
        assert!(press(&house, &asked, Some(&asked.browser)).await.is_ok());
    });

    on_both_engines!(a_link_says_that_its_time_is_over, |house| async move {
        let asked = ask(&house, None).await;
        house.advance(SignInSettings::default().link_seconds());
        assert_eq!(
            reason_of(press(&house, &asked, Some(&asked.browser)).await),
            Reason::LinkExpired
        );
        let page = link_page(&house.firm, &Actor::Visitor, asked.id, None)
            .await
            .expect("a page");
        assert_eq!(page.state, LinkState::Expired);
    });

    async fn choose(house: &House, settings: SignInSettings) {
        settings::sign_in::write(&house.firm, &house.imogen(), &settings)
            .await
            .expect("written");
    }

    on_both_engines!(
        a_link_lives_as_long_as_the_firm_says_and_its_mail_says_so,
        |house| async move {
            for (link_minutes, strict, held) in [(30, false, 30), (5, false, 5), (30, true, 10), (5, true, 5)] {
                let chosen = SignInSettings {
                    link_minutes,
                    strict,
                    ..SignInSettings::default()
                };
                choose(&house, chosen).await;
                house.advance(1);
                let asked = ask(&house, None).await;
                let letter = house.letters().into_iter().next().expect("a mail");
                assert!(letter.text.contains(&format!("({held} minutes)")), "{}", letter.text);
                let page = link_page(&house.firm, &Actor::Visitor, asked.id, None)
                    .await
                    .expect("a page");
                assert_eq!(page.until, page.asked.plus_seconds(held * 60));
                house.advance(held * 60);
                assert_eq!(
                    reason_of(press(&house, &asked, Some(&asked.browser)).await),
                    Reason::LinkExpired
                );
            }
        }
    );

    on_both_engines!(a_shorter_life_ends_links_that_are_on_their_way, |house| async move {
        let asked = ask(&house, None).await;
        house.advance(11 * 60);
        let strict = SignInSettings {
            strict: true,
            ..SignInSettings::default()
        };
        choose(&house, strict).await;
        assert_eq!(
            reason_of(press(&house, &asked, Some(&asked.browser)).await),
            Reason::LinkExpired
        );
        let fresh = ask(&house, None).await;
        let longer = SignInSettings {
            link_minutes: 30,
            ..SignInSettings::default()
        };
        choose(&house, longer).await;
        house.advance(11 * 60);
        assert_eq!(
            reason_of(press(&house, &fresh, Some(&fresh.browser)).await),
            Reason::LinkExpired,
            "and a longer one lengthens none"
        );
    });

    on_both_engines!(the_fourth_request_of_a_browser_retires_the_first, |house| async move {
        let first = ask(&house, None).await;
        for _ in 0..3 {
            house.advance(1);
            ask(&house, Some(&first.browser)).await;
        }
        assert_eq!(
            reason_of(press(&house, &first, Some(&first.browser)).await),
            Reason::LinkReplaced
        );
    });

    on_both_engines!(the_code_of_the_mail_works_where_it_was_asked_for, |house| async move {
        let asked = ask(&house, None).await;
        let typed = asked.code.to_lowercase().replace(' ', "-");
        let (firm, device) = (&house.firm, Device::default());
        let elsewhere = sign_in::type_code(firm, &Actor::Visitor, &typed, None, &device).await;
        assert_eq!(reason_of(elsewhere), Reason::OtherBrowser);
        let entered = sign_in::type_code(firm, &Actor::Visitor, &typed, Some(&asked.browser), &device)
            .await
            .expect("let in");
        assert_eq!(entered.next, "/threads");
        assert_eq!(
            reason_of(press(&house, &asked, Some(&asked.browser)).await),
            Reason::LinkUsed
        );
    });

    on_both_engines!(five_wrong_codes_end_the_code, |house| async move {
        let asked = ask(&house, None).await;
        let device = Device::default();
        let mut tries = Vec::new();
        for _ in 0..6 {
            let wrong =
                sign_in::type_code(&house.firm, &Actor::Visitor, "AAAA AAAA", Some(&asked.browser), &device).await;
            tries.push(reason_of(wrong));
        }
        let left = |left| Reason::WrongCode { left };
        assert_eq!(
            tries,
            [left(4), left(3), left(2), left(1), Reason::CodeSpent, Reason::CodeSpent]
        );
        let right = sign_in::type_code(&house.firm, &Actor::Visitor, &asked.code, Some(&asked.browser), &device).await;
        assert_eq!(reason_of(right), Reason::CodeSpent);
        assert!(
            press(&house, &asked, Some(&asked.browser)).await.is_ok(),
            "the link itself has 256 bits and goes on"
        );
    });

    on_both_engines!(
        an_unknown_address_is_answered_alike_and_gets_no_mail,
        |house| async move {
            let (firm, device) = (&house.firm, Device::default());
            let known = ask_link(firm, &Actor::Visitor, ANWEN, "", None, &device)
                .await
                .expect("asked");
            let unknown = ask_link(firm, &Actor::Visitor, "nobody@elsewhere.example", "", None, &device)
                .await
                .expect("asked");
            assert_eq!(known.asked, unknown.asked);
            assert_eq!(house.work().await.expect("the queue runs"), 2, "one job each");
            let to: Vec<String> = house.letters().into_iter().map(|letter| letter.to).collect();
            assert_eq!(to, [ANWEN]);
        }
    );

    on_both_engines!(staff_get_no_link, |house| async move {
        ask_link(
            &house.firm,
            &Actor::Visitor,
            "imogen@harcourtpell.example",
            "",
            None,
            &Device::default(),
        )
        .await
        .expect("asked");
        house.work().await.expect("the queue runs");
        let letter = house.letters().into_iter().next().expect("a mail");
        assert!(letter.text.contains("/sign-in/manually") && !letter.text.contains("/link/"));
    });

    on_both_engines!(of_many_presses_at_once_one_wins, |house| async move {
        let asked = std::sync::Arc::new(ask(&house, None).await);
        let tries: Vec<_> = (0..20)
            .map(|_| {
                let (firm, asked) = (std::sync::Arc::clone(&house.firm), std::sync::Arc::clone(&asked));
                tokio::spawn(async move {
                    redeem_link(
                        &firm,
                        &Actor::Visitor,
                        asked.id,
                        &asked.secret,
                        Some(&asked.browser),
                        &Device::default(),
                    )
                    .await
                })
            })
            .collect();
        let mut won = 0;
        for attempt in tries {
            match attempt.await.expect("a task") {
                Ok(_) => won += 1,
                refused => assert_eq!(reason_of(refused), Reason::LinkUsed),
            }
        }
        assert_eq!(won, 1);
    });

    on_both_engines!(another_firm_does_not_know_the_link, |house| async move {
        let asked = ask(&house, None).await;
        let page = link_page(&house.other, &Actor::Visitor, asked.id, Some(&asked.browser)).await;
        assert!(matches!(page, Err(Error::Problem(Problem::NotFound))));
    });
}
