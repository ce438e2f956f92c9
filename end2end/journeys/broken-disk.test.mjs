// A disk on which no sync succeeds, under the real server. `make soak` does the same for longer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { breakDiskAndCompare } from "../support/broken_disk.mjs";

test("a disk that fails is told as it is, and nothing is acknowledged that does not rest", async () => {
    const told = await breakDiskAndCompare({ turns: 5 });
    assert.deepEqual(told, { 503: 20 });
});
