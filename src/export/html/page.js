"use strict";
// The graph of the page: search, filters, a picture to move about in, and the evidence of what is picked.
// All text goes into the page as text, never as markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { things, links, classes, properties, statuses, documents } = data;
  const by = (id) => document.getElementById(id);
  const canvas = by("picture");
  const pen = canvas.getContext("2d");
  let language = data.language;
  let picked = null; // a thing, or a link
  let hovered = null;
  const off = { class: new Set(), property: new Set(), status: new Set() };
  const view = { x: 0, y: 0, scale: 1 };
  const word = (key) => data.words[language][key] ?? key;
  const label = (entry) => entry[language];

  things.forEach((thing, index) => { thing.index = index; thing.links = []; });
  links.forEach((link) => {
    link.from = things[link.s];
    link.to = things[link.t];
    link.from.links.push(link);
    link.to.links.push(link);
  });
  const pairs = new Set(links.map((link) => link.s + " " + link.t));
  links.forEach((link) => { link.bent = pairs.has(link.t + " " + link.s); });
  const ranked = [...things].sort((a, b) => b.rank - a.rank || a.index - b.index);

  // ── What is shown ──
  const factShown = (fact) => !off.property.has(fact.p) && !off.status.has(fact.status);
  const thingShown = (thing) => thing.shown;
  const linkShown = (link) => link.shown;
  function filter() {
    things.forEach((thing) => { thing.open = !off.class.has(thing.c); });
    links.forEach((link) => { link.shown = link.from.open && link.to.open && link.facts.some(factShown); });
    things.forEach((thing) => { thing.shown = thing.open && (thing.links.length === 0 || thing.links.some(linkShown)); });
    draw();
  }

  // ── Elements ──
  function make(name, content, attributes = {}) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === "class") element.className = value; else element.setAttribute(key, value);
    }
    for (const child of [content].flat()) if (child !== undefined && child !== null) element.append(child);
    return element;
  }
  function button(text, act) {
    const element = make("button", text, { type: "button" });
    element.addEventListener("click", act);
    return element;
  }

  // ── The picture ──
  const colours = {};
  function readColours() {
    const style = getComputedStyle(document.documentElement);
    for (const name of ["ground", "ink", "faint", "rule", "accent", "halo"]) colours[name] = style.getPropertyValue("--" + name).trim();
    colours.dark = matchMedia("(prefers-color-scheme: dark)").matches;
  }
  const toScreen = (x, y) => [(x - view.x) * view.scale + canvas.clientWidth / 2, (y - view.y) * view.scale + canvas.clientHeight / 2];
  const toWorld = (x, y) => [(x - canvas.clientWidth / 2) / view.scale + view.x, (y - canvas.clientHeight / 2) / view.scale + view.y];
  const hasWords = () => view.scale * 12 >= 7.5; // letters smaller than this are not drawn in their shapes

  let waiting = false;
  function draw() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; paint(); });
  }
  function near(thing) {
    if (!picked) return true;
    if (picked.from) return thing === picked.from || thing === picked.to;
    return thing === picked || thing.links.some((link) => link.shown && (link.from === picked || link.to === picked));
  }
  const lit = (link) => !picked || link === picked || link.from === picked || link.to === picked;

  function paint() {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.fillStyle = colours.ground;
    pen.fillRect(0, 0, width, height);
    const shown = links.filter(linkShown);
    for (const link of shown) if (!lit(link)) line(link, 0.13);
    for (const link of shown) if (lit(link)) line(link, 1);
    const nodes = things.filter(thingShown);
    const words = hasWords();
    for (const thing of nodes) if (!near(thing)) node(thing, words, 0.22);
    for (const thing of nodes) if (near(thing)) node(thing, words, 1);
    const taken = [];
    if (!words) for (const thing of nodes) { const [x, y] = toScreen(thing.x, thing.y); taken.push([x - 3, y - 3, 6, 6]); }
    if (words) {
      for (const link of shown) if (lit(link) && (view.scale >= 0.85 || (picked && lit(link)))) linkWords(link, taken);
    } else {
      const first = [hovered, picked].filter((one) => one && !one.from);
      const rest = ranked.filter((thing) => thing.shown && near(thing));
      for (const thing of [...first, ...rest].slice(0, 400)) nodeWords(thing, taken);
    }
  }

  const ends = (link) => {
    // A curve where there is a line back, else a straight line; from border to border.
    const [ax, ay] = toScreen(link.from.x, link.from.y);
    const [bx, by2] = toScreen(link.to.x, link.to.y);
    const bend = link.bent ? 0.24 : 0;
    const control = [(ax + bx) / 2 - (by2 - ay) * bend, (ay + by2) / 2 + (bx - ax) * bend];
    return [border(link.from, [ax, ay], control), control, border(link.to, [bx, by2], control)];
  };
  function border(thing, [x, y], [tx, ty]) {
    const [dx, dy] = [tx - x, ty - y];
    const length = Math.hypot(dx, dy) || 1;
    if (!hasWords()) {
      const part = Math.min(1, (radius(thing) + 1) / length);
      return [x + dx * part, y + dy * part];
    }
    const [w, h] = [thing.w * view.scale / 2, thing.h * view.scale / 2];
    const part = Math.min(1, w / (Math.abs(dx) || 1e-6), h / (Math.abs(dy) || 1e-6));
    return [x + dx * part, y + dy * part];
  }
  const radius = (thing) => 3 + 6 * thing.share;

  function strokeOf(link) {
    const facts = link.facts.filter(factShown);
    const first = facts.length && facts.every((fact) => fact.status === facts[0].status) ? facts[0].status : 0;
    return statuses[first];
  }
  function line(link, alpha) {
    const [start, control, end] = ends(link);
    const [left, right] = [Math.min(start[0], end[0]), Math.max(start[0], end[0])];
    const [top, bottom] = [Math.min(start[1], end[1]), Math.max(start[1], end[1])];
    if (right < -50 || left > canvas.clientWidth + 50 || bottom < -50 || top > canvas.clientHeight + 50) return;
    const stroke = strokeOf(link);
    pen.globalAlpha = alpha;
    pen.strokeStyle = pen.fillStyle = link === picked ? colours.accent : colours.dark ? stroke.dark : stroke.colour;
    const width = Math.min(4, Math.sqrt(link.documents)) * (hasWords() ? 1.2 : 0.8);
    pen.lineWidth = link === picked ? width + 1.5 : width;
    pen.setLineDash(stroke.style === "dashed" ? [6, 4] : stroke.style === "dotted" ? [1.5, 3.5] : []);
    pen.beginPath();
    pen.moveTo(...start);
    pen.quadraticCurveTo(...control, ...end);
    pen.stroke();
    pen.setLineDash([]);
    const far = Math.hypot(end[0] - start[0], end[1] - start[1]);
    if (!link.mutual && far > 12) {
      const length = Math.hypot(end[0] - control[0], end[1] - control[1]) || 1;
      const [ux, uy] = [(end[0] - control[0]) / length, (end[1] - control[1]) / length];
      const size = (hasWords() ? 6 : 4) + width;
      pen.beginPath();
      if (stroke.name === "denied") {
        pen.moveTo(end[0] - uy * size, end[1] + ux * size);
        pen.lineTo(end[0] + uy * size, end[1] - ux * size);
        pen.lineWidth = 2.5;
        pen.stroke();
      } else {
        pen.moveTo(...end);
        pen.lineTo(end[0] - ux * size - uy * size * 0.42, end[1] - uy * size + ux * size * 0.42);
        pen.lineTo(end[0] - ux * size + uy * size * 0.42, end[1] - uy * size - ux * size * 0.42);
        pen.fill();
      }
    }
    pen.globalAlpha = 1;
  }
  function linkWords(link, taken) {
    const [start, control, end] = ends(link);
    const text = [...new Set(link.facts.filter(factShown).map((fact) => label(properties[fact.p])))].join(language === "zh" ? "、" : ", ");
    pen.font = `${Math.max(10, 9.5 * view.scale)}px ${data.fonts}`;
    const width = pen.measureText(text).width;
    for (const at of [0.5, 0.4, 0.6, 0.3, 0.7]) {
      const rest = 1 - at;
      const x = start[0] * rest * rest + control[0] * 2 * rest * at + end[0] * at * at;
      const y = start[1] * rest * rest + control[1] * 2 * rest * at + end[1] * at * at;
      if (!free(taken, x - width / 2, y - 7, width, 14)) continue;
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      pen.lineWidth = 3;
      pen.lineJoin = "round";
      pen.strokeStyle = colours.halo;
      pen.strokeText(text, x, y);
      const stroke = strokeOf(link);
      pen.fillStyle = link === picked ? colours.accent : colours.dark ? stroke.dark : stroke.colour;
      pen.fillText(text, x, y);
      return;
    }
  }
  function free(taken, x, y, width, height) {
    if (taken.some((box) => x < box[0] + box[2] && box[0] < x + width && y < box[1] + box[3] && box[1] < y + height)) return false;
    taken.push([x, y, width, height]);
    return true;
  }

  function outline(shape, x, y, w, h) {
    const [l, r, t, b] = [x - w, x + w, y - h, y + h];
    const cut = Math.min(8 * view.scale, h);
    pen.beginPath();
    switch (shape) {
      case "ellipse": pen.ellipse(x, y, w, h, 0, 0, 2 * Math.PI); break;
      case "hexagon": pen.moveTo(l, y); pen.lineTo(l + cut, t); pen.lineTo(r - cut, t); pen.lineTo(r, y); pen.lineTo(r - cut, b); pen.lineTo(l + cut, b); pen.closePath(); break;
      case "octagon": pen.moveTo(l, t + cut / 2); pen.lineTo(l + cut / 2, t); pen.lineTo(r - cut / 2, t); pen.lineTo(r, t + cut / 2); pen.lineTo(r, b - cut / 2); pen.lineTo(r - cut / 2, b); pen.lineTo(l + cut / 2, b); pen.lineTo(l, b - cut / 2); pen.closePath(); break;
      case "note": pen.moveTo(l, t); pen.lineTo(r - cut, t); pen.lineTo(r, t + cut); pen.lineTo(r, b); pen.lineTo(l, b); pen.closePath(); break;
      case "rounded": pen.roundRect(l, t, 2 * w, 2 * h, cut); break;
      default: pen.rect(l, t, 2 * w, 2 * h);
    }
  }
  function node(thing, words, alpha) {
    const [x, y] = toScreen(thing.x, thing.y);
    const [w, h] = words ? [thing.w * view.scale / 2, thing.h * view.scale / 2] : [radius(thing), radius(thing)];
    if (x + w < 0 || x - w > canvas.clientWidth || y + h < 0 || y - h > canvas.clientHeight) return;
    const look = classes[thing.c];
    pen.globalAlpha = alpha;
    if (words) outline(look.shape, x, y, w, h); else small(look.shape, x, y, w);
    pen.fillStyle = words ? look.fill : look.line;
    pen.fill();
    pen.lineWidth = thing === picked || thing === hovered ? 3 : words ? 1.2 : 1;
    pen.strokeStyle = thing === picked || thing === hovered ? colours.accent : words ? look.line : colours.ground;
    pen.stroke();
    if (words) {
      const size = 12 * view.scale;
      pen.font = `${size}px ${data.fonts}`;
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      pen.fillStyle = "#1f1f1f";
      thing.lines.forEach((text, index) => pen.fillText(text, x, y + (index - (thing.lines.length - 1) / 2) * size * 1.28));
    }
    pen.globalAlpha = 1;
  }
  function small(shape, x, y, r) {
    pen.beginPath();
    if (shape === "ellipse") pen.arc(x, y, r, 0, 2 * Math.PI);
    else if (shape === "hexagon" || shape === "octagon") { pen.moveTo(x - r * 1.2, y); pen.lineTo(x, y - r * 1.2); pen.lineTo(x + r * 1.2, y); pen.lineTo(x, y + r * 1.2); pen.closePath(); }
    else if (shape === "box") pen.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
    else { pen.moveTo(x - r * 1.1, y + r * 0.9); pen.lineTo(x, y - r * 1.1); pen.lineTo(x + r * 1.1, y + r * 0.9); pen.closePath(); }
  }
  function nodeWords(thing, taken) {
    const [x, y] = toScreen(thing.x, thing.y);
    if (x < 0 || x > canvas.clientWidth || y < 0 || y > canvas.clientHeight) return;
    const size = 11 + Math.round(3 * thing.share);
    pen.font = `${size}px ${data.fonts}`;
    const width = pen.measureText(thing.name).width;
    const gap = radius(thing) + 2;
    // Below, above, to the right or to the left, where there is room.
    const spots = [[x - width / 2, y + gap], [x - width / 2, y - gap - size], [x + gap + 2, y - size / 2], [x - gap - 2 - width, y - size / 2]];
    const spot = spots.find(([left, top]) => free(taken, left - 2, top, width + 4, size + 2));
    if (!spot) return;
    pen.textAlign = "left";
    pen.textBaseline = "top";
    pen.lineWidth = 3;
    pen.lineJoin = "round";
    pen.strokeStyle = colours.halo;
    pen.strokeText(thing.name, ...spot);
    pen.fillStyle = colours.ink;
    pen.fillText(thing.name, ...spot);
  }

  // ── Moving about ──
  function fit(chosen) {
    const nodes = chosen ?? things.filter(thingShown);
    if (!nodes.length) return;
    const low = (of) => Math.min(...nodes.map(of));
    const high = (of) => Math.max(...nodes.map(of));
    const [left, right] = [low((n) => n.x - n.w / 2), high((n) => n.x + n.w / 2)];
    const [top, bottom] = [low((n) => n.y - n.h / 2), high((n) => n.y + n.h / 2)];
    const room = (side, space) => Math.max(60, side - space);
    view.scale = Math.min(1.2, room(canvas.clientWidth, 40) / (right - left || 1), room(canvas.clientHeight, 90) / (bottom - top || 1));
    [view.x, view.y] = [(left + right) / 2, (top + bottom) / 2 + 18 / view.scale];
    draw();
  }
  function zoom(factor, x = canvas.clientWidth / 2, y = canvas.clientHeight / 2) {
    const before = toWorld(x, y);
    view.scale = Math.min(5, Math.max(0.01, view.scale * factor));
    const after = toWorld(x, y);
    view.x += before[0] - after[0];
    view.y += before[1] - after[1];
    draw();
  }
  function at(x, y) {
    const words = hasWords();
    for (const thing of things) {
      if (!thing.shown) continue;
      const [tx, ty] = toScreen(thing.x, thing.y);
      const [w, h] = words ? [thing.w * view.scale / 2, thing.h * view.scale / 2] : [radius(thing) + 4, radius(thing) + 4];
      if (Math.abs(x - tx) <= w && Math.abs(y - ty) <= h) return thing;
    }
    for (const link of links) {
      if (!link.shown) continue;
      const [start, control, end] = ends(link);
      for (let step = 1; step < 20; step += 1) {
        const [part, rest] = [step / 20, 1 - step / 20];
        const px = start[0] * rest * rest + control[0] * 2 * rest * part + end[0] * part * part;
        const py = start[1] * rest * rest + control[1] * 2 * rest * part + end[1] * part * part;
        const gap = Math.hypot(end[0] - start[0], end[1] - start[1]) / 38;
        if (Math.hypot(px - x, py - y) < Math.max(6, Math.min(gap, 14))) return link;
      }
    }
    return null;
  }
  const pointers = new Map();
  let moved = 0;
  const position = (event) => { const box = canvas.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, position(event));
    moved = 0;
  });
  canvas.addEventListener("pointermove", (event) => {
    const place = position(event);
    const before = pointers.get(event.pointerId);
    if (!before) {
      const found = at(...place);
      if (found !== hovered) { hovered = found; canvas.style.cursor = found ? "pointer" : "grab"; draw(); }
      return;
    }
    const others = [...pointers.entries()].filter(([id]) => id !== event.pointerId);
    if (others.length) {
      const [ox, oy] = others[0][1];
      const [old, now] = [Math.hypot(before[0] - ox, before[1] - oy), Math.hypot(place[0] - ox, place[1] - oy)];
      if (old > 0 && now > 0) zoom(now / old, (place[0] + ox) / 2, (place[1] + oy) / 2);
    } else {
      view.x -= (place[0] - before[0]) / view.scale;
      view.y -= (place[1] - before[1]) / view.scale;
      draw();
    }
    moved += Math.hypot(place[0] - before[0], place[1] - before[1]);
    pointers.set(event.pointerId, place);
  });
  const release = (event) => {
    const held = pointers.delete(event.pointerId);
    if (held && event.type === "pointerup" && moved < 6) pick(at(...position(event)));
  };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("wheel", (event) => { event.preventDefault(); zoom(Math.exp(-event.deltaY * 0.0016), ...position(event)); }, { passive: false });
  canvas.addEventListener("keydown", (event) => {
    const step = 60 / view.scale;
    const act = {
      ArrowLeft: () => { view.x -= step; }, ArrowRight: () => { view.x += step; }, ArrowUp: () => { view.y -= step; }, ArrowDown: () => { view.y += step; },
      "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), 0: () => fit(), Escape: () => pick(null),
    }[event.key];
    if (act && !event.ctrlKey && !event.metaKey) { event.preventDefault(); act(); draw(); }
  });
  by("closer").addEventListener("click", () => zoom(1.4));
  by("farther").addEventListener("click", () => zoom(1 / 1.4));
  by("fit").addEventListener("click", () => fit());

  // ── What is picked ──
  function pick(what, move = false) {
    picked = what;
    if (what && move) {
      [view.x, view.y] = [what.x, what.y];
      view.scale = Math.max(view.scale, 0.9);
    }
    details();
    draw();
  }
  function goTo(thing) {
    if (!thing.shown) { for (const set of Object.values(off)) set.clear(); filters(); filter(); }
    pick(thing, true);
  }
  function evidence(quotes) {
    const quote = ([sentence, from, to, document]) => {
      const text = [...sentence]; // offsets count code points
      const source = documents[document];
      return make("blockquote", [
        text.slice(0, from).join(""), make("mark", text.slice(from, to).join("")), text.slice(to).join(""),
        make("footer", [source.title || source.id, source.date].filter(Boolean).join(" · ")),
      ]);
    };
    const shown = quotes.slice(0, 3).map(quote);
    if (quotes.length > 3) {
      const more = make("details", make("summary", word("more").replace("{n}", quotes.length - 3)));
      more.append(...quotes.slice(3).map(quote));
      shown.push(more);
    }
    return shown;
  }
  function qualifiers(fact) {
    const parts = [fact.title, fact.time, fact.amount].filter(Boolean);
    const status = fact.status ? make("span", label(statuses[fact.status]), { class: "status" }) : null;
    return [parts.length ? ` (${parts.join(", ")})` : null, status];
  }
  function factElement(link, fact, own) {
    const name = label(properties[fact.p]);
    const thing = (one) => (one === own ? make("b", one.name) : button(one.name, () => goTo(one)));
    const line = make("div", [thing(link.from), ` ${name} ${link.mutual ? "–" : "→"} `, thing(link.to), ...qualifiers(fact)]);
    return make("div", [line, ...evidence(fact.quotes)], { class: "fact" });
  }
  function details() {
    const panel = by("details");
    panel.replaceChildren();
    if (!picked) {
      panel.append(make("p", word("help"), { class: "faint" }), make("h3", word("important")));
      const list = make("div", ranked.filter(thingShown).slice(0, 25).map((thing) => make("div", [button(thing.name, () => goTo(thing)), make("span", " " + label(classes[thing.c]), { class: "faint" })], { class: "fact" })));
      panel.append(list);
      return;
    }
    const close = button(word("close"), () => pick(null));
    if (picked.from) {
      panel.append(make("h2", `${picked.from.name} – ${picked.to.name}`), close);
      for (const fact of picked.facts.filter(factShown)) panel.append(factElement(picked, fact, null));
      return;
    }
    const thing = picked;
    panel.append(make("h2", thing.name), make("p", label(classes[thing.c]), { class: "faint" }), close);
    const rows = [
      ["aliases", thing.aliases.join(language === "zh" ? "、" : ", ")], ["code", thing.code], ["mentions", thing.mentions], ["degree", thing.degree],
      ["rank", `${thing.place} / ${data.ranked}`], ["betweenness", (thing.betweenness * 100).toFixed(2) + " %"], ["community", thing.community],
    ].filter(([, value]) => value !== "" && value !== null && value !== undefined);
    panel.append(make("dl", rows.flatMap(([key, value]) => [make("dt", word(key)), make("dd", String(value))])));
    if (thing.dates.length) {
      panel.append(make("h3", word("dates")));
      for (const fact of thing.dates) panel.append(make("div", [make("div", [`${label(properties[fact.p])} ${fact.value}`, ...qualifiers(fact)]), ...evidence(fact.quotes)], { class: "fact" }));
    }
    const shown = thing.links.filter(linkShown);
    if (shown.length) panel.append(make("h3", word("links")));
    for (const link of shown) for (const fact of link.facts.filter(factShown)) panel.append(factElement(link, fact, thing));
    if (thing.figures.length) {
      panel.append(make("h3", word("figures")));
      for (const figure of thing.figures) panel.append(make("div", [make("div", `${figure.measure} ${figure.number}${figure.time ? ` (${figure.time})` : ""}`), ...evidence(figure.quotes)], { class: "fact" }));
    }
    const side = document.querySelector("aside");
    side.scrollTop += panel.getBoundingClientRect().top - side.getBoundingClientRect().top;
  }

  // ── Filters ──
  function filters() {
    const panel = by("filters");
    panel.replaceChildren();
    const count = (list, of) => { const counts = new Map(); for (const one of list) { const key = of(one); counts.set(key, (counts.get(key) ?? 0) + 1); } return counts; };
    const facts = links.flatMap((link) => link.facts);
    const group = (kind, title, entries, counts, swatch) => {
      const present = entries.map((entry, index) => [entry, index]).filter(([, index]) => counts.has(index));
      if (present.length < 2 && kind === "status") return;
      const box = make("fieldset", make("legend", title));
      for (const [entry, index] of present.sort((a, b) => counts.get(b[1]) - counts.get(a[1]) || a[1] - b[1])) {
        const input = make("input", null, { type: "checkbox" });
        input.checked = !off[kind].has(index);
        input.addEventListener("change", () => { if (input.checked) off[kind].delete(index); else off[kind].add(index); filter(); details(); });
        box.append(make("label", [input, swatch?.(entry), label(entry), make("span", String(counts.get(index)), { class: "faint" })]));
      }
      const all = button(word("all"), () => { off[kind].clear(); filters(); filter(); details(); });
      const none = button(word("none"), () => { present.forEach(([, index]) => off[kind].add(index)); filters(); filter(); details(); });
      if (present.length > 2) box.append(make("div", [all, " ", none]));
      panel.append(box);
    };
    const swatch = (entry) => { const box = make("span", null, { class: "swatch" }); box.style.background = entry.fill; box.style.border = `2px solid ${entry.line}`; return box; };
    const stroke = (entry) => {
      const box = make("canvas", null, { class: "stroke", width: "52", height: "20" });
      const small = box.getContext("2d");
      small.strokeStyle = colours.dark ? entry.dark : entry.colour;
      small.lineWidth = 4;
      small.setLineDash(entry.style === "dashed" ? [12, 8] : entry.style === "dotted" ? [4, 7] : []);
      small.beginPath();
      small.moveTo(0, 10);
      small.lineTo(52, 10);
      small.stroke();
      return box;
    };
    group("class", word("classes"), classes, count(things, (thing) => thing.c), swatch);
    group("property", word("relations"), properties, count(facts, (fact) => fact.p));
    group("status", word("status"), statuses, count(facts, (fact) => fact.status), stroke);
  }
  by("filters-button").addEventListener("click", () => {
    const hidden = !by("filters").hidden;
    by("filters").hidden = hidden;
    by("filters-button").setAttribute("aria-expanded", String(!hidden));
  });

  // ── Search ──
  const search = by("search");
  const hits = by("hits");
  let active = -1;
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  things.forEach((thing) => { thing.keys = [thing.name, ...thing.aliases, thing.code ?? ""].map(fold); });
  function found(text) {
    const key = fold(text.trim());
    if (!key) return [];
    const score = (thing) => Math.min(...thing.keys.map((name) => (name === key ? 0 : name.startsWith(key) ? 1 : name.includes(key) ? 2 : 9)));
    return ranked.map((thing) => [score(thing), thing]).filter(([points]) => points < 9).sort((a, b) => a[0] - b[0]).slice(0, 20).map(([, thing]) => thing);
  }
  function showHits() {
    const list = found(search.value);
    hits.replaceChildren();
    active = list.length ? 0 : -1;
    list.forEach((thing, index) => {
      const item = make("li", [make("span", thing.name), make("span", label(classes[thing.c]), { class: "faint" })], { role: "option", id: "hit-" + index, "aria-selected": String(index === active) });
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(thing); });
      hits.append(item);
    });
    if (search.value.trim() && !list.length) hits.append(make("li", word("nothing"), { class: "faint" }));
    hits.hidden = !hits.children.length;
    search.setAttribute("aria-expanded", String(!hits.hidden));
    mark(list);
  }
  function mark(list) {
    [...hits.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === active && list.length > 0)));
    if (active >= 0) { search.setAttribute("aria-activedescendant", "hit-" + active); hits.children[active].scrollIntoView({ block: "nearest" }); } else search.removeAttribute("aria-activedescendant");
  }
  function hideHits() { hits.hidden = true; search.setAttribute("aria-expanded", "false"); }
  function choose(thing) { search.value = thing.name; hideHits(); goTo(thing); }
  search.addEventListener("input", showHits);
  search.addEventListener("focus", () => { if (search.value) showHits(); });
  search.addEventListener("blur", hideHits);
  search.addEventListener("keydown", (event) => {
    const list = found(search.value);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (hits.hidden) showHits();
      if (list.length) active = (active + (event.key === "ArrowDown" ? 1 : list.length - 1)) % list.length;
      mark(list);
    } else if (event.key === "Enter" && list[Math.max(active, 0)]) choose(list[Math.max(active, 0)]);
    else if (event.key === "Escape") { hideHits(); search.value = ""; }
  });

  // ── Words ──
  function speak() {
    document.documentElement.lang = language;
    document.title = word("title");
    search.placeholder = word("search");
    search.setAttribute("aria-label", word("search"));
    hits.setAttribute("aria-label", word("search"));
    canvas.setAttribute("aria-label", word("picture"));
    by("filters-button").textContent = word("filters");
    by("language").textContent = word("other_language");
    for (const [id, key] of [["closer", "closer"], ["farther", "farther"], ["fit", "fit"]]) { by(id).setAttribute("aria-label", word(key)); by(id).title = word(key); }
    by("caption").textContent = data.caption[language].join(language === "zh" ? "　" : "; ");
    filters();
    details();
    draw();
  }
  by("language").addEventListener("click", () => { language = language === "zh" ? "en" : "zh"; speak(); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readColours(); filters(); draw(); });
  new ResizeObserver(draw).observe(canvas);

  readColours();
  if (matchMedia("(max-width: 720px)").matches) by("filters-button").click();
  filter();
  speak();
  fit();
})();
