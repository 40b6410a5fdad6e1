//! Samples built into the library, see `samples/README.md` for origins and terms.

use crate::error::Fault;
use crate::memory::Budget;
use crate::table::{CsvOptions, Table, parse_csv};

/// Names of the built-in samples.
pub const SAMPLES: &[&str] = &["digits"];

/// The 1,797 digits: 64 columns of ink, 0 to 16, then the digit.
static DIGITS: &[u8] = include_bytes!("../samples/digits.csv.gz");

/// The table of a sample; its last column is the label.
pub(crate) fn sample(name: &str) -> Result<Table, Fault> {
    let packed = match name {
        "digits" => DIGITS,
        _ => {
            return Err(Fault::UnknownSample {
                name: name.to_owned(),
                known: SAMPLES.iter().map(|&s| s.to_owned()).collect(),
            });
        }
    };
    let bytes = crate::unpack::unpack(packed.to_vec(), name, None, Budget(None))?.bytes;
    let options = CsvOptions {
        delimiter: Some(b','),
        header: Some(false),
        ..CsvOptions::default()
    };
    parse_csv(&bytes, &options).map_err(|fault| Fault::Table {
        file: name.to_owned(),
        fault,
    })
}
