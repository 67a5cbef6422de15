/** The page in a real browser against the real server, on the sample articles. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { browse, EVIL, open, sampleStore, serve, shoot, thing } from "./setup.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const COMPANY = "江苏云帆智能装备股份有限公司";

let server;
let browser;
let tab;
let page;

before(async () => {
  server = await serve(sampleStore(), "--writable");
  browser = await browse();
});

after(async () => {
  await browser?.close();
  await server?.end();
});

beforeEach(async () => {
  tab = await open(browser, server.origin);
  page = tab.page;
});

afterEach(async () => {
  const { wrong } = tab;
  const hacked = await page.evaluate(() => window.hacked).catch(() => undefined);
  await tab.close();
  assert.deepEqual(wrong, [], "the page makes no error and asks nobody else");
  assert.equal(hacked, undefined, "no script from a document has run");
});

/** No sideways scrolling. */
async function fits() {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(content <= window, `the page is ${content} wide in a window of ${window}`);
}

/** What axe finds against WCAG 2.1 A and AA. */
async function accessible(where) {
  // Through the protocol, so that the policy of the page stays as it is.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }));
  const found = violations.map(({ id, nodes }) => `${where}: ${id}: ${nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary.replace(/\s+/g, " ").slice(0, 200)}`).join(" | ")}`);
  assert.deepEqual(found, []);
}

describe("search", () => {
  test("suggests by name, alias and pinyin, and the keyboard chooses", async () => {
    await tab.visit("/");
    const box = page.getByRole("combobox", { name: "搜索事物" });
    for (const typed of ["云帆智能", "江苏云帆", "yunfan"]) {
      await box.fill(typed);
      await page.getByRole("option", { name: COMPANY }).waitFor();
    }
    assert.equal(await box.getAttribute("aria-expanded"), "true");
    await shoot(page, "search");
    await box.fill("江苏云帆智能");
    await page.getByRole("option", { name: COMPANY }).waitFor();
    await page.waitForFunction(() => document.querySelectorAll('[role="option"]').length <= 3);
    await box.press("ArrowUp");
    await box.press("ArrowDown");
    const active = await box.getAttribute("aria-activedescendant");
    assert.equal(await page.locator(`[id="${active}"]`).getAttribute("aria-selected"), "true");
    await box.press("Enter");
    await page.getByRole("heading", { level: 1, name: COMPANY }).waitFor();
    assert.equal(decodeURIComponent(new URL(page.url()).pathname), `/id/${COMPANY}`);
  });

  test("says so when nothing is found, and Escape closes the list", async () => {
    await tab.visit("/");
    const box = page.getByRole("combobox", { name: "搜索事物" });
    await box.fill("没有这个东西");
    await page.getByText("没有名为“没有这个东西”的事物。").waitFor();
    await box.fill("南通");
    await page.getByRole("option").first().waitFor();
    await box.press("Escape");
    await page.getByRole("option").first().waitFor({ state: "hidden" });
  });
});

describe("thing", () => {
  test("shows names, facts both ways, sentences with the words marked, figures with a chart", async () => {
    await tab.visit(thing(COMPANY));
    await page.getByRole("heading", { level: 1, name: COMPANY }).waitFor();
    await page.getByText("云帆智能", { exact: false }).first().waitFor();
    const out = page.locator(".card", { has: page.getByRole("heading", { name: "它的事实" }) });
    assert.match(await out.textContent(), /位于.*苏州市/);
    assert.ok((await out.locator("mark").allTextContents()).includes("云帆智能总部位于江苏省苏州市"));
    const into = page.locator(".card", { has: page.getByRole("heading", { name: "与它有关的事实" }) });
    assert.match(await into.textContent(), /所有者.*昆山云帆精密制造有限公司/);
    assert.match(await page.locator("table").first().textContent(), /23\.6亿元/);
    await page.getByRole("img", { name: /随时间变化.*2023.*2024/ }).waitFor();
    await shoot(page, "thing", { fullPage: true });
    await out.locator("blockquote a").first().click();
    await page.locator(".text .target").first().waitFor();
  });

  test("links of the picture around it lead to other things", async () => {
    await tab.visit(thing("伊宁县"));
    await page.locator(".bowtie a").first().waitFor();
    await shoot(page, "around");
    await page.getByRole("link", { name: /^南通市: / }).first().click();
    await page.getByRole("heading", { level: 1, name: "南通市" }).waitFor();
  });

  test("says what is wrong with an unknown one", async () => {
    await tab.visit(thing("没有这个东西"));
    await page.getByRole("alert").waitFor();
    await shoot(page, "unknown");
    // The browser itself reports the answer 404.
    tab.wrong.splice(0, tab.wrong.length, ...tab.wrong.filter((one) => !/status of 404/.test(one)));
  });
});

/** The middle of a thing in the drawing, found by asking the list to centre it. */
async function centred(name) {
  await page.locator("summary", { hasText: "图中的事物与关系" }).click();
  await page.locator(".graph-list").getByRole("button", { name, exact: true }).click();
  await page.waitForTimeout(600);
  const box = await page.locator("#stage").boundingBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

describe("graph", () => {
  const shown = () => page.locator("#graph-caption").textContent();

  test("draws, expands on double click and by keyboard, filters, and saves", async () => {
    await tab.visit(`/#/graph?iri=${encodeURIComponent(`https://w3id.org/wenmai/id/${COMPANY}`)}`);
    await page.getByText(/显示 \d+ 个事物/).waitFor();
    const before = Number(/显示 (\d+)/.exec(await shown())[1]);
    assert.ok(before > 3);
    await shoot(page, "graph-thing");

    // The button of the list does what a double click does.
    const place = await centred("方立群").catch(() => null);
    const other = place ? "方立群" : "东南大学";
    if (!place) await page.locator(".graph-list").getByRole("button", { name: other, exact: true }).click();
    await page.getByRole("button", { name: `展开 ${other}`, exact: true }).click();
    await page.getByText(/加入了 \d+ 个事物|周围没有更多事物/).waitFor();
    const expanded = Number(/显示 (\d+)/.exec(await shown())[1]);
    assert.ok(expanded > before, `${expanded} things after expanding, ${before} before`);
    await page.waitForTimeout(800);
    await shoot(page, "graph-expanded");

    await page.locator("summary", { hasText: "筛选" }).click();
    await page.getByRole("group", { name: "类别" }).getByRole("checkbox", { name: /企业/ }).uncheck();
    await page.waitForFunction((all) => Number(/显示 (\d+)/.exec(document.getElementById("graph-caption").textContent)[1]) < all, expanded);
    await page.getByRole("group", { name: "类别" }).getByRole("checkbox", { name: /企业/ }).check();
    await page.waitForFunction((all) => Number(/显示 (\d+)/.exec(document.getElementById("graph-caption").textContent)[1]) === all, expanded);

    for (const format of ["SVG", "DOT", "PNG", "GRAPHML"]) {
      const saved = page.waitForEvent("download");
      await page.getByLabel("存为").selectOption({ label: format });
      const file = await (await saved).path();
      const content = readFileSync(file);
      if (format === "SVG") assert.match(content.toString(), /<svg[\s\S]*云帆[\s\S]*<\/svg>/);
      if (format === "DOT") assert.match(content.toString(), /^digraph wenmai \{[\s\S]*label="江苏云帆/);
      if (format === "GRAPHML") assert.match(content.toString(), /<graphml/);
      if (format === "PNG") assert.deepEqual([...content.subarray(1, 4)], [0x50, 0x4e, 0x47]);
    }
  });

  test("a click selects and a double click expands", async () => {
    await tab.visit(`/#/graph?iri=${encodeURIComponent("https://w3id.org/wenmai/id/南通市")}`);
    await page.getByText(/显示 \d+ 个事物/).waitFor();
    const place = await centred("伊宁县");
    await page.keyboard.press("Escape");
    await page.mouse.click(place.x, place.y);
    await page.locator(".graph-side").getByRole("link", { name: "伊宁县" }).first().waitFor();
    const before = Number(/显示 (\d+)/.exec(await shown())[1]);
    await page.waitForTimeout(500);
    await page.mouse.dblclick(place.x, place.y);
    await page.getByText(/加入了 \d+ 个事物/).waitFor();
    assert.ok(Number(/显示 (\d+)/.exec(await shown())[1]) > before);
  });

  test("finds the path between two things, with its sentences", async () => {
    await tab.visit("/#/graph?limit=50");
    await page.getByText(/显示 \d+ 个事物/).waitFor();
    for (const [label, name] of [["从", "方立群"], ["到", "东南大学"]]) {
      const box = page.locator(".path-form").getByRole("combobox", { name: label });
      await box.fill(name);
      await page.locator(".path-form").getByRole("option", { name }).first().click();
    }
    await page.getByRole("button", { name: "找路径" }).click();
    await page.locator(".path-steps mark").first().waitFor().catch(() => page.getByText("六步之内没有路径。").waitFor());
    await page.waitForTimeout(400);
    await shoot(page, "path");
  });

  test("a path through several things names each step", async () => {
    const base = "https://w3id.org/wenmai/id/";
    await tab.visit(`/#/graph?from=${encodeURIComponent(`${base}昆山云帆产业园`)}&to=${encodeURIComponent(`${base}苏州市`)}`);
    await page.locator(".path-steps > li").first().waitFor();
    assert.ok((await page.locator(".path-steps > li").count()) >= 2);
    await page.waitForTimeout(1200);
    await shoot(page, "path-steps");
  });
});

describe("documents", () => {
  test("the list can be filtered", async () => {
    await tab.visit("/#/documents");
    await page.getByRole("link", { name: /对外投资设立子公司/ }).waitFor();
    await shoot(page, "documents");
    await page.getByLabel("按标题、内容筛选").fill("伊犁");
    await page.getByRole("link", { name: /对外投资设立子公司/ }).waitFor({ state: "detached" });
    await page.getByRole("link", { name: /伊犁/ }).waitFor();
  });

  test("a document marks names, statements and figures, and a statement shows its words", async () => {
    await tab.visit("/#/document?id=announcement");
    const text = page.locator(".text");
    await text.waitFor();
    assert.ok((await text.textContent()).startsWith("江苏云帆智能装备股份有限公司关于对外投资设立子公司的公告"));
    await text.locator(".mention", { hasText: "蒋文博" }).first().waitFor();
    const statement = page.locator(".statements li", { hasText: "蒋文博" }).first();
    await statement.hover();
    assert.match((await text.locator(".active").allTextContents()).join(""), /法定代表人为蒋文博/);
    await shoot(page, "document");
    // The keyboard reaches the same: the focus within a statement marks its words.
    await page.mouse.move(5, 5);
    await statement.getByRole("link").first().focus();
    assert.match((await text.locator(".active").allTextContents()).join(""), /法定代表人为蒋文博/);
    await text.locator(".mention", { hasText: "蒋文博" }).first().click();
    await page.getByRole("heading", { level: 1, name: "蒋文博" }).waitFor();
  });

  test("script in title, name and text is shown as text; marks are right behind characters of two units", async () => {
    await tab.visit("/#/document?id=evil");
    await page.getByRole("heading", { level: 1, name: EVIL.slice(0, 20) }).waitFor();
    const text = page.locator(".text");
    assert.ok((await text.textContent()).includes(EVIL));
    assert.equal(await text.locator(".mention", { hasText: /^张建国$/ }).count(), 1);
    assert.equal(await text.locator(".mention", { hasText: /^江苏云帆智能装备股份有限公司$/ }).count(), 2);
    await shoot(page, "script");
    assert.equal(await page.locator("main img, main script").count(), 0);
  });
});

describe("timeline", () => {
  test("shows dated statements and narrows to a range and a thing", async () => {
    await tab.visit("/#/timeline");
    await page.locator(".event").first().waitFor();
    const all = await page.locator(".event").count();
    await shoot(page, "timeline");
    await page.getByLabel("起").fill("2024");
    await page.getByLabel("起").press("Enter");
    await page.waitForFunction((before) => document.querySelectorAll(".event").length < before, all);
    for (const year of await page.locator(".year h2").allTextContents()) assert.ok(Number(year) >= 2024);
    await page.getByRole("button", { name: "清除" }).click();
    const box = page.getByRole("combobox", { name: "只看一个事物" });
    await box.fill("昆山云帆产业园");
    await page.getByRole("option", { name: "昆山云帆产业园" }).first().click();
    await page.getByRole("heading", { level: 1, name: "昆山云帆产业园 的时间线" }).waitFor();
  });
});

describe("queries", () => {
  const editor = () => page.locator(".cm-content");

  async function write(text) {
    await editor().click();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(text);
  }

  test("a named question is answered as a table with links to things", async () => {
    await tab.visit("/#/query?name=people");
    await page.locator(".results table").waitFor();
    assert.match(await page.locator(".results table").textContent(), /蒋文博/);
    await shoot(page, "query");
  });

  test("Ctrl+Enter runs; results as table, graph, chart; downloads in every format", async () => {
    await tab.visit("/#/query");
    await editor().waitFor();
    await write("SELECT ?person ?organization WHERE { ?person wm:affiliation ?organization }");
    await page.keyboard.press("Control+Enter");
    await page.locator(".results table").waitFor();
    const link = page.locator(".results td a").first();
    assert.ok((await link.getAttribute("href")).startsWith("/id/"));
    await page.locator(".results").getByRole("button", { name: "图", exact: true }).click();
    await page.locator(".results svg").waitFor();
    await shoot(page, "query-graph", { fullPage: true });
    for (const format of ["CSV", "TSV", "JSON", "XML"]) {
      const saved = page.waitForEvent("download");
      await page.getByRole("button", { name: `下载 ${format}` }).click();
      assert.ok(readFileSync(await (await saved).path()).length > 50, format);
    }
    await write("SELECT ?class (COUNT(?thing) AS ?things) WHERE { ?thing a ?class . ?class a owl:Class } GROUP BY ?class ORDER BY DESC(?things)");
    await page.keyboard.press("Control+Enter");
    await page.locator(".results").getByRole("button", { name: "图表" }).click();
    await page.locator(".bars li").first().waitFor();
    await shoot(page, "query-chart", { fullPage: true });
    // The history keeps both.
    await page.locator("summary", { hasText: "用过的查询" }).click();
    assert.equal(await page.locator("details .named li").count(), 2);
  });

  test("graphs come as triples, in every format", async () => {
    await tab.visit("/#/query");
    await editor().waitFor();
    await write("CONSTRUCT { ?a wm:locatedIn ?b } WHERE { ?a wm:locatedIn ?b }");
    await page.keyboard.press("Control+Enter");
    await page.locator(".triples").waitFor();
    await page.locator(".results").getByRole("button", { name: "图", exact: true }).click();
    await page.locator(".results svg").waitFor();
    for (const format of ["Turtle", "N-Triples", "RDF/XML", "JSON-LD"]) {
      const saved = page.waitForEvent("download");
      await page.getByRole("button", { name: `下载 ${format}` }).click();
      assert.ok(readFileSync(await (await saved).path()).length > 50, format);
    }
  });

  test("an error says its line and column and is marked in the text", async () => {
    await tab.visit("/#/query");
    await editor().waitFor();
    await write("SELECT ?x WHERE {\n  ?x wm:title }\n}");
    await page.keyboard.press("Control+Enter");
    const alert = page.getByRole("alert");
    await alert.waitFor();
    assert.match(await alert.textContent(), /第 2 行第 \d+ 列/);
    await page.locator(".cm-lintRange-error, .cm-lintPoint-error").first().waitFor();
    await shoot(page, "query-error");
    tab.wrong.splice(0, tab.wrong.length, ...tab.wrong.filter((one) => !/status of 400/.test(one)));
  });

  test("completes properties by name and by Chinese label, and things by name", async () => {
    await tab.visit("/#/query");
    await editor().waitFor();
    await write("SELECT ?x WHERE { ?x wm:affil");
    await page.locator(".cm-tooltip-autocomplete li", { hasText: "wm:affiliation" }).waitFor();
    await shoot(page, "query-completion");
    await page.keyboard.press("Escape");
    await write("SELECT ?x WHERE { ?x 任职");
    await page.keyboard.press("Control+Space");
    await page.locator(".cm-tooltip-autocomplete li", { hasText: "wm:affiliation" }).waitFor();
    await page.keyboard.press("Escape");
    await write("SELECT ?x WHERE { ?x wm:locatedIn kg:伊宁");
    await page.keyboard.press("Control+Space");
    await page.locator(".cm-tooltip-autocomplete li", { hasText: "kg:伊宁县" }).first().waitFor();
  });
});

describe("analysis", () => {
  test("every measure that the server knows has a table", async () => {
    await tab.visit("/#/analysis");
    await page.locator("main table").waitFor();
    await shoot(page, "analysis");
    const names = await page.locator(".tabs a").allTextContents();
    for (const name of names) {
      await page.locator(".tabs").getByRole("link", { name, exact: true }).click();
      await page.waitForLoadState("networkidle");
      await page.locator("main table, .empty").first().waitFor();
    }
  });
});

describe("adding", () => {
  test("a pasted text is read, can be opened, and deleted", async () => {
    await tab.visit("/#/add");
    await page.getByLabel("正文").fill("2024年5月，苏州星河智能科技有限公司在江苏省苏州市成立，董事长为李文华。");
    await page.getByLabel("名称").fill("星河");
    await page.getByLabel("发布日期").fill("2024-06-01");
    await page.getByRole("button", { name: "读入" }).click();
    await page.getByRole("heading", { name: "已读入" }).waitFor();
    await shoot(page, "added");
    await page.getByRole("link", { name: "星河" }).click();
    await page.locator(".text .mention", { hasText: "苏州星河智能科技有限公司" }).waitFor();
    const remove = page.getByRole("button", { name: "删除这篇文档" });
    await remove.click();
    await page.getByRole("button", { name: "确定删除？" }).click();
    await page.getByRole("heading", { level: 1, name: "文档" }).waitFor();
    await page.getByRole("link", { name: "星河" }).waitFor({ state: "detached" });
  });

  test("files are taken too", async () => {
    await tab.visit("/#/add");
    await page.locator("#add-files").setInputFiles({ name: "晨光.txt", mimeType: "text/plain", buffer: Buffer.from("2023年，杭州晨光电子有限公司由王建军创立。", "utf8") });
    await page.getByRole("button", { name: "读入" }).click();
    await page.getByRole("link", { name: "晨光" }).waitFor();
  });
});

describe("everyone", () => {
  const VIEWS = {
    home: "/",
    thing: thing(COMPANY),
    graph: "/#/graph",
    documents: "/#/documents",
    document: "/#/document?id=announcement",
    timeline: "/#/timeline",
    query: "/#/query?name=people",
    analysis: "/#/analysis",
    add: "/#/add",
  };

  for (const colorScheme of ["light", "dark"]) {
    test(`every view passes axe in ${colorScheme}`, async () => {
      await tab.close();
      tab = await open(browser, server.origin, { colorScheme });
      page = tab.page;
      for (const [name, path] of Object.entries(VIEWS)) {
        await tab.visit(path);
        await page.waitForTimeout(300);
        await accessible(`${name}, ${colorScheme}`);
        await shoot(page, `${colorScheme}-${name}`);
      }
    });
  }

  test("a window of 360 pixels needs no sideways scrolling", async () => {
    await tab.close();
    tab = await open(browser, server.origin, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    page = tab.page;
    for (const [name, path] of Object.entries(VIEWS)) {
      await tab.visit(path);
      await page.waitForTimeout(300);
      await fits();
      await shoot(page, `phone-${name}`, { fullPage: true });
    }
    await accessible("phone");
  });

  test("the language is the browser's, can be switched, and stays", async () => {
    await tab.visit("/");
    assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
    await page.getByRole("button", { name: "English" }).click();
    await page.getByRole("heading", { name: "Most important things" }).waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    await page.reload();
    await page.getByRole("heading", { name: "Most important things" }).waitFor();
    await tab.visit(thing(COMPANY));
    await page.getByRole("heading", { name: "Facts about it" }).waitFor();
    await shoot(page, "english-thing");
    await tab.close();
    tab = await open(browser, server.origin, { locale: "de-DE" });
    page = tab.page;
    await tab.visit("/");
    await page.getByRole("heading", { name: "Questions to ask" }).waitFor();
    await shoot(page, "english-home");
  });

  test("the first key leads past the header, and back and forward work", async () => {
    await tab.visit("/");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "跳到正文");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
    await page.getByRole("link", { name: "文档", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "文档" }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: "最重要的事物" }).waitFor();
    await page.goForward();
    await page.getByRole("heading", { level: 1, name: "文档" }).waitFor();
  });
});
