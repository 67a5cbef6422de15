/** A graph of 5,000 things: drawn within 3 seconds, and still quick under the hand. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browse, largeStore, open, serve, shoot } from "./setup.mjs";

let server;
let browser;

before(async () => {
  server = await serve(largeStore());
  browser = await browse();
});

after(async () => {
  await browser?.close();
  await server?.end();
});

/** Other work on the machine must not fail the test: the best of so many tries counts. */
const TRIES = 4;

test("5,000 things are drawn within 3 s and follow the mouse", async (t) => {
  let tab;
  let [drawn, frame] = [Infinity, Infinity];
  for (let number = 1; number <= TRIES && (drawn >= 3000 || frame >= 100); number += 1) {
    await tab?.close();
    tab = await open(browser, server.origin);
    const begun = performance.now();
    await tab.page.goto(`${server.origin}/#/graph?limit=5000`);
    await tab.page.getByText("显示 5,000 个事物").waitFor();
    await tab.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    const took = performance.now() - begun;
    const frames = await pan(tab.page);
    t.diagnostic(`from the address to the picture ${Math.round(took)} ms; frames while panning: ${describe(frames)}`);
    drawn = Math.min(drawn, took);
    frame = Math.min(frame, middle(frames));
  }
  const { page } = tab;
  assert.ok(drawn < 3000, `drawn after ${Math.round(drawn)} ms`);
  assert.ok(frame < 100, `half of the frames take longer than ${Math.round(frame)} ms`);
  await shoot(page, "large");

  await page.mouse.wheel(0, -600);
  await page.waitForTimeout(800);
  await shoot(page, "large-near");

  // A name with a script in it is only a name.
  await page.getByRole("combobox", { name: "在图中查找" }).fill("<script>");
  await page.getByRole("option", { name: "<script>" }).first().click();
  await page.locator(".graph-side").getByText("<script>").first().waitFor();
  await page.waitForTimeout(500);
  await shoot(page, "large-found");
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  assert.deepEqual(tab.wrong, []);
  await tab.close();
});

/** Drags the graph about and gives the times between frames, in milliseconds. */
async function pan(page) {
  await page.evaluate(() => {
    window.frames = [];
    let last = performance.now();
    const tick = (now) => {
      window.frames.push(now - last);
      last = now;
      window.ticking = requestAnimationFrame(tick);
    };
    window.ticking = requestAnimationFrame(tick);
  });
  const box = await page.locator("#stage").boundingBox();
  const [x, y] = [box.x + 60, box.y + box.height - 60];
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let step = 0; step < 60; step += 1) {
    await page.mouse.move(x + 200 * Math.sin(step / 6), y - 3 * step);
    await page.waitForTimeout(16);
  }
  await page.mouse.up();
  return page.evaluate(() => {
    cancelAnimationFrame(window.ticking);
    return window.frames.slice(1);
  });
}

function middle(times) {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
}

function describe(times) {
  const sorted = times.toSorted((a, b) => a - b);
  return `${times.length}, half within ${Math.round(middle(times))} ms, nine of ten within ${Math.round(sorted[Math.floor(times.length * 0.9)])} ms, all within ${Math.round(sorted.at(-1))} ms`;
}
