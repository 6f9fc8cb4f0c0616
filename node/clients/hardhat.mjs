// A project of Hardhat 3 whose network is Hebe's node. Hardhat wants a newer Node.js than many systems have: npm brings one.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startHebe } from './lib.mjs';
import { deployWasm } from './tokens.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
// Its helpers for tests work with nodes that call themselves so.
const { url } = await startHebe('--client-version', 'anvil/hebe');
const { status } = spawnSync(
  here('node_modules/.bin/node'),
  [here('hardhat/node_modules/.bin/hardhat'), 'run', '--no-compile', 'checks.js'],
  { cwd: here('hardhat'), stdio: 'inherit', env: { ...process.env, URL: url, TOKEN: deployWasm(url), HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true', CI: 'true' } },
);
process.exit(status ?? 1);
