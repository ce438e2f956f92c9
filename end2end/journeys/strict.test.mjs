// A firm that turns the strict profile on: what its people then meet.
import assert from "node:assert/strict";
import { test } from "node:test";
import { giveAuthenticator } from "../support/authenticator.mjs";
import { look } from "../support/looks.mjs";
import { letterTo } from "../support/outbox.mjs";
import { contact, giveAppCode, givePassword, owner, signInAsStaff, signInByCode, signOut, staff } from "../support/people.mjs";
import { stage } from "../support/stage.mjs";

const set = stage();

test("an owner turns the strict profile on; staff then make a passkey before they see anything, and an app alone is taken no more", async (t) => {
    const visitor = await set.visitor(t, { scripts: false });
    const { page } = visitor;
    await signInAsStaff(visitor, owner);
    await page.goto("/office/settings/sign-in");
    await page.getByLabel("Strict: the same, with these rules over it").check();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    assert.equal(await page.getByLabel("Strict: the same, with these rules over it").isChecked(), true);
    await look(visitor, "strict-settings");

    const member = await set.visitor(t);
    const device = await giveAuthenticator(member);
    await givePassword(member, staff);
    assert.match(member.page.url(), /\/sign-in\/factor$/, "whoever has the password alone makes no passkey");
    await giveAppCode(member, staff);
    await member.page.waitForURL("**/sign-in/enrol");
    await member.page.getByRole("heading", { level: 1, name: "Make your passkey" }).waitFor();
    await look(member, "strict-enrol");
    await member.page.goto("/office/inbox");
    assert.match(member.page.url(), /\/sign-in\?next=/, "they see nothing before it");
    await member.page.goto("/sign-in/enrol");
    await device.cancel();
    await member.page.getByRole("button", { name: "Make a passkey" }).click();
    await member.page.getByText("No passkey was used.").waitFor();
    await device.agree();
    await member.page.getByRole("button", { name: "Make a passkey" }).click();
    await member.page.getByRole("button", { name: "I have kept them" }).click();
    await member.page.waitForURL("**/office/inbox");

    await signOut(member);
    await givePassword(member, staff);
    assert.equal(await member.page.getByLabel("Code from your app").count(), 0);
    await look(member, "strict-factor");
    await member.page.getByRole("button", { name: "Use a passkey" }).click();
    await member.page.waitForURL("**/office/inbox");
    await member.page.goto("/account/factors");
    assert.equal(await member.page.getByRole("button", { name: "Remove Chrome on Linux" }).count(), 0, "the last one stays");
    await look(member, "strict-factors");

    // Without scripts no passkey can be made, and the page says what to do.
    const plain = await set.visitor(t, { scripts: false });
    await givePassword(plain, owner);
    await giveAppCode(plain, owner);
    await plain.page.getByText("A passkey needs a browser that knows them").waitFor();
    await look(plain, "strict-enrol-plain");
});

test("a contact of a strict firm has fifteen characters, a link of ten minutes and no questions", async (t) => {
    const visitor = await set.visitor(t, { scripts: false });
    const { page } = visitor;
    await signInByCode(visitor, set.portal);
    await page.goto("/account/password");
    const { text } = await letterTo(set.portal, contact.address);
    assert.match(text, /\(10 minutes\)/);
    await page.getByText("At least 15 characters").waitFor();
    await page.getByLabel("New password").fill("short of it 14");
    await page.getByRole("button", { name: "Set password" }).click();
    await page.getByText("That is 1 character too short: a password needs 15.").waitFor();
    assert.equal(await page.getByLabel("New password").inputValue(), "", "a password never comes back");
    await look(visitor, "strict-password");
    await page.goto("/account");
    assert.equal(await page.getByRole("link", { name: "Security questions" }).count(), 0);
});
