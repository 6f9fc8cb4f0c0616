// The same requests to Hebe's node and to Anvil, and where the answers differ.
//
//     HEBE=target/debug/hebe node node/clients/compare.mjs
//
// What a rule fixes has to be the same: the exit code is 1 where it is not. What differs for a reason is listed below with it.

import { start, startHebe, ask, ALICE, BOB, ALICE_KEY } from './lib.mjs';
import { Wallet } from 'ethers';
import { fileURLToPath } from 'node:url';

const NOBODY = '0x00000000000000000000000000000000000a11ce';
const TIME = 2000000000;
const anvilPath = fileURLToPath(new URL('node_modules/.bin/anvil', import.meta.url));

// Fields that no rule fixes, or that follow from such, wherever they are in an answer.
const FREE = {
  hash: 'block and account hashes follow from the genesis block, which every node has of its own',
  blockHash: 'as hash',
  parentHash: 'as hash',
  stateRoot: 'the genesis block has other contracts',
  mixHash: 'the randomness of a development chain is the node’s own',
  extraData: 'names the client',
  size: 'follows from extraData',
  totalDifficulty: 'deprecated; a client may leave it out',
  r: 'signatures are made with other nonces by other libraries', s: 'as r', v: 'as r', yParity: 'as r',
  accountProof: 'follows from the state root',
  blobGasPrice: 'geth gives it for transactions with blobs alone, and so do we; Anvil gives it for all',
  blockTimestamp: 'time goes on by the machine’s clock between requests',
  timestamp: 'as blockTimestamp',
  gasLimit: 'a choice of the node',
};

// Requests whose answers differ as a whole, with the reason.
const DIFFERS = {
  web3_clientVersion: 'names the client',
  anvil_nodeInfo: 'describes the node',
  hardhat_metadata: 'describes the node',
  rpc_modules: 'lists the node’s own namespaces',
};
// The same for one request.
const GETH_CODE = 'a transaction that can’t be in a block is -32000, as in geth; Anvil has EIP-1474’s -32003';
const FIRST_FEE = 'EIP-1559 makes gas cheaper after the empty first block; Anvil keeps its price for one block';
const NOT_THERE = 'Anvil has no such method';

// A contract in bytecode that counts: with any input it adds one and logs the count; without it gives the count.
const COUNTER = '0x36600d575f545f5260205ff3005b5f54600101805f555f5fa100';
// Reverts with Error("no").
const REVERTS = '0x6308c379a060e01b5f5260206004526002602452616e6f60f01b60445260645ffd';

const word = (number) => '0x' + BigInt(number).toString(16).padStart(64, '0');
const wallet = new Wallet(ALICE_KEY);
const sign = (transaction) => wallet.signTransaction({ chainId: 31337, gasLimit: 100000, ...transaction });
const market = { type: 2, maxFeePerGas: 10_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n };

// Each step is a method and its parameters, or a function of what earlier steps gave. `as` keeps an answer by name, `tag`
// tells two uses of a method apart in DIFFERS.
const STEPS = [
  ['eth_chainId'], ['net_version'], ['net_listening'], ['net_peerCount', [], { differs: NOT_THERE }], ['eth_syncing'], ['eth_accounts'],
  ['web3_clientVersion'], ['web3_sha3', ['0x68656c6c6f']], ['eth_mining', [], { differs: NOT_THERE }], ['eth_hashrate'],
  ['eth_blockNumber'], ['eth_gasPrice', [], { differs: FIRST_FEE }], ['eth_maxPriorityFeePerGas'], ['eth_blobBaseFee'], ['eth_coinbase'],
  ['eth_getBalance', [ALICE, 'latest']], ['eth_getBalance', [NOBODY, 'latest']], ['eth_getBalance', [ALICE, '0x0']],
  ['eth_getTransactionCount', [ALICE, 'latest']], ['eth_getCode', [ALICE, 'latest']],
  ['eth_getCode', ['0x4e59b44847b379578588920ca78fbf26c0b4956c', 'latest']],
  ['eth_getBlockByNumber', ['0x0', false]], ['eth_getBlockByNumber', ['latest', true]], ['eth_getBlockByNumber', ['0x99', false]],
  ['eth_getBlockByHash', [word(1), false]], ['eth_getTransactionByHash', [word(1)]], ['eth_getTransactionReceipt', [word(1)]],
  ['eth_feeHistory', ['0x1', 'latest', [50]], { differs: FIRST_FEE }],
  ['anvil_setNextBlockBaseFeePerGas', ['0x3b9aca00']],
  // Transfers.
  { method: 'eth_sendTransaction', params: [{ from: ALICE, to: BOB, value: '0xde0b6b3a7640000' }], as: 'transfer', free: 'a signature' },
  { method: 'eth_getTransactionReceipt', params: (kept) => [kept.transfer], drop: ['transactionHash'] },
  { method: 'eth_getTransactionByHash', params: (kept) => [kept.transfer], drop: ['maxFeePerGas'] }, // We fill in twice the base fee, as geth does.
  ['eth_getBlockByNumber', ['latest', false], { drop: ['transactions', 'transactionsRoot'] }],
  ['eth_getBalance', [ALICE, 'latest']], ['eth_getBalance', [BOB, 'latest']], ['eth_getBalance', [BOB, '0x0']],
  ['eth_getTransactionCount', [ALICE, 'latest']], ['eth_getTransactionCount', [ALICE, 'pending']],
  ['eth_getBlockTransactionCountByNumber', ['latest']], ['eth_getUncleCountByBlockNumber', ['latest']],
  ['eth_feeHistory', ['0x2', 'latest', [10, 90]]], ['eth_gasPrice'],
  // Raw transactions, each type.
  { method: 'eth_sendRawTransaction', params: async () => [await sign({ type: 0, nonce: 1, to: BOB, value: 1, gasPrice: 10_000_000_000n })], as: 'legacy' },
  { method: 'eth_getTransactionReceipt', params: (kept) => [kept.legacy] },
  { method: 'eth_sendRawTransaction', params: async () => [await sign({ type: 1, nonce: 2, to: BOB, value: 1, gasPrice: 10_000_000_000n, accessList: [{ address: BOB, storageKeys: [word(0)] }] })], as: 'listed' },
  { method: 'eth_getTransactionReceipt', params: (kept) => [kept.listed] },
  { method: 'eth_getTransactionByHash', params: (kept) => [kept.listed] },
  { method: 'eth_sendRawTransaction', params: async () => [await sign({ ...market, nonce: 3, to: BOB, value: 1 })], as: 'market' },
  { method: 'eth_getTransactionReceipt', params: (kept) => [kept.market] },
  { method: 'eth_getTransactionByHash', params: (kept) => [kept.market] },
  // Refused.
  { method: 'eth_sendRawTransaction', params: async () => [await sign({ ...market, nonce: 0, to: BOB })], code: true, differs: GETH_CODE },
  { method: 'eth_sendRawTransaction', params: async () => [await sign({ ...market, nonce: 4, to: BOB, chainId: 1 })], code: true, differs: GETH_CODE },
  { method: 'eth_sendRawTransaction', params: async () => [await sign({ ...market, nonce: 4, to: BOB, gasLimit: 20999 })], code: true },
  { method: 'eth_sendRawTransaction', params: async () => [await sign({ ...market, nonce: 4, to: BOB, value: 10n ** 30n })], code: true, differs: GETH_CODE },
  { method: 'eth_sendRawTransaction', params: ['0x02'], code: true },
  ['eth_nothing', [], { code: true }], ['eth_getBalance', [], { code: true }], ['eth_getBalance', ['0x12', 'latest'], { code: true }],
  ['eth_sendTransaction', [{ from: NOBODY, to: BOB }], { code: true, differs: 'an account without a key is -32000 in geth and here; Anvil has -32602' }],
  // Contracts.
  ['anvil_setCode', [NOBODY, COUNTER]], ['eth_getCode', [NOBODY, 'latest']],
  ['eth_call', [{ to: NOBODY }, 'latest']], ['eth_call', [{ to: NOBODY, data: '0x01' }, 'latest']],
  ['eth_estimateGas', [{ from: ALICE, to: BOB, value: '0x1' }]],
  { method: 'eth_sendTransaction', params: [{ from: ALICE, to: NOBODY, data: '0x01', gas: '0x186a0' }], as: 'count', free: 'a signature' },
  { method: 'eth_getTransactionReceipt', params: (kept) => [kept.count], drop: ['transactionHash'] },
  ['eth_getStorageAt', [NOBODY, '0x0', 'latest']], ['eth_call', [{ to: NOBODY }, 'latest']],
  ['eth_getLogs', [{ fromBlock: '0x0', address: NOBODY }], { drop: ['transactionHash'] }],
  ['eth_getLogs', [{ fromBlock: '0x0', topics: [word(9)] }]],
  ['eth_createAccessList', [{ from: ALICE, to: NOBODY, data: '0x01' }]],
  ['eth_call', [{ to: NOBODY }, 'latest', { [NOBODY]: { stateDiff: { [word(0)]: word(7) } } }]],
  ['eth_call', [{ to: NOBODY }, 'latest', { [NOBODY]: { code: '0x435f5260205ff3' } }, { number: '0x63' }]],
  ['eth_getProof', [NOBODY, [word(0)], 'latest'], { drop: ['key'] }],
  ['anvil_setCode', ['0x00000000000000000000000000000000000a11cf', REVERTS]],
  ['eth_call', [{ to: '0x00000000000000000000000000000000000a11cf' }, 'latest'], { code: true, data: true }],
  ['eth_estimateGas', [{ to: '0x00000000000000000000000000000000000a11cf' }], { code: true, data: true }],
  { method: 'debug_traceTransaction', params: (kept) => [kept.count, { tracer: 'callTracer' }], drop: ['gas'] }, // The first call’s gas is the transaction’s, as in geth.
  { method: 'debug_traceTransaction', params: (kept) => [kept.count, { tracer: 'callTracer', tracerConfig: { withLog: true } }], drop: ['gas'] },
  // Development.
  ['evm_snapshot', [], { as: 'snapshot', free: 'a name' }], ['anvil_setBalance', [NOBODY, '0x64']], ['eth_getBalance', [NOBODY, 'latest']],
  ['anvil_setNonce', [NOBODY, '0x7']], ['eth_getTransactionCount', [NOBODY, 'latest']],
  ['anvil_setStorageAt', [NOBODY, '0x0', word(41)]], ['eth_getStorageAt', [NOBODY, '0x0', 'latest']],
  ['hardhat_impersonateAccount', [NOBODY]], ['hardhat_stopImpersonatingAccount', [NOBODY]],
  ['evm_mine'], ['anvil_mine', ['0x2']], ['eth_blockNumber'],
  ['evm_setNextBlockTimestamp', [TIME]], ['evm_mine'], ['eth_getBlockByNumber', ['latest', false], { keep: ['timestamp'] }],
  ['evm_setNextBlockTimestamp', [5], { code: true }],
  ['anvil_setNextBlockBaseFeePerGas', ['0x3b9aca00']], ['evm_mine'], ['eth_getBlockByNumber', ['latest', false]],
  ['anvil_setCoinbase', [BOB]], ['evm_mine'], ['eth_getBlockByNumber', ['latest', false]],
  { method: 'evm_revert', params: (kept) => [kept.snapshot] }, ['evm_revert', ['0x99']],
  ['evm_setAutomine', [false]], ['anvil_getAutomine'],
  { method: 'eth_sendRawTransaction', params: async () => [await sign({ ...market, nonce: 5, to: BOB, value: 1 })], as: 'waiting' },
  ['txpool_status'], ['eth_getTransactionCount', [ALICE, 'pending']],
  { method: 'eth_getTransactionByHash', params: (kept) => [kept.waiting], differs: 'what it would pay in the next block, as in geth; Anvil has what it would have paid in the newest' },
  { method: 'eth_sendRawTransaction', params: async () => [await sign({ ...market, nonce: 5, to: BOB, value: 2 })], code: true, differs: GETH_CODE },
  { method: 'anvil_dropTransaction', params: (kept) => [kept.waiting] },
  ['txpool_status'], ['evm_setAutomine', [true]],
  // Filters.
  ['eth_newBlockFilter', [], { as: 'filter', free: 'a name' }], ['evm_mine'],
  { method: 'eth_getFilterChanges', params: (kept) => [kept.filter], count: true },
  { method: 'eth_getFilterChanges', params: (kept) => [kept.filter], count: true },
  { method: 'eth_uninstallFilter', params: (kept) => [kept.filter] },
  { method: 'eth_getFilterChanges', params: (kept) => [kept.filter] },
  // Signatures.
  ['eth_sign', [ALICE, '0x48656265']], ['personal_sign', ['0x48656265', ALICE]],
  ['eth_signTypedData_v4', [ALICE, { types: { EIP712Domain: [{ name: 'name', type: 'string' }], Mail: [{ name: 'text', type: 'string' }] }, primaryType: 'Mail', domain: { name: 'Hebe' }, message: { text: 'hello' } }]],
  ['anvil_nodeInfo'], ['hardhat_metadata'], ['rpc_modules'],
];

const normal = STEPS.map((step) => (Array.isArray(step) ? { method: step[0], params: step[1] ?? [], ...step[2] } : step));

/** An answer without what is free. */
function bare(value, step) {
  if (Array.isArray(value)) return value.map((item) => bare(item, step));
  if (value === null || typeof value !== 'object') return typeof value === 'string' ? value.toLowerCase() : value;
  const entries = Object.entries(value)
    .filter(([name]) => step.keep?.includes(name) || !(name in FREE))
    .filter(([name, field]) => !step.drop?.includes(name) && field !== null && field !== undefined)
    .map(([name, field]) => [name, bare(field, step)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function run(url, step, kept) {
  const params = typeof step.params === 'function' ? await step.params(kept) : step.params;
  const response = await ask(url, step.method, params);
  if (step.as) kept[step.as] = response.result;
  if (response.error) {
    const { code, data } = response.error;
    return { error: step.data ? { code, data } : { code }, message: response.error.message };
  }
  if (step.count) return { result: response.result.length };
  return { result: step.free ? typeof response.result : bare(response.result, step) };
}

const hebe = await startHebe('--timestamp', '1900000000');
const anvil = await start(anvilPath, ['--port', '0', '--timestamp', '1900000000', '--hardfork', 'osaka']);
const kept = { hebe: {}, anvil: {} };
let same = 0;
let listed = 0;
const differences = [];
for (const step of normal) {
  const ours = await run(hebe.url, step, kept.hebe);
  let theirs = await run(anvil.url, step, kept.anvil);
  // Anvil answers before the block of a transaction is made.
  for (let wait = 0; wait < 40 && theirs.result === null && ours.result !== null; wait += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    theirs = await run(anvil.url, step, kept.anvil);
  }
  const text = ({ message, ...rest }) => JSON.stringify(rest);
  if (text(ours) === text(theirs)) same += 1;
  else if (step.differs ?? DIFFERS[step.method]) listed += 1;
  else differences.push({ step, ours, theirs });
}
for (const { step, ours, theirs } of differences) {
  const params = typeof step.params === 'function' ? '…' : JSON.stringify(step.params);
  console.log(`${step.method} ${params}\n  Hebe:  ${JSON.stringify(ours)}\n  Anvil: ${JSON.stringify(theirs)}`);
}
console.log(`compare: ${normal.length} requests, ${same} answered alike, ${listed} differ for a reason, ${differences.length} without one`);
process.exit(differences.length === 0 ? 0 : 1);
