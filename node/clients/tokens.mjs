// The same token for both machines: the sample contract in Rust, and Token.sol.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import solc from 'solc';
import { ALICE, answer } from './lib.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** How many tokens the first account has. */
export const SUPPLY = 1_000_000n;

/** Token.sol, compiled: its ABI and its init code. */
export function compile() {
  const input = {
    language: 'Solidity',
    sources: { 'Token.sol': { content: readFileSync(here('Token.sol'), 'utf8') } },
    settings: { optimizer: { enabled: true }, outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } } },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input)));
  const wrong = output.errors?.find(({ severity }) => severity === 'error');
  if (wrong) throw new Error(wrong.formattedMessage);
  const { abi, evm } = output.contracts['Token.sol'].Token;
  return { abi, bytecode: `0x${evm.bytecode.object}` };
}

/** The ABI of the sample contract. */
export const wasmAbi = () => JSON.parse(readFileSync(here('../../contracts/wasm/erc20_rust.abi.json'), 'utf8'));

/** Deploys the sample contract with `hebe deploy`; gives its address. */
export function deployWasm(url) {
  const file = here('../../contracts/wasm/erc20_rust.wasm');
  const text = execFileSync(process.env.HEBE ?? 'hebe', ['deploy', file, String(SUPPLY), '--as', 'token', '--rpc', url, '--json']);
  return JSON.parse(text).created;
}

/** Deploys Token.sol; gives its address. */
export async function deployEvm(url) {
  const { bytecode } = compile();
  const data = bytecode + SUPPLY.toString(16).padStart(64, '0');
  const hash = await answer(url, 'eth_sendTransaction', [{ from: ALICE, data }]);
  return (await answer(url, 'eth_getTransactionReceipt', [hash])).contractAddress;
}

/** Both tokens: what they are called, where they are, and what they can be asked. */
export async function deployBoth(url) {
  return [
    { kind: 'wasm', address: deployWasm(url), abi: wasmAbi() },
    { kind: 'evm', address: await deployEvm(url), abi: compile().abi },
  ];
}
