#!/usr/bin/env python3
"""Makes the state tests beside this file: transactions that run no code, at every fork from Byzantium to Osaka.

What they expect is what Ethereum's executable specification makes of them: its package `ethereum-execution` has a
tool that runs one transaction. The tests themselves don't need it.

    pip install ethereum-execution==2.20.0
    python3 make.py
"""

import hashlib
import json
import pathlib

from ethereum_rlp import rlp
from coincurve import PrivateKey
from ethereum_spec_tools.evm_tools.statetest import TestCase, run_test_case
from ethereum_spec_tools.evm_tools.t8n import ForkCache

from ethereum_types.numeric import Uint

from ethereum.crypto.hash import keccak256

HERE = pathlib.Path(__file__).parent
# In the order of history, as state tests call them.
FORKS = [
    "Frontier", "Homestead", "EIP150", "EIP158", "Byzantium", "ConstantinopleFix", "Istanbul", "Berlin", "London",
    "Paris", "Shanghai", "Cancun", "Prague", "Osaka",
]
KEY = "0x45a915e4d060149eb4365960e6a7a45f334393093061116b197e3240065ff2d8"
SENDER = "0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b"
OTHER_KEY = "0x" + "46" * 32
OTHER = "0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f"
A, B = "0x" + "aa" * 20, "0x" + "bb" * 20
COINBASE = "0x2adc25665018aa1fe0e6bc666dac8fc2697ff9ba"
EXCEPTION = "TransactionException."


def since(first, last="Osaka"):
    return FORKS[FORKS.index(first) : FORKS.index(last) + 1]


def number(value):
    digits = "%x" % value
    return "0x" + "0" * (len(digits) % 2) + digits


def push(value):
    """Bytecode that pushes a number."""
    size = max(1, (value.bit_length() + 7) // 8)
    return bytes([0x5F + size]) + value.to_bytes(size, "big")


def account(balance=0, nonce=0, code=""):
    return {"balance": number(balance), "nonce": number(nonce), "code": "0x" + code, "storage": {}}


def authorization(address, nonce, key=OTHER_KEY, chain_id=1):
    """What the holder of a key agrees to (EIP-7702)."""
    signed = b"\x05" + rlp.encode([Uint(chain_id), bytes.fromhex(address[2:]), Uint(nonce)])
    signature = PrivateKey(bytes.fromhex(key[2:])).sign_recoverable(keccak256(signed), hasher=None)
    r, s, parity = signature[:32], signature[32:64], signature[64]
    return {
        "chainId": number(chain_id),
        "address": address,
        "nonce": number(nonce),
        "v": number(parity),
        "yParity": number(parity),
        "r": number(int.from_bytes(r, "big")),
        "s": number(int.from_bytes(s, "big")),
        "signer": OTHER if key == OTHER_KEY else SENDER,
    }


def document(pre=None, env=None, gas=(1_000_000,), data=(b"",), value=0, **transaction):
    """A test without cases: any of `data` can come with any of `gas`."""
    fields = {
        "data": ["0x" + it.hex() for it in data],
        "gasLimit": [number(it) for it in gas],
        "value": [number(value)],
        "nonce": "0x00",
        "to": A,
        "sender": SENDER,
        "secretKey": KEY,
        **transaction,
    }
    if "maxFeePerGas" not in fields:
        fields.setdefault("gasPrice", number(100))
    before = {SENDER: account(10**21), **(pre or {})}
    if before[SENDER] is None:
        del before[SENDER]
    return {
        "env": {
            "currentCoinbase": COINBASE,
            "currentDifficulty": "0x020000",
            "currentRandom": "0x" + "%064x" % 0x20000,
            "currentGasLimit": number(100_000_000),
            "currentNumber": "0x01",
            "currentTimestamp": "0x03e8",
            "currentBaseFee": "0x0a",
            "currentExcessBlobGas": "0x00",
            "parentBeaconBlockRoot": "0x" + "00" * 32,
            **(env or {}),
        },
        "pre": before,
        "transaction": fields,
        "post": {},
    }


def case(test, fork, data=0, gas=0, invalid=None):
    """What a test comes to at a fork; `invalid` is the name that its refusal has, where it is one."""
    entry = {"hash": "0x" + "00" * 32, "logs": "", "indexes": {"data": data, "gas": gas, "value": 0}}
    ended = run_test_case(TestCase("", "", 0, fork, entry, test["pre"], test["env"], test["transaction"]), CACHE)
    assert bool(ended.rejected) == (invalid is not None), (fork, data, gas, invalid, ended.rejected)
    entry["hash"] = "0x" + ended.state_root.hex()
    entry["logs"] = "0x" + ended.logs_hash.hex()
    if invalid:
        entry["expectException"] = "|".join(EXCEPTION + one for one in invalid.split("|"))
    return entry


def test(forks, invalid=None, gas=1_000_000, data=b"", **rest):
    """A test with one case at each fork; `invalid` is the name that its refusal has, where it is one, or the names by fork."""
    result = document(gas=[gas], data=[data], **rest)
    for fork in forks:
        name = invalid.get(fork) if isinstance(invalid, dict) else invalid
        result["post"][fork] = [case(result, fork, invalid=name)]
    return result


MARKET = {"maxFeePerGas": number(50), "maxPriorityFeePerGas": number(7)}
LIST = {"accessLists": [[{"address": A, "storageKeys": ["0x" + "%064x" % 1, "0x" + "%064x" % 2]}]]}


def transfers():
    yield "legacy", test(since("Byzantium"), value=7)
    yield "withData", test(since("Byzantium"), value=7, data=b"\0\1\0\2\3" * 100)
    yield "toTheCoinbase", test(since("Byzantium"), value=7, to=COINBASE)
    yield "accessList", test(since("Berlin"), **LIST)
    yield "market", test(since("London"), value=1, **MARKET)
    yield "marketWithAccessList", test(since("London"), value=1, **MARKET, **LIST)
    yield "aCapThatLeavesLittle", test(since("London"), maxFeePerGas="0x0b", maxPriorityFeePerGas="0x07")
    yield "aCapBelowTheBaseFee", test(
        since("London"), "INSUFFICIENT_MAX_FEE_PER_GAS", maxFeePerGas="0x09", maxPriorityFeePerGas="0x01"
    )
    yield "aPriceBelowTheBaseFee", test(
        since("London"), "INSUFFICIENT_MAX_FEE_PER_GAS", gasPrice="0x09"
    )
    yield "moreTipThanCap", test(
        since("London"),
        "PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS",
        maxFeePerGas="0x0b",
        maxPriorityFeePerGas="0x0c",
    )
    # The sender needs what the cap says, not what it pays.
    yield "fundsForTheCap", test(since("London"), pre={SENDER: account(50 * 100_000)}, gas=100_000, **MARKET)
    yield "noFundsForTheCap", test(
        since("London"),
        "INSUFFICIENT_ACCOUNT_FUNDS",
        pre={SENDER: account(50 * 100_000 - 1)},
        gas=100_000,
        **MARKET,
    )
    yield "aSenderWithCode", test(
        since("Byzantium"), "SENDER_NOT_EOA", pre={SENDER: account(10**21, 0, "00")}
    )
    yield "aSenderThatHasDelegated", test(
        since("Cancun"),
        {"Cancun": "SENDER_NOT_EOA"},
        pre={SENDER: account(10**21, 0, "ef0100" + B[2:])},
    )


def gas():
    data = b"\1" * 100
    for name, limit, invalid in [
        # 21,000 and 16 for each byte; from Prague on at the least 40 (EIP-7623).
        ("justIntrinsicGas", 22_600, {"Prague": "INTRINSIC_GAS_BELOW_FLOOR_GAS_COST", "Osaka": "INTRINSIC_GAS_BELOW_FLOOR_GAS_COST"}),
        ("justTheFloor", 25_000, None),
        ("belowTheFloor", 24_999, {"Prague": "INTRINSIC_GAS_BELOW_FLOOR_GAS_COST", "Osaka": "INTRINSIC_GAS_BELOW_FLOOR_GAS_COST"}),
        ("belowIntrinsicGas", 22_599, "INTRINSIC_GAS_TOO_LOW"),
    ]:
        yield name, test(since("Istanbul"), invalid, data=data, gas=limit)
    yield "theCap", test(since("Prague"), gas=1 << 24)
    yield "aboveTheCap", test(since("Prague"), {"Osaka": "GAS_LIMIT_EXCEEDS_MAXIMUM"}, gas=(1 << 24) + 1)
    yield "aboveTheBlocks", test(
        since("Byzantium"),
        {**{fork: "GAS_ALLOWANCE_EXCEEDED" for fork in since("Byzantium")}, "Osaka": "GAS_LIMIT_EXCEEDS_MAXIMUM"},
        gas=100_000_001,
    )
    yield "nothingCreated", test(since("Byzantium"), to="", value=3)
    too_long = {fork: "INITCODE_SIZE_EXCEEDED" for fork in since("Shanghai")}
    yield "initCodeThatIsTooLong", test(
        since("Shanghai"), too_long, to="", gas=16_000_000, data=bytes(49_153)
    )
    yield "nonceTooLow", test(
        since("Byzantium"), "NONCE_MISMATCH_TOO_LOW", pre={SENDER: account(10**21, 2)}, nonce="0x01"
    )
    yield "nonceTooHigh", test(
        since("Byzantium"), "NONCE_MISMATCH_TOO_HIGH", pre={SENDER: account(10**21, 2)}, nonce="0x03"
    )


def hashes(count, version="01"):
    return ["0x" + version + "%062x" % index for index in range(count)]


def blobs():
    def blob_test(forks, invalid, count=1, fee=10, **more):
        fields = {"blobVersionedHashes": hashes(count), "maxFeePerBlobGas": number(fee), **MARKET}
        return test(forks, invalid, **{**fields, **more})

    cancun = since("Cancun")
    too_many = {fork: "TYPE_3_TX_BLOB_COUNT_EXCEEDED" for fork in cancun}
    yield "one", blob_test(cancun, None)
    yield "six", blob_test(cancun, None, 6)
    yield "seven", blob_test(cancun, {**too_many, "Prague": None}, 7)
    yield "nine", blob_test(cancun, {**too_many, "Prague": None}, 9)
    yield "ten", blob_test(cancun, too_many, 10)
    yield "none", blob_test(cancun, "TYPE_3_TX_ZERO_BLOBS", 0)
    yield "anotherVersion", blob_test(
        cancun, "TYPE_3_TX_INVALID_BLOB_VERSIONED_HASH", blobVersionedHashes=hashes(1) + hashes(1, "02")
    )
    yield "creation", blob_test(cancun, "TYPE_3_TX_CONTRACT_CREATION", to="")
    # A price of 23 wei at Cancun, and of 8 from Prague on.
    excess = {"currentExcessBlobGas": number(10 << 20)}
    yield "dear", blob_test(cancun, None, 2, 23, env=excess)
    yield "tooDear", blob_test(cancun, "INSUFFICIENT_MAX_FEE_PER_BLOB_GAS", 2, 7, env=excess)
    yield "noFunds", blob_test(
        cancun,
        "INSUFFICIENT_ACCOUNT_FUNDS",
        pre={SENDER: account(50 * 100_000 + 10 * (1 << 17) - 1)},
        gas=100_000,
    )
    yield "funds", blob_test(cancun, None, pre={SENDER: account(50 * 100_000 + 10 * (1 << 17))}, gas=100_000)


def authorizations():
    prague = since("Prague")

    def set_test(authorizations, invalid=None, pre=None, **more):
        return test(prague, invalid, pre=pre, authorizationList=authorizations, **{**MARKET, **more})

    there = {OTHER: account(5)}
    precompile = "0x" + "00" * 19 + "04"
    yield "anAccountThatIsNotThere", set_test([authorization(B, 0)])
    yield "anAccountThatIsThere", set_test([authorization(B, 0)], pre=there)
    yield "onAnyChain", set_test([authorization(B, 0, chain_id=0)], pre=there)
    yield "onAnotherChain", set_test([authorization(B, 0, chain_id=2)], pre=there)
    yield "withAnotherNonce", set_test([authorization(B, 1)], pre=there)
    yield "twice", set_test([authorization(B, 0), authorization(A, 1)], pre=there)
    yield "takenBack", set_test(
        [authorization("0x" + "00" * 20, 1)], pre={OTHER: account(5, 1, "ef0100" + B[2:])}
    )
    yield "ofAContract", set_test([authorization(B, 0)], pre={OTHER: account(5, 0, "00")})
    # The sender's nonce is counted first.
    yield "ofTheSender", set_test([authorization(B, 1, KEY)])
    yield "ofTheSenderTooEarly", set_test([authorization(B, 0, KEY)])
    yield "calledAtOnce", set_test([authorization(precompile, 0)], pre=there, to=OTHER, data=b"\1\2\3", value=9)
    bad = {**authorization(B, 0), "s": number(0), "r": number(1)}
    yield "signedByNobody", set_test([bad], pre=there)
    yield "none", set_test([], "TYPE_4_EMPTY_AUTHORIZATION_LIST")
    yield "creation", set_test([authorization(B, 0)], "TYPE_4_TX_CONTRACT_CREATION", to="")
    yield "noGasForIt", set_test([authorization(B, 0)], "INTRINSIC_GAS_TOO_LOW", gas=45_999)
    yield "justGasForIt", set_test([authorization(B, 0)], gas=46_000)


def precompile_inputs():
    """Inputs that are right and that are not, by the address of the precompiled contract."""

    def word(value):
        return value.to_bytes(32, "big")

    def filled(seed, length):
        return (hashlib.sha512(bytes([seed])).digest() * (length // 64 + 1))[:length]

    g1 = bytes.fromhex(
        "0000000000000000000000000000000017f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
        "0000000000000000000000000000000008b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1"
    )
    g2 = bytes.fromhex(
        "00000000000000000000000000000000024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8"
        "0000000000000000000000000000000013e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e"
        "000000000000000000000000000000000ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b82801"
        "000000000000000000000000000000000606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79be"
    )
    secret = PrivateKey(bytes.fromhex(KEY[2:]))
    digest = hashlib.sha256(b"Hebe").digest()
    signature = secret.sign_recoverable(digest, hasher=None)
    recovery = digest + word(27 + signature[64]) + signature[:64]
    modexp = word(1) + word(2) + word(33) + bytes([3, 1, 5]) + b"\7" * 33
    bn = word(1) + word(2)
    blake = (12).to_bytes(4, "big") + filled(1, 64) + filled(2, 128) + (3).to_bytes(8, "little") * 2 + b"\1"
    return {
        0x01: [recovery, b"\1"],
        0x02: [b"Hebe"],
        0x03: [b"Hebe"],
        0x04: [b"Hebe" * 20],
        0x05: [modexp, word(32) + word(32) + word(32) + filled(3, 96), word(0) + word(0) + word(0), word(1025) + word(1) + word(1)],
        0x06: [bn + bn, filled(4, 128)],
        0x07: [bn + word(9), bn[:40]],
        0x08: [b"", b"\1"],
        0x09: [blake, blake[:-1], b"\0\0\0\1" + blake[4:]],
        0x0A: [filled(5, 192), b""],
        0x0B: [g1 + g1, g1],
        0x0C: [g1 + word(5), g1 + word(5) + g1 + word(6), b""],
        0x0D: [g2 + g2, g2],
        0x0E: [g2 + word(5), b""],
        0x0F: [g1 + g2, bytes(384), b""],
        0x10: [bytes(63) + b"\5", filled(6, 64)],
        0x11: [bytes(63) + b"\5" + bytes(64), b""],
        0x12: [b"Hebe"],
        0x100: [
            # EIP-7951's own example of a signature that is right.
            bytes.fromhex(
                "bb5a52f42f9c9261ed4361f59422a1e30036e7c32b270c8807a419feca605023"
                "2ba3a8be6b94d5ec80a6d9d1190a436effe50d85a1eee859b8cc6af9bd5c2e18"
                "4cd60b855d442f5b3c7b11eb6c4e0ae7525fe710fab9aa7c77a67f79e6fadd76"
                "2927b10512bae3eddcfe467828128bad2903269919f7086069c8c4df6c732838"
                "c7787964eaac00e5921fb1498a60f4606766b3d9685001558d1a974e7341513e"
            ),
            b"\1",
        ],
    }


def precompiles():
    """Each address, before it is a precompiled contract too."""
    for address, several in precompile_inputs().items():
        for index, data in enumerate(several):
            to = "0x" + "%040x" % address
            yield f"at{address:03x}With{index}", test(since("Byzantium"), to=to, data=data, value=1)
            # Just too little, or so.
            yield f"at{address:03x}With{index}AndLittleGas", test(
                since("Byzantium"), to=to, data=data, gas=21_000 + 68 * len(data) + 100
            )


def files():
    yield "transfers", transfers
    yield "gas", gas
    yield "blobs", blobs
    yield "authorizations", authorizations
    yield "precompiles", precompiles


def main():
    for name, tests in files():
        tests = dict(tests())
        (HERE / f"{name}.json").write_text(json.dumps(tests, indent=1) + "\n")
        print(name, len(tests), sum(len(test["post"]) for test in tests.values()))


CACHE = ForkCache()

if __name__ == "__main__":
    with CACHE:
        main()
