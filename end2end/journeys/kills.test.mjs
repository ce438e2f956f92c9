// kill -9 in the middle of everything: what was acknowledged is there afterwards. `make soak` does the same by the hundred.
import assert from "node:assert/strict";
import { test } from "node:test";
import { killAndCompare } from "../support/kills.mjs";

test("twenty kills lose nothing that was acknowledged, double nothing and leave nothing readable or left over", async () => {
    const figures = await killAndCompare({ kills: 20 });
    assert.ok(figures.messages >= 20 && figures.files >= 10, JSON.stringify(figures));
    assert.ok(figures.resumed > 0, "some uploads were cut off and went on");
});
