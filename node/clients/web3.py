"""web3.py against Hebe's node: a token in WebAssembly, logs, reverts, filters, signed transactions.

    python3 node/clients/web3.py URL TOKEN ABI
"""

import json
import sys

sys.path = [path for path in sys.path if not path.endswith("clients")]

from web3 import Web3  # noqa: E402
from web3.exceptions import ContractLogicError, Web3RPCError  # noqa: E402

URL, TOKEN, ABI = sys.argv[1:]
ALICE = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
BOB = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
ALICE_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
checks = 0


def check(what, actual, expected=True):
    """Stops where something is not so."""
    global checks
    if actual != expected:
        sys.exit(f"{what}: {actual!r} instead of {expected!r}")
    checks += 1


web3 = Web3(Web3.HTTPProvider(URL))
check("connected", web3.is_connected())
check("chain", web3.eth.chain_id, 31337)
check("accounts", web3.eth.accounts[0], ALICE)
token = web3.eth.contract(Web3.to_checksum_address(TOKEN), abi=json.load(open(ABI)))
check("supply", token.functions.totalSupply().call(), 1_000_000)

logs = web3.eth.filter({"address": token.address})
receipt = web3.eth.wait_for_transaction_receipt(token.functions.transfer(BOB, 10).transact({"from": ALICE}))
check("status", receipt.status, 1)
check("balance", token.functions.balanceOf(BOB).call(), 10)
(event,) = token.events.Transfer().process_receipt(receipt)
check("event", (event.args["from"], event.args["to"], list(event.args.values())[2]), (ALICE, BOB, 10))
check("a filter's logs", len(logs.get_new_entries()), 1)
check("nothing new", len(logs.get_new_entries()), 0)

try:
    token.functions.transfer(BOB, 1).call({"from": web3.eth.accounts[2]})
    sys.exit("it did not revert")
except ContractLogicError as error:
    check("a revert", error.data.startswith("0x"))

nonce = web3.eth.get_transaction_count(ALICE)
transaction = token.functions.transfer(BOB, 5).build_transaction({"from": ALICE, "nonce": nonce})
signed = web3.eth.account.sign_transaction(transaction, ALICE_KEY)
receipt = web3.eth.wait_for_transaction_receipt(web3.eth.send_raw_transaction(signed.raw_transaction))
check("signed", (receipt.status, token.functions.balanceOf(BOB).call()), (1, 15))
try:
    web3.eth.send_raw_transaction(signed.raw_transaction)
    sys.exit("it was taken twice")
except Web3RPCError as error:
    check("sent twice", error.rpc_response["error"]["code"], -32000)

history = web3.eth.fee_history(2, "latest", [50])
check("fees", len(history["baseFeePerGas"]), 3)
check("a proof", len(web3.eth.get_proof(token.address, [0]).accountProof) > 0)
check("an old balance", token.functions.balanceOf(BOB).call(block_identifier=receipt.blockNumber - 1), 10)
print(f"web3.py: {checks} checks")
