// The demo's outbox: the mails that a firm would have sent, readable at /outbox. Read without a browser, as one reads mail in
// another program beside the portal.
import { until } from "./until.mjs";

/** The newest letter to `address`, once more than `after` of them lie in the outbox. */
export async function letterTo(portal, address, { after = 0 } = {}) {
    const numbers = await until(
        async () => {
            const found = await lettersTo(portal, address);
            return found.length > after && found;
        },
        { what: `letter ${after + 1} to ${address} lies in the outbox` },
    );
    const text = plain(/<pre>([\s\S]*?)<\/pre>/.exec(await read(portal, numbers[0]))[1]);
    return {
        text,
        /** Absolute, with its secret in the fragment. */
        link: /https?:\/\/\S+\/(?:link|activate|reset|join|account\/address)\/\S+/.exec(text)?.[0],
        code: /^\s*([A-Z0-9]{4}[ -][A-Z0-9]{4})\s*$/m.exec(text)?.[1],
    };
}

/** The paths of all letters to `address`, newest first. */
export async function lettersTo(portal, address) {
    const list = await read(portal, "/outbox");
    return [...list.matchAll(/<li>[\s\S]*?<\/li>/g)]
        .map(([row]) => row)
        .filter((row) => plain(row).includes(`To ${address}`))
        .map((row) => /href="([^"]+)"/.exec(row)[1]);
}

/** What the newest text message to `number` (in E.164) says, once more than `after` of them lie in the outbox. */
export async function textTo(portal, number, { after = 0 } = {}) {
    const found = await until(
        async () => {
            const all = await textsTo(portal, number);
            return all.length > after && all;
        },
        { what: `text ${after + 1} to ${number} lies in the outbox` },
    );
    const words = found[0];
    return { words, code: /\b(\d{6})\b/.exec(words)?.[1] };
}

/** The words of all text messages to `number`, newest first. */
export async function textsTo(portal, number) {
    const list = await read(portal, "/outbox");
    return [...list.matchAll(/<li class="text">[\s\S]*?<\/li>/g)]
        .map(([row]) => row)
        .filter((row) => plain(row).includes(`To ${number}`))
        .map((row) => plain(/<span class="words">([\s\S]*?)<\/span>/.exec(row)[1]));
}

/** The code that the authenticator app of invented staff shows, once there is one that was not used yet. */
export async function appCodeOf(portal, address) {
    const shown = new RegExp(`data-for="${address}">(\\d{6})<`);
    // A code is taken once, so after several sign-ins one waits for the next, as its owner would.
    return until(async () => shown.exec(await read(portal, "/outbox"))?.[1], { what: `the app of ${address} shows an unused code`, within: 35_000 });
}

async function read(portal, path) {
    const answer = await fetch(new URL(path, portal.origin));
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    return answer.text();
}

function plain(html) {
    const characters = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };
    return html.replace(/<[^>]+>/g, " ").replace(/&(lt|gt|quot|#39|amp);/g, (_, name) => characters[name]);
}
