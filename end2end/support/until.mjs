import { setTimeout as pause } from "node:timers/promises";

/** Asks again until `holds` gives something true, and returns that; past `within` milliseconds it fails, saying what was awaited. */
export async function until(holds, { what, within = 10_000 }) {
    const deadline = Date.now() + within;
    for (;;) {
        const answer = await holds();
        if (answer) return answer;
        if (Date.now() > deadline) throw new Error(`Waited ${within} ms in vain until ${typeof what === "function" ? what() : what}`);
        await pause(25);
    }
}
