/** What every test needs: stores with known content, the real server on them, and a browser that watches itself. */

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, "../..");
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** The program: what the environment names, or the newest build that has `serve`. */
function program() {
  const places = [process.env.WENMAI, join(ROOT, "target/release/wenmai"), join(ROOT, "target/debug/wenmai")];
  const found = places.find((place) => place && existsSync(place) && spawnSync(place, ["serve", "--help"]).status === 0);
  if (!found) throw new Error("no wenmai with `serve` found; run `cargo build` first, or name one in the variable WENMAI");
  return found;
}

const WENMAI = program();

function wenmai(...given) {
  const { status, stderr } = spawnSync(WENMAI, given, { encoding: "utf8" });
  if (status !== 0) throw new Error(`wenmai ${given.join(" ")}: ${stderr}`);
}

/** Text with a script in it, which must never run: as title, in the text, and in a name. */
export const EVIL = `<script>window.hacked=1</script><img src=x onerror="window.hacked=1">`;

/** A store of the sample articles, and of one that means harm. */
export function sampleStore() {
  const folder = mkdtempSync(join(tmpdir(), "wenmai-page-"));
  const evil = join(folder, "evil.jsonl");
  const line = {
    id: "evil",
    title: `${EVIL}标题`,
    date: "2025-01-02",
    text: `${EVIL}𠮷田公司的字😀不止两个字节。张建国出任江苏云帆智能装备股份有限公司副总经理。《${EVIL}》由江城大学出版。2023年，江苏云帆智能装备股份有限公司实现营业收入20.1亿元。`,
  };
  writeFileSync(evil, `${JSON.stringify(line)}\n`);
  wenmai("ingest", join(ROOT, "data/samples"), evil, "--store", join(folder, "store"));
  return { folder, store: join(folder, "store") };
}

const CLASSES = ["Company", "Person", "School", "GovernmentBody", "Event", "AdministrativeArea", "Product", "Work"];
const PROPERTIES = ["cooperatesWith", "locatedIn", "foundedBy", "partOf", "participatesIn"];
const STATUSES = ["asserted", "asserted", "asserted", "planned", "denied", "reported"];

/** A store of 5,000 made-up things in one tree, some with a script in their name. */
export function largeStore(things = 5000) {
  const folder = mkdtempSync(join(tmpdir(), "wenmai-page-"));
  const kg = (name) => `<https://w3id.org/wenmai/id/${name}>`;
  const text = (name) => `"${name.replace(/["\\]/g, "\\$&")}"@zh`;
  let update = "INSERT DATA {\n";
  for (let number = 0; number < things; number += 1) {
    const name = number % 500 === 7 ? `${EVIL}${number}` : `事物${number}`;
    update += `${kg(`事物${number}`)} a wm:${CLASSES[number % CLASSES.length]} ; rdfs:label ${text(name)} .\n`;
    if (number === 0) continue;
    const statement = kg(`doc/updates#statement-${number}`);
    const property = PROPERTIES[number % PROPERTIES.length];
    const status = STATUSES[number % STATUSES.length];
    const other = kg(`事物${Math.floor(number / 3)}`);
    update += `${statement} a wm:Statement ; wm:subject ${kg(`事物${number}`)} ; wm:property wm:${property} ; wm:object ${other} ; wm:status wm:${status} .\n`;
    if (status === "asserted") update += `${kg(`事物${number}`)} wm:${property} ${other} .\n`;
  }
  writeFileSync(join(folder, "large.ru"), `${update}}\n`);
  const store = join(folder, "store");
  wenmai("ingest", join(ROOT, "data/samples/university.html"), "--store", store);
  wenmai("query", "--update", "--file", join(folder, "large.ru"), "--store", store);
  return { folder, store };
}

/** Starts the server on a free port and resolves to its address and the way to end it. */
export async function serve({ folder, store }, ...options) {
  const child = spawn(WENMAI, ["serve", "--store", store, "--bind", "localhost:0", ...options], { stdio: ["ignore", "pipe", "pipe"] });
  const origin = await new Promise((resolve, reject) => {
    let said = "";
    const listen = (chunk) => {
      said += chunk;
      const found = /http:\/\/[\w.:[\]]+/.exec(said);
      if (found) resolve(found[0].replace(/\/$/, ""));
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.on("exit", (code) => reject(new Error(`wenmai serve ended with ${code}: ${said}`)));
    setTimeout(() => reject(new Error(`wenmai serve said no address: ${said}`)), 90_000).unref();
  });
  return {
    origin,
    async end() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGINT");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A browser without sandbox and without calls of its own; WebGL is drawn in software. */
export function browse() {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--use-gl=angle",
      "--use-angle=swiftshader",
      "--enable-unsafe-swiftshader",
    ],
  });
}

/** A page that notes what goes wrong: errors, messages of the console, and requests to anywhere but the server. */
export async function open(browser, origin, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, locale: "zh-CN", ...options });
  // A busy machine is slow, not wrong; how quick the page must be is tested in large.test.mjs.
  context.setDefaultTimeout(90_000);
  const page = await context.newPage();
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") wrong.push(`${message.type()}: ${message.text()}`);
  });
  page.on("request", (request) => {
    const { protocol, origin: to } = new URL(request.url());
    if (to !== origin && protocol !== "blob:" && protocol !== "data:") wrong.push(`request to ${request.url()}`);
  });
  return {
    page,
    wrong,
    visit: async (path) => {
      await page.goto(origin + path);
      await page.waitForLoadState("networkidle");
    },
    close: () => context.close(),
  };
}

const SHOTS = join(HERE, "../screenshots");
mkdirSync(SHOTS, { recursive: true });

/** A picture of the page, to be looked at. */
export function shoot(page, name, options = {}) {
  return page.screenshot({ path: join(SHOTS, `${name}.png`), ...options });
}

export function thing(name) {
  return `/id/${encodeURIComponent(name)}`;
}
