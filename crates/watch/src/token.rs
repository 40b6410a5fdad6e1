//! The token that a view beyond loopback demands: 128 bits from the system, or the user's own.

use crate::WatchError;

/// Characters that a token of the user's must have at least.
const SHORTEST: usize = 16;
/// And at most.
const LONGEST: usize = 128;

/// A new token in hexadecimal.
pub(crate) fn draw() -> Result<String, WatchError> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| WatchError::Random {
        reason: error.to_string(),
    })?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Whether a token of the user's can be one: long enough, and the same in a URL, a cookie and a header.
pub(crate) fn check(token: &str) -> Result<(), WatchError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    let found = match token.len() {
        n if !(SHORTEST..=LONGEST).contains(&n) => format!("it has {n} characters"),
        _ if !token.chars().all(plain) => "it has other characters".to_owned(),
        _ => return Ok(()),
    };
    Err(WatchError::Token { found })
}

/// Whether two tokens are equal, in a time that does not tell how far they agree.
pub(crate) fn same(one: &str, other: &str) -> bool {
    let differing = one
        .bytes()
        .zip(other.bytes())
        .fold(0_u8, |sum, (a, b)| std::hint::black_box(sum | (a ^ b)));
    one.len() == other.len() && differing == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_drawn_checked_and_compared() {
        let (one, other) = (draw().expect("bytes"), draw().expect("bytes"));
        assert!(one.len() == 32 && one != other);
        assert!(check(&one).is_ok() && check("my-own.token_of~16").is_ok());
        for bad in [
            "short",
            "has a space in it!",
            "ümlautümlautümlaut",
            &"x".repeat(129),
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
        assert!(
            same(&one, &one) && !same(&one, &other) && !same(&one, "") && !same(&one, &one[1..])
        );
    }
}
