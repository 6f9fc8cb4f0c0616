#!/usr/bin/env python3
"""Makes `directed.json` beside this file: bytecode that asks for one thing after the other, at every fork from Frontier to Osaka.

A contract reads from its call data what it is to do, so that a test has many cases: values to store, whom to call and with how
much gas, what to create, whom to leave a balance to. What they come to is what Ethereum's executable specification makes of
them, as with `make.py`.

    pip install ethereum-execution==2.20.0
    python3 directed.py
"""

import json
import multiprocessing
import pathlib
import random
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "spec_statetests"))

import make as spec  # noqa: E402

A, B, OTHER, SENDER, COINBASE = spec.A, spec.B, spec.OTHER, spec.SENDER, spec.COINBASE
ABSENT = "0x" + "de" * 20

OPS = {
    name: op
    for first, names in {
        0x00: "STOP ADD MUL SUB DIV SDIV MOD SMOD ADDMOD MULMOD EXP SIGNEXTEND",
        0x10: "LT GT SLT SGT EQ ISZERO AND OR XOR NOT BYTE SHL SHR SAR CLZ",
        0x20: "KECCAK256",
        0x30: "ADDRESS BALANCE ORIGIN CALLER CALLVALUE CALLDATALOAD CALLDATASIZE CALLDATACOPY CODESIZE CODECOPY GASPRICE "
        "EXTCODESIZE EXTCODECOPY RETURNDATASIZE RETURNDATACOPY EXTCODEHASH",
        0x40: "BLOCKHASH COINBASE TIMESTAMP NUMBER PREVRANDAO GASLIMIT CHAINID SELFBALANCE BASEFEE BLOBHASH BLOBBASEFEE",
        0x50: "POP MLOAD MSTORE MSTORE8 SLOAD SSTORE JUMP JUMPI PC MSIZE GAS JUMPDEST TLOAD TSTORE MCOPY PUSH0",
        0x80: "DUP1 DUP2 DUP3 DUP4 DUP5 DUP6 DUP7",
        0x90: "SWAP1 SWAP2 SWAP3",
        0xA0: "LOG0 LOG1 LOG2 LOG3 LOG4",
        0xF0: "CREATE CALL CALLCODE RETURN DELEGATECALL CREATE2",
        0xFA: "STATICCALL",
        0xFD: "REVERT INVALID SELFDESTRUCT",
    }.items()
    for op, name in enumerate(names.split(), first)
}


def code(text):
    """Bytecode: names of instructions, and numbers, which are pushed. `0x` and an address is a number too."""
    result = b""
    for token in text.split():
        if token in OPS:
            result += bytes([OPS[token]])
        elif token.startswith("."):
            result += bytes.fromhex(token[1:])
        else:
            result += spec.push(int(token, 0))
    return result


def words(*values):
    return b"".join((int(it, 16) if isinstance(it, str) else it % (1 << 256)).to_bytes(32, "big") for it in values)


def contract(text="", balance=0, nonce=1, storage=None):
    result = spec.account(balance, nonce, (text if isinstance(text, bytes) else code(text)).hex())
    result["storage"] = {spec.number(key): spec.number(value) for key, value in (storage or {}).items()}
    return result


class Test:
    """Cases for each fork and each input, and each gas limit of each."""

    def __init__(self, forks, pre, data=(b"",), env=None, **rest):
        self.forks = forks
        env = {"currentGasLimit": spec.number(16_000_000), **(env or {})}
        self.document = spec.document(pre, env, data=data, **rest)

    def fill(self):
        fields = self.document["transaction"]
        for fork in self.forks:
            self.document["post"][fork] = [
                spec.case(self.document, fork, data, gas)
                for data in range(len(fields["data"]))
                for gas in range(len(fields["gasLimit"]))
            ]
        return self.document


def storage():
    """What a slot costs and gives back by what it was, is and becomes (EIP-1283, 2200, 2929, 3529)."""
    sequences = [words(a, b, c) for a in range(3) for b in range(3) for c in range(3)]
    text = "0 CALLDATALOAD 0 SSTORE 32 CALLDATALOAD 0 SSTORE 64 CALLDATALOAD 0 SSTORE"
    for before in range(2):
        yield f"slotThatWas{before}", Test(
            spec.since("Frontier"), {A: contract(text, storage={0: before} if before else {})}, sequences
        )
    # With just too little gas, or just enough: 2,300 is not enough from Istanbul on.
    callers = "0 0 0 0 0 {} 0 CALLDATALOAD CALL GAS 1 SSTORE 2 SSTORE".format(B)
    gases = [words(gas) for gas in [0, 205, 806, 2_100, 2_305, 2_306, 2_307, 2_906, 5_005, 5_006, 20_005, 20_006, 22_105, 22_106]]
    for name, inner in {"sets": "1 1 SSTORE", "keeps": "7 0 SSTORE", "clears": "0 0 SSTORE"}.items():
        yield f"slotWithLittleGas_{name}", Test(
            spec.since("Frontier"), {A: contract(callers), B: contract(inner, storage={0: 7})}, gases
        )
    # How much is given back: at most a half, or a fifth.
    clears = " ".join(f"0 0 CALLDATALOAD {number} LT {number} MUL SSTORE" for number in range(1, 21))
    yield "refunds", Test(
        spec.since("Frontier"),
        {A: contract(clears, storage={number: number for number in range(21)})},
        [words(count) for count in (0, 1, 2, 5, 10, 20)],
    )
    yield "refundOfWhatIsReverted", Test(
        spec.since("Byzantium"),
        {A: contract(f"0 0 0 0 0 {B} 100000 CALL 1 SSTORE"), B: contract("0 0 SSTORE 0 0 REVERT", storage={0: 9})},
    )


def transient():
    """EIP-1153, at forks too that don't have it."""
    endings = {"stop": "STOP", "revert": "0 0 REVERT", "invalid": "INVALID"}
    for name, ending in endings.items():
        inner = f"0 TLOAD 1 ADD 0 TSTORE 0 TLOAD 5 SSTORE {ending}"
        for kind in ("CALL", "CALLCODE", "DELEGATECALL", "STATICCALL"):
            value = "0" if kind in ("CALL", "CALLCODE") else ""
            call = f"0 0 0 0 {value} {B} 100000 {kind}"
            yield f"transient_{kind}_{name}", Test(
                spec.since("Shanghai"),
                {A: contract(f"7 0 TSTORE {call} {call} ADD 1 SSTORE 0 TLOAD 2 SSTORE 1 TLOAD 3 SSTORE"), B: contract(inner)},
            )
    yield "transientStoreWithTheStipend", Test(
        spec.since("Cancun"), {A: contract(f"0 0 0 0 1 {B} 0 CALL 0 SSTORE", 9), B: contract("1 1 TSTORE")}
    )


def access():
    """What addresses and slots cost, cold and warm (EIP-150, 1884, 2929, 2930, 3651)."""
    whom = [A, B, OTHER, SENDER, COINBASE, ABSENT, *range(0, 12), 0x11, 0x12, 0x100]
    pre = {B: contract("STOP"), OTHER: spec.account(5)}
    inputs = [words(it) for it in whom]
    for name in ("BALANCE", "EXTCODESIZE", "EXTCODEHASH"):
        yield f"access_{name}", Test(
            spec.since("Frontier"), {A: contract(f"0 CALLDATALOAD {name} 0 SSTORE 0 CALLDATALOAD {name} 1 SSTORE GAS 2 SSTORE"), **pre}, inputs[:8]
        )
        yield f"accessSinceBerlin_{name}", Test(
            spec.since("Shanghai"), {A: contract(f"0 CALLDATALOAD {name} 0 SSTORE 0 CALLDATALOAD {name} 1 SSTORE GAS 2 SSTORE"), **pre}, inputs[8:]
        )
    yield "access_EXTCODECOPY", Test(
        spec.since("Frontier"),
        {A: contract("64 CALLDATALOAD 32 CALLDATALOAD 1 0 CALLDATALOAD EXTCODECOPY 0 MLOAD 0 SSTORE MSIZE 1 SSTORE GAS 2 SSTORE"), **pre},
        [words(it, start, size) for it in (A, ABSENT, 4) for start, size in ((0, 0), (1, 40), (1 << 255, 3), (0, 1 << 64))],
    )
    # What a reverted call made warm is cold again.
    yield "accessOfWhatIsReverted", Test(
        spec.since("Berlin"),
        {
            A: contract(f"0 0 0 0 {B} 0 CALLDATALOAD DELEGATECALL POP 5 SLOAD {OTHER} BALANCE ADD GAS 0 SSTORE"),
            B: contract(f"5 SLOAD {OTHER} BALANCE 0 0 REVERT"), OTHER: spec.account(5),
        },
        [words(gas) for gas in (0, 2_099, 2_103, 4_000, 4_803, 4_900, 9_000)],
    )
    key = "0x%064x"
    lists = [
        [],
        [{"address": A, "storageKeys": []}],
        [{"address": A, "storageKeys": [key % 0]}],
        [{"address": A, "storageKeys": [key % 0, key % 0, key % 1]}],
        [{"address": A, "storageKeys": [key % 0]}, {"address": A, "storageKeys": [key % 1]}],
        [{"address": B, "storageKeys": [key % 0]}],
        [{"address": B, "storageKeys": []}, {"address": OTHER, "storageKeys": []}, {"address": ABSENT, "storageKeys": [key % 9]}],
        [{"address": COINBASE, "storageKeys": []}, {"address": SENDER, "storageKeys": [key % 0]}, {"address": "0x" + "%040x" % 1, "storageKeys": []}],
    ]
    text = f"0 SLOAD 1 SLOAD ADD 1 0 SSTORE 2 1 SSTORE 0 0 0 0 0 {B} 60000 CALL POP {OTHER} BALANCE {ABSENT} EXTCODEHASH {COINBASE} BALANCE GAS 2 SSTORE"
    for price in ({}, spec.MARKET):
        yield f"accessLists{len(price)}", Test(
            spec.since("London" if price else "Berlin"),
            {A: contract(text, storage={1: 1}), B: contract("1 SLOAD 0 SLOAD 1 ADD 0 SSTORE"), OTHER: spec.account(5)},
            [b""] * len(lists), accessLists=lists, **price,
        )


CALLEES = {
    "returns": "66 0 MSTORE 64 0 RETURN",
    "reverts": "66 0 MSTORE 40 0 REVERT",
    "invalid": "INVALID",
    "takesAllGas": "JUMPDEST 0 JUMP",
    "stores": "CALLVALUE 1 ADD 7 SSTORE CALLER 8 SSTORE ADDRESS 9 SSTORE",
    "logs": "CALLER 5 0 0 LOG2 0 0 LOG0",
    "destroys": f"{OTHER} SELFDESTRUCT",
    "destroysForItself": "ADDRESS SELFDESTRUCT",
    "creates": "0 0 0 CREATE 0 MSTORE 32 0 RETURN",
    "createsTwo": "0 0 0 0 CREATE2 0 MSTORE 32 0 RETURN",
    "transient": "1 1 TSTORE 1 TLOAD 0 MSTORE 32 0 RETURN",
    "paysOn": f"0 0 0 0 1 {OTHER} 0 CALL 0 MSTORE 32 0 RETURN",
    "paysNew": f"0 0 0 0 CALLVALUE {ABSENT} 0 CALL 0 MSTORE 32 0 RETURN",
    "callcodePays": f"0 0 0 0 1 {OTHER} 0 CALLCODE 0 MSTORE 32 0 RETURN",
    "whoIsIt": "ADDRESS 0 MSTORE CALLER 32 MSTORE CALLVALUE 64 MSTORE ORIGIN 96 MSTORE 128 0 KECCAK256 0 MSTORE 32 0 RETURN",
    "jumpsIntoData": "4 JUMP .605b STOP",
    "jumpsFar": "0x1000000000000000000000004 JUMP JUMPDEST STOP",
    "doesNotJumpFar": "0 0x1000000000000000000000004 JUMPI STOP",
    "underflow": "1 ADD",
    "overflow": "JUMPDEST 1 0 JUMP",
    "cutPush": ".7f01",
    "unknown": ".0c",
    "delegationAsCode": ".60016001 .ef0100",
    "readsPastReturnData": "1 RETURNDATASIZE 0 RETURNDATACOPY",
    "readsNoReturnData": "0 RETURNDATASIZE 0 RETURNDATACOPY RETURNDATASIZE 1 SSTORE",
    "hugeMemory": "0xffffffff MLOAD",
    "hugeMemoryOfNothing": "0 0xffffffffffffffffffffffff RETURN",
    "manyWords": "0xffff MLOAD MSIZE 0 MSTORE 32 0 RETURN",
}


def calls():
    """Each way to call, whatever is called, with value and without, with gas and with the stipend alone."""
    table = {"0x" + "%040x" % (0xC000 + at): contract(text, 3) for at, text in enumerate(CALLEES.values())}
    whom = [*table, OTHER, ABSENT, SENDER, COINBASE, A, 4]
    how = [(value, gas) for value, gas in ((0, 60_000), (1, 60_000), (1, 0))]
    for kind in ("CALL", "CALLCODE", "DELEGATECALL", "STATICCALL"):
        pays = kind in ("CALL", "CALLCODE")
        value = "32 CALLDATALOAD" if pays else ""
        # It is its own callee once: without call data it ends at once.
        text = f"CALLDATASIZE 5 JUMPI STOP JUMPDEST 40 0 0 0 {value} 0 CALLDATALOAD 64 CALLDATALOAD {kind} 0 SSTORE 0 MLOAD 1 SSTORE"
        used = how if pays else [(0, 60_000)]
        first = {"DELEGATECALL": "Homestead", "STATICCALL": "Byzantium"}.get(kind, "Frontier")
        forks = spec.since(first)
        if kind == "CALLCODE":
            forks = [it for it in forks if it in ("Frontier", "EIP150", "Byzantium", "Berlin", "Cancun", "Osaka")]
        elif kind == "CALL":
            forks = [it for it in forks if it not in ("Homestead", "ConstantinopleFix", "Paris", "London")]
        pre = {A: contract(text, 2), OTHER: spec.account(5), **table}
        yield f"calls_{kind}", Test(forks, pre, [words(it, value, gas) for it in whom for value, gas in used])
    # All that is forbidden when nothing may change, at one remove.
    for kind in ("CALL", "CALLCODE", "DELEGATECALL", "STATICCALL"):
        value = "0" if kind in ("CALL", "CALLCODE") else ""
        pre = {
            A: contract(f"0 CALLDATALOAD 0 MSTORE 40 0 32 0 {B} 200000 STATICCALL 0 SSTORE 0 MLOAD 1 SSTORE RETURNDATASIZE 2 SSTORE"),
            B: contract(f"40 0 0 0 {value} 0 CALLDATALOAD 60000 {kind} 32 MSTORE 64 0 RETURN"),
            OTHER: spec.account(5), **table,
        }
        yield f"staticAtOneRemove_{kind}", Test(["Byzantium", "Cancun", "Osaka"], pre, [words(it) for it in table])
    # More than 63 of 64 parts, more value than there is, and the end of the stack of calls.
    yield "moreThanThereIs", Test(
        spec.since("Frontier"),
        {A: contract(f"0 0 0 0 32 CALLDATALOAD {B} 0 CALLDATALOAD CALL 0 SSTORE GAS 1 SSTORE", 5), B: contract("GAS 3 SSTORE")},
        [words(gas, value) for gas in (900_000, 1 << 64, (1 << 256) - 1) for value in (0, 5, 6, 1 << 128)],
    )
    yield "deep", Test(
        ["Frontier", "Homestead", "EIP150", "Byzantium", "Osaka"],
        {A: contract("0 0 0 0 0 ADDRESS 1000 GAS SUB CALL 0 SLOAD ADD 0 SSTORE")},
        gas=(8_000_000,),
    )
    yield "deepButForGas", Test(
        ["Frontier", "EIP150", "Osaka"], {A: contract("32 0 0 0 0 ADDRESS 200 GAS SUB CALL 0 MLOAD ADD 0 MSTORE 32 0 RETURN")}, gas=(1_000_000,)
    )


INITS = {
    "nothing": "",
    "one": "1 0 RETURN",
    "ef": "0xef 0 MSTORE8 1 0 RETURN",
    "efLater": "0xef 1 MSTORE8 2 0 RETURN",
    "delegation": "0xef 0 MSTORE8 1 1 MSTORE8 23 0 RETURN",
    "largest": "24576 0 RETURN",
    "tooLarge": "24577 0 RETURN",
    "reverts": "66 0 MSTORE 33 0 REVERT",
    "invalid": "INVALID",
    "stores": "1 1 SSTORE CALLVALUE 2 SSTORE 3 0 RETURN",
    "destroys": f"{OTHER} SELFDESTRUCT",
    "destroysForItself": "ADDRESS SELFDESTRUCT",
    "logs": "ADDRESS 0 0 LOG1 CODESIZE 0 RETURN",
    "createsMore": "0 0 0 CREATE 0 SSTORE 1 0 RETURN",
    "callsBack": "0 0 0 0 0 CALLER 5000 CALL 0 SSTORE 1 0 RETURN",
    "returnsItself": "CODESIZE 0 0 CODECOPY CODESIZE 0 RETURN",
    "looksAtItself": "ADDRESS EXTCODESIZE ADDRESS EXTCODEHASH ADD 0 SSTORE CALLDATASIZE 1 SSTORE 0 0 RETURN",
    "transient": "1 1 TSTORE 1 TLOAD 0 SSTORE",
}


def creations():
    """What init code does and returns, and what is in its way (EIP-2, 161, 170, 684, 2929, 3541, 3607, 3860, 6780, 7610)."""
    # Call data: value, and the init code.
    take = "32 CALLDATASIZE SUB 32 0 CALLDATACOPY"
    size = "32 CALLDATASIZE SUB"
    kinds = {
        "CREATE": (f"{size} 0 0 CALLDATALOAD CREATE", "Frontier"),
        "CREATE2": (f"5 {size} 0 0 CALLDATALOAD CREATE2", "ConstantinopleFix"),
    }
    inits = [code(text) for text in INITS.values()]
    for kind, (create, first) in kinds.items():
        text = f"CALLDATASIZE 5 JUMPI STOP JUMPDEST {take} {create} DUP1 0 SSTORE EXTCODESIZE 1 SSTORE GAS 2 SSTORE"
        late = f"{text} RETURNDATASIZE 3 SSTORE"
        forks = spec.since(first)
        data = [words(value) + init for init in inits for value in ((0, 1) if len(init) < 8 else (1,))]
        for name, body, named in (("", text, forks[:4] if kind == "CREATE" else []), ("", late, spec.since("Byzantium" if kind == "CREATE" else first))):
            if named:
                yield f"creates_{kind}_{named[0]}", Test(named, {A: contract(body, 2), OTHER: spec.account(5)}, data, gas=(6_000_000,))
        again = f"CALLDATASIZE 5 JUMPI STOP JUMPDEST {take} {create} 0 SSTORE {create} 1 SSTORE GAS 2 SSTORE"
        yield f"createsTwice_{kind}", Test(
            forks[-6:], {A: contract(again, 2), OTHER: spec.account(5)}, [words(0) + init for init in inits[:2] + inits[7:12]], gas=(15_000_000,)
        )
        # A nonce that can't grow, and a value that is not there.
        yield f"createsNothing_{kind}", Test(
            [it for it in forks if it not in ("Frontier", "Homestead", "EIP150")],
            {A: contract(text, 2, nonce=(1 << 64) - 1)}, [words(0) + inits[1], words(3) + inits[1]],
        )
        yield f"createsWithTooMuch_{kind}", Test(forks, {A: contract(text, 2)}, [words(3) + inits[1], words(2) + inits[1]])
        # Long init code, of zeros.
        salt = "5" if kind == "CREATE2" else ""
        zeros = f"{salt} 0 CALLDATALOAD 0 0 {kind} 0 SSTORE GAS 1 SSTORE"
        yield f"longInitCode_{kind}", Test(
            ["Istanbul", "London", "Paris", "Shanghai", "Cancun", "Prague", "Osaka"],
            {A: contract(zeros)}, [words(it) for it in (0, 1, 31, 32, 33, 49_120, 49_151, 49_152, 49_153, 1 << 40)],
        )
    # Gas for what is to be kept: at Frontier a contract without code comes of too little.
    spend = f"{take} {size} 0 0 CREATE 0 SSTORE"
    yield "littleGasForTheCode", Test(
        spec.since("Frontier"), {A: contract(spend)}, [words(0) + code("100 0 RETURN")], gas=(54_000, 72_000, 74_000, 76_000, 80_000, 96_000, 120_000)
    )
    yield "transactionWithLittleGasForTheCode", Test(
        spec.since("Frontier"), {}, [code("100 0 RETURN")], to="", gas=(53_600, 60_000, 73_000, 74_000, 90_000)
    )
    for name, text in INITS.items():
        yield f"transaction_{name}", Test(
            ["Frontier", "Homestead", "EIP158", "Byzantium", "London", "Shanghai", "Cancun", "Osaka"],
            {OTHER: spec.account(5)}, [code(text)], to="", value=2, gas=(6_000_000,),
        )
    # The address is taken: by a balance, by a nonce, by code. It is that of the sender's first creation.
    there = "0x" + spec.keccak256(spec.rlp.encode([bytes.fromhex(SENDER[2:]), spec.Uint(0)]))[12:].hex()
    made = "0x" + spec.keccak256(spec.rlp.encode([bytes.fromhex(A[2:]), spec.Uint(1)]))[12:].hex()
    for name, taken in {
        "balance": spec.account(7), "nonce": spec.account(0, 1), "code": spec.account(0, 0, "00"), "both": contract("STOP", 3),
    }.items():
        yield f"takenBy_{name}", Test(spec.since("Frontier"), {there: taken}, [code("1 1 SSTORE 1 0 RETURN")], to="", value=1)
        yield f"takenInCodeBy_{name}", Test(
            spec.since("Frontier"), {A: contract(f"{take} {size} 0 0 CALLDATALOAD CREATE 0 SSTORE GAS 1 SSTORE", 5), made: taken},
            [words(value) + code("1 1 SSTORE 1 0 RETURN") for value in (0, 1)], gas=(6_000_000,),
        )


def destruction():
    """SELFDESTRUCT: for whom, how often, and in the transaction that made it (EIP-150, 161, 2929, 3529, 6780)."""
    heirs = [B, A, OTHER, ABSENT, SENDER, COINBASE, 1, 0x100]
    call = f"0 0 32 0 0 {B} 0x10000 CALL"
    text = f"0 CALLDATALOAD 0 MSTORE {call} {B} BALANCE 1 SSTORE {B} EXTCODESIZE 2 SSTORE {call} ADD 3 SSTORE GAS 4 SSTORE"
    for balance in (0, 4):
        yield f"destroyedTwice{balance}", Test(
            spec.since("Frontier"),
            {A: contract(text), B: contract("0 CALLDATALOAD SELFDESTRUCT", balance, storage={1: 1}), OTHER: spec.account(5)},
            [words(it) for it in heirs],
        )
    # Paid after it is destroyed; destroyed by what it calls; destroyed and reverted.
    pay = f"0 0 0 0 1 {B} 0 CALL"
    for name, body in {
        "paidAfter": f"0 CALLDATALOAD 0 MSTORE {call} {pay} ADD 1 SSTORE",
        "byDelegation": f"0 CALLDATALOAD 0 MSTORE 0 0 32 0 {B} 0x10000 DELEGATECALL 1 SSTORE",
    }.items():
        yield f"destroyed_{name}", Test(
            spec.since("Homestead"), {A: contract(body, 3), B: contract("0 CALLDATALOAD SELFDESTRUCT", 1), OTHER: spec.account(5)}, [words(it) for it in heirs]
        )
    yield "destroyedAndReverted", Test(
        spec.since("Byzantium"),
        {
            A: contract(f"0 CALLDATALOAD 0 MSTORE 0 0 32 0 0 {OTHER} 0x20000 CALL 0 SSTORE {B} BALANCE 1 SSTORE"),
            OTHER: contract(f"0 CALLDATALOAD 0 MSTORE {call} 0 0 REVERT"), B: contract("0 CALLDATALOAD SELFDESTRUCT", 4),
        },
        [words(it) for it in heirs[:6]],
    )
    # Made and destroyed in one transaction, then called and paid, and made again at the same address.
    runtime = code("0 CALLDATALOAD SELFDESTRUCT")
    maker = code(f"0x{runtime.hex()} 0 MSTORE {len(runtime)} {32 - len(runtime)} RETURN")
    assert len(maker) <= 32, len(maker)
    create = f"9 {len(maker)} {32 - len(maker)} 1 CREATE2"
    body = (
        f"0x{maker.hex()} 0 MSTORE {create} 1 SSTORE 0 CALLDATALOAD 32 MSTORE 0 0 32 32 2 1 SLOAD 0x10000 CALL 2 SSTORE "
        f"1 SLOAD BALANCE 3 SSTORE 1 SLOAD EXTCODESIZE 4 SSTORE {create} 5 SSTORE 0 0 0 0 3 1 SLOAD 0x10000 CALL 6 SSTORE GAS 7 SSTORE"
    )
    yield "madeAndDestroyed", Test(
        spec.since("ConstantinopleFix"), {A: contract(body, 50), OTHER: spec.account(5)}, [words(it) for it in heirs], gas=(15_000_000,)
    )


def arithmetic():
    """Each instruction on numbers from the bounds."""
    edges = [0, 1, 2, 31, 255, 256, 1 << 64, 1 << 255, (1 << 255) - 1, -1, -2, -256, 0x80, 0xFF80]
    inputs = [words(a, b, c) for a in edges for b, c in ((random.Random(f"{a}").choice(edges), 7), (3, 0), (-1, 5), (1 << 255, -1))]
    binary = "ADD MUL SUB DIV SDIV MOD SMOD SIGNEXTEND LT GT SLT SGT EQ AND OR XOR BYTE"
    for name, more, forks in (
        ("first", "", ["Frontier", "EIP158"]), ("second", " SHL SHR SAR", ["ConstantinopleFix", "Prague"]), ("third", " SHL SHR SAR CLZ", ["Osaka"]),
    ):
        text, at = "", 0
        for op in (binary + more).split() + ["EXP", "ADDMOD", "MULMOD", "NOT", "ISZERO"]:
            taken = {"CLZ": 1, "NOT": 1, "ISZERO": 1, "ADDMOD": 3, "MULMOD": 3}.get(op, 2)
            text += " ".join(f"{32 * it} CALLDATALOAD" for it in reversed(range(taken))) + f" {op} {at} MSTORE "
            at += 32
        yield f"arithmetic_{name}", Test(forks, {A: contract(text + f"{at} 0 KECCAK256 0 SSTORE GAS 1 SSTORE")}, inputs)


def memory():
    """Copies within the bounds of what they copy, and beyond them (EIP-211, 5656)."""
    places = [0, 1, 31, 33, 70, 1 << 32, (1 << 256) - 1]
    inputs = [words(to, start, size) for to in places[:5:2] for start in places for size in (0, 1, 40)]
    inputs += [words(to, 0, size) for to in places[5:] for size in (0, 1)] + [words(0, 0, size) for size in (1 << 20, 1 << 64, (1 << 256) - 1)]
    for op, first in {"CALLDATACOPY": "EIP158", "CODECOPY": "EIP158", "RETURNDATACOPY": "Byzantium", "MCOPY": "Cancun"}.items():
        before = f"0 0 0 0 {B} 5000 DELEGATECALL POP" if op == "RETURNDATACOPY" else ""
        text = (
            f"0x{'11' * 32} 0 MSTORE 0x{'0123456789abcdef' * 4} 32 MSTORE {before} 64 CALLDATALOAD 32 CALLDATALOAD 0 CALLDATALOAD {op} "
            "MSIZE 0 SSTORE MSIZE 0 KECCAK256 1 SSTORE"
        )
        yield f"copies_{op}", Test(
            [first, "Osaka"], {A: contract(text), B: contract(f"0x{'77' * 32} 0 MSTORE 70 0 RETURN")}, inputs, gas=(300_000,)
        )
    for op in ("KECCAK256", "LOG0", "RETURN", "REVERT"):
        after = "0 SSTORE" if op == "KECCAK256" else ""
        yield f"ranges_{op}", Test(
            ["Frontier" if op != "REVERT" else "Byzantium", "Osaka"],
            {A: contract(f"0 CALLDATALOAD 32 CALLDATALOAD {op} {after} MSIZE 1 SSTORE")},
            [words(size, start) for start in places for size in (0, 1, 33, 1 << 32, (1 << 256) - 1)], gas=(300_000,),
        )


def environment():
    """What a contract learns of block and transaction (EIP-1344, 1884, 3198, 4399, 4844, 7516)."""
    names = "ADDRESS ORIGIN CALLER CALLVALUE CALLDATASIZE CODESIZE GASPRICE COINBASE TIMESTAMP NUMBER PREVRANDAO GASLIMIT CHAINID SELFBALANCE BASEFEE BLOBBASEFEE".split()
    pre = {"0x" + "%040x" % (0xE000 + at): contract(f"{name} 1 ADD 0 SSTORE", 3) for at, name in enumerate(names)}
    body = "0 0 0 0 3 0 CALLDATALOAD 30000 CALL 0 SSTORE"
    for fee in ({}, spec.MARKET):
        yield f"environment{len(fee)}", Test(
            spec.since("London") if fee else spec.since("Frontier"), {A: contract(body, 9), **pre}, [words(it) for it in pre], **fee
        )
    yield "blobs", Test(
        spec.since("Cancun"),
        {A: contract("0 CALLDATALOAD BLOBHASH 0 SSTORE BLOBBASEFEE 1 SSTORE 1 BLOBHASH 2 SSTORE GAS 3 SSTORE")},
        [words(it) for it in (0, 1, 2, 3, 6, 1 << 64, (1 << 256) - 1)],
        env={"currentExcessBlobGas": spec.number(40 << 20)},
        blobVersionedHashes=spec.hashes(3), maxFeePerBlobGas=spec.number(1 << 40), **spec.MARKET,
    )


def precompiles():
    """Called from code, with gas that is enough and that is just not."""
    take = "64 CALLDATASIZE SUB 64 0 CALLDATACOPY"
    exact = {1: 3_000, 6: 150, 7: 6_000, 8: 45_000, 9: 12, 0x0A: 50_000, 0x0B: 375, 0x0C: 12_000, 0x0D: 600, 0x0E: 22_500, 0x0F: 70_300, 0x10: 5_500, 0x11: 23_800, 0x100: 6_900}
    for kind in ("CALL", "STATICCALL", "DELEGATECALL"):
        value = "0" if kind == "CALL" else ""
        text = (
            f"{take} 32 0 64 CALLDATASIZE SUB 0 {value} 0 CALLDATALOAD 32 CALLDATALOAD {kind} 0 SSTORE RETURNDATASIZE 1 SSTORE "
            "RETURNDATASIZE 0 0 RETURNDATACOPY RETURNDATASIZE 0 KECCAK256 2 SSTORE GAS 3 SSTORE"
        )
        data = []
        for address, several in spec.precompile_inputs().items():
            for given in several[: 3 if kind == "CALL" else 1]:
                cost = exact.get(address, {2: 60, 3: 600, 4: 15, 5: 200}.get(address, 0) + {2: 12, 3: 120, 4: 3}.get(address, 0) * ((len(given) + 31) // 32))
                gases = [cost, cost - 1, 200_000] if kind == "CALL" and cost else [200_000]
                data += [words(address, gas) + given for gas in gases]
        forks = ["Byzantium", "Istanbul", "Berlin", "Cancun", "Prague", "Osaka"] if kind == "CALL" else ["Byzantium", "Prague", "Osaka"]
        yield f"precompiles_{kind}", Test(forks, {A: contract(text)}, data)
        if kind == "CALL":
            rng = random.Random("modexp")
            data = []
            for _ in range(40):
                sizes = [rng.choice([0, 1, 2, 31, 32, 33, 64, 65]) for _ in range(3)]
                given = words(*sizes) + b"".join(rng.choice([rng.randbytes(it), bytes(it), b"\xff" * it, bytes(max(0, it - 1)) + b"\1" * min(it, 1)]) for it in sizes)
                data.append(words(5, 500_000) + given[: len(given) - rng.choice([0, 0, 1])])
            yield "modexp", Test(["Byzantium", "Berlin", "Prague", "Osaka"], {A: contract(text)}, data)
            data = [words(5, 900_000) + words(*sizes) + b"\3" for sizes in ((1024, 1, 1), (1025, 0, 0), (0, 1025, 0), (0, 0, 1025), (0, 1 << 64, 0), (1 << 255, 0, 0), (0, -1, 1), (1, 1024, 1))]
            yield "modexpOfLength", Test(["Byzantium", "Berlin", "Prague", "Osaka"], {A: contract(text)}, data)


def floor():
    """What call data costs at the least, beside what is run and given back (EIP-7623)."""
    bodies = {
        "nothing": "STOP",
        "little": "0 SLOAD POP 1 SLOAD POP 2 SLOAD POP",
        "givesBack": "0 0 SSTORE 0 1 SSTORE 0 2 SSTORE",
        "much": "1 5 SSTORE 2 6 SSTORE",
        "reverts": "0 0 SSTORE 0 0 REVERT",
        "fails": "0 0 SSTORE INVALID",
    }
    data = [bytes(zeros) + b"\1" * others for zeros, others in ((0, 0), (1, 0), (0, 1), (100, 0), (0, 100), (300, 50), (0, 400), (1_200, 0))]
    for name, text in bodies.items():
        yield f"floor_{name}", Test(
            ["Istanbul", "Cancun", "Prague", "Osaka"], {A: contract(text, storage={0: 1, 1: 1, 2: 1})}, data, gas=(40_000, 60_000, 90_000)
        )
    for name in ("one", "stores", "reverts"):
        yield f"floorOfCreation_{name}", Test(
            ["Cancun", "Prague", "Osaka"], {}, [code(INITS[name]) + bytes(zeros) + b"\1" * others for zeros, others in ((0, 0), (500, 0), (0, 500), (3_000, 0))],
            to="", gas=(100_000, 150_000),
        )


def delegations():
    """Accounts with a delegation: to whom, called in which way, looked at, and by whom (EIP-7702)."""
    prague = spec.since("Prague")
    third, fourth = "0x" + "c3" * 20, "0x" + "c4" * 20

    def to(address):
        return spec.account(6, 1, "ef0100" + (address[2:] if isinstance(address, str) else "%040x" % address))

    stores = contract("ADDRESS 0 SSTORE CALLER 1 SSTORE CALLVALUE 2 SSTORE CODESIZE 3 SSTORE GAS 4 SSTORE 0x42 0 MSTORE 32 0 RETURN")
    targets = {"contract": B, "absent": ABSENT, "account": COINBASE, "precompile": 4, "itself": third, "another": fourth, "sender": SENDER}
    for kind in ("CALL", "CALLCODE", "DELEGATECALL", "STATICCALL"):
        value = "32 CALLDATALOAD" if kind in ("CALL", "CALLCODE") else ""
        call = f"40 0 0 0 {value} {third} 0 CALLDATALOAD {kind}"
        text = f"{call} 10 SSTORE 0 MLOAD 11 SSTORE RETURNDATASIZE 12 SSTORE {call} 13 SSTORE GAS 14 SSTORE"
        for name, target in targets.items():
            yield f"delegated_{kind}_{name}", Test(
                prague, {A: contract(text, 9), B: stores, third: to(target), fourth: to(B)},
                [words(gas, value) for gas, value in ((150_000, 0), (150_000, 1), (0, 1), (2_600, 0), (100, 0))][: 5 if value else 2],
            )
    looks = f"{third} EXTCODESIZE 0 SSTORE {third} EXTCODEHASH 1 SSTORE 30 0 0 {third} EXTCODECOPY 0 MLOAD 2 SSTORE {third} BALANCE 3 SSTORE GAS 4 SSTORE {B} BALANCE GAS 5 SSTORE"
    for name, target in targets.items():
        yield f"delegatedAndLookedAt_{name}", Test(prague, {A: contract(looks), B: stores, third: to(target)})
        yield f"delegatedAndCalledByTransaction_{name}", Test(prague, {B: stores, third: to(target), fourth: to(B)}, to=third, value=3, gas=(60_000, 300_000))
        yield f"delegatedSender_{name}", Test(prague, {A: stores, B: stores, SENDER: {**to(target), "nonce": "0x00", "balance": spec.number(10**21)}, third: to(B), fourth: to(B)}, to=SENDER, value=3)
    bodies = {
        "creates": "0 0 0 CREATE 0 SSTORE 0 0 0 1 CREATE2 1 SSTORE",
        "destroys": f"{ABSENT} SELFDESTRUCT",
        "transient": "0 TLOAD 1 ADD DUP1 0 TSTORE 0 SSTORE",
        "callsItself": "CALLDATASIZE 5 JUMPI STOP JUMPDEST 0 0 0 0 0 ADDRESS 20000 CALL 0 SSTORE",
        "paysSender": f"0 0 0 0 1 {SENDER} 0 CALL 0 SSTORE",
    }
    agreed = {
        "once": [(B, 0)],
        "twice": [(ABSENT, 0), (B, 1)],
        "wrongThenRight": [(ABSENT, 1), (B, 0)],
        "takenBack": [(B, 0), ("0x" + "00" * 20, 1)],
        "toItself": [(OTHER, 0)],
    }
    for name, text in bodies.items():
        for there in (True, False):
            for how, list_ in agreed.items():
                pre = {B: contract(text), A: contract(f"32 0 1 0 0 {OTHER} 100000 CALL 0 SSTORE {OTHER} EXTCODESIZE 1 SSTORE {OTHER} BALANCE 2 SSTORE GAS 3 SSTORE", 4)}
                if there:
                    pre[OTHER] = spec.account(8)
                yield f"agreed_{how}_{name}_{there}", Test(
                    prague, pre, [b"\1"], to=A if there else OTHER, authorizationList=[spec.authorization(*it) for it in list_], **spec.MARKET
                )
    # The sender agrees for itself and is called; gas runs out, or all is reverted, and what is agreed stays.
    for name, text in {"stores": "ADDRESS 0 SSTORE", "reverts": "0 0 REVERT", "fails": "INVALID"}.items():
        yield f"senderAgrees_{name}", Test(
            prague, {B: contract(text), A: contract(text)}, [b"", bytes(600)], to=SENDER, authorizationList=[spec.authorization(B, 1, spec.KEY)], gas=(60_000, 100_000), **spec.MARKET
        )
        # The floor, and what is given back for an account that is there.
        yield f"agreedWithFloor_{name}", Test(
            prague, {A: contract(text), OTHER: spec.account(8)}, [bytes(size) for size in (0, 200, 1_200, 3_000)],
            authorizationList=[spec.authorization(B, 0), spec.authorization(A, 1)], gas=(90_000, 120_000), **spec.MARKET,
        )


FAMILIES = [storage, transient, access, calls, creations, destruction, arithmetic, memory, environment, precompiles, floor, delegations]


def fill(item):
    name, test = item
    return name, test.fill()


def main():
    items = [item for family in FAMILIES if not sys.argv[1:] or family.__name__ in sys.argv[1:] for item in family()]
    assert len({name for name, _ in items}) == len(items)
    # In processes of their own, as the specification takes its time.
    with spec.CACHE, multiprocessing.Pool() as pool:
        tests = dict(pool.imap(fill, items))
    text = json.dumps(tests, separators=(",", ":"))
    (HERE / "directed.json").write_text(text + "\n")
    print(len(tests), sum(len(list_) for test in tests.values() for list_ in test["post"].values()), len(text))


if __name__ == "__main__":
    main()
