"""What scripts that make state tests have in common: accounts, roots, contracts in text, and a test with its
cases. Needs the Ethereum Foundation's packages that make.py names, and no part of Hebe."""

import json

import rlp
from eth_hash.auto import keccak
from trie import HexaryTrie
from wasmtime import wat2wasm

KEY = "0x45a915e4d060149eb4365960e6a7a45f334393093061116b197e3240065ff2d8"
SENDER = "a94f5374fce5edbc8e2a8697c15331677e6ebf0b"
COINBASE = "2adc25665018aa1fe0e6bc666dac8fc2697ff9ba"
A, B, C = ("%02x" % byte * 20 for byte in (0xAA, 0xBB, 0xCC))
RICH = 10**18
# The forks that have ewasm, as state tests call them.
FORKS = (
    "Byzantium",
    "Constantinople",
    "ConstantinopleFix",
    "Istanbul",
    "Berlin",
    "London",
    "Paris",
    "Shanghai",
    "Cancun",
    "Prague",
    "Osaka",
)
PRICE = 10

# Prices.
TRANSACTION, CREATION, ZERO, NONZERO = 21_000, 32_000, 4, 68
CALL, CALL_VALUE, NEW_ACCOUNT, STIPEND = 700, 9_000, 25_000, 2_300
SET, RESET, CLEAR_REFUND = 20_000, 5_000, 15_000
DESTRUCT, DESTRUCT_REFUND = 5_000, 24_000
LOG, TOPIC, LOG_BYTE, DEPOSIT, COPY = 375, 375, 8, 200, 3


def precompile(number):
    return "%040x" % number


def account(balance=0, nonce=0, code=b"", storage=None):
    return {"balance": balance, "nonce": nonce, "code": code, "storage": storage or {}}


def integer(number):
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def root(leaves):
    trie = HexaryTrie({})
    for key, value in leaves.items():
        trie[keccak(key)] = rlp.encode(value)
    return trie.root_hash


def state_root(accounts):
    leaves = {}
    for address, fields in accounts.items():
        words = {k.to_bytes(32, "big"): integer(v) for k, v in fields["storage"].items() if v}
        leaves[bytes.fromhex(address)] = [
            integer(fields["nonce"]),
            integer(fields["balance"]),
            root(words),
            keccak(fields["code"]),
        ]
    return root(leaves)


def number(value):
    """A number as other clients read it too: an even number of digits."""
    digits = "%x" % value
    return "0x" + "0" * (len(digits) % 2) + digits


def log(address, topics=(), data=b""):
    return [bytes.fromhex(address), [topic.to_bytes(32, "big") for topic in topics], data]


def data_gas(data):
    return sum(NONZERO if byte else ZERO for byte in data)


def contract(body, fields=""):
    """A contract that imports what its text calls."""
    types = {
        "useGas": "i64",
        "getBlockHash": "i64 i32:i32",
        "getExternalBalance": "i32 i32",
        "getCallDataSize": ":i32",
        "callDataCopy": "i32 i32 i32",
        "getReturnDataSize": ":i32",
        "returnDataCopy": "i32 i32 i32",
        "storageStore": "i32 i32",
        "log": "i32 i32 i32 i32 i32 i32 i32",
        "call": "i64 i32 i32 i32 i32:i32",
        "callCode": "i64 i32 i32 i32 i32:i32",
        "callStatic": "i64 i32 i32 i32:i32",
        "callDelegate": "i64 i32 i32 i32:i32",
        "create": "i32 i32 i32 i32:i32",
        "finish": "i32 i32",
        "revert": "i32 i32",
        "selfDestruct": "i32",
        "storageLoad": "i32 i32",
        "getExternalCodeSize": "i32:i32",
        "externalCodeCopy": "i32 i32 i32 i32",
        "getBlockDifficulty": "i32",
        "create2": "i32 i32 i32 i32 i32:i32",
        "getExternalCodeHash": "i32 i32",
        "getChainId": "i32",
        "getSelfBalance": "i32",
        "getBaseFee": "i32",
        "getPrevRandao": "i32",
        "transientLoad": "i32 i32",
        "transientStore": "i32 i32",
        "getBlobHash": "i32 i32",
        "getBlobBaseFee": "i32",
    }
    imports = ""
    for name, signature in types.items():
        if f"call ${name} " in body or f"call ${name})" in body:
            params, _, results = signature.partition(":")
            imports += f'(import "ethereum" "{name}" (func ${name} (param {params}) (result {results})))\n'
    return bytes(
        wat2wasm(
            f'(module {imports} (memory (export "memory") 2) {fields}'
            f' (func (export "main") {body}))'
        )
    )


def data(offset, content):
    """A data segment."""
    text = "".join("\\%02x" % byte for byte in content)
    return f'(data (i32.const {offset}) "{text}")'


def init(code, then=""):
    """Init code that deploys `code`."""
    return contract(f"{then} (call $finish (i32.const 0) (i32.const {len(code)}))", data(0, code))


def create_address(sender, nonce):
    return keccak(rlp.encode([bytes.fromhex(sender), integer(nonce)]))[12:].hex()


class Test:
    """A test with as many cases as are added."""

    def __init__(self, pre, to=A, nonce=0, price=PRICE, block_gas_limit=10_000_000, sender=None):
        self.pre = {SENDER: account(RICH)} if sender is None else {SENDER: sender}
        self.pre.update(pre)
        self.to, self.nonce, self.price = to, nonce, price
        self.block_gas_limit = block_gas_limit
        self.data, self.gas, self.value, self.post = [], [], [], {}

    def place(self, items, item):
        if item not in items:
            items.append(item)
        return items.index(item)

    def case(
        self,
        used=None,
        post=None,
        data=b"",
        gas=1_000_000,
        value=0,
        logs=(),
        fork="Byzantium",
        invalid=None,
        moved=None,
        fees=True,
    ):
        """`used` is what the sender pays for, and `post` what is then there beside sender and coinbase; `moved`
        what it really sends, if not `value`. An `invalid` transaction leaves all as it was."""
        if invalid is None:
            accounts = {
                address: fields for address, fields in self.pre.items() if address in (SENDER, COINBASE)
            }
            accounts.update(post)
            sent = value if moved is None else moved
            before = self.pre[SENDER]
            accounts[SENDER] = account(before["balance"] - used * self.price - sent, self.nonce + 1)
            fee = account(
                (post.get(COINBASE) or self.pre.get(COINBASE) or account())["balance"] + used * self.price
            )
            accounts[COINBASE] = fee
            if fee["balance"] == 0 or not fees:
                del accounts[COINBASE]
        else:
            accounts = self.pre
        entry = {
            "hash": "0x" + state_root(accounts).hex(),
            "logs": "0x" + keccak(rlp.encode(list(logs))).hex(),
            "indexes": {
                "data": self.place(self.data, "0x" + data.hex()),
                "gas": self.place(self.gas, number(gas)),
                "value": self.place(self.value, number(value)),
            },
        }
        if invalid:
            entry["expectException"] = invalid
        self.post.setdefault(fork, []).append(entry)
        return self

    def json(self):
        def hexed(fields):
            return {
                "balance": number(fields["balance"]),
                "nonce": number(fields["nonce"]),
                "code": "0x" + fields["code"].hex(),
                "storage": {number(key): number(word) for key, word in fields["storage"].items()},
            }

        return {
            "env": {
                "currentCoinbase": "0x" + COINBASE,
                "currentDifficulty": "0x020000",
                "currentRandom": "0x" + "%064x" % 0x20000,
                # Nothing is burned, so that the coinbase gets the same at every fork.
                "currentBaseFee": "0x00",
                "currentExcessBlobGas": "0x00",
                "currentGasLimit": number(self.block_gas_limit),
                "currentNumber": "0x01",
                "currentTimestamp": "0x03e8",
                "previousHash": "0x" + "5e" * 32,
            },
            "pre": {"0x" + address: hexed(fields) for address, fields in self.pre.items()},
            "transaction": {
                "data": self.data,
                "gasLimit": self.gas,
                "gasPrice": number(self.price),
                "nonce": number(self.nonce),
                "sender": "0x" + SENDER,
                "secretKey": KEY,
                "to": "0x" + self.to if self.to else "",
                "value": self.value,
            },
            "post": self.post,
        }


def write(folder, files):
    """Writes files of tests by name."""
    for name, tests in files:
        path = folder / f"{name}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({name: test.json() for name, test in tests.items()}, indent=1) + "\n")
        print(name, len(tests))
