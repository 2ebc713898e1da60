// SPDX-License-Identifier: Apache-2.0
"use strict";
// The compiler for scripts/mutation.py, kept warm: it takes seconds to start and a tenth of one to compile.
// Arguments: the file that is changed, then the contracts wanted, each as `file:name`. A line on stdin is
// the changed file as JSON text; a line on stdout is `{file:name: bytecode}`, or `null` if it does not compile.
const fs = require("fs");
const path = require("path");
const readline = require("readline");

const project = path.join(__dirname, "..");
const solc = require(path.join(project, "node_modules", "solc"));
process.removeAllListeners("uncaughtException");

const [changed, ...wanted] = process.argv.slice(2);
const say = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true; // the compiler's own chatter

function read(name) {
  const place = name.startsWith("@openzeppelin/") ? path.join("node_modules", name) : name;
  return fs.readFileSync(path.join(project, place), "utf8");
}

function compile(text) {
  const sources = { [changed]: { content: text } };
  const outputSelection = {};
  for (const [file, name] of wanted.map((each) => each.split(":"))) {
    sources[file] ??= { content: read(file) };
    outputSelection[file] = { [name]: ["evm.bytecode.object"] };
  }
  const settings = { evmVersion: "cancun", metadata: { appendCBOR: false }, outputSelection };
  const input = { language: "Solidity", sources, settings };
  const output = JSON.parse(
    solc.compile(JSON.stringify(input), { import: (name) => ({ contents: read(name) }) }),
  );
  if ((output.errors ?? []).some((each) => each.severity === "error")) return null;
  return Object.fromEntries(
    wanted.map((each) => {
      const [file, name] = each.split(":");
      return [each, `0x${output.contracts[file][name].evm.bytecode.object}`];
    }),
  );
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  say(`${JSON.stringify(compile(JSON.parse(line)))}\n`);
});
