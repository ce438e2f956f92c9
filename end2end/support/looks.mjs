// How a page is judged by eye and by axe: in light and dark, on a wide screen and on a phone.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { picture } from "./visitor.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WIDTHS = [1280, 360];
// The narrowest that WCAG 1.4.10 asks for.
const NARROWEST = 320;

/** Judges the page as it stands, keeps pictures of it under `name`, and leaves it in its first look. */
export async function look(visitor, name) {
    const { page } = visitor;
    const first = page.viewportSize();
    const dark = await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches);
    for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        for (const width of WIDTHS) {
            await page.setViewportSize({ width, height: 900 });
            const where = `${name}-${colorScheme}-${width}`;
            await picture(page, where);
            await expectNoAxeViolations(visitor, where);
        }
    }
    await page.setViewportSize({ width: NARROWEST, height: 900 });
    await expectNoSidewaysScrolling(visitor, name);
    await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
    await page.setViewportSize(first);
}

/** WCAG 2.2 AA and axe's best practice, on the page as it stands. What is found fails the test at its end. */
export async function expectNoAxeViolations(visitor, where = visitor.page.url()) {
    const judged = visitor.scripts ? visitor.page : await twin(visitor);
    try {
        await judged.evaluate(axe);
        const violations = await judged.evaluate(async () => {
            const { violations } = await globalThis.axe.run(document, {
                runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
                resultTypes: ["violations"],
            });
            return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
        });
        for (const violation of violations) visitor.complain(`axe: ${violation}`, where);
    } finally {
        if (judged !== visitor.page) await judged.context().close();
    }
}

/**
 * The same HTML in a page where axe, and axe alone, may run: with scripts switched off nothing runs, so the document is handed
 * to a page with scripts whose content policy forbids the document's own.
 */
async function twin({ page, browser }) {
    const context = await browser.newContext({ viewport: page.viewportSize(), reducedMotion: "reduce" });
    const another = await context.newPage();
    const url = page.url().split("#")[0];
    const body = await page.content();
    await another.route(url, (route) => route.fulfill({ contentType: "text/html; charset=utf-8", headers: { "content-security-policy": "script-src 'none'" }, body }));
    const colorScheme = (await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches)) ? "dark" : "light";
    await another.emulateMedia({ colorScheme });
    await another.goto(url);
    return another;
}

async function expectNoSidewaysScrolling(visitor, name) {
    const wide = await visitor.page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > NARROWEST) visitor.complain(`scrolls sideways at ${NARROWEST} px: it is ${wide} px wide`, name);
}
