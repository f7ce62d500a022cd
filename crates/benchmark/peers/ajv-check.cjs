// Checks the records below a folder with the modules that ajv-compile.cjs wrote:
// `node ajv-check.cjs MODULES FOLDER`.
// The folder holds a folder of files or a file of lines for each collection.
const fs = require("node:fs");
const path = require("node:path");

const [modules, folder] = process.argv.slice(2);
let records = 0;
let wrong = 0;

for (const entry of fs.readdirSync(folder)) {
  const collection = path.parse(entry).name;
  const validate = require(path.resolve(modules, `${collection}.cjs`));
  const place = path.join(folder, entry);
  const check = (text) => {
    records += 1;
    try {
      if (!validate(JSON.parse(text))) wrong += 1;
    } catch {
      wrong += 1;
    }
  };
  if (fs.statSync(place).isDirectory()) {
    for (const name of fs.readdirSync(place)) check(fs.readFileSync(path.join(place, name), "utf8"));
  } else {
    eachLine(place, check);
  }
}
console.log(`${records} records, ${wrong} wrong`);
process.exitCode = wrong > 0 ? 1 : 0;

// A string can't hold a gigabyte, so the file is read in pieces that end at a line break.
function eachLine(place, visit) {
  const file = fs.openSync(place);
  const buffer = Buffer.allocUnsafe(1 << 23);
  let kept = 0;
  for (;;) {
    const read = fs.readSync(file, buffer, kept, buffer.length - kept);
    const end = kept + read;
    let start = 0;
    for (;;) {
      const stop = buffer.subarray(0, end).indexOf(10, start);
      if (stop < 0) break;
      visit(buffer.toString("utf8", start, stop));
      start = stop + 1;
    }
    buffer.copyWithin(0, start, end);
    kept = end - start;
    if (read === 0) break;
  }
  if (kept > 0) visit(buffer.toString("utf8", 0, kept));
  fs.closeSync(file);
}
