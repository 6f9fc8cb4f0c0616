import hardhatEthers from '@nomicfoundation/hardhat-ethers';
import hardhatNetworkHelpers from '@nomicfoundation/hardhat-network-helpers';
import { defineConfig } from 'hardhat/config';

// The network of a project that has its contracts on Hebe's node.
export default defineConfig({
  plugins: [hardhatEthers, hardhatNetworkHelpers],
  networks: { hebe: { type: 'http', url: process.env.URL } },
});
