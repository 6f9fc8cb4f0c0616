// Foundry's cast and forge against Hebe's node.

import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync, copyFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startHebe, check, done, ALICE, BOB, ALICE_KEY } from './lib.mjs';
import { deployBoth, compile, SUPPLY } from './tokens.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { url } = await startHebe();
const run = (tool, args, options = {}) =>
  execFileSync(here(`node_modules/.bin/${tool}`), args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options }).trim();
const cast = (...args) => run('cast', [...args, '--rpc-url', url]);
// The package's wrapper does not hand on the exit code: what cast says of a failure is all that there is.
const fails = (...args) =>
  spawnSync(here('node_modules/.bin/cast'), [...args, '--rpc-url', url], { encoding: 'utf8' }).stderr;

check('chain', cast('chain-id'), '31337');
check('client', cast('client').startsWith('hebe/'));
check('balance', cast('balance', ALICE, '--ether'), '10000.000000000000000000');
for (const { kind, address } of await deployBoth(url)) {
  const balance = () => cast('call', address, 'balanceOf(address)(uint256)', BOB);
  check(`${kind}: balance`, balance(), '0');
  const receipt = JSON.parse(cast('send', address, 'transfer(address,uint256)', BOB, '10', '--private-key', ALICE_KEY, '--json'));
  check(`${kind}: send`, [receipt.status, receipt.logs.length, balance()], ['0x1', 1, '10']);
  const unlocked = JSON.parse(cast('send', address, 'transfer(address,uint256)', BOB, '1', '--unlocked', '--from', ALICE, '--json'));
  check(`${kind}: unlocked`, unlocked.status, '0x1');
  check(`${kind}: estimate`, Number(cast('estimate', address, 'transfer(address,uint256)', BOB, '1', '--from', ALICE)) > 21000);
  check(`${kind}: a revert`, fails('call', address, 'transfer(address,uint256)', BOB, '1', '--from', '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC').includes('execution reverted'));
  check(`${kind}: logs`, JSON.parse(cast('logs', '--from-block', '0', '--address', address, '--json')).length >= 3);
  check(`${kind}: code`, cast('code', address).length > 100);
  check(`${kind}: proof`, JSON.parse(cast('proof', address, '0')).storageProof.length, 1);
  check(`${kind}: an old block`, cast('call', address, 'balanceOf(address)(uint256)', BOB, '--block', String(Number(receipt.blockNumber) - 1)), '0');
  check(`${kind}: access list`, cast('access-list', address, 'transfer(address,uint256)', BOB, '1', '--from', ALICE).includes('access list'));
  check(`${kind}: a transaction`, JSON.parse(cast('tx', receipt.transactionHash, '--json')).hash, receipt.transactionHash);
}
check('block', JSON.parse(cast('block', 'latest', '--json')).number !== undefined);
check('rpc', cast('rpc', 'anvil_mine', '0x2'), 'null');
check('gas price', Number(cast('gas-price')) > 0);
check('nonce', Number(cast('nonce', ALICE)) > 0);
check('create', JSON.parse(run('cast', ['send', '--rpc-url', url, '--private-key', ALICE_KEY, '--json', '--create', compile().bytecode + SUPPLY.toString(16).padStart(64, '0')])).status, '0x1');
check('too little', fails('send', BOB, '--value', '1000000ether', '--private-key', ALICE_KEY).toLowerCase().includes('insufficient funds'));

// forge compiles with a program; solc's JavaScript does what that one does.
const project = mkdtempSync(join(tmpdir(), 'hebe-forge-'));
const compiler = join(project, 'solc');
const solc = here('node_modules/solc/solc.js');
writeFileSync(compiler, `#!/bin/sh
case "$*" in
*--version*) echo "solc, the solidity compiler commandline interface"; echo "Version: $(${process.execPath} ${solc} --version | cut -d+ -f1)+commit.0.Linux.g++";;
*) ${process.execPath} ${solc} --standard-json | sed '/^>>>/d';;
esac
`);
chmodSync(compiler, 0o755);
mkdirSync(join(project, 'src'));
copyFileSync(here('Token.sol'), join(project, 'src/Token.sol'));
writeFileSync(join(project, 'foundry.toml'), `[profile.default]\nsolc = "${compiler}"\noffline = true\n`);
const created = run('forge', ['create', 'src/Token.sol:Token', '--rpc-url', url, '--private-key', ALICE_KEY, '--broadcast', '--json', '--constructor-args', '77'], { cwd: project });
const { deployedTo } = JSON.parse(created.slice(created.indexOf('{')));
check('forge create', cast('call', deployedTo, 'totalSupply()(uint256)'), '77');
done('foundry');
