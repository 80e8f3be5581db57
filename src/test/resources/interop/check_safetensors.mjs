// Reads a safetensors file that Cairn exported with two readers that demand alignment, or are the hub's own:
//
//     npm install @jax-js/loaders@0.1.1 @huggingface/hub@2.17.5 && node check_safetensors.mjs FILE
//
// Run on 2026-11-30 with Node 20.20: both read it; values, types and metadata were those that were written.
import fs from "node:fs";
import { safetensors } from "@jax-js/loaders";
import { parseSafetensorsMetadata } from "@huggingface/hub";

const bytes = fs.readFileSync(process.argv[2]);
const file = safetensors.parse(new Uint8Array(bytes));
console.log(file.metadata);
for (const [name, t] of Object.entries(file.tensors)) {
  console.log(name, t.dtype, t.shape, Array.from(t.data).slice(0, 5));
}
// The hub's reader asks for ranges of bytes; here the file answers.
const answer = async (url, init = {}) => {
  const range = /bytes=(\d+)-(\d+)/.exec(new Headers(init.headers).get("range") ?? "");
  const part = range ? bytes.subarray(+range[1], Math.min(bytes.length, +range[2] + 1)) : bytes;
  return new Response(part, { status: range ? 206 : 200, headers: {
    "content-length": String(part.length), "content-range": `bytes 0-${part.length - 1}/${bytes.length}`, etag: '"any"' } });
};
const header = await parseSafetensorsMetadata({ repo: "any/name", path: "model.safetensors", fetch: answer, computeParametersCount: true });
console.log(header.parameterCount);
