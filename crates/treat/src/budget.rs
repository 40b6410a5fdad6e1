//! How much a treatment may train: `40` runs, or time such as `90s`, `10m`, `2h`.

use std::time::Duration;

/// How much may be trained.
///
/// ```
/// use regimen_treat::Budget;
///
/// assert_eq!("40".parse(), Ok(Budget::Runs(40)));
/// assert_eq!("1.5h".parse::<Budget>().map(|b| b.to_string()), Ok("90m".to_owned()));
/// assert!("soon".parse::<Budget>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Budget {
    /// Training runs.
    Runs(usize),
    /// Wall time of the training.
    Time(Duration),
}

impl Default for Budget {
    /// 60 runs.
    fn default() -> Budget {
        Budget::Runs(60)
    }
}

impl std::fmt::Display for Budget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Budget::Runs(runs) => write!(f, "{runs}"),
            Budget::Time(time) if time.subsec_nanos() == 0 && time.as_secs() % 60 == 0 => {
                write!(f, "{}m", time.as_secs() / 60)
            }
            Budget::Time(time) => write!(f, "{}s", time.as_secs_f64()),
        }
    }
}

impl std::str::FromStr for Budget {
    type Err = String;

    fn from_str(text: &str) -> Result<Budget, String> {
        let wrong = || {
            format!(
                "`{text}` is no budget; give training runs, such as 40, or time, such as 90s, 10m or 2h"
            )
        };
        let time = |number: &str, seconds: f64| {
            let n: f64 = number.parse().map_err(|_| wrong())?;
            match n.is_finite() && n > 0.0 && n * seconds < 1e9 {
                true => Ok(Budget::Time(Duration::from_secs_f64(n * seconds))),
                false => Err(wrong()),
            }
        };
        match text.char_indices().next_back() {
            Some((end, 's')) => time(&text[..end], 1.0),
            Some((end, 'm')) => time(&text[..end], 60.0),
            Some((end, 'h')) => time(&text[..end], 3600.0),
            _ => match text.parse() {
                Ok(runs) if runs > 0 => Ok(Budget::Runs(runs)),
                _ => Err(wrong()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_there_and_back() {
        for text in ["40", "10m", "90s", "0.5s", "120m"] {
            let budget: Budget = text.parse().expect("a budget");
            assert_eq!(budget.to_string(), text);
        }
        assert_eq!("2h".parse(), Ok(Budget::Time(Duration::from_secs(7200))));
        for wrong in [
            "", "0", "-3", "m", "h", "nanm", "infs", "1e99m", "ten", "10 m", "5d",
        ] {
            assert!(wrong.parse::<Budget>().is_err(), "{wrong}");
        }
    }
}
