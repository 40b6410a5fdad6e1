//! Which rows go where: class balancing, then the cut into train, validation and test.
//!
//! Of N rows, in their order or permuted by the seed, part k ends before row
//! floor(N * (sum of shares up to k)): 4,105 rows at 0.7, 0.1, 0.2 give 2,873, 411 and 821.

use regimen_run::spec::SplitSpec;

use crate::error::Fault;
use crate::random::{Stream, shuffle};

/// Rows of each part, in the order in which they are stored.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Parts {
    pub train: Vec<usize>,
    pub validation: Vec<usize>,
    pub test: Vec<usize>,
}

/// The shares of train, validation and test, when they make sense. `given`: validation and test
/// rows come from the source, so that the default shares mean what is left for the others.
pub(crate) fn shares(spec: &SplitSpec, given: [bool; 2]) -> Result<[f64; 3], Fault> {
    let shares = [spec.train, spec.validation, spec.test];
    let fault = |reason: String| Err(Fault::Split { reason });
    for (name, share) in ["train", "validation", "test"].iter().zip(shares) {
        if !(0.0..=1.0).contains(&share) {
            return fault(format!("{name} is {share}; a share is from 0 to 1"));
        }
    }
    let default = SplitSpec::default();
    if given != [false; 2] && shares == [default.train, default.validation, default.test] {
        return Ok(match given {
            [false, true] => [0.9, 0.1, 0.0],
            _ => [1.0, 0.0, 0.0],
        });
    }
    let twice = [
        ("validation", spec.validation, given[0]),
        ("test", spec.test, given[1]),
    ];
    for (name, share, given) in twice {
        if given && share > 0.0 {
            return fault(format!(
                "{name} is {share} but the source has {name} rows of its own; set {name} = 0"
            ));
        }
    }
    let sum: f64 = shares.iter().sum();
    if sum > 1.0 + 1e-9 {
        return fault(format!(
            "train {}, validation {} and test {} sum to {sum:.4}; lower one of them (those not \
             given are 0.7, 0.1 and 0.2)",
            spec.train, spec.validation, spec.test
        ));
    }
    if spec.train == 0.0 {
        return fault("train is 0; give it a share".to_owned());
    }
    Ok(shares)
}

/// Cuts `rows`. A part whose share is not 0 gets a row at least, or it is an error.
pub(crate) fn cut(
    mut rows: Vec<usize>,
    shares: [f64; 3],
    permute: bool,
    seed: u64,
) -> Result<Parts, Fault> {
    let count = rows.len();
    if permute {
        shuffle(&mut rows, seed, Stream::Split);
    }
    let mut ends = [0; 3];
    let mut sum = 0.0;
    for (end, share) in ends.iter_mut().zip(shares) {
        sum += share;
        // The allowance takes up the rounding of sums such as 0.7 + 0.1.
        *end = (((count as f64) * sum + 1e-6).floor() as usize).min(count);
    }
    let sizes = [ends[0], ends[1] - ends[0], ends[2] - ends[1]];
    for ((part, share), size) in ["train", "validation", "test"]
        .into_iter()
        .zip(shares)
        .zip(sizes)
    {
        if share > 0.0 && size == 0 {
            return Err(Fault::EmptyPart {
                part,
                share,
                rows: count,
            });
        }
    }
    Ok(Parts {
        train: rows[..ends[0]].to_vec(),
        validation: rows[ends[0]..ends[1]].to_vec(),
        test: rows[ends[1]..ends[2]].to_vec(),
    })
}

/// Rows of every class cut to the number of the rarest, at random by the seed; in rising order.
pub(crate) fn downsample(class_of: &[u32], classes: usize, seed: u64) -> Vec<usize> {
    let mut by_class = vec![Vec::new(); classes];
    for (row, &class) in class_of.iter().enumerate() {
        by_class[class as usize].push(row);
    }
    by_class.retain(|rows| !rows.is_empty());
    let smallest = by_class.iter().map(Vec::len).min().unwrap_or(0);
    let mut kept = Vec::with_capacity(smallest * by_class.len());
    for (class, mut rows) in by_class.into_iter().enumerate() {
        shuffle(&mut rows, seed, Stream::Balance(class as u64));
        kept.extend_from_slice(&rows[..smallest]);
    }
    kept.sort_unstable();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_floors_of_summed_shares() {
        let parts = cut((0..4105).collect(), [0.7, 0.1, 0.2], true, 3).unwrap();
        let sizes = [&parts.train, &parts.validation, &parts.test].map(Vec::len);
        assert_eq!(sizes, [2873, 411, 821]);
        let mut all = [parts.train, parts.validation, parts.test].concat();
        assert_ne!(all[..5], [0, 1, 2, 3, 4]);
        all.sort_unstable();
        assert_eq!(all, (0..4105).collect::<Vec<_>>());
    }

    #[test]
    fn shares_below_one_leave_rows_out_and_order_is_kept_without_shuffle() {
        let parts = cut((0..10).collect(), [0.5, 0.2, 0.0], false, 0).unwrap();
        assert_eq!(parts.train, [0, 1, 2, 3, 4]);
        assert_eq!(parts.validation, [5, 6]);
        assert!(parts.test.is_empty());
    }

    #[test]
    fn an_empty_part_is_an_error() {
        let fault = cut((0..4).collect(), [0.8, 0.1, 0.1], true, 0).unwrap_err();
        let text = fault.to_string();
        assert!(text.starts_with("the validation part is empty"), "{text}");
    }

    #[test]
    fn contradictory_shares_are_errors() {
        let spec = |train, validation, test| SplitSpec {
            train,
            validation,
            test,
            ..SplitSpec::default()
        };
        for bad in [
            spec(0.9, 0.1, 0.2),
            spec(-0.1, 0.1, 0.2),
            spec(0.0, 0.5, 0.5),
            spec(f64::NAN, 0.1, 0.2),
        ] {
            assert!(shares(&bad, [false; 2]).is_err(), "{bad:?}");
        }
        let default = SplitSpec::default();
        assert_eq!(shares(&default, [true, false]).unwrap(), [1.0, 0.0, 0.0]);
        assert_eq!(shares(&default, [false; 2]).unwrap(), [0.7, 0.1, 0.2]);
        assert!(shares(&spec(0.8, 0.2, 0.0), [true, false]).is_err());
        assert!(shares(&spec(0.8, 0.0, 0.2), [true, false]).is_ok());
    }

    #[test]
    fn downsampling_cuts_to_the_rarest() {
        let class_of = [0, 0, 0, 1, 1, 0, 2, 2, 2];
        let kept = downsample(&class_of, 4, 9);
        assert_eq!(kept.len(), 6);
        for class in 0..3 {
            assert_eq!(kept.iter().filter(|&&r| class_of[r] == class).count(), 2);
        }
        assert_eq!(kept, downsample(&class_of, 4, 9));
        assert!((0..20).any(|seed| downsample(&class_of, 4, seed) != kept));
    }
}
