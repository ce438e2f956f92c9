// Passwords: set and changed in the portal, and what is refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import { look } from "../support/looks.mjs";
import { letterTo, lettersTo } from "../support/outbox.mjs";
import { signInAsContact, signInByCode } from "../support/people.mjs";
import { stage } from "../support/stage.mjs";

const set = stage();
const priya = { name: "Priya Bright", address: "priya@brightwater.example" };
const hugh = { name: "Hugh Kestrel", address: "hugh@kestrelhill.example" };
const PASSWORD = "nine brown hens by the kiln";

test("missions 20, 21 and 62: a contact sets a password, told live what it lacks, and the link goes on working", async (t) => {
    const [visitor, other] = [await set.visitor(t), await set.visitor(t)];
    await signInAsContact(other, set.portal, priya);
    await signInAsContact(visitor, set.portal, priya);
    const { page } = visitor;
    await page.goto("/account/password");
    await look(visitor, "password-none");
    const field = page.getByLabel("New password");
    assert.equal(await field.getAttribute("autocomplete"), "new-password");
    const said = page.locator("#password-said");
    await field.fill("nine brown hen");
    assert.equal(await said.textContent(), "1 more character to go.");
    await field.fill("harcourt & pell 2026");
    assert.match(await said.textContent(), /“harcourt” is easy to guess here/);
    await look(visitor, "password-meter");
    await page.getByRole("button", { name: "Show" }).click();
    assert.equal(await field.getAttribute("type"), "text");
    await field.fill("passwordpassword");
    assert.match(await said.textContent(), /^Good so far/);
    await page.getByRole("button", { name: "Set password" }).click();
    await page.getByText("This is one of the passwords that are guessed first").waitFor();
    assert.equal(await field.inputValue(), "", "a password never comes back");
    await look(visitor, "password-refused");

    const before = (await lettersTo(set.portal, priya.address)).length;
    other.expects(401);
    await field.fill(PASSWORD);
    await page.getByRole("button", { name: "Set password" }).click();
    const begun = Date.now();
    await page.getByText("Your password is set. All other devices are signed out.").waitFor();
    // The other device's open page hears of it by its event stream.
    await other.page.waitForURL(/\/sign-in/, { timeout: 5_000 }).catch(() => {});
    await other.page.goto("/home");
    await other.page.getByRole("heading", { level: 1, name: /Welcome back|Sign in to your portal/ }).waitFor();
    assert.ok(Date.now() - begun < 10_000);
    assert.match((await letterTo(set.portal, priya.address, { after: before })).text, /a password was set for your account/);
    await look(visitor, "password-set");

    await byPassword(other, priya.address, PASSWORD);
    await signInAsContact(await set.visitor(t), set.portal, priya);
});

test("without scripts the rules stand beside the field, and a refusal names the one that fails", async (t) => {
    const visitor = await set.visitor(t, { scripts: false });
    const { page } = visitor;
    await signInByCode(visitor, set.portal, hugh);
    await page.goto("/account/password");
    await page.getByText("At least 15 characters").waitFor();
    await page.getByLabel("New password").fill("too short");
    await page.getByRole("button", { name: "Set password" }).click();
    await page.getByText("That is 6 characters too short: a password needs 15.").waitFor();
    assert.equal(await page.getByRole("button", { name: "Show" }).count(), 0, "a button that could do nothing is not there");
    await look(visitor, "password-refused-plain");
    await page.getByLabel("New password").fill(PASSWORD);
    await page.getByRole("button", { name: "Set password" }).click();
    await page.getByText("Your password is set.").waitFor();
    await page.getByRole("button", { name: "Remove my password" }).click();
    await page.getByText("Your password is removed.").waitFor();
});

/** Signs a contact in by address and password. */
async function byPassword({ page }, address, password) {
    await page.goto("/sign-in?other");
    await page.getByRole("link", { name: "Sign in manually instead" }).click();
    await page.getByLabel("Your email address").fill(address);
    await page.getByLabel("Your password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/home");
}
