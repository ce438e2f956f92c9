// Every page once, as people see it: light and dark, wide and on a phone, judged by axe and kept as pictures.
import assert from "node:assert/strict";
import { test } from "node:test";
import { look } from "../support/looks.mjs";
import { askForLink, contact, givePassword, signInAsContact, signInAsStaff } from "../support/people.mjs";
import { stage } from "../support/stage.mjs";

const set = stage();

test("the pages before sign-in", async (t) => {
    const visitor = await set.visitor(t);
    const { page } = visitor;
    const fetched = [];
    page.on("request", (request) => fetched.push(request.url()));
    await page.goto("/");
    await look(visitor, "sign-in");
    assert.deepEqual(fetched.filter((url) => url.endsWith(".wasm")), [], "no wasm before sign-in");
    await page.goto("/sign-in/manually");
    await look(visitor, "sign-in-manually");
    await page.goto("/sign-in/factor");
    await look(visitor, "factor-without-asking");
    await givePassword(visitor);
    await look(visitor, "factor");
    await page.goto("/sign-in/sent");
    await look(visitor, "sent-without-asking");
    const { link } = await askForLink(visitor, set.portal, contact.address);
    await look(visitor, "sent");
    await page.goto(link);
    await look(visitor, "link");
    const other = await set.visitor(t);
    await other.page.goto(link);
    await look(other, "link-in-another-browser");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/home");
    await page.goto(link);
    await look(visitor, "link-used");
    visitor.expects(404);
    await page.goto("/nothing/here");
    await look(visitor, "not-found");
});

test("the pages of a contact", async (t) => {
    const visitor = await set.visitor(t);
    const { page } = visitor;
    await signInAsContact(visitor, set.portal);
    for (const path of ["/home", "/threads", "/threads/new", "/files"]) {
        await page.goto(path);
        await look(visitor, `contact${path.replaceAll("/", "-")}`);
    }
    await page.goto("/threads");
    await page.locator(".thread-row a").first().click();
    await page.waitForURL(/\/threads\/[0-9a-f]{32}$/);
    await look(visitor, "contact-thread");
});

test("the pages of staff", async (t) => {
    const visitor = await set.visitor(t);
    const { page } = visitor;
    await signInAsStaff(visitor);
    for (const path of ["/office/inbox", "/office/inbox/new", "/office/files"]) {
        await page.goto(path);
        await look(visitor, `staff${path.replaceAll("/", "-")}`);
    }
    await page.goto("/office/inbox");
    await page.locator(".thread-row a").first().click();
    await page.waitForURL(/\/office\/inbox\/[0-9a-f]{32}$/);
    await look(visitor, "staff-thread");
});

test("the outbox of the demo", async (t) => {
    const visitor = await set.visitor(t);
    const { page } = visitor;
    await askForLink(visitor, set.portal, contact.address);
    await page.goto("/outbox");
    await look(visitor, "outbox");
    await page.getByRole("link", { name: /sign/i }).first().click();
    await look(visitor, "outbox-letter");
});
