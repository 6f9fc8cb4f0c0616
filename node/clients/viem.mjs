// viem against Hebe's node: tokens of both machines, blobs, delegations, access lists, test actions.

import { createPublicClient, createTestClient, createWalletClient, http, webSocket, parseEther, toBlobs, toHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { startHebe, check, done, ALICE, BOB, ALICE_KEY } from './lib.mjs';
import { deployBoth, SUPPLY } from './tokens.mjs';

const { url } = await startHebe();
const transport = http(url);
const chain = foundry;
const account = privateKeyToAccount(ALICE_KEY);
const read = createPublicClient({ chain, transport, pollingInterval: 50, cacheTime: 0 });
const write = createWalletClient({ chain, transport, account });
const develop = createTestClient({ chain, transport, mode: 'anvil' });

for (const { kind, address, abi } of await deployBoth(url)) {
  const ask = (functionName, ...args) => read.readContract({ address, abi, functionName, args });
  check(`${kind}: supply`, await ask('totalSupply'), SUPPLY);
  const { request } = await read.simulateContract({ address, abi, functionName: 'transfer', args: [BOB, 9n], account });
  const receipt = await read.waitForTransactionReceipt({ hash: await write.writeContract(request) });
  check(`${kind}: transfer`, [receipt.status, await ask('balanceOf', BOB)], ['success', 9n]);
  const events = await read.getContractEvents({ address, abi, eventName: 'Transfer', args: { to: BOB }, fromBlock: 0n });
  check(`${kind}: events`, events.map(({ args }) => Object.values(args)), [[ALICE, BOB, 9n]]);
  const error = await read
    .simulateContract({ address, abi, functionName: 'transfer', args: [ALICE, 1n], account: '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC' })
    .catch((error) => error);
  check(`${kind}: a revert`, error.cause?.name, 'ContractFunctionRevertedError');
  if (kind === 'evm') check('evm: its error', error.cause.data?.errorName, 'InsufficientBalance');
  const { accessList } = await read.createAccessList({ account, to: address, data: request.data ?? '0x' }).catch(() => ({}));
  check(`${kind}: access list`, Array.isArray(accessList) || accessList === undefined);
  const proof = await read.getProof({ address, storageKeys: [] });
  check(`${kind}: proof`, proof.accountProof.length > 0);
}

// An access list and a legacy transaction.
for (const type of ['legacy', 'eip2930', 'eip1559']) {
  const extra = type === 'eip2930' ? { accessList: [{ address: BOB, storageKeys: [] }] } : {};
  const hash = await write.sendTransaction({ to: BOB, value: 1n, type, ...extra });
  check(type, (await read.waitForTransactionReceipt({ hash })).type, type);
}

// A delegation (EIP-7702): the account runs another one's code.
const code = '0x602a5f5260205ff3';
const target = '0x00000000000000000000000000000000000a11ce';
await develop.setCode({ address: target, bytecode: code });
const authorization = await write.signAuthorization({ contractAddress: target, executor: 'self' });
const delegated = await write.sendTransaction({ authorizationList: [authorization], to: account.address, gas: 200000n });
check('delegation', (await read.waitForTransactionReceipt({ hash: delegated })).type, 'eip7702');
check('delegated code', await read.getCode({ address: account.address }), `0xef0100${target.slice(2)}`);
check('what it answers', (await read.call({ to: account.address })).data, `0x${'2a'.padStart(64, '0')}`);

// A blob (EIP-4844), with the commitments of a library in WebAssembly.
const kzgOf = async () => {
  const { loadKZG } = await import('kzg-wasm');
  const kzg = await loadKZG();
  const hex = (bytes) => toHex(bytes);
  const bytes = (text) => Uint8Array.from(Buffer.from(text.slice(2), 'hex'));
  return {
    blobToKzgCommitment: (blob) => bytes(kzg.blobToKZGCommitment(hex(blob))),
    computeBlobKzgProof: (blob, commitment) => bytes(kzg.computeBlobKZGProof(hex(blob), hex(commitment))),
  };
};
const kzg = await kzgOf().catch((error) => console.log(`viem: blobs are left out: ${error.message}`));
if (kzg) {
  const blobs = toBlobs({ data: toHex('hello') });
  const fee = await read.getBlobBaseFee();
  const hash = await write.sendTransaction({ blobs, kzg, maxFeePerBlobGas: fee * 2n + 1n, to: BOB, type: 'eip4844' });
  const receipt = await read.waitForTransactionReceipt({ hash });
  check('blobs', [receipt.type, receipt.blobGasUsed], ['eip4844', 131072n]);
}

// What a test does.
const snapshot = await develop.snapshot();
await develop.setBalance({ address: target, value: parseEther('2') });
await develop.impersonateAccount({ address: target });
await develop.setNextBlockTimestamp({ timestamp: 2_000_000_000n });
await develop.mine({ blocks: 1 });
check('time', (await read.getBlock()).timestamp, 2_000_000_000n);
await develop.setAutomine(false);
const hash = await write.sendTransaction({ to: BOB, value: 1n });
check('the pool', (await develop.getTxpoolStatus()).pending, 1);
await develop.dropTransaction({ hash });
check('the pool is empty', (await develop.getTxpoolStatus()).pending, 0);
await develop.setAutomine(true);
await develop.revert({ id: snapshot });
check('its balance is as before', await read.getBalance({ address: target }), 0n);
const state = await develop.dumpState();
await develop.loadState({ state });
await develop.reset();
check('the chain begins anew', await read.getBlockNumber(), 0n);

// Over a WebSocket.
const socket = createPublicClient({ chain, transport: webSocket(url.replace('http', 'ws')) });
const [heads, hashes] = [[], []];
socket.watchBlocks({ onBlock: (block) => heads.push(block.number) });
socket.watchPendingTransactions({ onTransactions: (some) => hashes.push(...some) });
// A subscription takes a moment, and so does what it tells.
const soon = async (is) => {
  for (let times = 0; times < 200 && !is(); times += 1) await new Promise((resolve) => setTimeout(resolve, 50));
};
await new Promise((resolve) => setTimeout(resolve, 1000));
await write.sendTransaction({ to: BOB, value: 1n, nonce: await read.getTransactionCount({ address: ALICE }) });
await soon(() => heads.length > 0 && hashes.length > 0);
check('a head and a transaction as they came', [heads, hashes.length], [[1n], 1]);
done('viem');
