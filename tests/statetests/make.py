#!/usr/bin/env python3
"""Makes the state tests beside this file, without any part of Hebe.

What a test expects is written here by hand: the accounts after the transaction, with the gas as a sum of
prices (Yellow Paper, appendix G, at Byzantium; the interface's fees; instructions are free). The roots are
those that the Ethereum Foundation's Python packages find for these accounts.

    pip install trie rlp "eth-hash[pycryptodome]" wasmtime
    python3 make.py
"""

import hashlib
import pathlib

from eth_hash.auto import keccak

from filler import *

HERE = pathlib.Path(__file__).parent


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
        "nonceTooLow": Test({}, sender=account(RICH, 2), nonce=1).case(invalid="TransactionException.NONCE_MISMATCH_TOO_LOW"),
        "nonceTooHigh": Test({}, sender=account(RICH, 2), nonce=3).case(invalid="TransactionException.NONCE_MISMATCH_TOO_HIGH"),
        "nonceIsTheLast": Test({}, sender=account(RICH, 2**64 - 1), nonce=2**64 - 1).case(
            invalid="TransactionException.NONCE_IS_MAX"
        ),
        "noMoneyForGas": Test({}, sender=account(21_000 * PRICE - 1)).case(gas=21_000, invalid="TransactionException.INSUFFICIENT_ACCOUNT_FUNDS"),
        "noMoneyForValue": Test({}, sender=account(21_000 * PRICE + 6)).case(
            gas=21_000, value=7, invalid="TransactionException.INSUFFICIENT_ACCOUNT_FUNDS"
        ),
        "valueOf256Bits": Test({}).case(value=2**256 - 1, invalid="TransactionException.INSUFFICIENT_ACCOUNT_FUNDS"),
        "moreThanTheBlockHas": Test({}, block_gas_limit=99_999).case(gas=100_000, invalid="TransactionException.GAS_ALLOWANCE_EXCEEDED"),
        "notEvenIntrinsicGas": Test({})
        .case(gas=20_999, invalid="TransactionException.INTRINSIC_GAS_TOO_LOW")
        .case(gas=21_000, data=b"\0", invalid="TransactionException.INTRINSIC_GAS_TOO_LOW")
        .case(gas=0, invalid="TransactionException.INTRINSIC_GAS_TOO_LOW"),
        "notEvenIntrinsicGasOfACreation": Test({}, to=None).case(gas=52_999, invalid="TransactionException.INTRINSIC_GAS_TOO_LOW"),
        "senderIsAContract": Test({}, sender=account(RICH, 0, contract(""))).case(invalid="TransactionException.SENDER_NOT_EOA"),
        "emptyAccountsStay": Test({A: empty, COINBASE: empty}).case(
            gas=20_999, invalid="TransactionException.INTRINSIC_GAS_TOO_LOW"
        ),
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
    # ---- a transfer is the same at all forks; the first two have no ewasm
    several = Test({}).case(21_000, {A: account(7)}, value=7)
    for fork in ("Frontier", "EIP158", *FORKS[1:]):
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


write(HERE, files())
