// Mission 49: links of a portal that the firm had before lead to the new place, ask to sign in, and are counted.
import assert from "node:assert/strict";
import { test } from "node:test";
import { look } from "../support/looks.mjs";
import { letterTo, lettersTo } from "../support/outbox.mjs";
import { contact, owner, signInAsStaff } from "../support/people.mjs";
import { stage } from "../support/stage.mjs";

const set = stage();
const OLD = "/one-click/8f3a9c0d1e2f3a4b5c6d7e8f?user=7";

test("mission 49: a firm lists its old links, and whoever opens one signs in and is at the new place", async (t) => {
    const office = await set.visitor(t, { scripts: false });
    const { page } = office;
    await signInAsStaff(office, owner);
    await page.goto("/office/settings");
    await page.getByRole("link", { name: "Old links" }).click();
    await page.getByRole("heading", { level: 1, name: "Old links" }).waitFor();
    await page.getByText("No old links are listed").waitFor();
    await look(office, "old-links-none");
    const list = `https://old.example${OLD}, /files, ${contact.address}\nhttps://old.example/client/42, somewhere`;
    await page.getByLabel("Old addresses, one a line").fill(list);
    await page.getByRole("button", { name: "Take the list in" }).click();
    await page.getByText("Line 2: where it leads is a path of your portal").waitFor();
    assert.equal(await page.getByLabel("Old addresses, one a line").inputValue(), list);
    await look(office, "old-links-refused");
    await page.getByLabel("Old addresses, one a line").fill(list.replace(", somewhere", ""));
    await page.getByRole("button", { name: "Take the list in" }).click();
    await page.getByText("The list is taken in.").waitFor();

    const client = await set.visitor(t);
    await client.page.goto(OLD);
    await client.page.getByText("Old links no longer sign in by themselves").waitFor();
    assert.ok(!client.page.url().includes("8f3a9c"), "what stood in the old link goes no further");
    await look(client, "sign-in-old-link");
    const before = (await lettersTo(set.portal, contact.address)).length;
    await client.page.getByLabel("Your email address").fill(contact.address);
    await client.page.getByRole("button", { name: "Email me a link" }).click();
    await client.page.getByRole("heading", { level: 1, name: "Check your email" }).waitFor();
    const letter = await letterTo(set.portal, contact.address, { after: before });
    await client.page.goto(letter.link);
    await client.page.getByRole("button", { name: "Sign in" }).click();
    await client.page.waitForURL("**/files");
    await client.page.goto(OLD);
    await client.page.waitForURL("**/files");

    await page.reload();
    const row = page.getByRole("row").filter({ hasText: "/one-click/8f3a…" });
    assert.match(await row.innerText(), /Anwen Marlowe[\s\S]*2 times, last/);
    await look(office, "old-links");
    await page.goto("/office/audit?topic=sign-in");
    await page.getByText("opened an address of a former portal that was for").first().waitFor();

    await page.goto("/office/settings/links");
    const other = page.getByRole("row").filter({ hasText: "/client/42" });
    await other.getByText("Remove").first().click();
    await other.getByRole("button", { name: "Remove the link" }).click();
    await page.getByText("That old link leads nowhere now.").waitFor();
    client.expects(404);
    assert.equal((await client.page.goto("/client/42")).status(), 404);
});
