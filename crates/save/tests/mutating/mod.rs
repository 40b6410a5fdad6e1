//! Changed copies of files: the same ones in every run. Tests of other crates take this file, too.

/// Mutants of each format.
pub const MUTANTS: usize = 10_000;

/// xorshift64*
pub struct Draws(pub u64);

impl Draws {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % n.max(1)
    }
}

const NUMBERS: &[&str] = &[
    "-1",
    "0",
    "1e300",
    "18446744073709551615",
    "9223372036854775807",
    "4294967296",
    "null",
    "[]",
    "{}",
    "\"x\"",
];

/// A changed copy.
pub fn mutant(whole: &[u8], draws: &mut Draws) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    for _ in 0..=draws.below(3) {
        if bytes.is_empty() {
            break;
        }
        let at = draws.below(bytes.len());
        let length = draws.below(40).min(bytes.len() - at);
        match draws.below(8) {
            0 => bytes.truncate(at),
            1 => bytes[at] ^= 1 << draws.below(8),
            2 => bytes[at] = [0, 1, 0x7f, 0x80, 0xff][draws.below(5)],
            3 => drop(bytes.drain(at..at + length)),
            4 => {
                let part = bytes[at..at + length].to_vec();
                let to = draws.below(bytes.len());
                bytes.splice(to..to, part);
            }
            5 => bytes[at..at + length].fill(0xff),
            // A number in a text, where one is near.
            _ => {
                let digit = (at..bytes.len().min(at + 200)).find(|i| bytes[*i].is_ascii_digit());
                if let Some(from) = digit {
                    let end = (from..bytes.len()).find(|i| !bytes[*i].is_ascii_digit());
                    let number = NUMBERS[draws.below(NUMBERS.len())];
                    bytes.splice(from..end.unwrap_or(bytes.len()), number.bytes());
                }
            }
        }
    }
    bytes
}
