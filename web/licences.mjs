/** Writes the licences of all libraries that the built page contains to `src/licenses.txt`. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const parts = [];
for (const [path, entry] of Object.entries(lock.packages)) {
  // Tools that only build or test the page are not in it.
  if (path === "" || entry.dev || entry.devOptional || entry.optional) continue;
  const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
  const file = readdirSync(path).find((one) => /^licen[cs]e/i.test(one));
  const text = file ? readFileSync(`${path}/${file}`, "utf8").trim() : `Licence: ${entry.license} (the package has no file with its text)`;
  parts.push(`${name} ${entry.version} (${entry.license})\n\n${text}`);
}
writeFileSync("src/licenses.txt", `The page of wenmai contains these libraries.\n\n${parts.join(`\n\n${"─".repeat(72)}\n\n`)}\n`);
