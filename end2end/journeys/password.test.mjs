// Passwords: set and changed in the portal, what is refused, and a new one for somebody who cannot get in; another address.
import assert from "node:assert/strict";
import { test } from "node:test";
import { look } from "../support/looks.mjs";
import { letterTo, lettersTo } from "../support/outbox.mjs";
import { signInAsContact, signInAsStaff, signInByCode } from "../support/people.mjs";
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

for (const scripts of [true, false]) {
    test(`mission 64: the way to a new password, by keyboard, scripts ${scripts ? "on" : "off"}`, async (t) => {
        const visitor = await set.visitor(t, { scripts });
        const { page } = visitor;
        await page.goto("/sign-in?other");
        await press(page, page.getByRole("link", { name: "Sign in manually", exact: false }));
        await page.getByRole("heading", { level: 1, name: "Sign in with your password" }).waitFor();
        await press(page, page.getByRole("link", { name: "Get help signing in", exact: true }));
        await page.getByRole("heading", { level: 1, name: "Get help signing in" }).waitFor();
        await look(visitor, `help-${scripts}`);
        const button = page.getByRole("button", { name: "Reset Password", exact: true });
        const address = page.getByLabel("Your email address");

        // Wrongly at first, and what was typed comes back; then to somebody who is nobody.
        await address.fill("hugh@kestrelhill");
        await press(page, button);
        await page.getByText("That does not look like an email address.").waitFor();
        assert.equal(await address.inputValue(), "hugh@kestrelhill");
        await address.fill("nobody@nowhere.example");
        await press(page, button);
        await page.getByRole("heading", { level: 1, name: "Check your email" }).waitFor();
        const unknown = await page.locator("main").innerText();
        const before = (await lettersTo(set.portal, hugh.address)).length;
        await page.goto("/sign-in/help");
        await address.fill(hugh.address);
        await press(page, button);
        await page.getByRole("heading", { level: 1, name: "Check your email" }).waitFor();
        assert.equal(await page.locator("main").innerText(), unknown, "one page for known and unknown addresses");
        await look(visitor, `help-sent-${scripts}`);

        const letter = await letterTo(set.portal, hugh.address, { after: before });
        await page.goto(letter.link);
        await look(visitor, `reset-door-${scripts}`);
        if (scripts) {
            assert.equal(new URL(page.url()).hash, "", "the secret leaves the address");
        } else {
            await page.getByLabel("Code from the email").fill(letter.code);
        }
        await press(page, page.getByRole("button", { name: "Continue" }).and(page.locator(":visible")));
        const field = page.getByLabel("New password");
        await field.waitFor();
        assert.equal(await field.evaluate((input) => input === document.activeElement), true, "one can type at once");
        await look(visitor, `reset-password-${scripts}`);
        await field.fill(`${PASSWORD} ${scripts}`);
        await page.keyboard.press("Enter");
        await page.waitForURL("**/account/devices");
        await page.getByText(/Your password is (set|changed)\. All other devices are signed out\./).waitFor();
        await page.getByText("This device", { exact: true }).waitFor();
        await byPassword(await set.visitor(t), hugh.address, `${PASSWORD} ${scripts}`);
    });
}

test("mission 63: staff send a reset link and never see the password", async (t) => {
    const visitor = await set.visitor(t);
    const { page } = visitor;
    await signInAsStaff(visitor);
    await page.goto("/office/contacts");
    await page.getByRole("link", { name: hugh.name }).first().click();
    const before = (await lettersTo(set.portal, hugh.address)).length;
    await page.getByRole("button", { name: "Send reset link" }).click();
    await page.getByText("A link to set a password is on its way to them.").waitFor();
    await look(visitor, "contact-reset-sent");
    const { link } = await letterTo(set.portal, hugh.address, { after: before });
    assert.match(link, /\/reset\//);
});

test("a new email address is proven first, and both addresses are told", async (t) => {
    const visitor = await set.visitor(t);
    const { page } = visitor;
    await signInAsContact(visitor, set.portal, hugh);
    await page.goto("/account");
    await page.getByRole("link", { name: "Change address" }).click();
    await look(visitor, "address");
    const renewed = "hugh@kestrelandson.example";
    await page.getByLabel("New email address").fill(renewed);
    await page.getByRole("button", { name: "Write to this address" }).click();
    await page.getByRole("heading", { level: 2, name: "Waiting to be proven" }).waitFor();
    await look(visitor, "address-waiting");
    const { link } = await letterTo(set.portal, renewed);
    const before = (await lettersTo(set.portal, hugh.address)).length;
    await page.goto(link);
    await look(visitor, "address-link");
    await page.getByRole("button", { name: "Use this address" }).click();
    await page.getByText("Your new address is in use. We told both addresses.").waitFor();
    assert.match((await letterTo(set.portal, hugh.address, { after: before })).text, /was changed from hugh@kestrelhill\.example/);
    await signInAsContact(await set.visitor(t), set.portal, { address: renewed });

    // Somebody else's address gets the same answer, and its owner hears of it.
    await page.getByLabel("New email address").fill(priya.address);
    const heard = (await lettersTo(set.portal, priya.address)).length;
    await page.getByRole("button", { name: "Write to this address" }).click();
    await page.getByRole("heading", { level: 2, name: "Waiting to be proven" }).waitFor();
    assert.match((await letterTo(set.portal, priya.address, { after: heard })).text, /It is in use already/);
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

/** Goes to a control by the keyboard, as far as that is possible at all, and presses it. */
async function press(page, control) {
    await control.focus();
    assert.equal(await control.evaluate((it) => it.tabIndex >= 0 && it === document.activeElement), true);
    await page.keyboard.press("Enter");
}
