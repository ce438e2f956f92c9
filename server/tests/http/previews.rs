//! Files that are looked at in the browser: drawn by the real child, shown to whoever may read them, and nothing of them runs.

use crate::{
    browser::Browser,
    library::{kept, kept_as},
    portal::Portal,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use firm::{library, on_both_engines, testing::House};
use http::{Method, StatusCode};
use std::fmt::Write as _;

/// A PNG of one pixel.
pub fn dot() -> Vec<u8> {
    STANDARD
        .decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
        .expect("base64")
}

/// A PDF with so many empty pages.
fn pdf(pages: usize) -> Vec<u8> {
    let kids: Vec<String> = (0..pages).map(|page| format!("{} 0 R", page + 3)).collect();
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!("<</Type/Pages/Count {pages}/Kids[{}]>>", kids.join(" ")),
    ];
    objects.extend((0..pages).map(|_| "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>".to_owned()));
    let (mut file, mut places) = ("%PDF-1.4\n".to_owned(), Vec::new());
    for (number, object) in objects.iter().enumerate() {
        places.push(format!("{:010} 00000 n \n", file.len()));
        write!(file, "{} 0 obj\n{object}\nendobj\n", number + 1).expect("into a string");
    }
    let (start, size) = (file.len(), objects.len() + 1);
    write!(
        file,
        "xref\n0 {size}\n0000000000 65535 f \n{}trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n",
        places.concat()
    )
    .expect("into a string");
    file.into_bytes()
}

async fn preview(browser: &mut Browser, id: impl std::fmt::Display) -> String {
    let answer = browser.get(&format!("/files/{id}/preview")).await;
    assert_eq!(answer.status, 200);
    answer.text()
}

on_both_engines!(
    a_pdf_is_read_page_by_page_and_counts_as_viewed_not_as_downloaded,
    |house: House| async move {
        let portal = Portal::of(house);
        let (mut tomasz, mut anwen) = (portal.tomasz().await, portal.anwen().await);
        let id = kept_as(&portal, &mut tomasz, true, "Accounts.pdf", &pdf(3)).await;
        let about = anwen.get(&format!("/files/{id}")).await.text();
        assert!(
            about.contains(&format!("/files/{id}/preview")),
            "the file's page leads there"
        );
        let first = preview(&mut anwen, id).await;
        assert!(first.contains("Page 1 of 3") && first.contains("rel=\"next\"") && !first.contains("rel=\"prev\""));
        let (_, picture) = first.split_once("<img ").expect("a picture");
        let pixels = |name: &str| -> u32 {
            let (_, value) = picture.split_once(&format!("{name}=\"")).expect("a size");
            value[..value.find('"').expect("its end")].parse().expect("a number")
        };
        assert_eq!(
            pixels("width"),
            2 * pixels("height"),
            "nothing jumps when the picture comes"
        );
        let last = anwen.get(&format!("/files/{id}/preview?page=3")).await.text();
        assert!(last.contains("Page 3 of 3") && !last.contains("rel=\"next\""));
        for odd in ["4", "0", "-1", "x", "99999999999"] {
            let page = anwen.get(&format!("/files/{id}/preview?page={odd}")).await;
            assert_eq!(page.status, 200, "{odd}");
        }
        let picture = anwen.get(&format!("/files/{id}/pages/3")).await;
        assert_eq!(
            (picture.status, picture.header("content-type")),
            (StatusCode::OK, "image/png")
        );
        assert!(picture.body.starts_with(b"\x89PNG"));
        assert!(
            picture
                .header("content-security-policy")
                .starts_with("sandbox; default-src 'none'")
        );
        assert_eq!(picture.header("x-content-type-options"), "nosniff");
        let etag = [("if-none-match", picture.header("etag"))];
        let again = anwen
            .fetch(Method::GET, &format!("/files/{id}/pages/3"), &etag, "")
            .await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
        for none in ["0", "4", "x"] {
            assert_eq!(anwen.get(&format!("/files/{id}/pages/{none}")).await.status, 404);
        }
        let office = tomasz.get(&format!("/office/files/{id}")).await.text();
        assert!(office.contains("First viewed") && !office.contains("ownloaded"));
        anwen.get(&format!("/files/{id}/content")).await;
        let office = tomasz.get(&format!("/office/files/{id}")).await.text();
        assert!(office.contains("First downloaded"));
    }
);

on_both_engines!(
    a_preview_goes_by_the_bytes_and_nothing_in_them_runs,
    |house: House| async move {
        let portal = Portal::of(house);
        let mut tomasz = portal.tomasz().await;
        let show = async |name: &str, content: &[u8], tomasz: &mut Browser| {
            let id = kept_as(&portal, tomasz, true, name, content).await;
            (id, tomasz.get(&format!("/office/files/{id}/preview")).await.text())
        };
        let (id, page) = show("Picture.txt", &dot(), &mut tomasz).await;
        assert!(
            page.contains(&format!("src=\"/files/{id}/pages/1\"")),
            "a picture that calls itself a text"
        );
        let hostile = b"<script>alert(1)</script><img src=x onerror=alert(2)>";
        let (id, page) = show("Page.html.txt", hostile, &mut tomasz).await;
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !page.contains("<script>alert"));
        assert_eq!(
            tomasz.get(&format!("/files/{id}/pages/1")).await.status,
            404,
            "a text has no picture"
        );
        let (_, page) = show("Bank.csv", b"date;amount\n2026-11-01;=1+1\n", &mut tomasz).await;
        assert!(page.contains("<td>date<") && page.contains("<td>=1+1<"));
        let (_, page) = show("Letter.txt", b"Dear Anwen, thank you, kindly, Tomasz", &mut tomasz).await;
        assert!(
            page.contains("Dear Anwen, thank you") && !page.contains("<td>"),
            "prose is no table"
        );
        let (_, page) = show("Broken.png", &dot()[..40], &mut tomasz).await;
        assert!(page.contains("No preview") && page.contains("damaged"));
        let (_, page) = show("Program.pdf", b"MZ\x90\x00\x03\x00\x00\x00\xff\xff", &mut tomasz).await;
        assert!(page.contains("Files of this kind are not shown"));
    }
);

on_both_engines!(
    nobody_sees_a_preview_of_what_they_may_not_open,
    |house: House| async move {
        let portal = Portal::of(house);
        let (mut tomasz, mut anwen, mut priya) = (portal.tomasz().await, portal.anwen().await, portal.priya().await);
        let internal = kept(&portal, &mut tomasz, false).await;
        let papers = portal.papers(&dot()).await;
        for path in ["preview", "pages/1"] {
            assert_eq!(anwen.get(&format!("/files/{internal}/{path}")).await.status, 404);
            assert_eq!(priya.get(&format!("/files/{}/{path}", papers.file)).await.status, 404);
            assert_eq!(anwen.get(&format!("/files/{}/{path}", papers.file)).await.status, 200);
        }
        let withdraw = [domain::library::Act::Withdraw];
        library::change(&portal.house.firm, &portal.house.anwen(), &[papers.file], &withdraw)
            .await
            .expect("withdrawn");
        for path in ["preview", "pages/1"] {
            let gone = anwen.get(&format!("/files/{}/{path}", papers.file)).await;
            assert_eq!(gone.status, 404, "also a page that was drawn before");
        }
    }
);
