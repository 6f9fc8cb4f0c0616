#!/usr/bin/env python3
"""Makes the state tests beside this file: transactions that run EVM bytecode, at every fork from Frontier to Osaka.

The bytecode is random, from fixed seeds: three contracts that call, create and destroy each other, store, log, revert and run
out of gas. What they come to is what Ethereum's executable specification makes of them: its package `ethereum-execution` has a
tool that runs one transaction. The tests themselves don't need it.

    pip install ethereum-execution==2.20.0
    python3 make.py
"""

import json
import pathlib
import random
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "spec_statetests"))

import make as spec  # noqa: E402

A, B, C = spec.A, spec.B, "0x" + "cc" * 20
OTHER, push = spec.OTHER, spec.push

OPCODES = {
    # Name: opcode, words taken, words given.
    "arithmetic": [(op, 2, 1) for op in [*range(0x01, 0x08), 0x0B, *range(0x10, 0x15), 0x16, 0x17, 0x18, 0x1A, 0x1B, 0x1C, 0x1D]]
    + [(0x08, 3, 1), (0x09, 3, 1), (0x0A, 2, 1), (0x15, 1, 1), (0x19, 1, 1), (0x1E, 1, 1)],
    "environment": [(op, 0, 1) for op in [0x30, 0x32, 0x33, 0x34, 0x36, 0x38, 0x3A, 0x3D, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x4A, 0x58, 0x59, 0x5A]],
}


# The fork that each instruction came with, where that is not Frontier.
SINCE = {
    **dict.fromkeys([0xF4], "Homestead"),
    **dict.fromkeys([0x3D, 0x3E, 0xFA, 0xFD], "Byzantium"),
    **dict.fromkeys([0x1B, 0x1C, 0x1D, 0x3F, 0xF5], "ConstantinopleFix"),
    **dict.fromkeys([0x46, 0x47], "Istanbul"),
    **dict.fromkeys([0x48], "London"),
    **dict.fromkeys([0x5F], "Shanghai"),
    **dict.fromkeys([0x49, 0x4A, 0x5C, 0x5D, 0x5E], "Cancun"),
    **dict.fromkeys([0x1E], "Osaka"),
}


class Program:
    """Random bytecode, which mostly does something."""

    def __init__(self, rng, fork, depth=0):
        self.rng = rng
        self.fork = fork
        self.code = b""
        self.height = 0
        self.depth = depth

    def has(self, op):
        """Whether the oldest fork of the test has it. Once in fifty times it need not."""
        forks = spec.FORKS
        return forks.index(SINCE.get(op, "Frontier")) <= forks.index(self.fork) or self.rng.random() < 0.02

    def pick(self, ops):
        return self.rng.choice([op for op in ops if self.has(op)])

    def value(self):
        rng = self.rng
        return rng.choice(
            [
                rng.randrange(4),
                rng.randrange(256),
                rng.randrange(1 << 16),
                rng.getrandbits(256),
                (1 << 256) - 1 - rng.randrange(3),
                1 << rng.randrange(256),
            ]
        )

    def address(self):
        own = [A, B, C, OTHER, spec.SENDER, spec.COINBASE]
        low = [*range(1, 10), 0x0A, 0x11, 0x100, 0xDEAD]
        if self.rng.random() < 0.75:
            return int(self.rng.choice(own[:3] if self.rng.random() < 0.8 else own), 16)
        return self.rng.choice(low)

    def emit(self, code, taken=0, given=0):
        self.code += code
        self.height += given - taken

    def need(self, count):
        while self.height < count:
            self.emit(push(self.value()), 0, 1)

    def small(self):
        self.emit(push(self.rng.choice([0, 1, 2, 31, 32, 33, 64, 100])), 0, 1)

    def key(self):
        self.emit(push(self.rng.randrange(3)), 0, 1)

    def storage(self):
        op = self.pick([0x54, 0x55, 0x55, 0x55, 0x5C, 0x5D])
        if op in (0x55, 0x5D):
            self.emit(push(self.rng.choice([0, 0, 1, 2, self.value()])), 0, 1)
            self.key()
            self.emit(bytes([op]), 2, 0)
        else:
            self.key()
            self.emit(bytes([op]), 1, 1)

    def memory(self):
        op = self.pick([0x51, 0x52, 0x53, 0x20, 0x37, 0x39, 0x3E, 0x5E])
        if op == 0x51:
            self.small()
            self.emit(b"\x51", 1, 1)
        elif op in (0x52, 0x53):
            self.need(1)
            self.small()
            self.emit(bytes([op]), 2, 0)
        elif op == 0x20:
            self.small()
            self.small()
            self.emit(b"\x20", 2, 1)
        elif op == 0x3E and self.rng.random() < 0.9:
            # All of the return data, to the beginning of memory.
            self.emit(b"\x3d" + push(0) + push(0) + b"\x3e")
        else:
            self.small()
            self.small()
            self.small()
            self.emit(bytes([op]), 3, 0)

    def account(self):
        self.emit(push(self.address()), 0, 1)
        op = self.pick([0x31, 0x3B, 0x3F, 0x3C])
        if op == 0x3C:
            for _ in range(3):
                self.small()
            self.emit(push(self.address()) + b"\x3c", 4, 0)
        else:
            self.emit(bytes([op]), 1, 1)

    def log(self):
        topics = self.rng.randrange(5)
        self.need(topics)
        self.small()
        self.small()
        self.emit(bytes([0xA0 + topics]), topics + 2, 0)

    def call(self):
        op = self.pick([0xF1, 0xF1, 0xF1, 0xF2, 0xF4, 0xFA])
        for _ in range(4):
            self.small()
        if op in (0xF1, 0xF2):
            self.emit(push(self.rng.choice([0, 0, 0, 1, 7, 10**30])), 0, 1)
        self.emit(push(self.address()), 0, 1)
        if self.rng.random() < 0.3:
            self.emit(push(self.rng.choice([0, 100, 3_000, 50_000])), 0, 1)
        else:
            # Half of what there is, which forks before EIP-150 need to be told.
            self.emit(push(2) + b"\x5a\x04", 0, 1)
        self.emit(bytes([op]), 7 if op in (0xF1, 0xF2) else 6, 1)

    def create(self):
        if self.depth > 1:
            return
        inner = Program(self.rng, self.fork, self.depth + 1)
        inner.run(self.rng.randrange(8))
        # Returns a little of what it finds in memory, or nothing.
        inner.emit(push(self.rng.choice([0, 0, 3, 40])) + push(self.rng.choice([0, 5])) + bytes([self.pick([0xF3, 0xF3, 0xF3, 0xFD])]))
        code = inner.code[:90]
        for at in range(0, len(code), 32):
            part = code[at : at + 32].ljust(32, b"\0")
            self.emit(b"\x7f" + part + push(at) + b"\x52")
        if self.rng.random() < 0.5 and self.has(0xF5):
            self.emit(push(self.rng.randrange(3)) + push(len(code)) + push(0) + push(self.rng.choice([0, 0, 1])) + b"\xf5", 0, 1)
        else:
            self.emit(push(len(code)) + push(0) + push(self.rng.choice([0, 0, 1])) + b"\xf0", 0, 1)

    def branch(self):
        self.need(1)
        here = len(self.code)
        skipped = Program(self.rng, self.fork, self.depth)
        skipped.height = 0
        skipped.run(3)
        if skipped.height:
            skipped.emit(b"\x50" * skipped.height, skipped.height, 0)
        target = here + 4 + len(skipped.code)
        self.emit(b"\x61" + target.to_bytes(2, "big") + b"\x57" + skipped.code + b"\x5b", 1, 0)

    def step(self):
        rng = self.rng
        kind = rng.choices(
            ["arithmetic", "environment", "storage", "memory", "account", "log", "call", "create", "branch", "stack", "input", "hash", "end"],
            [20, 8, 14, 8, 5, 6, 9, 3, 5, 6, 3, 2, 0.2],
        )[0]
        if kind in OPCODES:
            op, taken, given = rng.choice([it for it in OPCODES[kind] if self.has(it[0])])
            self.need(taken)
            self.emit(bytes([op]), taken, given)
        elif kind == "stack":
            self.need(1)
            depth = rng.randrange(1, min(self.height, 16) + 1)
            self.emit(bytes([0x7F + depth]), 0, 1)
            if self.height > depth:
                self.emit(bytes([0x8F + depth]))
        elif kind == "input":
            self.small()
            self.emit(b"\x35", 1, 1)
        elif kind == "hash":
            # The specification's tool has no hashes of blocks before this one.
            op = self.pick([0x40, 0x49])
            number = rng.randrange(1, 3)
            self.emit(push(number) + bytes([op]), 0, 1)
        elif kind == "end":
            self.need(2)
            self.emit(bytes([rng.choice([0x00, 0xF3, 0xFD, 0xFE, 0xFF, 0x5F, 0x1E, 0x56])]))
            self.height = max(0, self.height - 2)
        else:
            getattr(self, kind)()

    def run(self, steps):
        for _ in range(steps):
            if self.height > 900:
                break
            self.step()
        return self


def contract(rng, steps, fork):
    program = Program(rng, fork).run(steps)
    ending = rng.random()
    if ending < 0.5:
        program.emit(push(64) + push(0) + b"\xf3")
    elif ending < 0.6 and program.has(0xFD):
        program.emit(push(32) + push(0) + b"\xfd")
    elif ending < 0.75:
        program.emit(push(program.address()) + b"\xff")
    return program.code


def with_storage(account, rng):
    for key in range(3):
        if rng.random() < 0.6:
            account["storage"][spec.number(key)] = spec.number(rng.choice([1, 2, rng.getrandbits(256)]) or 1)
    return account


def world(rng, steps, fork):
    return {
        address: with_storage(spec.account(rng.choice([0, 1, 1000]), 1, contract(rng, steps, fork).hex()), rng)
        for address in (A, B, C)
    }


def case(rng, steps, first="Frontier", **transaction):
    gas = rng.choice([60_000, 200_000, 1_000_000, 3_000_000])
    data = rng.randbytes(rng.choice([0, 4, 36, 100]))
    value = rng.choice([0, 0, 1])
    return spec.test(
        spec.since(first), pre=world(rng, steps, first), gas=gas, data=data, value=value, env=ENVIRONMENT, **transaction
    )


ENVIRONMENT = {"currentGasLimit": spec.number(16_000_000)}


def any_fork(rng):
    """Old ones are tried by most tests that begin earlier."""
    return rng.choice(spec.FORKS)


def calls(rng):
    return case(rng, rng.choice([6, 15, 30]), any_fork(rng))


def creations(rng):
    fork = any_fork(rng)
    program = Program(rng, fork).run(rng.choice([4, 12]))
    program.emit(push(rng.choice([0, 2, 60])) + push(0) + b"\xf3")
    gas = rng.choice([100_000, 500_000])
    return spec.test(
        spec.since(fork), pre=world(rng, 8, fork), gas=gas, data=program.code, to="", value=rng.choice([0, 3]), env=ENVIRONMENT
    )


def lists(rng):
    listed = [
        {"address": address, "storageKeys": ["0x%064x" % key for key in range(rng.randrange(3))]}
        for address in rng.sample([A, B, C, spec.SENDER], rng.randrange(1, 4))
    ]
    return case(rng, 15, "Berlin", accessLists=[listed])


def delegations(rng):
    pre = world(rng, 12, "Prague")
    pre[OTHER] = spec.account(1000, 0)
    agreed = [spec.authorization(rng.choice([A, B, C, "0x" + "00" * 20, OTHER]), rng.choice([0, 0, 0, 1]))]
    if rng.random() < 0.4:
        agreed.append(spec.authorization(rng.choice([A, B]), 1))
    return spec.test(
        spec.since("Prague"),
        pre=pre,
        gas=2_000_000,
        to=rng.choice([OTHER, A]),
        data=rng.randbytes(36),
        authorizationList=agreed,
        env=ENVIRONMENT,
        **spec.MARKET,
    )


FAMILIES = {
    "calls": (calls, 200),
    "creations": (creations, 80),
    "lists": (lists, 50),
    "delegations": (delegations, 120),
}


def main():
    total = 0
    for family, (make, count) in FAMILIES.items():
        tests = {}
        for seed in range(count):
            name = f"{family}{seed:03}"
            tests[name] = make(random.Random(name))
        cases = sum(len(test["post"]) for test in tests.values())
        total += cases
        (HERE / f"{family}.json").write_text(json.dumps(tests, separators=(",", ":")).replace('},"' + family, '},\n"' + family) + "\n")
        print(family, len(tests), cases, flush=True)
    print(total)


if __name__ == "__main__":
    with spec.CACHE:
        main()
