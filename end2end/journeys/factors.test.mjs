// The second step: an app and recovery codes; and the devices where one is signed in.
import assert from "node:assert/strict";
import { test } from "node:test";
import { look } from "../support/looks.mjs";
import { appCodeOf, letterTo, lettersTo } from "../support/outbox.mjs";
import { contact, givePassword, setUpApp, signInAsContact, signInAsStaff, signOut, staff } from "../support/people.mjs";
import { stage } from "../support/stage.mjs";
import { codeOf } from "../support/totp.mjs";

const set = stage();
const owner = { name: "Imogen Pell", address: "imogen@harcourtpell.example", password: staff.password };
const another = { name: "Priya Bright", address: "priya@brightwater.example" };

test("staff see nothing before their second factor, and are told the tries that are left", async (t) => {
    const visitor = await set.visitor(t);
    const { page } = visitor;
    await givePassword(visitor);
    const field = page.getByLabel("Code from your app");
    assert.equal(await field.evaluate((input) => input === document.activeElement), true, "one can type at once");
    assert.equal(await field.getAttribute("autocomplete"), "one-time-code");
    await page.goto("/office/inbox");
    await page.getByRole("heading", { level: 1, name: /Sign in to your portal|Welcome back/ }).waitFor();
    await page.goto("/sign-in/factor");
    await field.fill("000000");
    await page.getByText("You have 4 tries left.").waitFor();
    assert.equal(await field.inputValue(), "", "a code never comes back");
    assert.equal(await field.evaluate((input) => input === document.activeElement), true);
    await look(visitor, "factor-refused");
    await field.fill(await appCodeOf(set.portal, staff.address));
    await page.waitForURL("**/office/inbox");
});

test("without scripts the code of the app goes on by its button", async (t) => {
    const visitor = await set.visitor(t, { scripts: false });
    await signInAsStaff(visitor, owner);
    await visitor.page.goto("/account/factors");
    await look(visitor, "factors-of-staff");
});

test("a contact sets an app up, keeps recovery codes, and is asked for either from then on", async (t) => {
    const visitor = await set.visitor(t);
    const { page } = visitor;
    const before = (await lettersTo(set.portal, another.address)).length;
    await signInAsContact(visitor, set.portal, another);
    await page.goto("/account/factors");
    await look(visitor, "factors-empty");
    await page.getByRole("button", { name: "Set it up" }).click();
    await page.getByRole("heading", { level: 1, name: "Authenticator app" }).waitFor();
    await look(visitor, "app-set-up");
    const key = await setUpApp(visitor);
    await page.getByRole("heading", { level: 1, name: "Recovery codes" }).waitFor();
    await look(visitor, "own-recovery-codes");
    const codes = await page.locator(".code-sheet li").allTextContents();
    assert.equal(codes.length, 10);
    await page.getByRole("button", { name: "I have kept them" }).click();
    await page.getByText("10 are unused.").waitFor();
    await look(visitor, "factors-with-app");
    const told = await letterTo(set.portal, another.address, { after: before + 1 });
    assert.match(told.text, /an authenticator app was set up/);

    // On another device the link leads to the second step.
    const later = await set.visitor(t);
    const letter = await askForLinkOnly(later, another.address);
    await later.page.goto(letter.link);
    await later.page.getByRole("button", { name: "Sign in" }).click();
    await later.page.waitForURL("**/sign-in/factor");
    await later.page.getByText("Phone lost or not at hand").click();
    await look(later, "factor-of-a-contact");
    await later.page.getByLabel("Recovery code").fill(codes[3].toLowerCase());
    await later.page.getByRole("button", { name: "Use this code" }).click();
    await later.page.waitForURL("**/home");
    await later.page.goto("/account/factors");
    await later.page.getByText("9 are unused.").waitFor();
    assert.match(codeOf(key), /^\d{6}$/);
});

test("mission 58: a device that signed in before is known again: one press sends the link", async (t) => {
    const visitor = await set.visitor(t);
    const { page } = visitor;
    await signInAsContact(visitor, set.portal);
    await signOut(visitor);
    await page.getByRole("heading", { level: 1, name: "Welcome back" }).waitFor();
    assert.equal(await page.getByText("an•••@marlowe.example").count(), 1);
    assert.equal((await page.content()).includes(contact.address), false, "the whole address is not on the page");
    await look(visitor, "welcome-back");
    const before = (await lettersTo(set.portal, contact.address)).length;
    await page.getByRole("button", { name: "Email me a link" }).click();
    await page.getByRole("heading", { level: 1, name: "Check your email" }).waitFor();
    const { link } = await letterTo(set.portal, contact.address, { after: before });
    await page.goto(link);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/home");

    await signOut(visitor);
    await page.getByRole("button", { name: "Forget me on this device" }).click();
    await page.getByRole("heading", { level: 1, name: "Sign in to your portal" }).waitFor();
});

test("a contact sees their devices, is told of a new one, and ends it within a second", async (t) => {
    const [here, there] = [await set.visitor(t), await set.visitor(t)];
    await signInAsContact(here, set.portal);
    const before = (await lettersTo(set.portal, contact.address)).length;
    await signInAsContact(there, set.portal);
    const told = await letterTo(set.portal, contact.address, { after: before + 1 });
    assert.match(told.text, /a device that was not used before: Chrome on Linux/);

    await here.page.goto("/account/devices");
    await here.page.getByText("This device", { exact: true }).waitFor();
    await look(here, "devices");
    // The other device's open page learns of it by its event stream.
    there.expects(401);
    await here.page.getByRole("button", { name: /^End (all|the other)/ }).click();
    const ended = Date.now();
    await here.page.getByText("All other devices are signed out.").waitFor();
    await there.page.waitForURL(/\/sign-in/, { timeout: 5_000 }).catch(() => {});
    await there.page.goto("/home");
    await there.page.getByRole("heading", { level: 1, name: /Welcome back|Sign in to your portal/ }).waitFor();
    assert.ok(Date.now() - ended < 10_000);
    assert.equal(await here.page.locator(".device").count(), 1);
});

async function askForLinkOnly({ page }, address) {
    const before = (await lettersTo(set.portal, address)).length;
    await page.goto("/sign-in");
    await page.getByLabel("Your email address").fill(address);
    await page.getByRole("button", { name: "Email me a link" }).click();
    await page.getByRole("heading", { level: 1, name: "Check your email" }).waitFor();
    return letterTo(set.portal, address, { after: before });
}
