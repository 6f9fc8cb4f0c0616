// ethers 6 against Hebe's node: tokens of both machines, logs, reverts, subscriptions, signatures.

import { Contract, JsonRpcProvider, Wallet, WebSocketProvider, ContractFactory, parseEther, verifyTypedData } from 'ethers';
import { startHebe, check, done, ALICE, BOB, ALICE_KEY } from './lib.mjs';
import { deployBoth, compile, SUPPLY } from './tokens.mjs';

const { url } = await startHebe();
const provider = new JsonRpcProvider(url, undefined, { cacheTimeout: -1 });
check('chain', (await provider.getNetwork()).chainId, 31337n);

for (const { kind, address, abi } of await deployBoth(url)) {
  const signer = await provider.getSigner(0);
  const token = new Contract(address, abi, signer);
  check(`${kind}: supply`, await token.totalSupply(), SUPPLY);
  check(`${kind}: balance`, await token.balanceOf(ALICE), SUPPLY);

  // A transfer, its receipt and its log.
  const receipt = await (await token.transfer(BOB, 10)).wait();
  check(`${kind}: status`, receipt.status, 1);
  check(`${kind}: balance of who got some`, await token.balanceOf(BOB), 10n);
  const { name, args } = token.interface.parseLog(receipt.logs[0]);
  check(`${kind}: event`, [name, args[0], args[1], args[2]], ['Transfer', ALICE, BOB, 10n]);
  const found = await token.queryFilter(token.filters.Transfer(ALICE), 0);
  check(`${kind}: logs that were found`, found.length, 1);

  // Signed by a wallet.
  const wallet = new Wallet(ALICE_KEY, provider);
  const signed = await (await token.connect(wallet).transfer(BOB, 5)).wait();
  check(`${kind}: signed`, [signed.status, await token.balanceOf(BOB)], [1, 15n]);

  // A revert, with its reason.
  const poor = token.connect(await provider.getSigner(2));
  const error = await poor.transfer(BOB, 1).catch((error) => error);
  check(`${kind}: a revert`, error.code, 'CALL_EXCEPTION');
  if (kind === 'evm') check('evm: its error', token.interface.parseError(error.data)?.name, 'InsufficientBalance');
  else check('wasm: its reason', error.reason, 'insufficient balance');

  // The balance at an old block.
  check(`${kind}: before`, await token.balanceOf(BOB, { blockTag: receipt.blockNumber - 1 }), 0n);
}

// A contract from a factory.
const { abi, bytecode } = compile();
const made = await new ContractFactory(abi, bytecode, await provider.getSigner(1)).deploy(7);
await made.waitForDeployment();
check('factory', await made.balanceOf(BOB), 7n);

// Typed data.
const wallet = await provider.getSigner(0);
const [domain, types, value] = [{ name: 'Hebe' }, { Mail: [{ name: 'text', type: 'string' }] }, { text: 'hello' }];
check('typed data', verifyTypedData(domain, types, value, await wallet.signTypedData(domain, types, value)), ALICE);

// The fee market.
const fees = await provider.getFeeData();
check('fees', fees.maxPriorityFeePerGas, 1_000_000_000n);

// Snapshots, time, impersonation.
const snapshot = await provider.send('evm_snapshot', []);
await provider.send('evm_increaseTime', [86400]);
await provider.send('evm_mine', []);
const [first, second] = [await provider.getBlock(0), await provider.getBlock('latest')];
check('time', second.timestamp - first.timestamp >= 86400);
const nobody = '0x00000000000000000000000000000000000A11cE';
await provider.send('hardhat_setBalance', [nobody, '0xde0b6b3a7640000']);
await provider.send('hardhat_impersonateAccount', [nobody]);
const sent = await (await provider.getSigner(nobody)).sendTransaction({ to: BOB, value: parseEther('0.5') });
check('impersonated', (await sent.wait()).from, nobody);
check('reverted', await provider.send('evm_revert', [snapshot]));
check('its balance is as before', await provider.getBalance(nobody), 0n);

// Over a WebSocket: heads, transactions and logs as they come.
const socket = new WebSocketProvider(url.replace('http', 'ws'));
const heads = [];
await socket.on('block', (number) => heads.push(number));
const watched = new Contract(await made.getAddress(), abi, await socket.getSigner(1));
const seen = new Promise((resolve) => watched.on('Transfer', (from, to, amount) => resolve(amount)));
await new Promise((resolve) => setTimeout(resolve, 100));
await (await watched.transfer(ALICE, 3)).wait();
check('a log as it came', await seen, 3n);
check('heads as they came', heads.length > 0);
done('ethers');
