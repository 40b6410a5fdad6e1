//! Philox4x32-10: random words as a pure function of counter and key.
//!
//! Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. Ten rounds
//! of two 32 x 32 -> 64 bit products; the key is bumped by constants between rounds.

const MULTIPLIERS: [u32; 2] = [0xd251_1f53, 0xcd9e_8d57];
const BUMPS: [u32; 2] = [0x9e37_79b9, 0xbb67_ae85];

/// The four random words at `counter` under `key`.
pub fn philox4x32(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let (mut c, mut k) = (counter, key);
    for _ in 0..10 {
        let product = |i: usize| u64::from(MULTIPLIERS[i]) * u64::from(c[2 * i]);
        let (a, b) = (product(0), product(1));
        let (high, low) = (|p: u64| (p >> 32) as u32, |p: u64| p as u32);
        c = [high(b) ^ c[1] ^ k[0], low(b), high(a) ^ c[3] ^ k[1], low(a)];
        k = [k[0].wrapping_add(BUMPS[0]), k[1].wrapping_add(BUMPS[1])];
    }
    c
}

/// The upper 24 bits of a word as a number in [0, 1); exact in f32.
pub fn uniform(word: u32) -> f64 {
    f64::from(word >> 8) / f64::from(1 << 24)
}

/// Two independent normal numbers from two words, by Box and Muller.
pub fn normal_pair(even: u32, odd: u32) -> (f64, f64) {
    let u1 = f64::from((even >> 8) + 1) / f64::from(1 << 24);
    let radius = (-2.0 * u1.ln()).sqrt();
    let angle = 2.0 * std::f64::consts::PI * uniform(odd);
    (radius * angle.cos(), radius * angle.sin())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The known answers of the authors' Random123 (kat_vectors, philox4x32 10).
    #[test]
    fn known_answers() {
        let ones = u32::MAX;
        let rows = [
            (
                [0; 4],
                [0; 2],
                [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8],
            ),
            (
                [ones; 4],
                [ones; 2],
                [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd],
            ),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
            ),
        ];
        for (counter, key, words) in rows {
            assert_eq!(philox4x32(counter, key), words);
        }
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        let words = |i: u32| philox4x32([i, 0, 0, 0], [7, 0]);
        let n = 5000;
        let uniforms: Vec<f64> = (0..n).flat_map(|i| words(i).map(uniform)).collect();
        let normals: Vec<f64> = (0..n)
            .flat_map(|i| {
                let w = words(i);
                let (a, b) = normal_pair(w[0], w[1]);
                [a, b]
            })
            .collect();
        let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
        let square = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>() / v.len() as f64;
        assert!((mean(&uniforms) - 0.5).abs() < 0.01);
        assert!((square(&uniforms) - 1.0 / 3.0).abs() < 0.01);
        assert!(mean(&normals).abs() < 0.03);
        assert!((square(&normals) - 1.0).abs() < 0.05);
        assert!(uniforms.iter().all(|u| (0.0..1.0).contains(u)));
        assert!(normals.iter().all(|z| z.is_finite()));
    }
}
