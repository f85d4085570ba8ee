// Reads definitions, one JSON file per argument; prints one line of JSON for each: its problems.
import { readFileSync } from "node:fs";
import validate from "asl-validator";

const check = validate.default ?? validate;
for (const file of process.argv.slice(2)) {
  const found = check(JSON.parse(readFileSync(file, "utf8")));
  console.log(JSON.stringify({ file, valid: found.isValid, errors: found.errors }));
}
