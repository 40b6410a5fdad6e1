//! The axes along which a constraint measures length: one, or a list.

use regimen_graph::{Fault, Var};
use serde_json::Value as Json;

use crate::{OptionValue, Options};

/// One axis or several; negative ones count from the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axes {
    list: Vec<i64>,
    single: bool,
}

impl From<i64> for Axes {
    fn from(axis: i64) -> Axes {
        Axes {
            list: vec![axis],
            single: true,
        }
    }
}

impl<const N: usize> From<[i64; N]> for Axes {
    fn from(list: [i64; N]) -> Axes {
        Axes {
            list: list.to_vec(),
            single: false,
        }
    }
}

impl OptionValue for Axes {
    const KIND: &'static str = "axis or list of axes";

    fn read(value: &Json) -> Result<Axes, String> {
        let expected = |_| "expected a whole number or a list of them".to_string();
        let single = !value.is_array();
        let list = if single {
            vec![i64::read(value).map_err(expected)?]
        } else {
            Vec::read(value).map_err(expected)?
        };
        Ok(Axes { list, single })
    }

    fn write(&self) -> Json {
        if self.single {
            self.list[0].into()
        } else {
            self.list.clone().into()
        }
    }
}

impl Axes {
    /// √ Σ w² along the axes, which are kept with size 1; axes that `w` lacks are a fault of the graph.
    pub(crate) fn norms(&self, w: &Var, class_name: &str) -> Var {
        let rank = w.rank() as i64;
        if let Some(axis) = self.list.iter().find(|&&a| a >= rank || a < -rank) {
            let found = format!("axis {axis} for a weight of shape {:?}", w.shape());
            let mend = format!("Give {class_name} an `axis` that the weight has.");
            w.builder()
                .fault(class_name, Fault::new(found, "an axis of the weight", mend));
            return w.ones_like();
        }
        let axes: Vec<isize> = self.list.iter().map(|&a| a as isize).collect();
        w.square().sum(&axes, true).sqrt()
    }
}

/// Whether a bound is a number of 0 or more; notes a fault if not.
pub(crate) fn bound(options: &mut Options<'_>, name: &str, value: f64) -> bool {
    if value >= 0.0 {
        return true;
    }
    options.error(
        name,
        format!("`{name}`: found {value}, expected 0 or more: lengths are never negative"),
    );
    false
}
