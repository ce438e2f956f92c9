// What each file of journeys needs around it: one portal and one browser, there before the first and gone after the last.
import { after, before } from "node:test";
import { startDemo } from "./portal.mjs";
import { launchBrowser, newVisitor } from "./visitor.mjs";

/** `stage.portal` and `stage.visitor(t, options)` for the tests of one file. */
export function stage(startPortal = startDemo) {
    const set = { portal: undefined, browser: undefined, visitor: (t, options) => newVisitor(t, set.browser, set.portal, options) };
    before(async () => {
        set.portal = await startPortal();
        set.browser = await launchBrowser();
    });
    after(async () => {
        await set.browser?.close();
        await set.portal?.stop();
    });
    return set;
}
