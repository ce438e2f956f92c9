// Step 1: a contact signs in by a mailed link or its code; staff by password.
import assert from "node:assert/strict";
import { test } from "node:test";
import { letterTo, lettersTo } from "../support/outbox.mjs";
import { askForLink, contact, signInAsContact, signInAsStaff, signInByCode, signOut, staff } from "../support/people.mjs";
import { stage } from "../support/stage.mjs";

const set = stage();

test("mission 60: a contact signs in by pressing the one button of a mailed link", async (t) => {
    const visitor = await set.visitor(t);
    const { page } = visitor;
    await page.goto("/");
    await page.getByRole("heading", { level: 1, name: "Sign in to your portal" }).waitFor();
    await signInAsContact(visitor, set.portal);
    await page.getByRole("heading", { level: 1 }).waitFor();
    const session = (await visitor.context.cookies()).find(({ name }) => name === "session");
    assert.equal(session?.httpOnly, true, "scripts cannot read the session");
    assert.equal(session?.sameSite, "Lax");
});

test("mission 38: an unknown address is told the same words as a known one", async (t) => {
    const told = [];
    for (const address of [contact.address, "nobody@unknown.example"]) {
        const visitor = await set.visitor(t);
        const { page } = visitor;
        await page.goto("/");
        await page.getByLabel("Your email address").fill(address);
        await page.getByRole("button", { name: "Email me a link" }).click();
        await page.getByRole("heading", { level: 1, name: "Check your email" }).waitFor();
        told.push((await page.locator("main").innerText()).replace(/\d\d:\d\d/g, "00:00"));
    }
    assert.equal(told[0], told[1]);
});

test("a link opened in another browser does not sign in, and its code works in the window that asked", async (t) => {
    const asking = await set.visitor(t);
    const { link, code } = await askForLink(asking, set.portal, contact.address);
    const other = await set.visitor(t);
    await other.page.goto(link);
    await other.page.getByRole("heading", { level: 1, name: "Go back to the window that asked" }).waitFor();
    assert.equal(await other.page.getByRole("button", { name: "Sign in" }).count(), 0);

    await asking.page.getByLabel("Code from the email").fill(code.toLowerCase());
    await asking.page.getByRole("button", { name: "Continue" }).click();
    await asking.page.waitForURL("**/home");
});

test("mission 40: a link works once, and its page says so afterwards", async (t) => {
    const visitor = await set.visitor(t);
    const { link } = await askForLink(visitor, set.portal, contact.address);
    await visitor.page.goto(link);
    await visitor.page.getByRole("button", { name: "Sign in" }).click();
    await visitor.page.waitForURL("**/home");
    await visitor.page.goto(link);
    await visitor.page.getByRole("heading", { level: 1, name: "This link was used already" }).waitFor();
});

test("a wrong code is refused beside its field and says how many tries are left", async (t) => {
    const visitor = await set.visitor(t);
    const { page } = visitor;
    await askForLink(visitor, set.portal, contact.address);
    await page.getByLabel("Code from the email").fill("AAAA-AAAA");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("That is not the code we sent.").waitFor();
    assert.equal(await page.getByLabel("Code from the email").getAttribute("aria-invalid"), "true");
    assert.equal(await page.getByLabel("Code from the email").inputValue(), "", "a code never comes back");
});

test("staff sign in by password and get a pointer to it instead of a link", async (t) => {
    const visitor = await set.visitor(t);
    const { page } = visitor;
    const before = (await lettersTo(set.portal, staff.address)).length;
    await page.goto("/");
    await page.getByLabel("Your email address").fill(staff.address);
    await page.getByRole("button", { name: "Email me a link" }).click();
    const letter = await letterTo(set.portal, staff.address, { after: before });
    assert.equal(letter.link, undefined, "a link alone never lets staff in");

    await signInAsStaff(visitor);
    await page.getByRole("heading", { level: 1 }).waitFor();
});

test("a wrong password keeps the address and says nothing about which of both was wrong", async (t) => {
    const told = [];
    for (const address of [staff.address, "nobody@unknown.example"]) {
        const visitor = await set.visitor(t);
        const { page } = visitor;
        await page.goto("/sign-in/manually");
        await page.getByLabel("Your email address").fill(address);
        await page.getByLabel("Your password").fill("not the password, not at all");
        await page.getByRole("button", { name: "Sign in" }).click();
        await page.getByText("This address and password do not match.").waitFor();
        assert.equal(await page.getByLabel("Your email address").inputValue(), address);
        assert.equal(await page.getByLabel("Your password").inputValue(), "");
        told.push((await page.locator("main").innerText()).replaceAll(address, ""));
    }
    assert.equal(told[0], told[1]);
});

test("signing out ends the session in every window", async (t) => {
    const visitor = await set.visitor(t);
    const { page, context } = visitor;
    await signInByCode(visitor, set.portal);
    const cookies = await context.cookies();
    await signOut(visitor);
    await page.getByRole("heading", { level: 1, name: "Welcome back" }).waitFor();
    await context.addCookies(cookies);
    await page.goto("/home");
    await page.getByRole("heading", { level: 1, name: "Welcome back" }).waitFor();
});

test("mission 58: a page that was wanted before signing in comes after it", async (t) => {
    const visitor = await set.visitor(t);
    const { page } = visitor;
    await page.goto("/files");
    const before = (await lettersTo(set.portal, contact.address)).length;
    await page.getByLabel("Your email address").fill(contact.address);
    await page.getByRole("button", { name: "Email me a link" }).click();
    await page.getByRole("heading", { level: 1, name: "Check your email" }).waitFor();
    const { link } = await letterTo(set.portal, contact.address, { after: before });
    await page.goto(link);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/files");
});

/** Counts what somebody has to press: the forms that a visitor's pages post. */
function presses({ page }) {
    const counted = { posts: 0 };
    page.on("request", (request) => (counted.posts += Number(request.method() === "POST" && request.isNavigationRequest())));
    return counted;
}

test("missions 41, 57 and 77: from a mailed item's address to the item, with no more presses than promised", async (t) => {
    const asking = await set.visitor(t);
    await signInAsContact(asking, set.portal);
    await asking.page.goto("/threads");
    const item = await asking.page.locator(".thread-row a").first().getAttribute("href");
    const subject = await asking.page.locator(".thread-row a").first().innerText();

    // Signed in: the item, without a prompt.
    const known = presses(asking);
    await asking.page.goto(item);
    await asking.page.waitForURL(`**${item}`);
    await asking.page.getByRole("heading", { level: 1 }).waitFor();
    assert.equal(known.posts, 0);

    // A new device: the same address shows the sign-in page and nothing of anybody; two presses and one mail.
    const fresh = await set.visitor(t);
    const counted = presses(fresh);
    await fresh.page.goto(item);
    await fresh.page.getByRole("heading", { level: 1, name: "Sign in to your portal" }).waitFor();
    const shown = await fresh.page.content();
    assert.equal(shown.includes(subject) || shown.includes(contact.name) || shown.includes(contact.address), false);
    let before = (await lettersTo(set.portal, contact.address)).length;
    await fresh.page.getByLabel("Your email address").fill(contact.address);
    await fresh.page.getByRole("button", { name: "Email me a link" }).click();
    const { link } = await letterTo(set.portal, contact.address, { after: before });
    await fresh.page.goto(link);
    await fresh.page.getByRole("button", { name: "Sign in" }).click();
    await fresh.page.waitForURL(`**${item}`);
    assert.equal(counted.posts, 2);

    // The mail opens elsewhere: one typed code in place of the second press.
    const elsewhere = await set.visitor(t);
    const typed = presses(elsewhere);
    await elsewhere.page.goto(item);
    before = (await lettersTo(set.portal, contact.address)).length;
    await elsewhere.page.getByLabel("Your email address").fill(contact.address);
    await elsewhere.page.getByRole("button", { name: "Email me a link" }).click();
    const { code } = await letterTo(set.portal, contact.address, { after: before });
    await elsewhere.page.getByLabel("Code from the email").fill(code);
    await elsewhere.page.getByRole("button", { name: "Continue" }).click();
    await elsewhere.page.waitForURL(`**${item}`);
    assert.equal(typed.posts, 2);
});

test("mission 7: on the narrowest phone the same way leads in and to a file", async (t) => {
    const visitor = await set.visitor(t, { width: 320, height: 640 });
    const { page } = visitor;
    await signInAsContact(visitor, set.portal);
    for (const path of ["/home", "/threads", "/files"]) {
        await page.goto(path);
        await page.getByRole("heading", { level: 1 }).waitFor();
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 320, `${path} does not scroll sideways`);
    }
    assert.ok((await page.locator("time[datetime]").count()) > 0, "times are machine-readable, and shown in the reader's zone");
});
