// The library of files, which is plain pages: the same with scripts and without. Staff put a file there for themselves, then share it;
// the client finds and downloads it, and withdraws what they sent by mistake.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { look } from "../support/looks.mjs";
import { paper } from "../support/papers.mjs";
import { openFiles, signInAsContact, signInAsStaff, signInByCode } from "../support/people.mjs";
import { stage } from "../support/stage.mjs";

const set = stage();

for (const scripts of [true, false]) {
    const how = scripts ? "with" : "without";
    const lease = paper(`Lease ${how}.pdf`, 40_000);
    const wrong = paper(`Wrong ${how}.pdf`, 20_000);
    const folder = `Leases ${how}`;

    test(`staff keep a file internal, put it into a folder and share it, ${how} scripts`, async (t) => {
        const office = await set.visitor(t, { scripts });
        await signInAsStaff(office);
        const { page } = office;
        await openFiles(office);
        await page.getByLabel("Files, without a message").setInputFiles(lease);
        await page.getByRole("button", { name: "Add to the library" }).click();
        await page.getByRole("row").filter({ hasText: lease.name }).getByText("Internal").waitFor();

        await page.getByLabel("New folder").fill(folder);
        await page.getByRole("button", { name: "Add the folder" }).click();
        await page.getByRole("navigation", { name: "Where you are" }).getByRole("link", { name: "All files" }).click();
        await page.getByLabel(`Choose ${lease.name}`).check();
        await page.getByLabel("Move to").selectOption({ label: folder });
        await page.getByLabel("Add a tag").fill("Property");
        await page.getByRole("button", { name: "Apply" }).click();
        const row = page.getByRole("row").filter({ hasText: lease.name });
        await row.getByText("Property").waitFor();
        await row.getByRole("link", { name: folder }).waitFor();
        if (scripts) await look(office, "office-library");

        const client = await set.visitor(t, { scripts });
        await (scripts ? signInAsContact : signInByCode)(client, set.portal);
        await client.page.goto("/files");
        assert.equal(await client.page.getByText(lease.name).count(), 0, "internal is absent");
        assert.equal(await client.page.getByText(folder).count(), 0, "and so is its folder");

        await page.getByLabel(`Choose ${lease.name}`).check();
        await page.getByRole("button", { name: "Share with the client", exact: true }).click();
        await row.getByText("Shared").waitFor();

        await client.page.goto("/files?q=lease&sort=name");
        await client.page.getByRole("link", { name: lease.name }).click();
        await client.page.getByRole("heading", { level: 1, name: lease.name }).waitFor();
        assert.equal((await client.page.locator(".digest").innerText()).replaceAll(" ", ""), lease.sha256);
        const downloading = client.page.waitForEvent("download");
        await client.page.getByRole("link", { name: "Download" }).click();
        assert.ok((await readFile(await (await downloading).path())).equals(lease.buffer), "byte for byte as it was");
        if (scripts) await look(client, "file");

        await row.getByRole("link", { name: lease.name }).click();
        await page.getByText("First downloaded").waitFor();
        if (scripts) await look(office, "office-file");
    });

    test(`mission 13: a contact withdraws what they sent by mistake, ${how} scripts`, async (t) => {
        const client = await set.visitor(t, { scripts });
        await (scripts ? signInAsContact : signInByCode)(client, set.portal);
        const { page } = client;
        await page.goto("/threads");
        await page.locator(".thread-row a").first().click();
        await page.waitForURL(/\/threads\/[0-9a-f]{32}$/);
        await page.getByLabel("Your message").fill(`A mistake ${how} scripts`);
        await page.locator("input[name=files]").setInputFiles(wrong);
        await page.getByRole("button", { name: "Send" }).click();
        const message = page.getByRole("article").filter({ hasText: `A mistake ${how} scripts` });
        await message.waitFor();
        await page.goto(`/files?q=wrong`);
        await page.getByRole("link", { name: wrong.name }).click();
        await page.getByRole("button", { name: "Withdraw file" }).click();
        await page.getByText("Withdrawn by Anwen Marlowe").first().waitFor();
        assert.equal(await page.getByRole("link", { name: "Download" }).count(), 0);
        await page.goto("/threads");
        await page.locator(".thread-row a").first().click();
        await message.getByText("Withdrawn by Anwen Marlowe").waitFor();
        await page.goto("/files");
        if (scripts) await look(client, "files-withdrawn");
    });
}
