// Reads the records of a bundle from NDJSON and JSON.

import { createReadStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const bundle = process.argv[2];

let claims = 0;
let citations = 0;
const lines = createInterface({ input: createReadStream(join(bundle, "ndjson", "claims.ndjson")) });
for await (const line of lines) {
  /** @type {import("../../dist/types").ClaimsRecord} */
  const claim = JSON.parse(line);
  claims += 1;
  citations += claim.citations.length;
}

const treatments = JSON.parse(readFileSync(join(bundle, "json", "treatments.json"), "utf8"));
const indicated = treatments.filter((treatment) => treatment.indications !== undefined);
console.log(`claims: ${claims}`);
console.log(`citations: ${citations}`);
console.log(`treatments with an indication: ${indicated.length}`);
