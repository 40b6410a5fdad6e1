//! Gates of recurrent layers in old files: an array for each (Keras 1), or in CuDNN's order.
//!
//! ```text
//!   Keras 1   LSTM  W_i U_i b_i  W_c U_c b_c  W_f U_f b_f  W_o U_o b_o      today  kernel = [W_i W_f W_c W_o] ...
//!             GRU   W_z U_z b_z  W_r U_r b_r  W_h U_h b_h                   today  kernel = [W_z W_r W_h] ...
//!   CuDNN     kernels of each gate turned, two biases per gate
//! ```
//!
//! Follows `preprocess_weights_for_loading` and `_convert_rnn_weights` of keras/engine/saving.py of 2.2.4.

use regimen_graph::{Data, Tensor};
use regimen_nn::WeightInfo;

/// Where a weight comes from: numbers of datasets.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    /// One array.
    Whole(usize),
    /// One array per gate, in the order of today.
    Gates(Vec<usize>),
    /// An array of a layer that ran on CuDNN, with so many gates.
    Cudnn(usize, usize),
}

/// Of each gate of today, its place in a file of Keras 1.
const LSTM: &[usize] = &[0, 2, 1, 3];
const GRU: &[usize] = &[0, 1, 2];

/// Which arrays make which weights; `None` where they are too many or too few.
pub(super) fn parts(order: &[&WeightInfo], shapes: &[&[usize]]) -> Option<Vec<Part>> {
    let apart = order.len() != shapes.len();
    let mut parts = vec![];
    let mut next = 0;
    let mut at = 0;
    while at < order.len() {
        let gates = gates_at(&order[at..]);
        match gates {
            Some(gates) if apart => {
                for array in 0..3 {
                    parts.push(Part::Gates(
                        gates.iter().map(|gate| next + 3 * gate + array).collect(),
                    ));
                }
                (at, next) = (at + 3, next + 3 * gates.len());
            }
            Some(gates) if is_cudnn(order[at + 2], shapes.get(next + 2), gates.len()) => {
                parts.extend((0..3).map(|array| Part::Cudnn(next + array, gates.len())));
                (at, next) = (at + 3, next + 3);
            }
            _ => {
                parts.push(Part::Whole(next));
                (at, next) = (at + 1, next + 1);
            }
        }
    }
    (next == shapes.len()).then_some(parts)
}

/// The gates of the recurrent layer whose kernel comes next, as places in files of Keras 1.
fn gates_at(order: &[&WeightInfo]) -> Option<&'static [usize]> {
    let [kernel, recurrent, bias, ..] = order else {
        return None;
    };
    let named = |weight: &WeightInfo, name: &str| {
        weight.layer == kernel.layer && weight.path.rsplit('/').next() == Some(name)
    };
    if !(named(kernel, "kernel") && named(recurrent, "recurrent_kernel") && named(bias, "bias")) {
        return None;
    }
    let [.., units, all] = recurrent.shape.as_slice() else {
        return None;
    };
    match all.checked_div(*units) {
        Some(4) if all % units == 0 => Some(LSTM),
        Some(3) if all % units == 0 => Some(GRU),
        _ => None,
    }
}

/// CuDNN has two biases for each gate, in one row.
fn is_cudnn(bias: &WeightInfo, found: Option<&&[usize]>, gates: usize) -> bool {
    let own = bias.shape.iter().product::<usize>();
    let all = match gates {
        4 => 2 * own,
        // A GRU that resets afterwards has both biases itself, in two rows.
        _ if bias.shape.len() == 2 => own,
        _ => return false,
    };
    found.is_some_and(|shape| shape.len() == 1 && shape[0] == all)
}

/// The shape of a weight for one gate.
pub(super) fn of_one(shape: &[usize], gates: usize) -> Vec<usize> {
    let mut own = shape.to_vec();
    if let Some(last) = own.last_mut() {
        *last /= gates;
    }
    own
}

/// Arrays side by side along the last axis.
pub(super) fn joined(each: &[Tensor], shape: &[usize]) -> Tensor {
    let columns = |tensor: &Tensor| tensor.shape.last().copied().unwrap_or(1);
    let rows = each.first().map_or(0, |first| {
        first.shape.iter().product::<usize>() / columns(first).max(1)
    });
    let mut values = Vec::with_capacity(shape.iter().product());
    for row in 0..rows {
        for tensor in each {
            if let Data::F32(all) = &tensor.data {
                let wide = columns(tensor);
                values.extend(&all[row * wide..(row + 1) * wide]);
            }
        }
    }
    Tensor {
        shape: shape.to_vec(),
        data: Data::F32(values),
    }
}

/// A weight of CuDNNLSTM or CuDNNGRU as LSTM and GRU have it; `None` where sizes differ.
pub(super) fn from_cudnn(
    read: &Tensor,
    name: &str,
    gates: usize,
    shape: &[usize],
) -> Option<Tensor> {
    let Data::F32(values) = &read.data else {
        return None;
    };
    let own: Vec<f32> = match (name, shape) {
        ("bias", &[all]) => {
            let (first, second) = values.split_at_checked(all)?;
            first.iter().zip(second).map(|(a, b)| a + b).collect()
        }
        ("bias", _) => values.clone(),
        (_, &[rows, columns]) if read.shape == shape => {
            turned(values, rows, columns, gates, name == "kernel")
        }
        _ => return None,
    };
    (own.len() == shape.iter().product::<usize>()).then(|| Tensor {
        shape: shape.to_vec(),
        data: Data::F32(own),
    })
}

/// Each gate turned: the recurrent kernel by its diagonal; of the kernel, which CuDNN has as (units, inputs), the numbers
/// are read by rows and put down by columns.
fn turned(values: &[f32], rows: usize, columns: usize, gates: usize, is_kernel: bool) -> Vec<f32> {
    let units = columns / gates;
    let mut own = vec![0.0; values.len()];
    for gate in 0..gates {
        let at = |row: usize, column: usize| row * columns + gate * units + column;
        for row in 0..rows {
            for column in 0..units {
                let from = match is_kernel {
                    true => {
                        let flat = column * rows + row;
                        at(flat / units, flat % units)
                    }
                    false => at(column, row),
                };
                own[at(row, column)] = values[from];
            }
        }
    }
    own
}
