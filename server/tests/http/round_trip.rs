//! What was typed comes back as it was typed: a refused form, parsed as a browser parses it, holds it exactly.

use crate::{browser::Browser, html::Page, portal::Portal};
use domain::limits;
use firm::{on_both_engines, testing::House};
use vault::SecureRandom;

/// What breaks pages: ends of elements, entities, comments, line ends, direction, and characters that vanish.
const PIECES: [&str; 30] = [
    "</textarea>",
    "</title>",
    "<script>hostile()</script>",
    "<img src=x onerror=hostile()>",
    "\" onfocus=\"hostile()",
    "' autofocus x='",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "&amp;",
    "&lt;b&gt;",
    "&#x41;",
    "&nbsp",
    "&",
    "<",
    ">",
    "\n",
    "\n\n",
    "\t",
    "  ",
    "\u{202e}txt.exe\u{202c}",
    "שלום",
    "é",
    "e\u{301}",
    "🧾",
    "\u{feff}",
    "\u{a0}",
    "{{x}}",
    "words ",
];

fn typed(random: &SecureRandom) -> String {
    let bytes = random.bytes::<24>();
    let count = usize::from(bytes[0] % 12) + 1;
    let picked = bytes[1..].iter().take(count);
    picked.map(|byte| PIECES[usize::from(*byte) % PIECES.len()]).collect()
}

/// A browser sends a line end in a text area as CR LF, and none from a one-line field.
fn as_sent(text: &str) -> String {
    text.replace('\n', "\r\n")
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\u{0}'], "")
}

/// What a page can hold of a text: HTML has no NUL, its parser reads U+FFFD in its place, and nothing after it is lost.
fn as_held(text: &str) -> String {
    text.replace('\u{0}', "\u{fffd}")
}

fn check_page(page: &Page, about: &str) {
    assert!(page.handlers().is_empty(), "{about:?} became {:?}", page.handlers());
    for script in page.texts("script") {
        assert!(!script.contains("hostile"), "{about:?} became a script");
    }
}

async fn refused(anwen: &mut Browser, fields: [(&str, &str); 5], files: &[(&str, &[u8])]) -> Page {
    let answer = anwen.post_files(&fields, files).await;
    let page = anwen.follow(&answer).await;
    assert_eq!(page.status, 200);
    Page::read(&page.text())
}

on_both_engines!(
    what_was_typed_into_a_refused_form_comes_back_exactly,
    |house: House| async move {
        let portal = Portal::of(house);
        let papers = portal.papers(b"figures").await;
        let mut anwen = portal.anwen().await;
        let client = portal.marlowe().to_string();
        let random = SecureRandom::seeded(11);
        let mut texts: Vec<String> = [
            "\nfirst line empty",
            "\n\n\n",
            "ends with a line end\n",
            "</textarea></title><script>hostile()</script>",
            "&amp;lt; &notin; &#0; &#x110000;",
            "\u{202e}reversed\u{202c} and שלום",
            "before\u{0}after",
            " spaces around ",
        ]
        .map(str::to_owned)
        .to_vec();
        texts.extend((0..40).map(|_| typed(&random)));
        for text in texts {
            // Begun anew: an empty file refuses it, and the sentence names the file.
            let subject = one_line(&text);
            let name = format!("{}.pdf", one_line(&text).replace('"', "%22"));
            let fields = [
                ("client", client.as_str()),
                ("subject", &subject),
                ("text", &as_sent(&text)),
                ("form", &portal.form().to_string()),
                ("from", "/threads/new"),
            ];
            let page = refused(&mut anwen, fields, &[(&name, b"")]).await;
            check_page(&page, &text);
            assert_eq!(
                page.field("text").as_deref(),
                Some(&*as_held(&text)),
                "a new thread's text"
            );
            assert_eq!(page.field("subject").as_deref(), Some(&*subject), "a subject");

            // In a thread: text beyond the limit comes back whole, from draft and flash.
            let long = format!("{text}{}", "x".repeat(limits::MESSAGE_CHARS + 1));
            let thread = papers.thread.to_string();
            let from = format!("/threads/{thread}");
            let fields = [
                ("thread", thread.as_str()),
                ("text", &as_sent(&long)),
                ("form", &portal.form().to_string()),
                ("from", &from),
                ("client", ""),
            ];
            let page = refused(&mut anwen, fields, &[]).await;
            check_page(&page, &text);
            assert_eq!(
                page.field("text").as_deref(),
                Some(&*as_held(&long)),
                "a composer's text"
            );

            // Before sign-in: from a sealed cookie.
            let mut visitor = portal.visitor();
            let answer = visitor
                .post("/api/ask_link", &[("address", &subject), ("from", "/sign-in")])
                .await;
            let page = Page::read(&visitor.follow(&answer).await.text());
            check_page(&page, &text);
            assert_eq!(page.field("address").as_deref(), Some(&*subject), "an address");
        }
    }
);

on_both_engines!(
    what_was_sent_is_shown_as_text_wherever_it_stands,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut anwen = portal.anwen().await;
        let mut tomasz = portal.tomasz().await;
        let client = portal.marlowe().to_string();
        let text = "</textarea><b>&amp; &lt;</b> <script>hostile()</script>\n second line";
        let subject = "</title><script>hostile()</script> &amp; subject";
        let name = "<img src=x onerror=hostile()> &amp; file.pdf";
        let fields = [
            ("client", client.as_str()),
            ("subject", subject),
            ("text", &as_sent(text)),
            ("form", &portal.form().to_string()),
            ("from", "/threads/new"),
        ];
        let began = anwen.post_files(&fields, &[(name, b"x")]).await;
        let thread = Page::read(&anwen.follow(&began).await.text());
        check_page(&thread, text);
        // A name is cleaned when it is taken in.
        let name = name.replace(['<', '>'], "_");
        for shown in [text, &name] {
            assert!(thread.text().contains(shown), "{shown} in {}", thread.text());
        }
        assert!(
            thread.texts("title")[0].contains(subject),
            "{:?}",
            thread.texts("title")
        );
        for (browser, path) in [(&mut anwen, "/threads"), (&mut tomasz, "/office/inbox")] {
            let page = Page::read(&browser.get(path).await.text());
            check_page(&page, text);
            assert!(page.text().contains(subject), "{path}");
        }
        let files = Page::read(&anwen.get("/files").await.text());
        check_page(&files, text);
        assert!(files.text().contains(&name));
    }
);
