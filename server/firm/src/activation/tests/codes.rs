//! The code that follows the link: how it comes, how long it works, and how often it is tried.

use super::*;
use crate::throttle;
use domain::limits;

on_both_engines!(
    mission_16_five_wrong_codes_end_it_and_sending_again_gives_no_try_back,
    |house: House| async move {
        let id = add(&house, "07700 900042").await;
        let mail = invite(&house, id).await;
        let browser = open(&house, &mail).await;
        send(&house, mail.id, CodeWay::Text, &browser).await.expect("sent");
        let first = texted(&house);
        let left = |left| Reason::WrongCode { left };
        for tries in [4, 3] {
            assert_eq!(
                reason_of(give(&house, mail.id, &wrong(&first), &browser).await),
                left(tries)
            );
        }
        assert_eq!(step(&house, mail.id, &browser).await.wait, 30);
        let soon = send(&house, mail.id, CodeWay::Text, &browser).await;
        assert!(matches!(soon, Err(Error::Problem(Problem::TooMany { seconds: 30 }))));
        house.advance(30);
        send(&house, mail.id, CodeWay::Text, &browser)
            .await
            .expect("sent again");
        assert_eq!(
            step(&house, mail.id, &browser).await.wait,
            300,
            "from the second on, every five minutes"
        );
        let second = texted(&house);
        if first != second {
            assert_eq!(
                reason_of(give(&house, mail.id, &first, &browser).await),
                left(2),
                "only the newest works"
            );
        }
        reason_of(give(&house, mail.id, &wrong(&second), &browser).await);
        reason_of(give(&house, mail.id, &wrong(&second), &browser).await);
        assert_eq!(
            reason_of(give(&house, mail.id, &second, &browser).await),
            Reason::CodeSpent
        );
        house.advance(300);
        assert_eq!(
            reason_of(send(&house, mail.id, CodeWay::Text, &browser).await),
            Reason::CodeSpent
        );
        let stood = step(&house, mail.id, &browser).await;
        assert!(stood.spent && stood.fresh_mail_helps);

        // A freshly mailed invitation begins anew.
        invitations::ask_again(&house.firm, &VISITOR, mail.id, &Device::default())
            .await
            .expect("asked");
        house.work().await.expect("the queue runs");
        let fresh = mailed(&house);
        assert_ne!(fresh.id, mail.id);
        let browser = open(&house, &fresh).await;
        send(&house, fresh.id, CodeWay::Text, &browser).await.expect("sent");
        give(&house, fresh.id, &texted(&house), &browser).await.expect("right");
    }
);

on_both_engines!(
    attack_21_ten_wrong_codes_in_a_row_need_the_firm_whatever_is_mailed,
    |house: House| async move {
        let id = add(&house, "07700 900042").await;
        let mut mails = vec![invite(&house, id).await];
        for _ in 0..3 {
            let asked = invitations::ask_again(&house.firm, &VISITOR, mails[0].id, &Device::default()).await;
            asked.expect("asked");
            house.work().await.expect("the queue runs");
            mails.push(mailed(&house));
        }
        // Whoever has the mailbox, with every invitation that is to be had.
        let mut guesses = 0;
        for mail in &mails {
            let browser = open(&house, mail).await;
            if send(&house, mail.id, CodeWay::Text, &browser).await.is_err() {
                continue;
            }
            let code = wrong(&texted(&house));
            for _ in 0..6 {
                let told = reason_of(give(&house, mail.id, &code, &browser).await);
                let last = told == Reason::CodeSpent && guesses % 5 == 4;
                guesses += usize::from(matches!(told, Reason::WrongCode { .. }) || last);
            }
        }
        assert_eq!(guesses, 10, "ten of a million: 1e-5");
        let browser = open(&house, &mails[3]).await;
        assert_eq!(
            reason_of(send(&house, mails[3].id, CodeWay::Text, &browser).await),
            Reason::AskFirm
        );
        let before = house.letters().len();
        for _ in 0..30 {
            house.advance(24 * 3600);
            invitations::ask_again(&house.firm, &VISITOR, mails[0].id, &Device::default())
                .await
                .expect("the answer is the same");
            house.work().await.expect("the queue runs");
        }
        assert_eq!(house.letters().len(), before, "and waiting gives no further tries");

        // Staff ring them, and invite them again.
        let mail = invite(&house, id).await;
        let browser = open(&house, &mail).await;
        send(&house, mail.id, CodeWay::Text, &browser).await.expect("sent");
        give(&house, mail.id, &texted(&house), &browser).await.expect("right");
    }
);

on_both_engines!(
    attack_21_a_firm_that_invites_again_every_day_gives_a_guesser_32_guesses_in_thirty_days,
    |house: House| async move {
        let id = add(&house, "07700 900042").await;
        let (mut guesses, mut longer) = (0, 0);
        for _ in 0..30 {
            house.advance(24 * 3600);
            // Staff let them try again, and whoever has the mailbox takes every try there is.
            for _ in 0..2 {
                let mail = invite(&house, id).await;
                let browser = open(&house, &mail).await;
                send(&house, mail.id, CodeWay::Text, &browser).await.expect("sent");
                let code = texted(&house);
                let digits = step(&house, mail.id, &browser).await.digits;
                assert_eq!(code.len(), digits);
                let first = if code.starts_with('5') { "6" } else { "5" };
                let guess = format!("{first}{}", &code[1..]);
                for _ in 0..limits::CODE_TRIES {
                    assert!(matches!(
                        reason_of(give(&house, mail.id, &guess, &browser).await),
                        Reason::WrongCode { .. } | Reason::CodeSpent
                    ));
                    *(if digits == 10 { &mut longer } else { &mut guesses }) += 1;
                }
            }
        }
        // A code that was sent before the sixteenth goes on to have its five tries.
        assert!(guesses <= 2 * (throttle::MONTHLY + 4), "{guesses} guesses");
        assert_eq!(guesses + longer, 300, "nobody is kept out");
        assert!(f64::from(guesses) * 1e-6 + f64::from(longer) * 1e-10 <= 1e-4, "S5");

        // Whoever has the mobile comes in, and a month later the codes are short again.
        let mail = invite(&house, id).await;
        let browser = open(&house, &mail).await;
        send(&house, mail.id, CodeWay::Text, &browser).await.expect("sent");
        give(&house, mail.id, &texted(&house), &browser).await.expect("right");
        house.advance(30 * 24 * 3600);
        let mail = invite(&house, id).await;
        let browser = open(&house, &mail).await;
        assert_eq!(step(&house, mail.id, &browser).await.digits, 6);
    }
);

on_both_engines!(
    attack_21_parallel_guesses_cost_as_many_tries,
    |house: House| async move {
        let id = add(&house, "07700 900042").await;
        let mail = invite(&house, id).await;
        let browser = open(&house, &mail).await;
        send(&house, mail.id, CodeWay::Text, &browser).await.expect("sent");
        let code = wrong(&texted(&house));
        let tries = (0..20).map(|_| give(&house, mail.id, &code, &browser));
        let answers = futures::future::join_all(tries).await;
        let counted = answers
            .into_iter()
            .filter(|answer| {
                matches!(
                    answer,
                    Err(Error::Problem(Problem::Refused {
                        reason: Reason::WrongCode { .. },
                        ..
                    }))
                )
            })
            .count();
        assert_eq!(counted, 4, "and the fifth is told that it was the last");
        assert_eq!(
            reason_of(give(&house, mail.id, &texted(&house), &browser).await),
            Reason::CodeSpent
        );
    }
);

on_both_engines!(mission_16_a_code_works_for_ten_minutes, |house: House| async move {
    let id = add(&house, "07700 900042").await;
    let mail = invite(&house, id).await;
    let browser = open(&house, &mail).await;
    send(&house, mail.id, CodeWay::Text, &browser).await.expect("sent");
    let code = texted(&house);
    house.advance(600);
    assert_eq!(
        reason_of(give(&house, mail.id, &code, &browser).await),
        Reason::CodeExpired
    );
    send(&house, mail.id, CodeWay::Text, &browser).await.expect("another");
    give(&house, mail.id, &texted(&house), &browser).await.expect("right");
});

on_both_engines!(
    a_code_of_one_invitation_fails_in_another_and_in_another_browser,
    |house: House| async move {
        let id = add(&house, "07700 900042").await;
        let mail = invite(&house, id).await;
        let browser = open(&house, &mail).await;
        send(&house, mail.id, CodeWay::Text, &browser).await.expect("sent");
        let code = texted(&house);
        let stranger = vault::Token::generate(&house.firm.random).text().to_string();
        assert_eq!(
            reason_of(give(&house, mail.id, &code, &stranger).await),
            Reason::OpenLinkAgain
        );
        let later = invite(&house, id).await;
        assert_eq!(
            reason_of(give(&house, mail.id, &code, &browser).await),
            Reason::LinkReplaced
        );
        let browser = open(&house, &later).await;
        send(&house, later.id, CodeWay::Text, &browser).await.expect("sent");
        if texted(&house) != code {
            assert!(matches!(
                reason_of(give(&house, later.id, &code, &browser).await),
                Reason::WrongCode { left: 4 }
            ));
        }
    }
);

on_both_engines!(
    mission_16_without_a_mobile_staff_read_a_code_out_or_it_is_mailed_as_the_firm_has_it,
    |house: House| async move {
        let id = add(&house, "").await;
        let session = domain::SessionId::from(house.firm.random.id());
        let (firm, imogen) = (&house.firm, house.imogen());
        assert_eq!(
            reason_of(invitations::read_out(firm, &imogen, session, id).await),
            Reason::InviteFirst
        );
        let mail = invite(&house, id).await;
        let browser = open(&house, &mail).await;
        let stood = step(&house, mail.id, &browser).await;
        assert_eq!((stood.texts, stood.otherwise), (Texts::NoMobile, CodeWay::ReadOut));
        for way in [CodeWay::Text, CodeWay::Mail, CodeWay::ReadOut] {
            assert!(send(&house, mail.id, way, &browser).await.is_err(), "{way:?}");
        }
        invitations::read_out(firm, &imogen, session, id).await.expect("made");
        let slips = invitations::view(firm, &imogen, session, id).await.expect("read").slips;
        let code = slips[0].words.clone();
        assert_eq!((slips.len(), code.len()), (1, 6));
        let elsewhere = domain::SessionId::from(house.firm.random.id());
        assert!(
            invitations::view(firm, &imogen, elsewhere, id)
                .await
                .expect("read")
                .slips
                .is_empty(),
            "another session does not see it"
        );
        house.advance(3600);
        give(&house, mail.id, &code, &browser).await.expect("right");
        choose(&house, mail.id, None, &browser).await.expect("in");

        // The other policy.
        set(&house, |settings| settings.without_mobile = WithoutMobile::Mail).await;
        contacts::remove(firm, &imogen, id).await.expect("removed");
        let id = add(&house, "").await;
        let mail = invite(&house, id).await;
        assert!(invitations::read_out(firm, &imogen, session, id).await.is_err());
        let browser = open(&house, &mail).await;
        send(&house, mail.id, CodeWay::Mail, &browser).await.expect("mailed");
        let letter = &house.letters()[0];
        assert_eq!((letter.to.as_str(), letter.text.contains("/activate/")), (HUGH, false));
        let code = letter.text.lines().find(|line| line.len() == 6).expect("a code");
        give(&house, mail.id, code, &browser).await.expect("right");
    }
);

on_both_engines!(
    without_a_gateway_the_page_says_so_and_offers_the_other_way,
    |house: House| async move {
        let house = House::open_with(house.engine, 7, |house| house.texts = crate::TextCourier::None)
            .await
            .expect("a house");
        set(&house, |settings| settings.without_mobile = WithoutMobile::Mail).await;
        let id = add(&house, "07700 900042").await;
        let mail = invite(&house, id).await;
        let browser = open(&house, &mail).await;
        let stood = step(&house, mail.id, &browser).await;
        assert_eq!((stood.texts, stood.otherwise), (Texts::NotSetUp, CodeWay::Mail));
        assert_eq!(
            reason_of(send(&house, mail.id, CodeWay::Text, &browser).await),
            Reason::NoTexts
        );
        send(&house, mail.id, CodeWay::Mail, &browser).await.expect("mailed");
    }
);

on_both_engines!(
    mission_16_with_a_mobile_a_code_is_read_out_only_when_the_text_does_not_get_out,
    |house: House| async move {
        let session = domain::SessionId::from(house.firm.random.id());
        let id = add(&house, "07700 900042").await;
        let mail = invite(&house, id).await;
        let browser = open(&house, &mail).await;
        for texted in [false, true] {
            if texted {
                send(&house, mail.id, CodeWay::Text, &browser).await.expect("sent");
            }
            let (firm, imogen) = (&house.firm, house.imogen());
            let view = invitations::view(firm, &imogen, session, id).await.expect("read");
            assert!(view.reads_out && !view.may_read_out);
            let refused = invitations::read_out(firm, &imogen, session, id).await;
            assert_eq!(reason_of(refused), Reason::NotReadOut);
        }

        // A gateway that nobody answers at.
        let down = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = down.local_addr().expect("its address").port();
        drop(down);
        let gateway = crate::Gateway::new(crate::GatewaySettings {
            url: format!("http://127.0.0.1:{port}"),
            account: "ACsample".to_owned(),
            token: "sample".to_owned(),
            from: "+441632960147".to_owned(),
        });
        let texts = crate::TextCourier::Gateway(gateway.expect("settings that fit"));
        let house = House::open_with(house.engine, 7, |house| house.texts = texts)
            .await
            .expect("a house");
        let (firm, imogen) = (&house.firm, house.imogen());
        let id = add(&house, "07700 900042").await;
        let mail = invite(&house, id).await;
        let browser = open(&house, &mail).await;
        send(&house, mail.id, CodeWay::Text, &browser).await.expect("tried");
        let stood = step(&house, mail.id, &browser).await;
        assert_eq!((stood.texts, stood.otherwise), (Texts::Failed, CodeWay::ReadOut));
        for _ in 0..2 {
            let view = invitations::view(firm, &imogen, session, id).await.expect("read");
            assert!(view.may_read_out, "again as well");
            invitations::read_out(firm, &imogen, session, id).await.expect("made");
        }
        let slips = invitations::view(firm, &imogen, session, id).await.expect("read").slips;
        give(&house, mail.id, &slips[0].words, &browser).await.expect("right");
    }
);
