// A real firm over TLS by the server itself: what a browser keeps and is told there, and the office before the first client.
import assert from "node:assert/strict";
import { test } from "node:test";
import { look } from "../support/looks.mjs";
import { givePassword, setUpApp } from "../support/people.mjs";
import { startFirm } from "../support/portal.mjs";
import { stage } from "../support/stage.mjs";

const owner = { name: "Imke Larch", address: "imke@larchlane.example", password: "quince and thistle and rye" };
const set = stage(() => startFirm({ owner }));

test("over TLS staff set up a second factor before they see anything, the session is a __Host- cookie, HTTPS is asked for from now on, and HTTP/2 is spoken", async (t) => {
    const visitor = await set.visitor(t);
    const { page, context } = visitor;
    const answer = await page.goto("/");
    assert.match(answer.headers()["strict-transport-security"], /max-age=\d{7,}/);
    assert.equal(await page.evaluate(() => performance.getEntriesByType("navigation")[0].nextHopProtocol), "h2");

    await givePassword(visitor, owner);
    await page.getByRole("heading", { level: 1, name: "Set up your second step" }).waitFor();
    await page.goto("/office/inbox");
    await page.getByRole("heading", { level: 1, name: "Sign in to your portal" }).waitFor();
    await page.goto("/sign-in/enrol");
    await look(visitor, "enrol");
    await setUpApp(visitor);
    await page.getByRole("heading", { level: 1, name: "Keep your recovery codes" }).waitFor();
    assert.equal(await page.locator(".code-sheet li").count(), 10);
    await look(visitor, "recovery-codes");
    await page.getByRole("button", { name: "I have kept them" }).click();
    await page.waitForURL("**/office/inbox");
    const session = (await context.cookies()).find(({ name }) => name === "__Host-session");
    assert.ok(session, "the session's cookie is bound to this host");
    const { secure, httpOnly, sameSite, path } = session;
    assert.deepEqual({ secure, httpOnly, sameSite, path }, { secure: true, httpOnly: true, sameSite: "Lax", path: "/" });
    await look(visitor, "office-before-the-first-client");
});

test("a real firm has no outbox", async (t) => {
    const visitor = await set.visitor(t);
    visitor.expects(404);
    const answer = await visitor.page.goto("/outbox");
    assert.equal(answer.status(), 404);
});
