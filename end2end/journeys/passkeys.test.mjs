// Passkeys in a real browser: made, used alone and as the second step, taken away; and the other ways beside them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { giveAuthenticator } from "../support/authenticator.mjs";
import { look } from "../support/looks.mjs";
import { letterTo, lettersTo } from "../support/outbox.mjs";
import { askForLink, contact, givePassword, signInAsContact, signInAsStaff, signOut, staff } from "../support/people.mjs";
import { stage } from "../support/stage.mjs";

const set = stage();

test("a contact adds a passkey, signs in with it alone, uses it as the second step and removes it", async (t) => {
    const visitor = await set.visitor(t);
    const { page } = visitor;
    const device = await giveAuthenticator(visitor);
    await signInAsContact(visitor, set.portal);
    const before = (await lettersTo(set.portal, contact.address)).length;
    await page.goto("/account/factors");
    assert.equal(await page.getByText("The authenticator app works without.").isVisible(), false);
    await look(visitor, "passkeys-none");

    // A device that says no: a calm sentence, and the button is there for another try.
    await device.cancel();
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByText("No passkey was used.").waitFor();
    await device.agree();
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.waitForURL("**/account/factors/codes");
    assert.equal(await page.locator(".code-sheet li").count(), 10);
    await page.getByRole("button", { name: "I have kept them" }).click();
    await page.getByText("Chrome on Linux").waitFor();
    const [credential] = await device.held();
    assert.deepEqual([credential.isResidentCredential, credential.rpId], [true, "localhost"]);
    const told = await letterTo(set.portal, contact.address, { after: before });
    assert.match(told.text, /a passkey was added to your account: Chrome on Linux/);
    await page.getByText("Rename").click();
    await page.getByLabel("Name of the passkey").fill("Studio laptop");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Studio laptop", { exact: true }).waitFor();
    await look(visitor, "passkeys");

    // By itself: no address, no mail.
    await signOut(visitor);
    await page.getByRole("heading", { level: 1, name: "Welcome back" }).waitFor();
    await look(visitor, "welcome-back-passkey");
    await device.cancel();
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await page.getByText("No passkey was used.").waitFor();
    await look(visitor, "passkey-cancelled");
    await device.agree();
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await page.waitForURL("**/home");

    // After a link it is the second step.
    await signOut(visitor);
    const { link } = await askForLink(visitor, set.portal, contact.address);
    await page.goto(link);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/sign-in/factor");
    await look(visitor, "factor-passkey");
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await page.waitForURL("**/home");

    await page.goto("/account/factors");
    await page.getByText("Last used today").waitFor();
    await page.getByRole("button", { name: "Remove Studio laptop" }).click();
    await page.getByText("The passkey is removed.").waitFor();
    await signOut(visitor);
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await page.getByText("No passkey was taken.").waitFor();
    await look(visitor, "passkey-unknown");
});

test("staff add a passkey beside the app, sign in with either, and prove with it who they are", async (t) => {
    const visitor = await set.visitor(t);
    const { page } = visitor;
    const device = await giveAuthenticator(visitor);
    await signInAsStaff(visitor);
    await page.goto("/account/factors");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.waitForURL("**/account/factors/codes");
    await page.getByRole("button", { name: "I have kept them" }).click();
    assert.equal((await device.held()).length, 1);
    await page.goto("/account/confirm?next=/account/devices");
    await look(visitor, "confirm-passkey");
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await page.waitForURL("**/account/devices");

    await signOut(visitor);
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await page.waitForURL("**/office/inbox");
    await signOut(visitor);
    await page.getByRole("button", { name: "Use a passkey" }).waitFor();
    await givePassword(visitor, staff);
    await page.getByLabel("Code from your app").waitFor();
    await look(visitor, "factor-app-and-passkey");
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await page.waitForURL("**/office/inbox");
});

test("without scripts there is no passkey button, and the other ways are", async (t) => {
    const visitor = await set.visitor(t, { scripts: false });
    const { page } = visitor;
    for (const address of ["/sign-in", "/sign-in/manually"]) {
        await page.goto(address);
        assert.equal(await page.getByText("Use a passkey").isVisible(), false);
    }
    await page.getByLabel("Your password").waitFor();
    await signInAsStaff(visitor);
    await page.goto("/account/factors");
    await page.getByText("The authenticator app works without.").waitFor();
    assert.equal(await page.getByRole("button", { name: "Add a passkey" }).isVisible(), false);
});
