// From an invitation to the first session, as the demo's newcomer does it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { look } from "../support/looks.mjs";
import { letterTo, lettersTo, textTo, textsTo } from "../support/outbox.mjs";
import { owner, signInAsStaff } from "../support/people.mjs";
import { stage } from "../support/stage.mjs";

const set = stage();
const newcomer = { name: "Meredith Vale", address: "meredith@brightwater.example", number: "+447700900042" };
const password = "kettle harbour lantern moss";

/** Opens the newcomer's page as staff. */
async function openContact(visitor) {
    await signInAsStaff(visitor, owner);
    await visitor.page.goto("/office/contacts?q=meredith");
    await visitor.page.getByRole("link", { name: newcomer.name }).click();
    await visitor.page.getByRole("heading", { level: 2, name: "Invitation" }).waitFor();
}

/** Keeps the newcomer's mobile on their page, or that there is none. */
async function keepMobile(page, number) {
    await page.getByText("Change name or number").click();
    await page.getByLabel("Mobile phone").fill(number);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.locator("dd", { hasText: number || "None on file" }).waitFor();
}

const invitations = async () => (await lettersTo(set.portal, newcomer.address)).length;

test("a visit that presses nothing changes nothing, whether scripts run or not", async (t) => {
    const { link } = await letterTo(set.portal, newcomer.address);
    for (const scripts of [true, false, true]) {
        const visitor = await set.visitor(t, { scripts });
        await visitor.page.goto(link);
        await visitor.page.getByRole("heading", { level: 1, name: "Your invitation from Harcourt & Pell" }).waitFor();
        if (scripts) assert.equal(new URL(visitor.page.url()).hash, "", "the secret has left the address");
        assert.equal((await visitor.page.content()).includes("me•••"), false);
    }
    assert.deepEqual(await textsTo(set.portal, newcomer.number), [], "no text message is sent for it");
});

test("an invitation sent again replaces the old link, whose page says so and offers a new one", async (t) => {
    const old = await letterTo(set.portal, newcomer.address);
    const staff = await set.visitor(t);
    await openContact(staff);
    await look(staff, "contact-invited");
    const before = await invitations();
    await staff.page.getByRole("button", { name: "Invite again" }).click();
    await staff.page.getByText("The invitation is on its way.").waitFor();
    await letterTo(set.portal, newcomer.address, { after: before });

    const visitor = await set.visitor(t);
    await visitor.page.goto(old.link);
    await visitor.page.getByRole("heading", { level: 1, name: "A later link took its place" }).waitFor();
    await look(visitor, "invitation-replaced");
    await visitor.page.getByRole("button", { name: "Email me a new invitation" }).click();
    await visitor.page.getByText("a new invitation is on its way to you").waitFor();
    await letterTo(set.portal, newcomer.address, { after: before + 1 });
});

test("staff copy a link and read a code out, each shown once", async (t) => {
    const staff = await set.visitor(t);
    const { page } = staff;
    await openContact(staff);
    await page.getByText("Copy the invitation link").click();
    await page.getByRole("button", { name: "Make a link" }).click();
    const field = page.getByLabel("The invitation link, for you to hand over");
    assert.match(await field.inputValue(), /\/activate\/[0-9a-f]{32}#\S{43}$/);
    assert.equal(await page.getByText("Read a code out").count(), 0, "as long as their code is texted");
    await keepMobile(page, "");
    await page.getByText("Read a code out").click();
    await page.getByRole("button", { name: "Make a code" }).click();
    assert.match(await page.locator(".app-key").textContent(), /^\d{6}$/);
    await look(staff, "contact-slips");
    await page.getByRole("button", { name: "Put it away" }).click();
    await page.getByText("It is put away").waitFor();
    assert.equal(await page.locator(".app-key, #slip-link").count(), 0);
    await keepMobile(page, newcomer.number);
});

test("without scripts the mail's code is typed, and the text's code after it", async (t) => {
    const staff = await set.visitor(t);
    await openContact(staff);
    const before = await invitations();
    await staff.page.getByRole("button", { name: "Invite again" }).click();
    const letter = await letterTo(set.portal, newcomer.address, { after: before });

    const visitor = await set.visitor(t, { scripts: false });
    const { page } = visitor;
    await page.goto(letter.link);
    await look(visitor, "invitation-without-scripts");
    await page.getByLabel("Code from the email").fill("AAAA AAAA");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("You have 4 tries left.").waitFor();
    await page.getByLabel("Code from the email").fill(letter.code);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("me•••@brightwater.example").waitFor();
    await page.getByText("••42").waitFor();
    const texts = (await textsTo(set.portal, newcomer.number)).length;
    await page.getByRole("button", { name: "Send the code" }).click();
    const { code } = await textTo(set.portal, newcomer.number, { after: texts });
    const field = page.getByLabel("Your code");
    assert.equal(await field.getAttribute("autocomplete"), "one-time-code");
    await field.fill(code);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("heading", { level: 1, name: "Choose a password" }).waitFor();
    await look(visitor, "first-password-without-scripts");
});

test("with scripts one press begins, a pause is counted down, and the password leads into the portal", async (t) => {
    const staff = await set.visitor(t);
    await openContact(staff);
    const before = await invitations();
    await staff.page.getByRole("button", { name: "Invite again" }).click();
    const letter = await letterTo(set.portal, newcomer.address, { after: before });
    assert.match(letter.text, /Replies to this address are not read/);

    const visitor = await set.visitor(t);
    const { page } = visitor;
    await page.goto(letter.link);
    await look(visitor, "invitation");
    await page.getByRole("button", { name: "Activate my access" }).click();
    await page.getByRole("heading", { level: 1, name: "One code, to be sure it is you" }).waitFor();
    await look(visitor, "activation-send");
    const texts = (await textsTo(set.portal, newcomer.number)).length;
    await page.getByRole("button", { name: "Send the code" }).click();
    const again = page.getByRole("button", { name: "Send a new code" });
    await again.waitFor();
    assert.equal(await again.isDisabled(), true, "the button rests");
    assert.match(await page.locator("[data-wait]").textContent(), /another in 0:[0-3]\d/);
    const { code, words } = await textTo(set.portal, newcomer.number, { after: texts });
    assert.match(words, /is your code for the portal of Harcourt & Pell/);
    await page.getByLabel("Your code").pressSequentially("000000" === code ? "111111" : "000000");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("You have 4 tries left.").waitFor();
    await look(visitor, "activation-code-refused");
    // Pasted, it goes on by itself.
    await page.getByLabel("Your code").fill(code);
    await page.getByRole("heading", { level: 1, name: "Choose a password" }).waitFor();
    await look(visitor, "first-password");
    await page.getByLabel("New password", { exact: true }).fill("short");
    await page.getByRole("button", { name: "Set password" }).click();
    await page.getByText("too short").waitFor();
    await page.getByLabel("New password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Set password" }).click();
    await page.waitForURL("**/home");
    await staff.page.reload();
    await staff.page.getByText("Active", { exact: true }).first().waitFor();

    const later = await set.visitor(t);
    await later.page.goto(letter.link);
    await later.page.getByRole("heading", { level: 1, name: "This link was used already" }).waitFor();
});
