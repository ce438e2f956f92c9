// The office's log of mails: what went to whom, readable on a phone and without scripts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { look } from "../support/looks.mjs";
import { askForLink, contact, owner, signInAsStaff } from "../support/people.mjs";
import { stage } from "../support/stage.mjs";

const set = stage();

for (const scripts of [true, false]) {
    test(`the owner sees that a link was sent, ${scripts ? "with" : "without"} scripts`, async (t) => {
        const asking = await set.visitor(t, { scripts });
        await askForLink(asking, set.portal, contact.address);
        const visitor = await set.visitor(t, { scripts });
        const { page } = visitor;
        await signInAsStaff(visitor, owner);
        await page.goto("/office/mail");
        const row = page.getByRole("row").filter({ hasText: "Your link to sign in" }).first();
        assert.match(await row.innerText(), /Anwen Marlowe[\s\S]*anwen@marlowe\.example[\s\S]*Sent/);
        if (scripts) await look(visitor, "office-mail");
        await page.getByRole("navigation", { name: "Show one state" }).getByRole("link", { name: "Sent" }).click();
        await page.waitForURL("**/office/mail?state=sent");
        await row.waitFor();
    });
}
