// SPDX-License-Identifier: Apache-2.0
"use strict";
// Answers `--version` and `--standard-json [--base-path P] [--include-path P] [--allow-paths P]` as the
// native compiler does. Imports are read below the base and include paths and nowhere else.
const fs = require("fs");
const path = require("path");

// solc installs a handler that swallows stack traces; ours must fail loudly.
const solc = require(path.join(__dirname, "..", "..", "node_modules", "solc"));
process.removeAllListeners("uncaughtException");

const NOISE = ">>> Cannot retry compilation with SMT";

function readArguments(argv) {
  const options = { standardJson: false, version: false, roots: [] };
  for (let i = 0; i < argv.length; i += 1) {
    const [name, inline] = argv[i].split(/=(.*)/s);
    if (name === "--version") options.version = true;
    else if (name === "--standard-json") options.standardJson = true;
    else if (name === "--base-path" || name === "--include-path") {
      options.roots.push(path.resolve(inline ?? argv[(i += 1)]));
    } else if (name === "--allow-paths") {
      if (inline === undefined) i += 1;
    } else if (argv[i] !== "-") throw new Error(`solc shim: unknown argument ${argv[i]}`);
  }
  if (options.roots.length === 0) options.roots.push(process.cwd());
  return options;
}

function importer(roots) {
  return (name) => {
    for (const root of roots) {
      const file = path.resolve(root, name);
      const inside = roots.some((each) => file === each || file.startsWith(each + path.sep));
      if (inside && fs.existsSync(file)) return { contents: fs.readFileSync(file, "utf8") };
    }
    return { error: `File not found below ${roots.join(", ")}: ${name}` };
  };
}

function compile(roots) {
  const input = fs.readFileSync(0, "utf8");
  const written = process.stdout.write;
  process.stdout.write = () => true; // the compiler's own chatter would break the JSON
  let output;
  try {
    output = solc.compile(input, { import: importer(roots) });
  } finally {
    process.stdout.write = written;
  }
  return output.split("\n").filter((line) => !line.startsWith(NOISE)).join("\n");
}

function main() {
  const options = readArguments(process.argv.slice(2));
  if (options.version) {
    const version = solc.version().replace(/\.Emscripten\.clang$/, "");
    return `solc, the solidity compiler commandline interface\nVersion: ${version}`;
  }
  if (options.standardJson) return compile(options.roots);
  throw new Error("solc shim: want --version or --standard-json");
}

// A pipe may take only a part of a large output.
function writeAll(text) {
  const bytes = Buffer.from(text, "utf8");
  let offset = 0;
  while (offset < bytes.length) {
    try {
      offset += fs.writeSync(1, bytes, offset);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
}

try {
  writeAll(`${main()}\n`);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
