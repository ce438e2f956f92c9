// What a firm chooses about signing in, and somebody who is invited to its team.
import assert from "node:assert/strict";
import { test } from "node:test";
import { look } from "../support/looks.mjs";
import { letterTo } from "../support/outbox.mjs";
import { owner, setUpApp, signInAsContact, signInAsStaff } from "../support/people.mjs";
import { stage } from "../support/stage.mjs";

const set = stage();
const other = { name: "Priya Bright", address: "priya@brightwater.example" };

test("an owner changes how people sign in, without scripts: a refused form comes back as it was typed", async (t) => {
    const visitor = await set.visitor(t, { scripts: false });
    const { page } = visitor;
    await signInAsStaff(visitor, owner);
    await page.goto("/office/settings");
    await page.getByRole("link", { name: "How people sign in" }).click();
    await page.getByRole("heading", { level: 1, name: "How people sign in" }).waitFor();
    await look(visitor, "settings-sign-in");
    await page.getByLabel("Days without a visit").fill("60");
    await page.getByLabel("Days in any case").fill("20");
    await page.getByLabel("Least number of characters").fill("12");
    await page.getByLabel("Questions that a contact answers").fill("2");
    await page.getByLabel("The questions to choose from").fill("Which river did you first swim in?\nWhich hill did you first climb?\nWhich boat did you first sail?");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Choose a number from 60 to 365.").waitFor();
    assert.equal(await page.getByLabel("Days without a visit").inputValue(), "60");
    assert.match(await page.getByLabel("The questions to choose from").inputValue(), /Which boat did you first sail\?$/);
    await look(visitor, "settings-sign-in-refused");
    await page.getByLabel("Days in any case").fill("120");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    await page.getByText("A password may have 12 characters here.").waitFor();
    await look(visitor, "settings-sign-in-short");
    await page.goto("/office/audit?topic=settings");
    await page.getByText("60, before 30").waitFor();
});

test("a contact answers security questions, which staff clear with a reason", async (t) => {
    const visitor = await set.visitor(t, { scripts: false });
    const { page } = visitor;
    const contact = await set.visitor(t);
    await signInAsContact(contact, set.portal, other);
    await contact.page.goto("/account");
    await contact.page.getByRole("link", { name: "Security questions" }).click();
    await look(contact, "questions-empty");
    await contact.page.getByLabel("Question 1", { exact: true }).selectOption("Which hill did you first climb?");
    await contact.page.getByLabel("Answer to question 1").fill("Pen y Fan");
    await contact.page.getByLabel("Question 2", { exact: true }).selectOption("Which hill did you first climb?");
    await contact.page.getByLabel("Answer to question 2").fill("The Usk");
    await contact.page.getByRole("button", { name: "Keep the answers" }).click();
    await contact.page.getByText("You chose this question above.").waitFor();
    assert.equal(await contact.page.getByLabel("Question 1", { exact: true }).inputValue(), "Which hill did you first climb?");
    assert.equal(await contact.page.getByLabel("Answer to question 1").inputValue(), "", "an answer never comes back");
    await look(contact, "questions-refused");
    await contact.page.getByLabel("Answer to question 1").fill("Pen y Fan");
    await contact.page.getByLabel("Question 2", { exact: true }).selectOption("Which river did you first swim in?");
    await contact.page.getByLabel("Answer to question 2").fill("The Usk");
    await contact.page.getByRole("button", { name: "Keep the answers" }).click();
    await contact.page.getByText("Your answers are kept.").waitFor();
    await look(contact, "questions-answered");

    await signInAsStaff(visitor, owner);
    await page.goto("/office/contacts?q=priya");
    await page.getByRole("link", { name: other.name }).click();
    await page.getByText("Clear their questions").click();
    await look(visitor, "contact-clear-questions");
    await page.getByLabel("Why").fill("Forgot both, rang from the number on file");
    await page.getByRole("button", { name: "Clear the questions" }).click();
    await page.getByText("Their security questions are cleared").waitFor();
    await contact.page.reload();
    await contact.page.getByRole("button", { name: "Keep the answers" }).waitFor();
});

test("somebody is invited to the team, sets a password and a second factor, and is in", async (t) => {
    const visitor = await set.visitor(t, { scripts: false });
    const { page } = visitor;
    await signInAsStaff(visitor, owner);
    await page.goto("/office/team");
    await page.getByRole("link", { name: "Invite somebody" }).click();
    await look(visitor, "team-new");
    await page.getByLabel("Name").fill("Ruth Aston");
    await page.getByLabel("Title").fill("Payroll");
    await page.getByLabel("Email address").fill(other.address);
    await page.getByRole("button", { name: "Send the invitation" }).click();
    await page.getByText("One address is either one of staff or one contact.").waitFor();
    assert.equal(await page.getByLabel("Name").inputValue(), "Ruth Aston");
    await look(visitor, "team-new-refused");
    const ruth = { name: "Ruth Aston", address: "ruth@harcourtpell.example" };
    await page.getByLabel("Email address").fill(ruth.address);
    await page.getByRole("button", { name: "Send the invitation" }).click();
    await page.getByText("The invitation is on its way.").waitFor();
    await look(visitor, "team-invited");

    const { text } = await letterTo(set.portal, ruth.address);
    const link = /https?:\/\/\S+\/join\/\S+/.exec(text)[0];
    const invited = await set.visitor(t);
    await invited.page.goto(link);
    await look(invited, "join");
    await invited.page.getByRole("button", { name: "Continue" }).first().click();
    await invited.page.getByRole("heading", { level: 1, name: "Welcome, Ruth" }).waitFor();
    await look(invited, "join-password");
    await invited.page.getByLabel("New password").fill("a brown teapot on the sill");
    await invited.page.getByRole("button", { name: "Set the password and continue" }).click();
    await invited.page.waitForURL("**/sign-in/enrol");
    await setUpApp(invited);
    await invited.page.getByRole("button", { name: "I have kept them" }).click();
    await invited.page.waitForURL("**/office/inbox");

    await page.reload();
    assert.equal(await page.getByRole("row", { name: /Ruth Aston/ }).getByText("Active").count(), 1);
    const late = await set.visitor(t, { scripts: false });
    await late.page.goto(link);
    await late.page.getByRole("heading", { level: 1, name: "This link was used already" }).waitFor();
    await look(late, "join-used");
});
