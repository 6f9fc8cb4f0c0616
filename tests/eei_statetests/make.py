#!/usr/bin/env python3
"""Makes the state tests beside this file: the Ethereum Environment Interface at every revision.

Each expected gas is a sum that stands here, of prices that the EIPs have; nothing is taken from any client. See
README.md for what is tested, and ../statetests/make.py for the packages that this needs.

    python3 make.py
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "statetests"))

from eth_hash.auto import keccak
from filler import *

HERE = pathlib.Path(__file__).parent

# ---- Prices, by the fork that changed them. From Berlin on they are those of what is warm (EIP-2929).
BALANCE = {"Byzantium": 400, "Istanbul": 700, "Berlin": 100}  # EIP-150, EIP-1884
CODE = {"Byzantium": 700, "Berlin": 100}  # EIP-150
CODE_HASH = {"Constantinople": 400, "Istanbul": 700, "Berlin": 100}  # EIP-1052, EIP-1884
LOAD = {"Byzantium": 200, "Istanbul": 800, "Berlin": 100}  # EIP-150, EIP-1884
CALLS = {"Byzantium": 700, "Berlin": 100}  # EIP-150
COLD_ACCOUNT, COLD_SLOT, WARM = 2_600, 2_100, 100  # EIP-2929
INIT_WORD = {"Byzantium": 0, "Shanghai": 2}  # EIP-3860
HASH_WORD = 6  # EIP-1014
TRANSIENT = 100  # EIP-1153


def since(first):
    """The forks from this one on."""
    return FORKS[FORKS.index(first) :]


def at(table, fork):
    """A price at a fork: the newest that is not newer."""
    known = [name for name in FORKS[: FORKS.index(fork) + 1] if name in table]
    return table[known[-1]]


def is_in(fork, first):
    return FORKS.index(fork) >= FORKS.index(first)


def account_price(table, fork, cold=True):
    """What a function costs that accesses an account."""
    return at(table, fork) + (COLD_ACCOUNT - WARM if cold and is_in(fork, "Berlin") else 0)


def slot_price(fork, cold=True):
    """What loading a word costs."""
    return at(LOAD, fork) + (COLD_SLOT - WARM if cold and is_in(fork, "Berlin") else 0)


def refunded(fork, used, refund):
    """What is paid of the gas used (Yellow Paper; EIP-3529)."""
    return used - min(max(refund, 0), used // (5 if is_in(fork, "London") else 2))


# ---- Contracts. Addresses lie at 0, 32, 64; a word that is 1 at 96; nothing from 256 on.
ONE = data(96, (1).to_bytes(32, "big"))


def addresses(*three):
    return "".join(data(32 * index, bytes.fromhex(one)) for index, one in enumerate(three)) + ONE


def touch(kind, place):
    """Asks about the account whose address lies there."""
    return {
        "balance": f"(call $getExternalBalance (i32.const {place}) (i32.const 256))",
        "size": f"(drop (call $getExternalCodeSize (i32.const {place})))",
        "copy": f"(call $externalCodeCopy (i32.const {place}) (i32.const 256) (i32.const 0) (i32.const 0))",
        "hash": f"(call $getExternalCodeHash (i32.const {place}) (i32.const 256))",
        "call": f"(drop (call $call (i64.const 0) (i32.const {place}) (i32.const 256) (i32.const 0) (i32.const 0)))",
        "callCode": f"(drop (call $callCode (i64.const 0) (i32.const {place}) (i32.const 256) (i32.const 0) (i32.const 0)))",
        "callDelegate": f"(drop (call $callDelegate (i64.const 0) (i32.const {place}) (i32.const 0) (i32.const 0)))",
        "callStatic": f"(drop (call $callStatic (i64.const 0) (i32.const {place}) (i32.const 0) (i32.const 0)))",
    }[kind]


PRICE_OF = {
    "balance": BALANCE,
    "size": CODE,
    "copy": CODE,
    "hash": CODE_HASH,
    "call": CALLS,
    "callCode": CALLS,
    "callDelegate": CALLS,
    "callStatic": CALLS,
}


def call(place, gas=100_000):
    """Calls without value, and gives the result."""
    return f"(call $call (i64.const {gas}) (i32.const {place}) (i32.const 256) (i32.const 0) (i32.const 0))"


REVERT = "(call $revert (i32.const 0) (i32.const 0))"


def store(key, value):
    """Stores a small number at a small key, which lie at 300 and 340 then."""
    return (
        f"(i32.store8 (i32.const 331) (i32.const {key})) (i32.store8 (i32.const 371) (i32.const {value}))"
        " (call $storageStore (i32.const 300) (i32.const 340))"
    )


def keep(key, place):
    """Stores the word that lies there."""
    return (
        f"(i32.store8 (i32.const 331) (i32.const {key}))"
        f" (call $storageStore (i32.const 300) (i32.const {place}))"
    )


def keep_result(key, result):
    """Stores a number of 32 bits in the last byte of a word."""
    return f"(i32.store8 (i32.const 531) {result})" + keep(key, 500)


def stored(fork, cold=True):
    """What it costs to make a word of zero another one."""
    return 20_000 + (COLD_SLOT if cold and is_in(fork, "Berlin") else 0)


def reversed_word(number):
    """A little-endian number in memory, as the word that storage has then."""
    return int.from_bytes(number.to_bytes(32, "little"), "big")


def unchanged(pre, *changed):
    """The accounts that stay as they are, for a case's `post`."""
    return {address: fields for address, fields in pre.items() if address not in (SENDER, *changed)}


def simple(pre, costs, forks, **options):
    """A transaction after which nothing has changed but what was paid."""
    test = Test(pre, **options)
    for fork in forks:
        test.case(TRANSACTION + costs(fork), unchanged(pre), fork=fork)
    return test


def access_tests():
    """First and second touch of accounts, and what is warm from the beginning."""
    tests = {}
    for kind, table in PRICE_OF.items():
        forks = since(next(iter(table)))
        for name, address, is_cold in [
            ("Account", B, lambda _: True),
            ("Precompile", precompile(4), lambda _: False),
            ("Itself", A, lambda _: False),
            ("Sender", SENDER, lambda _: False),
            ("Coinbase", COINBASE, lambda fork: not is_in(fork, "Shanghai")),  # EIP-3651
        ]:
            calls_code = kind.startswith("call") and name in ("Precompile", "Itself")
            if calls_code:
                continue  # Their own gas is another matter.
            body = touch(kind, 0)
            fields = addresses(address, address, address)
            once = {A: account(0, 1, contract(body, fields)), B: account(1)}
            twice = {A: account(0, 1, contract(body + body, fields)), B: account(1)}
            tests[f"{kind}Of{name}"] = simple(
                once, lambda fork: account_price(table, fork, is_cold(fork)), forks
            )
            tests[f"{kind}Of{name}Twice"] = simple(
                twice,
                lambda fork: account_price(table, fork, is_cold(fork)) + account_price(table, fork, False),
                forks,
            )
        # In a call that is reverted, it was never accessed.
        outer = f"(drop {call(32)})" + touch(kind, 0)
        for name, inner, again in [("Reverted", touch(kind, 0) + REVERT, True), ("Kept", touch(kind, 0), False)]:
            pre = {
                A: account(0, 1, contract(outer, addresses(B, C, B))),
                B: account(1),
                C: account(0, 1, contract(inner, addresses(B, C, B))),
            }
            tests[f"{kind}After{name}Call"] = simple(
                pre,
                lambda fork: account_price(CALLS, fork)
                + account_price(table, fork)
                + account_price(table, fork, again),
                forks,
            )
    return tests


def slot_tests():
    """First and second touch of words."""
    load = "(call $storageLoad (i32.const 96) (i32.const 256))"
    outer = f"(drop (call $callDelegate (i64.const 100000) (i32.const 32) (i32.const 0) (i32.const 0))) {load}"
    fields = addresses(B, C, B)

    def pre(body, inner=""):
        return {A: account(0, 1, contract(body, fields)), C: account(0, 1, contract(inner, fields))}

    both = lambda again: lambda fork: (
        account_price(CALLS, fork) + slot_price(fork) + slot_price(fork, again)
    )
    return {
        "loadOnce": simple(pre(load), slot_price, FORKS),
        "loadTwice": simple(
            pre(load + load), lambda fork: slot_price(fork) + slot_price(fork, False), FORKS
        ),
        "loadAfterRevertedCall": simple(pre(outer, load + REVERT), both(True), FORKS),
        "loadAfterKeptCall": simple(pre(outer, load), both(False), FORKS),
    }


def store_tests():
    """Every storage status, with gas and refund. Each row: the original word, the words that are stored, and for
    each way to charge the gas of all stores with the refund (EIP-1283, EIP-2200, EIP-2929 and EIP-3529; at
    Byzantium and Petersburg by the Yellow Paper). A word is cold once, which Berlin's and London's have in them."""
    rows = {
        "assignedZero": (0, [0], (5_000, 0), (200, 0), (800, 0), (2_200, 0), (2_200, 0)),
        "assigned": (1, [1], (5_000, 0), (200, 0), (800, 0), (2_200, 0), (2_200, 0)),
        "added": (0, [3], (20_000, 0), (20_000, 0), (20_000, 0), (22_100, 0), (22_100, 0)),
        "deleted": (1, [0], (5_000, 15_000), (5_000, 15_000), (5_000, 15_000), (5_000, 15_000), (5_000, 4_800)),
        "modified": (1, [3], (5_000, 0), (5_000, 0), (5_000, 0), (5_000, 0), (5_000, 0)),
        "dirty": (1, [2, 3], (10_000, 0), (5_200, 0), (5_800, 0), (5_100, 0), (5_100, 0)),
        "dirtyOfZero": (0, [2, 3], (25_000, 0), (20_200, 0), (20_800, 0), (22_200, 0), (22_200, 0)),
        "deletedAdded": (1, [0, 3], (25_000, 15_000), (5_200, 0), (5_800, 0), (5_100, 0), (5_100, 0)),
        "modifiedDeleted": (1, [2, 0], (10_000, 15_000), (5_200, 15_000), (5_800, 15_000), (5_100, 15_000), (5_100, 4_800)),
        "deletedRestored": (1, [0, 1], (25_000, 15_000), (5_200, 4_800), (5_800, 4_200), (5_100, 2_800), (5_100, 2_800)),
        "addedDeleted": (0, [2, 0], (25_000, 15_000), (20_200, 19_800), (20_800, 19_200), (22_200, 19_900), (22_200, 19_900)),
        "modifiedRestored": (1, [2, 1], (10_000, 0), (5_200, 4_800), (5_800, 4_200), (5_100, 2_800), (5_100, 2_800)),
        "deletedAddedDeleted": (1, [0, 3, 0], (30_000, 30_000), (5_400, 15_000), (6_600, 15_000), (5_200, 15_000), (5_200, 4_800)),
        "deletedRestoredDeleted": (1, [0, 1, 0], (30_000, 30_000), (10_200, 19_800), (10_800, 19_200), (8_000, 17_800), (8_000, 7_600)),
    }
    columns = {"Byzantium": 2, "Constantinople": 3, "ConstantinopleFix": 2, "Istanbul": 4, "Berlin": 5, "London": 6}
    tests = {}
    for name, row in rows.items():
        original, words = row[0], row[1]
        code = contract("".join(store(1, word) for word in words))
        pre = {A: account(0, 1, code, {1: original} if original else {})}
        test = Test(pre)
        for fork in FORKS:
            gas, refund = row[at(columns, fork)]
            post = {A: account(0, 1, code, {1: words[-1]} if words[-1] else {})}
            test.case(refunded(fork, TRANSACTION + gas, refund), post, fork=fork)
        tests[name] = test

    # A store with the 2,300 gas of a stipend fails from Istanbul on, whatever it would cost (EIP-2200), and takes
    # the gas that it was given. At Constantinople it is paid for.
    code = contract(f"(drop {call(0, 2_300)})", addresses(B, B, B))
    storer = contract(store(1, 1))
    pre = {A: account(0, 1, code), B: account(0, 1, storer, {1: 1})}
    test = Test(pre)
    for fork in FORKS:
        inner = 200 if fork == "Constantinople" else 2_300
        test.case(TRANSACTION + account_price(CALLS, fork) + inner, unchanged(pre), fork=fork)
    tests["withAStipendOnly"] = test

    # A reverted store refunds nothing.
    code = contract(f"(drop {call(0)})", addresses(B, B, B))
    storer = contract(store(1, 0) + REVERT)
    pre = {A: account(0, 1, code), B: account(0, 1, storer, {1: 1})}
    tests["deletedAndReverted"] = simple(
        pre, lambda fork: account_price(CALLS, fork) + 5_000, FORKS
    )
    return tests


def call_tests():
    """Calls with value, to accounts that are there and that are not, delegated ones too."""
    tests = {}
    seven = data(128, (7).to_bytes(16, "little"))
    body = "(drop (call $call (i64.const 0) (i32.const 0) (i32.const 128) (i32.const 0) (i32.const 0)))"
    for name, there in [("valueToSomebody", True), ("valueToNobody", False)]:
        code = contract(body, addresses(B, B, B) + seven)
        pre = {A: account(9, 1, code), **({B: account(1)} if there else {})}
        test = Test(pre)
        for fork in FORKS:
            # What is not used of the stipend comes back.
            used = account_price(CALLS, fork) + CALL_VALUE - STIPEND + (0 if there else NEW_ACCOUNT)
            post = {A: account(2, 1, code), B: account(8 if there else 7)}
            test.case(TRANSACTION + used, post, fork=fork)
        tests[name] = test

    # EIP-7702: B has delegated to C, which stores on whom it runs. Before Prague B's code is none that runs.
    delegation = bytes.fromhex("ef0100" + C)
    storer = contract(store(1, 5))
    for name, before, warm in [("delegated", "", False), ("delegatedToWarm", touch("size", 32), True)]:
        code = contract(before + f"(drop {call(0)})", addresses(B, C, B))
        pre = {A: account(0, 1, code), B: account(0, 1, delegation), C: account(0, 1, storer)}
        test = Test(pre)
        for fork in since("Prague"):
            used = 2 * COLD_ACCOUNT + (WARM if warm else 0) + stored(fork)
            post = {**unchanged(pre), B: account(0, 1, delegation, {1: 5})}
            test.case(TRANSACTION + used, post, fork=fork)
        tests[name] = test
    # Its size, its code and its hash are those of the 23 bytes.
    body = keep_result(1, "(call $getExternalCodeSize (i32.const 0))") + (
        "(call $getExternalCodeHash (i32.const 0) (i32.const 256))" + keep(2, 256)
    ) + "(call $externalCodeCopy (i32.const 0) (i32.const 600) (i32.const 0) (i32.const 23))" + keep(3, 600)
    code = contract(body, addresses(B, B, B))
    pre = {A: account(0, 1, code), B: account(0, 1, delegation), C: account(0, 1, storer)}
    test = Test(pre)
    words = {
        1: 23,
        2: int.from_bytes(keccak(delegation), "big"),
        3: int.from_bytes(delegation + bytes(9), "big"),
    }
    for fork in since("Prague"):
        used = COLD_ACCOUNT + 2 * WARM + COPY + 3 * stored(fork)
        test.case(TRANSACTION + used, {**unchanged(pre), A: account(0, 1, code, words)}, fork=fork)
    tests["delegatedSeenFromOutside"] = test
    # A delegate without code, and one that is a precompile, run nothing; and nobody follows a second delegation,
    # whose code does not run: it takes the gas it was given.
    for name, delegate, inner in [
        ("delegatedToNobody", A[:-2] + "99", 0),
        ("delegatedToAPrecompile", precompile(4), 0),
        ("delegatedTwice", C, 50_000),
    ]:
        one = bytes.fromhex("ef0100" + delegate)
        code = contract(f"(drop {call(0, 50_000)})", addresses(B, B, B))
        pre = {
            A: account(0, 1, code),
            B: account(0, 1, one),
            C: account(0, 1, bytes.fromhex("ef0100" + A)),
        }
        is_cold = delegate != precompile(4)
        tests[name] = simple(
            pre,
            lambda fork: COLD_ACCOUNT + (COLD_ACCOUNT if is_cold else WARM) + inner,
            since("Prague"),
        )
    return tests


def destruct_tests():
    """Self-destruct: who is cold, who comes into being, what is refunded, and from Cancun on who stays."""
    tests = {}
    code = contract("(call $selfDestruct (i32.const 0))", addresses(B, B, B))
    for name, balance, there in [("rich", 7, True), ("richToNobody", 7, False), ("poorToNobody", 0, False)]:
        pre = {A: account(balance, 1, code), **({B: account(1)} if there else {})}
        test = Test(pre)
        for fork in FORKS:
            used = TRANSACTION + DESTRUCT + (COLD_ACCOUNT if is_in(fork, "Berlin") else 0)
            used += NEW_ACCOUNT if balance and not there else 0
            refund = 0 if is_in(fork, "London") else DESTRUCT_REFUND  # EIP-3529
            beneficiary = {B: account(balance + (1 if there else 0))} if balance or there else {}
            # EIP-6780: a contract that was there before stays, without its balance.
            stays = {A: account(0, 1, code)} if is_in(fork, "Cancun") else {}
            test.case(refunded(fork, used, refund), {**beneficiary, **stays}, fork=fork)
        tests[name] = test
    return tests


def create_tests():
    """Creations: the price of init code, addresses, nonces, collisions, and what is warm afterwards."""
    tests = {}
    salt = 0x2A
    deployed = contract("")
    code_of = init(deployed)
    words = (len(code_of) + 31) // 32
    fields = addresses(B, B, B) + data(400, salt.to_bytes(32, "big")) + data(4096, code_of)
    length = len(code_of)
    one = f"(call $create (i32.const 256) (i32.const 4096) (i32.const {length}) (i32.const 700))"
    two = f"(call $create2 (i32.const 256) (i32.const 4096) (i32.const {length}) (i32.const 400) (i32.const 700))"
    by_salt = keccak(b"\xff" + bytes.fromhex(A) + salt.to_bytes(32, "big") + keccak(code_of))[12:].hex()
    by_nonce = create_address(A, 1)
    deposit = DEPOSIT * len(deployed)
    for name, body, address, forks, hashing in [
        ("create", one, by_nonce, FORKS, 0),
        ("create2", two, by_salt, since("Constantinople"), HASH_WORD),
    ]:
        # The address lies at 700 then, and 32 bytes from 688 on are a word that ends with it.
        kept = keep_result(1, body) + keep(2, 688)
        code = contract(kept, fields)
        test = Test({A: account(0, 1, code)})
        for fork in forks:
            used = CREATION + words * (at(INIT_WORD, fork) + hashing) + deposit
            # The result is 0, which is what the word was: a store that changes nothing.
            used += at({"Byzantium": 5_000, "Constantinople": 200, "ConstantinopleFix": 5_000, "Istanbul": 800, "Berlin": 2_200}, fork)
            used += stored(fork)
            post = {
                A: account(0, 2, code, {2: int(address, 16)}),
                address: account(0, 1, deployed),
            }
            test.case(TRANSACTION + used, post, fork=fork)
        tests[name] = test

        # What was created is warm.
        code = contract(f"(drop {body})" + touch("size", 700), fields)
        test = Test({A: account(0, 1, code)})
        for fork in forks:
            used = CREATION + words * (at(INIT_WORD, fork) + hashing) + deposit
            used += account_price(CODE, fork, cold=False)
            post = {A: account(0, 2, code), address: account(0, 1, deployed)}
            test.case(TRANSACTION + used, post, fork=fork)
        tests[f"{name}dIsWarm"] = test

        # Where there is an account with a nonce, a creation fails, takes all but one 64th, and counts the
        # creator's nonce (EIP-684).
        code = contract(f"(drop {body})", fields)
        pre = {A: account(0, 1, code), address: account(0, 1)}
        test = Test(pre)
        for fork in forks:
            fee = CREATION + words * (at(INIT_WORD, fork) + hashing)
            left = 100_000 - TRANSACTION - fee
            test.case(100_000 - left // 64, {**unchanged(pre), A: account(0, 2, code)}, fork=fork, gas=100_000)
        tests[f"{name}AtATakenAddress"] = test

    # Init code of more than 49,152 bytes takes all gas, from Shanghai on (EIP-3860). Before, nothing but zeros
    # is no contract, and takes all but one 64th of what is left after the fee.
    long = "(drop (call $create (i32.const 256) (i32.const 4096) (i32.const 49153) (i32.const 700)))"
    creator = contract(long, ONE)
    code = contract(f"(drop {call(0, 60_000)})", addresses(B, B, B))
    pre = {A: account(0, 1, code), B: account(0, 1, creator)}
    test = Test(pre)
    for fork in since("Shanghai"):
        test.case(TRANSACTION + account_price(CALLS, fork) + 60_000, unchanged(pre), fork=fork)
    tests["createWithTooMuchInitCode"] = test

    # A contract of the same transaction is gone after its self-destruct, at every fork (EIP-6780). Only up to
    # Berlin is there a refund for that.
    destructs = contract("(call $selfDestruct (i32.const 0))", addresses(B, B, B))
    fields = addresses(B, B, B) + data(4096, destructs)
    body = f"(drop (call $create (i32.const 128) (i32.const 4096) (i32.const {len(destructs)}) (i32.const 700)))"
    code = contract(body, fields + data(128, (7).to_bytes(16, "little")))
    pre = {A: account(9, 1, code), B: account(1)}
    test = Test(pre)
    for fork in FORKS:
        used = TRANSACTION + CREATION + (len(destructs) + 31) // 32 * at(INIT_WORD, fork)
        used += DESTRUCT + (COLD_ACCOUNT if is_in(fork, "Berlin") else 0)
        refund = 0 if is_in(fork, "London") else DESTRUCT_REFUND
        test.case(refunded(fork, used, refund), {A: account(2, 2, code), B: account(8)}, fork=fork)
    tests["createdAndDestructed"] = test
    return tests


def environment_tests():
    """What is told of transaction and block: each is kept as a word."""
    tests = {}

    def told(name, body, first, word, fee=2, balance=0):
        code = contract(body + keep(1, 256))
        test = Test({A: account(balance, 1, code)})
        for fork in since(first):
            changes = word(fork) != 0
            cost = stored(fork) if changes else at({"Istanbul": 800, "Berlin": 2_200}, fork)
            post = {A: account(balance, 1, code, {1: word(fork)})}
            test.case(TRANSACTION + fee + cost, post, fork=fork)
        tests[name] = test

    place = "(i32.const 256)"
    told("chainId", f"(call $getChainId {place})", "Istanbul", lambda _: reversed_word(1))
    told(
        "selfBalance", f"(call $getSelfBalance {place})", "Istanbul", lambda _: reversed_word(0x1234), 5, 0x1234
    )
    told("baseFee", f"(call $getBaseFee {place})", "London", lambda _: 0)
    told("prevRandao", f"(call $getPrevRandao {place})", "Paris", lambda _: reversed_word(0x20000))
    told("difficulty", f"(call $getBlockDifficulty {place})", "Istanbul", lambda _: reversed_word(0x20000))
    told("blobBaseFee", f"(call $getBlobBaseFee {place})", "Cancun", lambda _: reversed_word(1))
    told("noBlob", f"(call $getBlobHash (i32.const 0) {place})", "Cancun", lambda _: 0, 3)
    # EIP-1052: an account that is not there has no hash, one without code has that of nothing.
    for name, there, word in [
        ("codeHashOfNobody", False, 0),
        ("codeHashWithoutCode", True, int.from_bytes(keccak(b""), "big")),
    ]:
        code = contract("(call $getExternalCodeHash (i32.const 0) (i32.const 256))" + keep(1, 256), addresses(B, B, B))
        pre = {A: account(0, 1, code), **({B: account(1)} if there else {})}
        test = Test(pre)
        for fork in since("Constantinople"):
            nothing = at({"Constantinople": 200, "ConstantinopleFix": 5_000, "Istanbul": 800, "Berlin": 2_200}, fork)
            used = account_price(CODE_HASH, fork) + (stored(fork) if there else nothing)
            post = {**unchanged(pre), A: account(0, 1, code, {1: word})}
            test.case(TRANSACTION + used, post, fork=fork)
        tests[name] = test
    return tests


def transient_tests():
    """Transient storage (EIP-1153): of one contract, for one transaction, undone by a revert."""
    tests = {}
    put = "(call $transientStore (i32.const 96) (i32.const 96))"
    get = "(call $transientLoad (i32.const 96) (i32.const 256))" + keep(1, 256)
    fields = addresses(B, B, B)

    def test(name, body, inner, word, costs):
        code = contract(body, fields)
        pre = {A: account(0, 1, code), B: account(0, 1, contract(inner, fields))}
        result = Test(pre)
        for fork in since("Cancun"):
            kept = stored(fork) if word else 2_200
            post = {**unchanged(pre), A: account(0, 1, code, {1: word})}
            result.case(TRANSACTION + costs + kept, post, fork=fork)
        tests[name] = result

    delegate = "(drop (call $callDelegate (i64.const 100000) (i32.const 0) (i32.const 0) (i32.const 0)))"
    test("itIsThere", put + get, "", 1, 2 * TRANSIENT)
    test("itIsEmptyAtFirst", get, "", 0, TRANSIENT)
    test("itIsTheContracts", f"(drop {call(0)})" + get, put, 0, COLD_ACCOUNT + 2 * TRANSIENT)
    test("itIsTheAccounts", delegate + get, put, 1, COLD_ACCOUNT + 2 * TRANSIENT)
    test("itIsUndone", delegate + get, put + REVERT, 0, COLD_ACCOUNT + 2 * TRANSIENT)
    # In a static call it fails, and takes the gas.
    static = "(drop (call $callStatic (i64.const 5000) (i32.const 0) (i32.const 0) (i32.const 0)))"
    test("itIsNotForStaticCalls", static + get, put, 0, COLD_ACCOUNT + 5_000 + TRANSIENT)
    return tests


def files():
    yield "access", access_tests()
    yield "slots", slot_tests()
    yield "stores", store_tests()
    yield "calls", call_tests()
    yield "selfDestruct", destruct_tests()
    yield "create", create_tests()
    yield "environment", environment_tests()
    yield "transient", transient_tests()


write(HERE, files())
