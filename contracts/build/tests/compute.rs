//! The compute suite gives what Ethereum's precompiles give: known vectors, and, on generated inputs,
//! wrong ones included, the same as the precompiles of revm.
//!
//! Independent of revm's are our ecrecover (another major version of k256), modexp (another crate) and
//! BLAKE2b (our own); bn128 shares its arithmetic with it (ark-bn254), and SHA-256 and RIPEMD-160 their
//! crates. Where the precompile fails, the contract must revert.

mod support;

use hebe_testing::keccak256;
use proptest::{collection::vec, prelude::*, sample::select};
use revm_precompile::Precompiles;
use support::{Ended, hex, run};

/// What revm's precompile with this number gives; none if it fails.
fn precompile(number: u8, input: &[u8]) -> Option<Vec<u8>> {
    let mut address = [0; 20];
    address[19] = number;
    let precompile = Precompiles::istanbul().get(&address.into()).expect("it is a precompile");
    let output = precompile.execute(input, u64::MAX, 0).expect("no fatal error");
    output.status.is_success().then(|| output.bytes.to_vec())
}

/// The contract succeeds with the precompile's output, or both fail.
fn agree(name: &str, number: u8, input: &[u8]) {
    let expected = precompile(number, input);
    let given = match run(name, input) {
        Ended::Success(output) => Some(output),
        Ended::Revert(_) => None,
    };
    assert_eq!(given, expected, "{name} of {}", hex::encode(input));
}

fn succeeds(name: &str, input: &[u8], output: &str) {
    assert_eq!(run(name, input), Ended::Success(hex(output)), "{name}");
}

fn reverts(name: &str, input: &[u8], reason: &str) {
    assert_eq!(run(name, input), Ended::Revert(reason.to_owned()), "{name}");
}

/// FIPS 180-4 and its examples, RIPEMD-160's paper, and what everybody knows of Keccak-256.
#[test]
fn hashes() {
    succeeds("keccak256", b"", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    succeeds(
        "keccak256",
        b"abc",
        "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45",
    );
    succeeds("sha256", b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    succeeds("sha256", b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    let zeros = "000000000000000000000000";
    let short = |name, input, output| succeeds(name, input, &format!("{zeros}{output}"));
    short("ripemd160", b"", "9c1185a5c5e9fc54612808977ee8f548b2258d31");
    short("ripemd160", b"abc", "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc");
    short("sha1", b"", "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    short("sha1", b"abc", "a9993e364706816aba3e25717850c26c9cd0d89d");
    let two_blocks = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    short("sha1", two_blocks, "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    short("sha1", &[b'a'; 1_000_000], "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

/// RFC 7693, appendix A; the others as Python's hashlib has them: around a block's 128 bytes, and much.
#[test]
fn blake2b() {
    let bytes = |count| (0..=250).cycle().take(count).collect::<Vec<u8>>();
    succeeds(
        "blake2b",
        b"abc",
        "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1
         7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923",
    );
    succeeds(
        "blake2b",
        b"",
        "786a02f742015903c6c6fd852552d272912f4740e15847618a86e217f71f5419
         d25e1031afee585313896444934eb04b903a685b1448b755d56f701afe9be2ce",
    );
    for (count, hash) in [
        (
            128,
            "2319e3789c47e2daa5fe807f61bec2a1a6537fa03f19ff32e87eecbfd64b7e0e
         8ccff439ac333b040f19b0c4ddd11a61e24ac1fe0f10a039806c5dcc0da3d115",
        ),
        (
            129,
            "f59711d44a031d5f97a9413c065d1e614c417ede998590325f49bad2fd444d3e
         4418be19aec4e11449ac1a57207898bc57d76a1bcf3566292c20c683a5c4648f",
        ),
        (
            8192,
            "6e02a28235a5fea5bb41fe376b384a8f83376b633ae67572d73b4152c94b07a5
         fadb1478a2debefb3ac30cb5594e0352b108b73163f9e09f260e4f483900a039",
        ),
    ] {
        succeeds("blake2b", &bytes(count), hash);
    }
}

/// A signature with a large `s`, one whose `v` is wrong, and none at all.
#[test]
fn ecrecover() {
    let hash = "18c547e4f7b0f325ad1e56f57e26c745b09a3e503d86e00e5255ff7f715d3d1c";
    let r = "73b1693892219d736caba55bdb67216e485557ea6b6af75f37096c9aa6a5a75f";
    let s = "eeb940b1d03b21e36b0e47e79769f095fe2ab855bd91e3a38756b7d75a9c4549";
    let input = |v: &str| hex(&format!("{hash}{:0>64}{r}{s}", v));
    let signer = "000000000000000000000000a94f5374fce5edbc8e2a8697c15331677e6ebf0b";
    succeeds("ecrecover", &input("1c"), signer);
    for v in ["00", "1a", "1d", "011c"] {
        succeeds("ecrecover", &input(v), "");
    }
    succeeds("ecrecover", &[], "");
    // What follows is not looked at.
    succeeds("ecrecover", &[input("1c"), vec![7; 40]].concat(), signer);
}

/// EIP-152, vectors 1 to 7.
#[test]
fn blake2f() {
    let state = "48c9bdf267e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5
                 d182e6ad7f520e511f6c3e2b8c68059b6bbd41fbabd9831f79217e1319cde05b";
    let message = format!("616263{}", "00".repeat(125));
    let input = |rounds, last| {
        hex(&format!("{rounds}{state}{message}03000000000000000000000000000000{last}"))
    };
    reverts("blake2f", &[], "input must have 213 bytes");
    reverts("blake2f", &input("0000000c", ""), "input must have 213 bytes");
    reverts("blake2f", &input("0000000c", "0100"), "input must have 213 bytes");
    reverts("blake2f", &input("0000000c", "02"), "the final flag must be 0 or 1");
    succeeds(
        "blake2f",
        &input("00000000", "01"),
        "08c9bcf367e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5
         d282e6ad7f520e511f6c3e2b8c68059b9442be0454267ce079217e1319cde05b",
    );
    succeeds(
        "blake2f",
        &input("0000000c", "01"),
        "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1
         7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923",
    );
    succeeds(
        "blake2f",
        &input("0000000c", "00"),
        "75ab69d3190a562c51aef8d88f1c2775876944407270c42c9844252c26d28752
         98743e7f6d5ea2f2d3e8d226039cd31b4e426ac4f2d3d666a610c2116fde4735",
    );
}

/// EIP-198's examples, and powers that are small enough to see.
#[test]
fn modexp() {
    let input = |base: &str, exponent: &str, modulus: &str| {
        let length = |text: &str| format!("{:064x}", text.len() / 2);
        let lengths = [length(base), length(exponent), length(modulus)].concat();
        hex(&[&lengths, base, exponent, modulus].concat())
    };
    let p = "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f";
    let p_minus_1 = "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2e";
    // Fermat.
    succeeds("modexp", &input("03", p_minus_1, p), &format!("{:064x}", 1));
    succeeds("modexp", &input("", p_minus_1, p), &format!("{:064x}", 0));
    succeeds("modexp", &input("03", "05", "64"), "2b");
    succeeds("modexp", &input("03", "05", "000064"), "00002b");
    succeeds("modexp", &input("00", "00", "02"), "01");
    succeeds("modexp", &input("05", "", "01"), "00");
    succeeds("modexp", &input("05", "03", "00"), "00");
    succeeds("modexp", &input("05", "03", ""), "");
    succeeds("modexp", &[], "");
    // 3 ^ 0xffff 00.. mod 2^255: what is missing is zero.
    let cut = [format!("{:064x}{:064x}{:064x}", 1, 2, 32), "03ffff80".to_owned()].concat();
    succeeds(
        "modexp",
        &hex(&cut),
        "3b01b01ac41f2d6e917c6d6a221ce793802469026d9ab7578fa2e79e4da6aaab",
    );
    let huge = format!("{:064x}{}{:064x}", 1, "ff".repeat(32), 1);
    reverts("modexp", &hex(&huge), "length is above 1 MiB");
}

const G1: &str = "0000000000000000000000000000000000000000000000000000000000000001
                  0000000000000000000000000000000000000000000000000000000000000002";
/// 2^256 / 2 + ... : -1 as a scalar, the group's order less one.
const MINUS_1: &str = "30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000000";
const G2: &str = "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2
                  1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed
                  090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b
                  12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa";

/// EIP-196: known sums and multiples, and what is no point.
#[test]
fn bn128_sums_and_multiples() {
    let a = "18b18acfb4c2c30276db5411368e7185b311dd124691610c5d3b74034e093dc9
             063c909c4720840cb5134cb9f59fa749755796819658d32efc0d288198f37266";
    let b = "07c2b7f58a84bd6145f00c9c2bc0bb1a187f20ff2c92963a88019e7c6a014eed
             06614e20c147e940f2d70da3f74c9a17df361706a4485c742bd6788478fa17d7";
    let sum = "2243525c5efd4b9c3d3c45ac0ca3fe4dd85e830a4ce6b65fa1eeaee202839703
               301d1d33be6da8e509df21cc35964723180eed7532537db9ae5e7d48f195c915";
    let zero = "00".repeat(64);
    succeeds("bn128_add", &hex(&format!("{a}{b}")), sum);
    succeeds("bn128_add", &hex(a), a);
    succeeds("bn128_add", &[], &zero);
    succeeds(
        "bn128_mul",
        &hex("2bd3e6d0f3b142924f5ca7b49ce5b9d54c4703d7ae5648e61d02268b1a0a9fb7
              21611ce0a6af85915e2f1d70300909ce2e49dfad4a4619c8390cae66cefdb204
              00000000000000000000000000000000000000000000000011138ce750fa15c2"),
        "070a8d6a982153cae4be29d434e8faef8a47b274a053f5a4ee2a6c9c13c31e5c
         031b8ce914eba3a9ffb989f9cdd5b0f01943074bf4f0f315690ec3cec6981afc",
    );
    succeeds("bn128_mul", &hex(G1), &zero);
    let off_curve = [0x11; 64];
    reverts("bn128_add", &off_curve, "point is not on the curve");
    reverts("bn128_mul", &off_curve, "point is not on the curve");
    reverts("bn128_add", &[0xff; 64], "coordinate is not below the field's order");
}

/// EIP-197: e(P, Q) · e(-P, Q) = 1, which one pairing alone is not.
#[test]
fn bn128_pairing() {
    let Ended::Success(minus) = run("bn128_mul", &hex(&format!("{G1}{MINUS_1}"))) else {
        panic!("the generator has multiples");
    };
    let minus = hex::encode(minus);
    let (one, none) = (format!("{:064x}", 1), format!("{:064x}", 0));
    succeeds("bn128_pairing", &hex(&format!("{G1}{G2}{minus}{G2}")), &one);
    succeeds("bn128_pairing", &hex(&format!("{G1}{G2}")), &none);
    succeeds("bn128_pairing", &[], &one);
    succeeds("bn128_pairing", &[0; 192], &one);
    reverts("bn128_pairing", &[0; 191], "input must be pairs of 192 bytes");
    reverts("bn128_pairing", &[0x11; 192], "point is not on the curve");
}

/// A point of the twisted curve outside the group: the sum that the pairing is defined on is smaller
/// than the curve.
#[test]
fn a_point_outside_the_group_is_refused() {
    // x = (1, 0): found by trying small x until x^3 + b is a square.
    let outside = support::hex(include_str!("outside_the_group.hex"));
    let input = [vec![0; 64], outside].concat();
    reverts("bn128_pairing", &input, "point is not in the group");
    agree("bn128_pairing", 8, &input);
}

/// Signatures of OpenSSL 3, over 32 bytes.
#[test]
fn ed25519() {
    let vector = support::hex(include_str!("ed25519.hex"));
    assert_eq!(vector.len(), 128);
    succeeds("ed25519_verify", &vector, "00000000");
    for byte in [0, 31, 32, 63, 64, 95, 96, 127] {
        let mut wrong = vector.clone();
        wrong[byte] ^= 1;
        succeeds("ed25519_verify", &wrong, "00000001");
    }
    reverts("ed25519_verify", &vector[1..], "input must have 128 bytes");
    reverts("ed25519_verify", &[], "input must have 128 bytes");
}

fn cases(count: u32) -> ProptestConfig {
    ProptestConfig { cases: count, ..ProptestConfig::default() }
}

fn word() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 32),
        any::<u8>().prop_map(|byte| [vec![0; 31], vec![byte]].concat()),
        Just(vec![0xff; 32]),
        Just(hex(MINUS_1)),
    ]
}

/// A multiple of the generator, infinity among them, or bytes that are hardly a point.
fn point() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => word().prop_map(|scalar| {
            precompile(7, &[hex(G1), scalar].concat()).expect("the generator is a point")
        }),
        1 => vec(any::<u8>(), 64),
        1 => Just(vec![0; 64]),
    ]
}

/// Cut off somewhere, or with something behind it.
fn frayed(input: impl Strategy<Value = Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    (input, prop_oneof![3 => Just(None), 1 => any::<prop::sample::Index>().prop_map(Some)])
        .prop_map(|(mut input, cut)| {
            match cut {
                Some(cut) => input.truncate(cut.index(input.len() + 1)),
                None => input.extend([1, 2, 3]),
            }
            input
        })
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn hashes_agree(input in vec(any::<u8>(), 0..600)) {
        agree("sha256", 2, &input);
        agree("ripemd160", 3, &input);
        let hash = Ended::Success(keccak256(&input).as_bytes().to_vec());
        prop_assert_eq!(run("keccak256", &input), hash);
    }

    #[test]
    fn blake2f_agrees(
        rounds in 0_u32..30,
        rest in vec(any::<u8>(), 208..=208),
        last in select(vec![0, 0, 1, 1, 2, 255]),
    ) {
        let input = [rounds.to_be_bytes().to_vec(), rest, vec![last]].concat();
        agree("blake2f", 9, &input);
        agree("blake2f", 9, &input[1..]);
    }

    #[test]
    fn modexp_agrees(
        base in vec(any::<u8>(), 0..40),
        exponent in vec(any::<u8>(), 0..5),
        modulus in vec(any::<u8>(), 0..40),
        cut in 0_usize..20,
    ) {
        let mut input = Vec::new();
        for number in [&base, &exponent, &modulus] {
            input.extend([0; 31]);
            input.push(u8::try_from(number.len()).expect("it is short"));
        }
        input.extend([base, exponent, modulus].concat());
        agree("modexp", 5, &input);
        input.truncate(input.len() - cut.min(input.len()));
        agree("modexp", 5, &input);
    }

    #[test]
    fn bn128_add_agrees(a in point(), b in point()) {
        agree("bn128_add", 6, &[a.clone(), b].concat());
        agree("bn128_add", 6, &a[..50]);
        agree("bn128_add", 6, &[a.clone(), a].concat());
    }
}

proptest! {
    #![proptest_config(cases(16))]

    #[test]
    fn ecrecover_agrees(
        input in frayed((word(), 26_u8..30, word(), word()).prop_map(|(hash, v, r, s)| {
            [hash, vec![0; 31], vec![v], r, s].concat()
        })),
    ) {
        agree("ecrecover", 1, &input);
    }

    #[test]
    fn bn128_mul_agrees(input in frayed((point(), word()).prop_map(|(a, b)| [a, b].concat()))) {
        agree("bn128_mul", 7, &input);
    }
}

proptest! {
    #![proptest_config(cases(4))]

    #[test]
    fn bn128_pairing_agrees(pairs in vec((point(), any::<bool>()), 0..3), wrong in any::<bool>()) {
        let mut input = Vec::new();
        for (point, infinity) in pairs {
            input.extend(point);
            input.extend(if infinity { vec![0; 128] } else { hex(G2) });
        }
        if wrong {
            input.pop();
        }
        agree("bn128_pairing", 8, &input);
    }
}
