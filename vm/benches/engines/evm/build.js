// Makes the *.hex of this folder, code as it stands on the chain, with the solc of contracts/package.json:
//
//     npm ci --prefix contracts && node vm/benches/engines/evm/build.js
const fs = require("fs");
const path = require("path");
const contracts = path.join(__dirname, "../../../../contracts");
const solc = require(path.join(contracts, "node_modules/solc"));

function build(file, contract, hex) {
  const content = fs.readFileSync(file, "utf8");
  const answer = JSON.parse(solc.compile(JSON.stringify({
    language: "Solidity",
    sources: { source: { content } },
    settings: {
      viaIR: true,
      evmVersion: "byzantium",
      optimizer: { enabled: true, runs: 200 },
      metadata: { appendCBOR: false },
      outputSelection: { "*": { "*": ["evm.deployedBytecode.object"] } },
    },
  })));
  for (const error of answer.errors ?? []) console.error(error.formattedMessage);
  const code = answer.contracts.source[contract].evm.deployedBytecode.object;
  fs.writeFileSync(path.join(__dirname, hex), code.match(/.{1,100}/g).join("\n") + "\n");
}

build(path.join(contracts, "solidity/token.sol"), "Token", "token.hex");
build(path.join(__dirname, "loops.sol"), "Loops", "loops.hex");
