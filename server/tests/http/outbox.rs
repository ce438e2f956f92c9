//! The demo's outbox.

use crate::portal::Portal;
use domain::Moment;
use firm::{
    Text, TextCourier, on_both_engines,
    testing::{House, NOW},
};

on_both_engines!(
    the_demos_outbox_shows_letters_and_texts_newest_first,
    |house: House| async move {
        let portal = Portal::with(house, true);
        let mut browser = portal.visitor();
        portal.ask_link(&mut browser, "anwen@marlowe.example", "").await;
        let TextCourier::Memory(texts) = portal.house.registry.texts() else {
            panic!("tests keep texts in memory");
        };
        texts.lock().expect("unpoisoned").push(Text {
            to: "+447700900042".to_owned(),
            words: "Your <code> is 123456.".to_owned(),
            at: Moment(NOW.0 + 1),
        });
        let page = browser.get("/outbox").await;
        let html = page.text();
        let text = html.find("Your &lt;code&gt; is 123456.").expect("the text, escaped");
        let letter = html.find("To anwen@marlowe.example").expect("the letter");
        assert!(text < letter, "newest first");
        assert!(html.contains("To +447700900042"));
        assert_eq!(browser.get("/outbox/0").await.status, 200, "letters keep their numbers");
    }
);
