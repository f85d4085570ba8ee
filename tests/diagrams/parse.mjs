// Reads {name: text of a diagram} from stdin, and writes {name: what Mermaid finds wrong with it}.
import { JSDOM } from "jsdom";

const { window } = new JSDOM("");
globalThis.window = window;
globalThis.document = window.document;

const { default: mermaid } = await import("mermaid");
let given = "";
for await (const chunk of process.stdin) given += chunk;

const wrong = {};
for (const [name, text] of Object.entries(JSON.parse(given))) {
  try {
    await mermaid.parse(text);
  } catch (error) {
    wrong[name] = String(error.message ?? error);
  }
}
process.stdout.write(JSON.stringify(wrong));
