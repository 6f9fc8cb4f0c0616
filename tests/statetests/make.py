#!/usr/bin/env python3
"""Makes the state tests beside this file, without any part of Hebe.

What a test expects is written here by hand: the accounts after the transaction, with the gas as a sum of
prices (Yellow Paper, appendix G, at Byzantium; the interface's fees; instructions are free). The roots are
those that the Ethereum Foundation's Python packages find for these accounts.

    pip install trie rlp "eth-hash[pycryptodome]" wasmtime
    python3 make.py
"""

import hashlib
import json
import pathlib

import rlp
from eth_hash.auto import keccak
from trie import HexaryTrie
from wasmtime import wat2wasm

HERE = pathlib.Path(__file__).parent
KEY = "0x45a915e4d060149eb4365960e6a7a45f334393093061116b197e3240065ff2d8"
SENDER = "a94f5374fce5edbc8e2a8697c15331677e6ebf0b"
COINBASE = "2adc25665018aa1fe0e6bc666dac8fc2697ff9ba"
A, B, C = ("%02x" % byte * 20 for byte in (0xAA, 0xBB, 0xCC))
RICH = 10**18
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
                "gas": self.place(self.gas, hex(gas)),
                "value": self.place(self.value, hex(value)),
            },
        }
        if invalid:
            entry["expectException"] = invalid
        self.post.setdefault(fork, []).append(entry)
        return self

    def json(self):
        def hexed(fields):
            return {
                "balance": hex(fields["balance"]),
                "nonce": hex(fields["nonce"]),
                "code": "0x" + fields["code"].hex(),
                "storage": {hex(key): hex(word) for key, word in fields["storage"].items()},
            }

        return {
            "env": {
                "currentCoinbase": "0x" + COINBASE,
                "currentDifficulty": "0x20000",
                "currentGasLimit": hex(self.block_gas_limit),
                "currentNumber": "0x1",
                "currentTimestamp": "0x3e8",
                "previousHash": "0x" + "5e" * 32,
            },
            "pre": {"0x" + address: hexed(fields) for address, fields in self.pre.items()},
            "transaction": {
                "data": self.data,
                "gasLimit": self.gas,
                "gasPrice": hex(self.price),
                "nonce": hex(self.nonce),
                "secretKey": KEY,
                "to": "0x" + self.to if self.to else "",
                "value": self.value,
            },
            "post": self.post,
        }


def files():
    empty = account()
    # ---- transfers, and what a transaction costs by itself
    yield "transfer", {
        "toNobody": Test({}).case(21_000, {A: account(7)}, value=7).case(21_000, {}, value=0),
        "toOneself": Test({}, to=SENDER).case(21_000, {}, value=7, moved=0),
        "allOfIt": Test({}, sender=account(21_000 * PRICE + 7)).case(
            21_000, {A: account(7)}, value=7, gas=21_000
        ),
        "toTheCoinbase": Test({COINBASE: account(5)}, to=COINBASE).case(
            21_000, {COINBASE: account(12)}, value=7
        ),
        "freeOfCharge": Test({}, price=0).case(21_000, {A: account(7)}, value=7),
        "dataOfBothKinds": Test({})
        .case(21_000 + 3 * ZERO + NONZERO, {}, data=b"\0\1\0\0")
        .case(21_000 + 3 * NONZERO, {}, data=b"\1\2\xff")
        .case(21_000 + 3 * NONZERO, {}, data=b"\1\2\xff", gas=21_000 + 3 * NONZERO),
    }
    # ---- empty accounts (EIP-161)
    call_b = "(drop (call $call (i64.const 50000) (i32.const 0) (i32.const 32) (i32.const 0) (i32.const 0)))"
    to_b = data(0, bytes.fromhex(B))
    caller = account(1, 1, contract(call_b, to_b))
    delegate = account(1, 1, contract(call_b.replace("$call ", "$callCode "), to_b))
    static = account(
        1,
        1,
        contract(
            "(drop (call $callStatic (i64.const 50000) (i32.const 0) (i32.const 0) (i32.const 0)))", to_b
        ),
    )
    reverting = account(1, 1, contract(call_b + "(call $revert (i32.const 0) (i32.const 0))", to_b))
    ripemd = account(
        1,
        1,
        contract(
            # Not enough gas for it: 600 and 120 for each word.
            "(drop (call $call (i64.const 1) (i32.const 0) (i32.const 32) (i32.const 0) (i32.const 0)))"
            "(call $revert (i32.const 0) (i32.const 0))",
            data(0, bytes.fromhex(precompile(3))),
        ),
    )
    yield "emptyAccounts", {
        "sentNothing": Test({A: empty}).case(21_000, {}),
        "leftAlone": Test({A: empty, B: empty}).case(21_000, {B: empty}),
        "coinbase": Test({COINBASE: empty}, price=0).case(21_000, {}),
        "called": Test({A: caller, B: empty}).case(21_700, {A: caller}),
        "calledStatically": Test({A: static, B: empty}).case(21_700, {A: static}),
        "codeOnly": Test({A: delegate, B: empty}).case(21_700, {A: delegate, B: empty}),
        "rolledBack": Test({A: reverting, B: empty}).case(21_700, {A: reverting, B: empty}),
        "rolledBackAtThree": Test({A: ripemd, precompile(3): empty}).case(
            # EIP-716: this one goes all the same.
            21_701,
            {A: ripemd},
        ),
        "withStorageOnly": Test({A: account(storage={1: 2})}).case(21_000, {}),
    }
    # ---- transactions that are not valid
    yield "invalid", {
        "nonceTooLow": Test({}, sender=account(RICH, 2), nonce=1).case(invalid="nonce too low"),
        "nonceTooHigh": Test({}, sender=account(RICH, 2), nonce=3).case(invalid="nonce too high"),
        "nonceIsTheLast": Test({}, sender=account(RICH, 2**64 - 1), nonce=2**64 - 1).case(
            invalid="nonce is the largest there can be"
        ),
        "noMoneyForGas": Test({}, sender=account(21_000 * PRICE - 1)).case(gas=21_000, invalid="no money"),
        "noMoneyForValue": Test({}, sender=account(21_000 * PRICE + 6)).case(
            gas=21_000, value=7, invalid="no money"
        ),
        "valueOf256Bits": Test({}).case(value=2**256 - 1, invalid="no money"),
        "moreThanTheBlockHas": Test({}, block_gas_limit=99_999).case(gas=100_000, invalid="too much gas"),
        "notEvenIntrinsicGas": Test({})
        .case(gas=20_999, invalid="intrinsic gas")
        .case(gas=21_000, data=b"\0", invalid="intrinsic gas")
        .case(gas=0, invalid="intrinsic gas"),
        "notEvenIntrinsicGasOfACreation": Test({}, to=None).case(gas=52_999, invalid="intrinsic gas"),
        "senderIsAContract": Test({}, sender=account(RICH, 0, contract(""))).case(invalid="sender has code"),
        "emptyAccountsStay": Test({A: empty, COINBASE: empty}).case(gas=20_999, invalid=""),
    }
    # ---- refunds
    clear = lambda keys: contract(
        "".join(
            f"(i32.store8 (i32.const 31) (i32.const {key})) (call $storageStore (i32.const 0) (i32.const 32))"
            for key in keys
        )
    )
    clears_one = account(0, 1, clear([1]), {1: 1, 2: 2})
    clears_two = account(0, 1, clear([1, 2]), {1: 1, 2: 2})
    clears_and_fails = account(
        0,
        1,
        contract(
            "(i32.store8 (i32.const 31) (i32.const 1)) (call $storageStore (i32.const 0) (i32.const 32)) (unreachable)"
        ),
        {1: 1},
    )
    clears_and_reverts = account(
        0,
        1,
        contract(
            "(i32.store8 (i32.const 31) (i32.const 1)) (call $storageStore (i32.const 0) (i32.const 32))"
            "(call $revert (i32.const 0) (i32.const 0))"
        ),
        {1: 1},
    )
    clears_and_works = account(
        0,
        1,
        contract(
            "(i32.store8 (i32.const 31) (i32.const 1)) (call $storageStore (i32.const 0) (i32.const 32)) (call $useGas (i64.const 10000))"
        ),
        {1: 1},
    )
    after_one = TRANSACTION + RESET
    after_two = TRANSACTION + 2 * RESET
    assert after_one // 2 < CLEAR_REFUND < (after_one + 10_000) // 2
    yield "refunds", {
        "cappedAtHalf": Test({A: clears_one}).case(
            after_one - after_one // 2, {A: account(0, 1, clears_one["code"], {2: 2})}
        ),
        "twoCappedAtHalf": Test({A: clears_two}).case(
            after_two - after_two // 2, {A: account(0, 1, clears_two["code"])}
        ),
        "whole": Test({A: clears_and_works}).case(
            after_one + 10_000 - CLEAR_REFUND, {A: account(0, 1, clears_and_works["code"])}
        ),
        "noneAfterAFailure": Test({A: clears_and_fails}).case(1_000_000, {A: clears_and_fails}),
        "noneAfterARevert": Test({A: clears_and_reverts}).case(after_one, {A: clears_and_reverts}),
    }
    # ---- self-destruction
    destruct = contract("(call $selfDestruct (i32.const 0))", to_b)
    destruct_itself = contract("(call $selfDestruct (i32.const 0))", data(0, bytes.fromhex(A)))
    to_a = data(0, bytes.fromhex(A)) + data(32, (3).to_bytes(16, "little"))
    # C calls A twice, with 3 wei each time.
    twice = account(
        10,
        1,
        contract(
            "(drop (call $call (i64.const 90000) (i32.const 0) (i32.const 32) (i32.const 0) (i32.const 0)))"
            * 2,
            to_a,
        ),
    )
    pays = TRANSACTION + DESTRUCT
    refunded = pays - pays // 2
    assert pays // 2 < DESTRUCT_REFUND
    twice_uses = TRANSACTION + 2 * (CALL + CALL_VALUE) + 2 * DESTRUCT
    # The stipend is the callee's, and comes back with what it did not use.
    twice_uses -= 2 * STIPEND
    assert twice_uses // 2 < DESTRUCT_REFUND
    yield "selfDestruct", {
        "toAnother": Test({A: account(7, 1, destruct), B: account(1)}).case(refunded, {B: account(8)}),
        "toNobody": Test({A: account(7, 1, destruct)}).case(
            pays + NEW_ACCOUNT - min(DESTRUCT_REFUND, (pays + NEW_ACCOUNT) // 2), {B: account(7)}
        ),
        "withNothingToNobody": Test({A: account(0, 1, destruct)}).case(refunded, {}),
        "withNothingToAnEmptyAccount": Test({A: account(0, 1, destruct), B: empty}).case(refunded, {}),
        "toItself": Test({A: account(7, 1, destruct_itself)}).case(refunded, {}),
        "withTheTransactionsValue": Test({A: account(7, 1, destruct), B: account(1)}).case(
            refunded, {B: account(13)}, value=5
        ),
        "twice": Test({A: account(1, 1, destruct), B: account(1), C: twice}, to=C).case(
            twice_uses - twice_uses // 2, {B: account(8), C: account(4, 1, twice["code"])}
        ),
        "coinbase": Test({COINBASE: account(7, 1, destruct), B: account(1)}, to=COINBASE).case(
            # It is destructed with its fees.
            refunded,
            {B: account(8)},
            fees=False,
        ),
    }
    # ---- creations by transactions
    small = contract("(call $finish (i32.const 0) (i32.const 0))")
    deploys = init(small)
    created = create_address(SENDER, 0)
    costs = TRANSACTION + CREATION + data_gas(deploys) + DEPOSIT * len(small)
    large = contract("(call $finish (i32.const 0) (i32.const 24576))")
    too_large = contract("(call $finish (i32.const 0) (i32.const 24577))")
    nothing = contract("")
    reverts = contract("(call $revert (i32.const 0) (i32.const 0))")
    half = init(b"\0asm")
    newborn = init(small, "(call $selfDestruct (i32.const 300))")
    yield "createByTransaction", {
        "deploys": Test({}, to=None)
        .case(costs, {created: account(0, 1, small)}, data=deploys)
        .case(costs, {created: account(7, 1, small)}, data=deploys, value=7)
        .case(costs, {created: account(0, 1, small)}, data=deploys, gas=costs)
        # A unit less, and the deposit can't be paid.
        .case(costs - 1, {}, data=deploys, gas=costs - 1).case(
            costs - 1, {}, data=deploys, gas=costs - 1, value=7, moved=0
        ),
        "withoutCode": Test({}, to=None).case(53_000, {created: account(0, 1)}),
        "withoutOutput": Test({}, to=None).case(
            53_000 + data_gas(nothing), {created: account(0, 1)}, data=nothing
        ),
        "reverts": Test({}, to=None).case(53_000 + data_gas(reverts), {}, data=reverts, value=7, moved=0),
        "notWebAssembly": Test({}, to=None)
        .case(1_000_000, {}, data=b"\x60\x00\x60\x00\xf3")
        .case(1_000_000, {}, data=b"\0asm"),
        "tooLarge": Test({}, to=None).case(6_000_000, {}, data=too_large, gas=6_000_000),
        "balanceIsKept": Test({created: account(5)}, to=None).case(
            costs, {created: account(12, 1, small)}, data=deploys, value=7
        ),
        "nonceIsTaken": Test({created: account(5, 1)}, to=None).case(
            1_000_000, {created: account(5, 1)}, data=deploys, value=7, moved=0
        ),
        "codeIsTaken": Test({created: account(5, 0, small)}, to=None).case(
            1_000_000, {created: account(5, 0, small)}, data=deploys, value=7, moved=0
        ),
        "destructsItself": Test({}, to=None).case(
            (lambda all: all - min(DESTRUCT_REFUND, all // 2))(
                53_000 + data_gas(newborn) + DESTRUCT + NEW_ACCOUNT
            ),
            {"00" * 20: account(7)},
            data=newborn,
            value=7,
        ),
    }
    # ---- creations by contracts; the result is stored at 0, plus 1
    creates = lambda code, value=0: contract(
        f"(i32.store (i32.const 1000) (i32.const {value}))"
        + f"(i32.store8 (i32.const 65503) (i32.add (i32.const 1) (call $create (i32.const 1000) (i32.const 2000) (i32.const {len(code)}) (i32.const 1500))))"
        + "(call $storageStore (i32.const 65400) (i32.const 65472))",
        data(2000, code),
    )
    yield "createByContract", {
        "deploys": Test({A: account(9, 1, creates(deploys, 4))}).case(
            TRANSACTION + CREATION + DEPOSIT * len(small) + SET,
            {A: account(5, 2, creates(deploys, 4), {0: 1}), create_address(A, 1): account(4, 1, small)},
        ),
        "reverts": Test({A: account(9, 1, creates(reverts, 4))}).case(
            TRANSACTION + CREATION + SET, {A: account(9, 2, creates(reverts, 4), {0: 3})}
        ),
        "notEnoughMoney": Test({A: account(3, 1, creates(deploys, 4))}).case(
            TRANSACTION + CREATION + SET, {A: account(3, 1, creates(deploys, 4), {0: 2})}
        ),
        "nonceIsTheLast": Test({A: account(9, 2**64 - 1, creates(deploys, 4))}).case(
            TRANSACTION + CREATION + SET, {A: account(9, 2**64 - 1, creates(deploys, 4), {0: 2})}
        ),
    }

    # ---- precompiled contracts, called from WebAssembly; the output's first word is stored at 0
    def asks(number, content, gas=200_000):
        return contract(
            f"(drop (call $callStatic (i64.const {gas}) (i32.const 0) (i32.const 100) (i32.const {len(content)})))"
            "(call $returnDataCopy (i32.const 32) (i32.const 0) (i32.const 32))"
            "(call $storageStore (i32.const 65000) (i32.const 32))",
            data(0, bytes.fromhex(precompile(number))) + data(100, content),
        )

    def asked(number, content, price, word):
        code = asks(number, content)
        used = TRANSACTION + CALL + price + 2 * COPY + (SET if any(word) else RESET)
        return Test({A: account(0, 1, code)}).case(
            used, {A: account(0, 1, code, {0: int.from_bytes(word, "big")})}
        )

    word = lambda number: number.to_bytes(32, "big")
    fails = contract(
        "(i32.store8 (i32.const 95) (call $callStatic (i64.const 150000) (i32.const 0) (i32.const 100) (i32.const 1)))"
        "(call $storageStore (i32.const 65000) (i32.const 64))",
        data(0, bytes.fromhex(precompile(8))),
    )
    asks_nine = static["code"].replace(bytes.fromhex(B), bytes.fromhex(precompile(9)))
    pays_a_precompile = contract(
        call_b, data(0, bytes.fromhex(precompile(4))) + data(32, (5).to_bytes(16, "little"))
    )
    message = b"Hebe"
    # The signature is EIP-155's example: its signing hash, v = 28 by parity, r and s.
    signed = bytes.fromhex("daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53")
    r = 0x28EF61340BD939BC2195FE537567866003E1A15D3C71FF63E1590620AA636276
    s = 0x67CBE9D8997F761AECB703304B3800CCF555C9F3DC64214B297FB1966A3B6D83
    signer = bytes.fromhex("9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f")
    modexp = word(1) + word(1) + word(32) + bytes([3, 5]) + word(7)
    yield "precompiles", {
        "ecrecover": asked(1, signed + word(27) + word(r) + word(s), 3_000, signer.rjust(32, b"\0")),
        "sha256": asked(2, message, 60 + 12, hashlib.sha256(message).digest()),
        # Of nothing, which its authors publish.
        "ripemd160": asked(
            3, b"", 600, bytes.fromhex("9c1185a5c5e9fc54612808977ee8f548b2258d31").rjust(32, b"\0")
        ),
        "identity": asked(4, b"\1" * 33, 15 + 2 * 3, b"\1" * 32),
        # 3^5 mod 7 in 32 bytes: 32^2 times the place of the exponent's highest bit, by 20 (EIP-198).
        "modexp": asked(5, modexp, 32**2 * 2 // 20, word(5)),
        # Infinity plus infinity, and once the generator (EIP-196), at the prices before EIP-1108.
        "bn256Add": asked(6, b"", 500, word(0)),
        "bn256MulOfTheGenerator": asked(7, word(1) + word(2) + word(1), 40_000, word(1)),
        # No pairs at all are 1 (EIP-197).
        "bn256Pairing": asked(8, b"", 100_000, word(1)),
        # One byte is no whole pair, and a failure takes the 150,000 that were sent.
        "bn256PairingOfNonsense": Test({A: account(0, 1, fails)}).case(
            TRANSACTION + CALL + 150_000 + SET, {A: account(0, 1, fails, {0: 1})}
        ),
        # Not there before Istanbul, so it is an account without code.
        "blake2f": Test({A: account(0, 1, asks_nine)}).case(
            TRANSACTION + CALL, {A: account(0, 1, asks_nine)}
        ),
        "paid": Test({A: account(9, 1, pays_a_precompile)}).case(
            TRANSACTION + CALL + CALL_VALUE + NEW_ACCOUNT + 15 - STIPEND,
            {A: account(4, 1, pays_a_precompile), precompile(4): account(5)},
        ),
        "byTransaction": Test({}, to=precompile(2))
        .case(TRANSACTION + 60, {})
        .case(TRANSACTION + NONZERO + 60 + 12, {precompile(2): account(7)}, data=b"\1", value=7)
        .case(21_059, {}, gas=21_059, value=7, moved=0),
    }

    # ---- logs
    def logs(topics, length):
        places = " ".join(f"(i32.const {32 * index})" for index in range(4))
        return contract(
            f"(call $log (i32.const 0) (i32.const {length}) (i32.const {topics}) {places})",
            data(0, b"".join(word(index + 1) for index in range(4))),
        )

    def logged(topics, length):
        code = logs(topics, length)
        content = b"".join(word(index + 1) for index in range(4))[:length]
        return Test({A: account(0, 1, code)}).case(
            TRANSACTION + LOG + topics * TOPIC + length * LOG_BYTE,
            {A: account(0, 1, code)},
            logs=[log(A, range(1, topics + 1), content)],
        )

    log_and_revert = contract(
        "(call $log (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)) (call $revert (i32.const 0) (i32.const 0))"
    )
    log_and_call = contract(
        "(call $log (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))"
        + call_b.replace("(i32.const 32)", "(i32.const 64)"),
        to_b,
    )
    costs_log = LOG + LOG_BYTE
    yield "logs", {
        "noTopics": logged(0, 0),
        "oneTopic": logged(1, 1),
        "fourTopics": logged(4, 100),
        "rolledBack": Test({A: account(0, 1, log_and_revert)}).case(
            TRANSACTION + costs_log, {A: account(0, 1, log_and_revert)}
        ),
        "onlyTheCallersStay": Test({A: account(0, 1, log_and_call), B: account(0, 1, log_and_revert)}).case(
            TRANSACTION + costs_log + CALL + costs_log,
            {A: account(0, 1, log_and_call), B: account(0, 1, log_and_revert)},
            logs=[log(A, [], bytes.fromhex(B)[:1])],
        ),
    }
    # ---- several forks, of which only one has prices
    several = Test({}).case(21_000, {A: account(7)}, value=7)
    for fork in ("Frontier", "EIP158", "ConstantinopleFix", "Istanbul", "Merge"):
        several.case(21_000, {A: account(7)}, value=7, fork=fork)
    yield "forks", {"severalForks": several}
    # ---- ewasm's system contracts, where the chain has them
    hashes = asks(9, message)
    yield "../system_contracts/keccak256", {
        "keccak256": Test({A: account(0, 1, hashes)}).case(
            TRANSACTION + CALL + 30 + 6 + 2 * COPY + SET,
            {A: account(0, 1, hashes, {0: int.from_bytes(keccak(message), "big")})},
        ),
    }


for name, tests in files():
    path = HERE / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({name: test.json() for name, test in tests.items()}, indent=1) + "\n")
    print(name, len(tests))
