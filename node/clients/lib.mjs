// Starts a node for a script, and asks it.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** The first two accounts that every development node has, with the first one's key. */
export const ALICE = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266';
export const BOB = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
export const ALICE_KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';

/** Starts a program, and gives it with the address that it says it listens on. */
export async function start(program, args) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  process.on('exit', () => child.kill());
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`${program} ended with ${code}`)));
    lines.on('line', (line) => {
      const found = line.match(/Listening on (?:http:\/\/)?([\d.]+:\d+)/);
      if (found) resolve(`http://${found[1]}`);
    });
  });
  child.removeAllListeners('exit');
  return { url, stop: () => child.kill() };
}

/** Starts Hebe's node; the environment variable HEBE names the program. */
export const startHebe = (...args) => start(process.env.HEBE ?? 'hebe', ['node', '--port', '0', ...args]);

let id = 0;

/** Asks for a method; gives `{ result }` or `{ error }`. */
export async function ask(url, method, params = []) {
  id += 1;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id, method, params }),
  });
  return response.json();
}

/** The answer of a method that has one. */
export async function answer(url, method, params = []) {
  const { result, error } = await ask(url, method, params);
  if (error) throw new Error(`${method}: ${error.code} ${error.message}`);
  return result;
}

let checks = 0;

/** Stops the script where something is not so. */
export function check(what, actual, expected = true) {
  const text = (value) => JSON.stringify(value, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
  if (text(actual) !== text(expected)) {
    console.error(`${what}: ${text(actual)} instead of ${text(expected)}`);
    process.exit(1);
  }
  checks += 1;
}

/** Ends a script that went well. */
export function done(name) {
  console.log(`${name}: ${checks} checks`);
  process.exit(0);
}
