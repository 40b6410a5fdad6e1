//! What a table's waiting rows are in a file, so that a resumed run goes on with the same bits.
//!
//! Under the table's name stands the value with every step taken. Beside it, where rows wait: `#last`, the number of each
//! row's last step (-1: its slots are zero); `#rates`, the rates of all steps so far; and where w itself moves `#raw`, w as
//! of each row's last step. The slots stand under their own names as of each row's last step.

use regimen_graph::{Data, Tensor};

use super::LazyRows;
use super::drift::LONGEST;

/// Behind the table's name: numbers of the rows' last steps, int32 (rows).
pub(crate) const LAST: &str = "#last";
/// Behind the table's name: rates, float32 (steps, 2).
pub(crate) const RATES: &str = "#rates";
/// Behind the table's name: w as of each row's last step.
pub(crate) const RAW: &str = "#raw";

impl LazyRows {
    /// Whether there is something to save beside the arrays.
    pub fn is_waiting(&self) -> bool {
        self.drift.now() > 0
    }

    pub fn saved_last(&self) -> Tensor {
        Tensor {
            shape: vec![self.rows],
            data: Data::I32(self.last.iter().map(|&step| step as i32).collect()),
        }
    }

    pub fn saved_rates(&self) -> Tensor {
        let rates = self.drift.rates();
        Tensor {
            shape: vec![rates.len(), 2],
            data: Data::F32(rates.concat()),
        }
    }

    /// Takes up what was saved, the arrays being as of the rows' last steps; false where it does not fit the table.
    pub fn resume(&mut self, last: &Tensor, rates: &Tensor) -> bool {
        let (Data::I32(last), Data::F32(rates)) = (&last.data, &rates.data) else {
            return false;
        };
        let steps = rates.len() / 2;
        let known = |&step: &i32| step == -1 || usize::try_from(step).is_ok_and(|s| s <= steps);
        let fits = last.len() == self.rows && steps <= LONGEST && last.iter().all(known);
        if !self.rule.drifts() || !fits {
            return false;
        }
        self.drift.begin();
        for pair in rates.chunks_exact(2) {
            self.drift.step(pair[0], pair[1]);
        }
        self.last = last.iter().map(|&step| step as u32).collect();
        true
    }
}
