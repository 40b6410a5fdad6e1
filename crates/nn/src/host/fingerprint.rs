//! FarmHash's `Fingerprint64`, which TensorFlow's `to_hash_bucket_fast` hashes texts with, and the hash of crossed values.
//!
//! Pike and Alakuijala, FarmHash (github.com/google/farmhash), the variant `na` of 64 bits, whose values never change.

const K0: u64 = 0xc3a5_c85c_97cb_3127;
const K1: u64 = 0xb492_b66f_be98_f273;
const K2: u64 = 0x9ae1_6a3b_2f90_404f;

/// The fingerprint of some bytes.
pub(crate) fn fingerprint64(s: &[u8]) -> u64 {
    match s.len() {
        0..=16 => up_to_16(s),
        17..=32 => up_to_32(s),
        33..=64 => up_to_64(s),
        _ => longer(s),
    }
}

/// Fingerprints of the values that are crossed, joined in order: TensorFlow's `sparse_cross` with hashed output.
pub(crate) fn crossed(fingerprints: impl Iterator<Item = u64>) -> u64 {
    const KEY: u64 = 0x00DE_CAFC_AFFE;
    const MUL: u64 = 0xc6a4_a793_5bd1_e995;
    fingerprints.fold(KEY, |before, next| {
        let mut result = before ^ MUL;
        result ^= mix(next.wrapping_mul(MUL)).wrapping_mul(MUL);
        result = result.wrapping_mul(MUL);
        mix(mix(result).wrapping_mul(MUL))
    })
}

/// Eight bytes from `at` on. Every caller has as many.
fn word(s: &[u8], at: usize) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&s[at..at + 8]);
    u64::from_le_bytes(bytes)
}

fn half(s: &[u8], at: usize) -> u64 {
    let mut bytes = [0; 4];
    bytes.copy_from_slice(&s[at..at + 4]);
    u64::from(u32::from_le_bytes(bytes))
}

fn mix(value: u64) -> u64 {
    value ^ (value >> 47)
}

fn join(u: u64, v: u64, mul: u64) -> u64 {
    let a = mix((u ^ v).wrapping_mul(mul));
    mix((v ^ a).wrapping_mul(mul)).wrapping_mul(mul)
}

fn up_to_16(s: &[u8]) -> u64 {
    let len = s.len();
    let mul = K2.wrapping_add(len as u64 * 2);
    match len {
        8..=16 => {
            let a = word(s, 0).wrapping_add(K2);
            let b = word(s, len - 8);
            let c = b.rotate_right(37).wrapping_mul(mul).wrapping_add(a);
            let d = a.rotate_right(25).wrapping_add(b).wrapping_mul(mul);
            join(c, d, mul)
        }
        4..=7 => join(
            (len as u64).wrapping_add(half(s, 0) << 3),
            half(s, len - 4),
            mul,
        ),
        1..=3 => {
            let (a, b, c) = (s[0], s[len >> 1], s[len - 1]);
            let y = u64::from(a).wrapping_add(u64::from(b) << 8);
            let z = (len as u64).wrapping_add(u64::from(c) << 2);
            mix(y.wrapping_mul(K2) ^ z.wrapping_mul(K0)).wrapping_mul(K2)
        }
        _ => K2,
    }
}

fn up_to_32(s: &[u8]) -> u64 {
    let len = s.len();
    let mul = K2.wrapping_add(len as u64 * 2);
    let a = word(s, 0).wrapping_mul(K1);
    let b = word(s, 8);
    let c = word(s, len - 8).wrapping_mul(mul);
    let d = word(s, len - 16).wrapping_mul(K2);
    let u = (a.wrapping_add(b).rotate_right(43))
        .wrapping_add(c.rotate_right(30))
        .wrapping_add(d);
    let v = a
        .wrapping_add(b.wrapping_add(K2).rotate_right(18))
        .wrapping_add(c);
    join(u, v, mul)
}

fn up_to_64(s: &[u8]) -> u64 {
    let len = s.len();
    let mul = K2.wrapping_add(len as u64 * 2);
    let a = word(s, 0).wrapping_mul(K2);
    let b = word(s, 8);
    let c = word(s, len - 8).wrapping_mul(mul);
    let d = word(s, len - 16).wrapping_mul(K2);
    let y = (a.wrapping_add(b).rotate_right(43))
        .wrapping_add(c.rotate_right(30))
        .wrapping_add(d);
    let shifted = a
        .wrapping_add(b.wrapping_add(K2).rotate_right(18))
        .wrapping_add(c);
    let z = join(y, shifted, mul);
    let e = word(s, 16).wrapping_mul(mul);
    let f = word(s, 24);
    let g = y.wrapping_add(word(s, len - 32)).wrapping_mul(mul);
    let h = z.wrapping_add(word(s, len - 24)).wrapping_mul(mul);
    let u = (e.wrapping_add(f).rotate_right(43))
        .wrapping_add(g.rotate_right(30))
        .wrapping_add(h);
    let v = e
        .wrapping_add(f.wrapping_add(a).rotate_right(18))
        .wrapping_add(g);
    join(u, v, mul)
}

/// Mixes 32 bytes from `at` on with two seeds.
fn weak(s: &[u8], at: usize, a: u64, b: u64) -> (u64, u64) {
    let (w, x, y, z) = (
        word(s, at),
        word(s, at + 8),
        word(s, at + 16),
        word(s, at + 24),
    );
    let a = a.wrapping_add(w);
    let b = b.wrapping_add(a).wrapping_add(z).rotate_right(21);
    let c = a;
    let a = a.wrapping_add(x).wrapping_add(y);
    let b = b.wrapping_add(a.rotate_right(44));
    (a.wrapping_add(z), b.wrapping_add(c))
}

/// State of the loop over blocks of 64 bytes.
struct Blocks {
    x: u64,
    y: u64,
    z: u64,
    v: (u64, u64),
    w: (u64, u64),
}

fn longer(s: &[u8]) -> u64 {
    const SEED: u64 = 81;
    let len = s.len();
    let y = SEED.wrapping_mul(K1).wrapping_add(113);
    let mut b = Blocks {
        x: SEED.wrapping_mul(K2).wrapping_add(word(s, 0)),
        y,
        z: mix(y.wrapping_mul(K2).wrapping_add(113)).wrapping_mul(K2),
        v: (0, 0),
        w: (0, 0),
    };
    let end = (len - 1) / 64 * 64;
    let last = end + ((len - 1) & 63) - 63;
    for at in (0..end).step_by(64) {
        b.x =
            (b.x.wrapping_add(b.y)
                .wrapping_add(b.v.0)
                .wrapping_add(word(s, at + 8)))
            .rotate_right(37)
            .wrapping_mul(K1);
        b.y = (b.y.wrapping_add(b.v.1).wrapping_add(word(s, at + 48)))
            .rotate_right(42)
            .wrapping_mul(K1);
        b.x ^= b.w.1;
        b.y = b.y.wrapping_add(b.v.0).wrapping_add(word(s, at + 40));
        b.z = b.z.wrapping_add(b.w.0).rotate_right(33).wrapping_mul(K1);
        b.v = weak(s, at, b.v.1.wrapping_mul(K1), b.x.wrapping_add(b.w.0));
        let second = b.y.wrapping_add(word(s, at + 16));
        b.w = weak(s, at + 32, b.z.wrapping_add(b.w.1), second);
        std::mem::swap(&mut b.z, &mut b.x);
    }
    end_of_blocks(s, last, b)
}

/// The last 64 bytes, from `at` on.
fn end_of_blocks(s: &[u8], at: usize, mut b: Blocks) -> u64 {
    let mul = K1.wrapping_add((b.z & 0xff) << 1);
    b.w.0 = b.w.0.wrapping_add(((s.len() - 1) & 63) as u64);
    b.v.0 = b.v.0.wrapping_add(b.w.0);
    b.w.0 = b.w.0.wrapping_add(b.v.0);
    b.x =
        (b.x.wrapping_add(b.y)
            .wrapping_add(b.v.0)
            .wrapping_add(word(s, at + 8)))
        .rotate_right(37)
        .wrapping_mul(mul);
    b.y = (b.y.wrapping_add(b.v.1).wrapping_add(word(s, at + 48)))
        .rotate_right(42)
        .wrapping_mul(mul);
    b.x ^= b.w.1.wrapping_mul(9);
    b.y =
        b.y.wrapping_add(b.v.0.wrapping_mul(9))
            .wrapping_add(word(s, at + 40));
    b.z = b.z.wrapping_add(b.w.0).rotate_right(33).wrapping_mul(mul);
    b.v = weak(s, at, b.v.1.wrapping_mul(mul), b.x.wrapping_add(b.w.0));
    let second = b.y.wrapping_add(word(s, at + 16));
    b.w = weak(s, at + 32, b.z.wrapping_add(b.w.1), second);
    std::mem::swap(&mut b.z, &mut b.x);
    let left = join(b.v.0, b.w.0, mul)
        .wrapping_add(mix(b.y).wrapping_mul(K0))
        .wrapping_add(b.z);
    join(left, join(b.v.1, b.w.1, mul).wrapping_add(b.x), mul)
}
