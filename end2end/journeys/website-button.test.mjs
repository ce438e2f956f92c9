// MISSION 43: the button on the firm's own website. Chosen in the office, pasted into a page of another origin, pressed there.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { test } from "node:test";
import { look } from "../support/looks.mjs";
import { owner, signInAsContact, signInAsStaff } from "../support/people.mjs";
import { stage } from "../support/stage.mjs";
import { startWebsite } from "../support/website.mjs";

const set = stage();
const PAGE = "/office/settings/button";

/** The owner before the button's page. They sign in once: a code of their app is taken once. */
let session;
async function asOwner(t, options) {
    const visitor = await set.visitor(t, options);
    if (session) await visitor.context.addCookies(session);
    else {
        await signInAsStaff(visitor, owner);
        session = await visitor.context.cookies();
    }
    await visitor.page.goto(PAGE);
    return visitor;
}

/** What an admin copies. */
async function copied(t, { drawn = true } = {}) {
    const { page } = await asOwner(t);
    return page.getByLabel(drawn ? "The button as you chose it" : "A plain link").inputValue();
}

test("an admin chooses look and words, sees them at once, saves and copies", async (t) => {
    const visitor = await asOwner(t);
    const { page, context } = visitor;
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const drawn = page.locator("client-portal-button a[part=link]");
    await drawn.first().waitFor();
    await look(visitor, "office-button");
    await page.getByLabel("With a line around it").check();
    await page.getByLabel("Words on the button").fill("My portal");
    assert.deepEqual(await drawn.allInnerTexts(), ["My portal", "My portal"], "the preview follows the typing");
    assert.equal(await drawn.first().getAttribute("class"), "outline");
    await page.getByRole("button", { name: "Save the button" }).click();
    await page.getByText("Saved.").waitFor();
    await page.getByRole("button", { name: "Copy" }).first().click();
    await page.getByText("Copied.").waitFor();
    const snippet = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(snippet.replace(/\r\n/g, "\n"), await page.getByLabel("The button as you chose it").inputValue());
    assert.match(snippet, /<a href="http:\/\/localhost:\d+\/">My portal<\/a>/);
});

test("without scripts an admin saves and finds the snippet to select", async (t) => {
    const { page } = await asOwner(t, { scripts: false });
    await page.getByLabel("Words only").check();
    await page.getByLabel("Words on the button").fill("Client area");
    await page.getByRole("button", { name: "Save the button" }).click();
    await page.getByText("Saved.").waitFor();
    assert.match(await page.getByLabel("A plain link").inputValue(), /Client area/);
    assert.equal(await page.getByRole("button", { name: "Copy" }).count(), 0, "no button that does nothing");
});

test("mission 43: on another site under a strict policy the script draws the firm's button, and a press leads to the sign-in page", async (t) => {
    const snippet = await copied(t);
    const website = await startWebsite(t, set.portal, snippet);
    const visitor = await set.visitor(t);
    const { page, context } = visitor;
    const asked = [];
    page.on("request", (request) => request.url().startsWith(set.portal.origin) && asked.push(new URL(request.url()).pathname));
    await page.goto(website.origin);
    const button = page.locator("client-portal-button a[part=link]");
    await button.waitFor();
    assert.equal(await button.evaluate((link) => getComputedStyle(link).minHeight), "44px", "its style is allowed by the policy");
    assert.deepEqual(asked, ["/button.js"], "it asks for nothing else");
    assert.deepEqual(await context.cookies(), [], "and sets no cookie");
    await button.click();
    await page.getByRole("heading", { level: 1, name: "Sign in to your portal" }).waitFor();
    assert.equal(new URL(page.url()).origin, set.portal.origin);
});

test("mission 43: whoever is signed in is led straight into the portal", async (t) => {
    const snippet = await copied(t);
    const website = await startWebsite(t, set.portal, snippet);
    const visitor = await set.visitor(t);
    await signInAsContact(visitor, set.portal);
    await visitor.page.goto(website.origin);
    await visitor.page.locator("client-portal-button a[part=link]").click();
    await visitor.page.waitForURL(`${set.portal.origin}/home`);
});

test("in a framed page the button opens the portal in the whole window", async (t) => {
    const snippet = await copied(t);
    const website = await startWebsite(t, set.portal, snippet);
    const visitor = await set.visitor(t);
    const { page } = visitor;
    // A real server on the same machine: a browser lets no page from the network frame one from here.
    const framing = http.createServer((_, answer) => {
        answer.setHeader("content-type", "text/html").end(`<title>Frame</title><iframe src="${website.origin}"></iframe>`);
    });
    framing.listen(0, "127.0.0.1");
    await once(framing, "listening");
    t.after(() => framing.close());
    await page.goto(`http://127.0.0.1:${framing.address().port}/`);
    await page.frameLocator("iframe").locator("client-portal-button a[part=link]").click();
    await page.getByRole("heading", { level: 1, name: "Sign in to your portal" }).waitFor();
    assert.equal(new URL(page.url()).origin, set.portal.origin);
});

test("where no script runs the plain link leads there as well", async (t) => {
    for (const drawn of [true, false]) {
        const snippet = await copied(t, { drawn });
        const website = await startWebsite(t, set.portal, snippet);
        const { page } = await set.visitor(t, { scripts: false });
        await page.goto(website.origin);
        await page.getByRole("link").click();
        await page.getByRole("heading", { level: 1, name: "Sign in to your portal" }).waitFor();
    }
});
