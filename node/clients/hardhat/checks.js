// Run by Hardhat, in ../hardhat.mjs: what a project's tests do.

import { network } from 'hardhat';
import { check, done } from '../lib.mjs';
import { compile, wasmAbi, SUPPLY } from '../tokens.mjs';

const { ethers, networkHelpers, provider } = await network.create('hebe');
const [alice, bob] = await ethers.getSigners();
check('chain', await provider.request({ method: 'eth_chainId' }), '0x7a69');
check('signers', (await ethers.getSigners()).length, 10);

const { abi, bytecode } = compile();
const deployed = await (await ethers.getContractFactory(abi, bytecode, alice)).deploy(SUPPLY);
await deployed.waitForDeployment();
const tokens = [
  ['evm', deployed],
  ['wasm', new ethers.Contract(process.env.TOKEN, wasmAbi(), alice)],
];
for (const [kind, token] of tokens) {
  const held = () => token.balanceOf(bob.address);
  check(`${kind}: supply`, await token.balanceOf(alice.address), SUPPLY);
  const receipt = await (await token.transfer(bob.address, 10n)).wait();
  check(`${kind}: a transfer`, [receipt.status, receipt.logs.length, await held()], [1, 1, 10n]);
  const [event] = await token.queryFilter('Transfer', receipt.blockNumber);
  check(`${kind}: its event`, event.args[2], 10n);

  // A test begins where the one before began.
  const snapshot = await networkHelpers.takeSnapshot();
  await (await token.connect(bob).transfer(alice.address, 10n)).wait();
  check(`${kind}: given back`, await held(), 0n);
  await snapshot.restore();
  check(`${kind}: a snapshot`, await held(), 10n);

  const revert = await token.connect(bob).transfer(alice.address, 11n).then(() => '', (error) => error.message);
  check(`${kind}: a revert`, /revert|insufficient/i.test(revert));
  check(`${kind}: an old block`, await token.balanceOf(bob.address, { blockTag: receipt.blockNumber - 1 }), 0n);

  const address = await token.getAddress();
  await networkHelpers.impersonateAccount(address);
  await networkHelpers.setBalance(address, 10n ** 18n);
  const itself = await ethers.getSigner(address);
  check(`${kind}: impersonation`, (await (await itself.sendTransaction({ to: bob.address, value: 1n })).wait()).from.toLowerCase(), address.toLowerCase());
  await networkHelpers.stopImpersonatingAccount(address);
}

const now = await networkHelpers.time.latest();
await networkHelpers.time.increase(86_400);
check('a day later', (await networkHelpers.time.latest()) - now >= 86_400);
const before = await networkHelpers.time.latestBlock();
await networkHelpers.mine(100);
check('blocks', (await networkHelpers.time.latestBlock()) - before, 100);
await networkHelpers.setStorageAt(process.env.TOKEN, 77, 5);
check('a word', await networkHelpers.getStorageAt(process.env.TOKEN, 77), `0x${'0'.repeat(63)}5`);
await networkHelpers.setNonce(bob.address, 1_000);
check('a nonce', await bob.getNonce(), 1_000);
await networkHelpers.setNextBlockBaseFeePerGas(7n);
await networkHelpers.mine();
check('a base fee', (await ethers.provider.getBlock('latest')).baseFeePerGas, 7n);
done('hardhat');
