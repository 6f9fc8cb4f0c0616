// Makes token.evm.hex of ../solidity/token.sol, with the solc of contracts/package.json.
const fs = require("fs");
const path = require("path");
const solc = require("../node_modules/solc");

const content = fs.readFileSync(path.join(__dirname, "../solidity/token.sol"), "utf8");
const answer = JSON.parse(solc.compile(JSON.stringify({
  language: "Solidity",
  sources: { "solidity/token.sol": { content } },
  settings: {
    viaIR: true,
    evmVersion: "byzantium",
    optimizer: { enabled: true, runs: 200 },
    metadata: { appendCBOR: false },
    outputSelection: { "*": { "*": ["evm.bytecode.object"] } },
  },
})));
for (const error of answer.errors ?? []) console.error(error.formattedMessage);
const code = answer.contracts["solidity/token.sol"].Token.evm.bytecode.object;
fs.writeFileSync(path.join(__dirname, "token.evm.hex"), code.match(/.{1,100}/g).join("\n") + "\n");
