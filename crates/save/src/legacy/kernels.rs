//! Kernels of convolutions in old files: other orders of axes (Keras 1), and turned by 180 degrees (Theano, whose
//! convolution is one in the strict sense).
//!
//! Follows `preprocess_weights_for_loading` of keras/engine/saving.py and `convert_kernel` of keras/utils/conv_utils.py
//! of 2.2.4.

use regimen_graph::{Data, Tensor};

use crate::axes::transposed;

/// What is known of a weight.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kernel<'a> {
    pub(super) class: &'a str,
    /// Its own name: `kernel`.
    pub(super) name: &'a str,
    pub(super) channels_first: bool,
    pub(super) of_keras_1: bool,
    pub(super) turned: bool,
}

/// Classes whose kernels Theano turned.
const TURNED: &[&str] = &[
    "Conv1D",
    "Conv2D",
    "Conv3D",
    "Conv2DTranspose",
    "ConvLSTM2D",
    "ConvLSTM2DCell",
];

impl Kernel<'_> {
    fn is_convolution(&self) -> bool {
        TURNED.contains(&self.class) && matches!(self.name, "kernel" | "recurrent_kernel")
    }

    /// Orders of axes that an old file may have, the likeliest first.
    fn orders(&self, rank: usize) -> Vec<Vec<usize>> {
        let as_it_is: Vec<usize> = (0..rank).collect();
        if !self.of_keras_1 || !self.is_convolution() {
            return vec![as_it_is];
        }
        let first = match (self.class, rank) {
            // (filters, inputs, rows, columns)
            ("Conv2DTranspose", 4) => vec![2, 3, 0, 1],
            ("Conv3D", 5) => vec![2, 3, 4, 1, 0],
            (_, 4) => vec![2, 3, 1, 0],
            _ => return vec![as_it_is],
        };
        let last = match (self.class, rank) {
            ("Conv2DTranspose", 4) => vec![0, 1, 3, 2],
            _ => as_it_is,
        };
        match self.channels_first {
            true => vec![first, last],
            false => vec![last, first],
        }
    }
}

/// The array as the layer has it; the array's own shape where it is none of those that old files have.
pub(super) fn fit(
    array: Tensor,
    kernel: &Kernel<'_>,
    shape: &[usize],
) -> Result<Tensor, Vec<usize>> {
    let mut array = array;
    if kernel.of_keras_1 && kernel.class == "Conv1D" && kernel.name == "kernel" {
        array = one_dimensional(array, shape);
    }
    let found = array.shape.clone();
    for order in kernel.orders(found.len()) {
        let permuted: Vec<usize> = order.iter().map(|axis| found[*axis]).collect();
        if permuted != shape {
            continue;
        }
        let mut own = match order.windows(2).all(|pair| pair[0] < pair[1]) {
            true => array,
            false => {
                let own = transposed(&array, &order);
                drop(array);
                own
            }
        };
        if kernel.turned && kernel.is_convolution() {
            turn(&mut own);
        }
        return Ok(own);
    }
    Err(found)
}

/// Convolution1D of Keras 1 was one of two dimensions: (K, 1, C, filters), or (filters, C, K, 1) before 1.1.
fn one_dimensional(array: Tensor, shape: &[usize]) -> Tensor {
    let &[length, inputs, filters] = shape else {
        return array;
    };
    let own = match array.shape.as_slice() {
        [k, 1, c, f] if [*k, *c, *f] == [length, inputs, filters] => array,
        [f, c, k, 1] if [*k, *c, *f] == [length, inputs, filters] => {
            transposed(&array, &[2, 3, 1, 0])
        }
        _ => return array,
    };
    Tensor {
        shape: shape.to_vec(),
        ..own
    }
}

/// Turns a kernel (places.., inputs, outputs) by 180 degrees: its places in reverse.
fn turn(array: &mut Tensor) {
    let inner: usize = array.shape.iter().rev().take(2).product();
    if let Data::F32(values) = &mut array.data
        && inner > 0
    {
        let places = values.len() / inner;
        for i in 0..places / 2 {
            let (front, back) = values.split_at_mut((places - 1 - i) * inner);
            front[i * inner..][..inner].swap_with_slice(&mut back[..inner]);
        }
    }
}
