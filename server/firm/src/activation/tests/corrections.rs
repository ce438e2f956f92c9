//! What becomes of an invitation when the mobile or the address on file was wrong.

use super::*;

on_both_engines!(
    a_code_that_went_to_a_corrected_mobile_dies_with_what_it_proved,
    |house: House| async move {
        let correct = |phone: &str| ContactDraft {
            first_name: "Hugh".to_owned(),
            last_name: "Kestrel".to_owned(),
            address: HUGH.to_owned(),
            phone: phone.to_owned(),
        };
        set(&house, |settings| settings.questions = 1).await;
        let (firm, imogen, device) = (&house.firm, house.imogen(), Device::default());
        let id = add(&house, "07700 900042").await;
        let mail = invite(&house, id).await;
        let browser = open(&house, &mail).await;
        send(&house, mail.id, CodeWay::Text, &browser).await.expect("sent");
        let first = texted(&house);
        contacts::change(firm, &imogen, id, &correct("07700 900041"))
            .await
            .expect("corrected");
        assert_eq!(
            reason_of(give(&house, mail.id, &first, &browser).await),
            Reason::CodeExpired
        );
        send(&house, mail.id, CodeWay::Text, &browser)
            .await
            .expect("sent at once");
        let second = &house.texts()[0];
        assert_eq!(second.to, "+447700900041");
        let code: String = second.words.chars().take(6).collect();
        give(&house, mail.id, &code, &browser).await.expect("right");
        let here = Some(browser.as_str());
        let set = set_password(firm, &VISITOR, mail.id, Some(PASSWORD), here, &device).await;
        assert!(matches!(set, Ok(Next::Questions)));

        // Whoever read that one has proved nothing, and their password is asked for anew.
        contacts::change(firm, &imogen, id, &correct("07700 900042"))
            .await
            .expect("corrected");
        let early = questions_step(firm, &VISITOR, mail.id, here).await;
        assert_eq!(reason_of(early), Reason::CodeFirst);
        house.advance(300);
        send(&house, mail.id, CodeWay::Text, &browser).await.expect("sent");
        give(&house, mail.id, &texted(&house), &browser).await.expect("right");
        assert_eq!(
            crate::activation::step(firm, &VISITOR, mail.id, here)
                .await
                .expect("read"),
            Step::Password
        );

        // Another name is no reason to begin again.
        let mut renamed = correct("07700 900042");
        renamed.last_name = "Kestrel-Hill".to_owned();
        contacts::change(firm, &imogen, id, &renamed).await.expect("kept");
        assert!(step(&house, mail.id, &browser).await.proven);
    }
);

on_both_engines!(
    a_dead_invitation_says_that_its_address_was_corrected,
    |house: House| async move {
        let (firm, imogen) = (&house.firm, house.imogen());
        let id = add(&house, "07700 900042").await;
        let mail = invite(&house, id).await;
        let later = invite(&house, id).await;
        let replaced = look(&house, mail.id).await;
        assert_eq!((replaced.state, replaced.moved), (LinkState::Replaced, false));
        let draft = ContactDraft {
            first_name: "Hugh".to_owned(),
            last_name: "Kestrel".to_owned(),
            address: "hugh@kestrel-hill.example".to_owned(),
            phone: "07700 900042".to_owned(),
        };
        contacts::change(firm, &imogen, id, &draft).await.expect("corrected");
        let page = look(&house, later.id).await;
        assert_eq!((page.state, page.moved), (LinkState::Replaced, true));
        invitations::ask_again(firm, &VISITOR, later.id, &Device::default())
            .await
            .expect("asked");
        house.work().await.expect("the queue runs");
        assert_eq!(house.letters()[0].to, draft.address);
        assert_eq!(look(&house, mailed(&house).id).await.state, LinkState::Live);
    }
);
