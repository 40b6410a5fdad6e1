//! Rows that lie in memory of somebody else, such as the arrays of a program: read where they lie, a batch at a time.

use std::fmt::Debug;
use std::ops::Range;
use std::sync::Arc;

use regimen_graph::{DType, Data, Tensor};

/// All elements of an array, row after row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Elements<'a> {
    /// float32.
    F32(&'a [f32]),
    /// float64.
    F64(&'a [f64]),
    /// bfloat16, its bits.
    BF16(&'a [u16]),
    /// int32.
    I32(&'a [i32]),
    /// int64.
    I64(&'a [i64]),
    /// uint8.
    U8(&'a [u8]),
    /// Truth values: 0 or 1.
    Bool(&'a [u8]),
}

impl<'a> From<&'a Data> for Elements<'a> {
    fn from(data: &'a Data) -> Elements<'a> {
        match data {
            Data::F32(all) => Elements::F32(all),
            Data::F64(all) => Elements::F64(all),
            Data::BF16(all) => Elements::BF16(all),
            Data::I32(all) => Elements::I32(all),
            Data::I64(all) => Elements::I64(all),
            Data::U8(all) => Elements::U8(all),
            Data::Bool(all) => Elements::Bool(all),
        }
    }
}

impl Elements<'_> {
    /// Their type.
    pub fn dtype(&self) -> DType {
        match self {
            Elements::F32(_) => DType::F32,
            Elements::F64(_) => DType::F64,
            Elements::BF16(_) => DType::BF16,
            Elements::I32(_) => DType::I32,
            Elements::I64(_) => DType::I64,
            Elements::U8(_) => DType::U8,
            Elements::Bool(_) => DType::Bool,
        }
    }
}

/// Some elements as a tensor of one axis.
pub(crate) fn elements_part(of: Elements<'_>, range: Range<usize>) -> Tensor {
    let shape = vec![range.len()];
    let data = match of {
        Elements::F32(all) => Data::F32(all[range].to_vec()),
        Elements::F64(all) => Data::F64(all[range].to_vec()),
        Elements::BF16(all) => Data::BF16(all[range].to_vec()),
        Elements::I32(all) => Data::I32(all[range].to_vec()),
        Elements::I64(all) => Data::I64(all[range].to_vec()),
        Elements::U8(all) => Data::U8(all[range].to_vec()),
        Elements::Bool(all) => Data::Bool(all[range].to_vec()),
    };
    Tensor { shape, data }
}

/// An array that its owner keeps for as long as this lives, and does not change while it is trained on.
pub trait LentArray: Debug + Send + Sync {
    /// Its sizes; the first axis counts rows.
    fn shape(&self) -> &[usize];

    /// As many elements as the sizes say.
    fn elements(&self) -> Elements<'_>;
}

impl LentArray for Tensor {
    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn elements(&self) -> Elements<'_> {
        Elements::from(&self.data)
    }
}

/// Arrays that are read where they lie.
///
/// ```
/// use std::sync::Arc;
/// use regimen_graph::Tensor;
/// use regimen_train::{Arrays, Lent};
///
/// let x = Tensor::f32([3, 2], vec![1.0; 6]).unwrap();
/// let lent = Lent { x: vec![Arc::new(x)], ..Lent::default() };
/// assert_eq!(Arrays { lent, ..Arrays::default() }.rows(), 3);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Lent {
    /// In place of [`Arrays::x`](crate::Arrays::x), where there are some.
    pub x: Vec<Arc<dyn LentArray>>,
    /// In place of [`Arrays::y`](crate::Arrays::y), where there are some.
    pub y: Vec<Arc<dyn LentArray>>,
    /// In place of [`Arrays::sample_weight`](crate::Arrays::sample_weight), float32: one array for all outputs, or one for
    /// each target; a number for each row, or for each value of the loss: (B,), or (B, T).
    pub sample_weight: Vec<Arc<dyn LentArray>>,
}

impl Lent {
    /// Rows `from..to` of each, where they lie.
    pub(crate) fn range(&self, from: usize, to: usize) -> Lent {
        let part = |of: &Arc<dyn LentArray>| -> Arc<dyn LentArray> {
            let mut shape = of.shape().to_vec();
            if let Some(rows) = shape.first_mut() {
                *rows = to - from;
            }
            let of = Arc::clone(of);
            Arc::new(Part { of, shape, from })
        };
        Lent {
            x: self.x.iter().map(part).collect(),
            y: self.y.iter().map(part).collect(),
            sample_weight: self.sample_weight.iter().map(part).collect(),
        }
    }
}

/// Some rows of a lent array, one after the other.
#[derive(Debug)]
struct Part {
    of: Arc<dyn LentArray>,
    shape: Vec<usize>,
    from: usize,
}

impl LentArray for Part {
    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn elements(&self) -> Elements<'_> {
        let row: usize = self.shape.iter().skip(1).product();
        let rows = self.shape.first().copied().unwrap_or(0);
        let range = self.from * row..(self.from + rows) * row;
        match self.of.elements() {
            Elements::F32(all) => Elements::F32(&all[range]),
            Elements::F64(all) => Elements::F64(&all[range]),
            Elements::BF16(all) => Elements::BF16(&all[range]),
            Elements::I32(all) => Elements::I32(&all[range]),
            Elements::I64(all) => Elements::I64(&all[range]),
            Elements::U8(all) => Elements::U8(&all[range]),
            Elements::Bool(all) => Elements::Bool(&all[range]),
        }
    }
}

impl PartialEq for Lent {
    fn eq(&self, other: &Lent) -> bool {
        let same = |a: &[Arc<dyn LentArray>], b: &[Arc<dyn LentArray>]| {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| Arc::ptr_eq(a, b))
        };
        same(&self.x, &other.x)
            && same(&self.y, &other.y)
            && same(&self.sample_weight, &other.sample_weight)
    }
}

/// An array, wherever it lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ArrayView<'a> {
    /// Number of rows.
    pub rows: usize,
    /// Sizes of a row.
    pub row: &'a [usize],
    /// All elements, row after row.
    pub elements: Elements<'a>,
}

/// An array of these sizes; a single number has no rows.
fn view<'a>(shape: &'a [usize], elements: Elements<'a>) -> ArrayView<'a> {
    let (rows, row) = shape.split_first().unwrap_or((&0, &[]));
    ArrayView {
        rows: *rows,
        row,
        elements,
    }
}

impl<'a> From<&'a Tensor> for ArrayView<'a> {
    fn from(tensor: &'a Tensor) -> ArrayView<'a> {
        view(&tensor.shape, Elements::from(&tensor.data))
    }
}

impl<'a> From<&'a Arc<dyn LentArray>> for ArrayView<'a> {
    fn from(lent: &'a Arc<dyn LentArray>) -> ArrayView<'a> {
        view(lent.shape(), lent.elements())
    }
}

/// The views of tensors, or of what is lent in their place.
pub(crate) fn views<'a>(
    tensors: &'a [Tensor],
    lent: &'a [Arc<dyn LentArray>],
) -> impl Iterator<Item = ArrayView<'a>> + Clone {
    let tensors = match lent {
        [] => tensors,
        _ => &[],
    };
    let tensors = tensors.iter().map(ArrayView::from);
    tensors.chain(lent.iter().map(ArrayView::from))
}

impl ArrayView<'_> {
    /// Elements of a row.
    pub fn row_len(&self) -> usize {
        self.row.iter().product()
    }

    /// Empties `out` for so many rows of this.
    pub(crate) fn begin(&self, rows: usize, out: &mut Tensor) {
        out.shape.clear();
        out.shape.push(rows);
        out.shape.extend(self.row);
        if out.dtype() != self.elements.dtype() {
            out.data = self.nothing();
        }
        match &mut out.data {
            Data::F32(v) => v.clear(),
            Data::F64(v) => v.clear(),
            Data::BF16(v) => v.clear(),
            Data::I32(v) => v.clear(),
            Data::I64(v) => v.clear(),
            Data::U8(v) | Data::Bool(v) => v.clear(),
        }
    }

    /// Adds rows of this to `out`.
    pub(crate) fn append(&self, rows: &[usize], out: &mut Tensor) {
        fn copy<T: Copy>(from: &[T], to: &mut Vec<T>, rows: &[usize], size: usize) {
            for &r in rows {
                to.extend_from_slice(&from[r * size..(r + 1) * size]);
            }
        }
        let size = self.row_len();
        match (self.elements, &mut out.data) {
            (Elements::F32(a), Data::F32(b)) => copy(a, b, rows, size),
            (Elements::F64(a), Data::F64(b)) => copy(a, b, rows, size),
            (Elements::BF16(a), Data::BF16(b)) => copy(a, b, rows, size),
            (Elements::I32(a), Data::I32(b)) => copy(a, b, rows, size),
            (Elements::I64(a), Data::I64(b)) => copy(a, b, rows, size),
            (Elements::U8(a), Data::U8(b)) | (Elements::Bool(a), Data::Bool(b)) => {
                copy(a, b, rows, size);
            }
            // `begin` gave both one type.
            _ => {}
        }
    }

    /// The named rows, in their order.
    pub(crate) fn take(&self, rows: &[usize]) -> Tensor {
        let mut out = Tensor {
            shape: vec![],
            data: self.nothing(),
        };
        self.begin(rows.len(), &mut out);
        self.append(rows, &mut out);
        out
    }

    /// Each row's place with the largest number, or the number itself, where a row has one.
    pub(crate) fn classes(&self) -> Vec<f64> {
        fn each<T: Copy>(all: &[T], size: usize, of: impl Fn(T) -> f64) -> Vec<f64> {
            let largest = |row: &[T]| {
                let larger = |best: usize, i: usize| match of(row[i]) > of(row[best]) {
                    true => i,
                    false => best,
                };
                (1..row.len()).fold(0, larger) as f64
            };
            let class = |row: &[T]| match row {
                [one] => of(*one),
                many => largest(many),
            };
            all.chunks_exact(size.max(1)).map(class).collect()
        }
        let size = self.row_len();
        match self.elements {
            Elements::F32(all) => each(all, size, f64::from),
            Elements::F64(all) => each(all, size, |v| v),
            Elements::BF16(all) => each(all, size, |bits| {
                f64::from(f32::from_bits(u32::from(bits) << 16))
            }),
            Elements::I32(all) => each(all, size, f64::from),
            Elements::I64(all) => each(all, size, |v| v as f64),
            Elements::U8(all) | Elements::Bool(all) => each(all, size, f64::from),
        }
    }

    fn nothing(&self) -> Data {
        match self.elements {
            Elements::F32(_) => Data::F32(vec![]),
            Elements::F64(_) => Data::F64(vec![]),
            Elements::BF16(_) => Data::BF16(vec![]),
            Elements::I32(_) => Data::I32(vec![]),
            Elements::I64(_) => Data::I64(vec![]),
            Elements::U8(_) => Data::U8(vec![]),
            Elements::Bool(_) => Data::Bool(vec![]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Arrays;

    fn tensor(dtype: DType, shape: [usize; 2]) -> Tensor {
        let numbers: Vec<f64> = (0..shape[0] * shape[1]).map(|i| (i % 2) as f64).collect();
        Tensor::from_f64(dtype, shape.to_vec(), &numbers)
    }

    #[test]
    fn what_is_lent_feeds_as_tensors_do() {
        let x = [
            DType::F32,
            DType::F64,
            DType::BF16,
            DType::I32,
            DType::I64,
            DType::U8,
            DType::Bool,
        ];
        let x: Vec<Tensor> = x.iter().map(|&dtype| tensor(dtype, [5, 3])).collect();
        let y = vec![tensor(DType::F32, [5, 1])];
        let own = Arrays {
            x: x.clone(),
            y: y.clone(),
            sample_weight: Some(vec![1.0, 2.0, 3.0, 4.0, 5.0]),
            ..Arrays::default()
        };
        let lent = |all: Vec<Tensor>| {
            let each = all.into_iter().map(|t| Arc::new(t) as Arc<dyn LentArray>);
            each.collect::<Vec<_>>()
        };
        let weights = Tensor::f32([5], vec![1.0, 2.0, 3.0, 4.0, 5.0]).expect("5 numbers");
        let given = Arrays {
            lent: Lent {
                x: lent(x),
                y: lent(y),
                sample_weight: vec![Arc::new(weights)],
            },
            ..Arrays::default()
        };
        assert_eq!(given.rows(), 5);
        assert_eq!(given.inputs(), own.inputs());
        assert_eq!(given.targets(), own.targets());
        assert!(given.is_weighted() && given.check("data").is_ok());
        let (mut a, mut b) = (vec![], vec![]);
        for targets in [true, false] {
            given.fill(&[4, 0, 2], targets, &mut a).expect("fills");
            own.fill(&[4, 0, 2], targets, &mut b).expect("fills");
            assert_eq!(a, b);
        }
        for (lent, copied) in [
            (given.take(&[1, 3, 0]), own.take(&[1, 3, 0])),
            (given.range(2, 5), own.range(2, 5)),
        ] {
            assert!(lent.rows() == 3 && lent.check("data").is_ok());
            lent.fill(&[2, 0], true, &mut a).expect("fills");
            copied.fill(&[2, 0], true, &mut b).expect("fills");
            assert_eq!(a, b);
        }
        assert!(given.range(2, 5).x.is_empty());
        assert_eq!(given.row_bytes(), own.row_bytes());
        assert!(given.clone() == given && given != own);
    }

    #[test]
    fn rows_are_of_the_class_with_the_largest_number() {
        let one_hot = Tensor::f32([2, 3], vec![0.0, 0.0, 1.0, 1.0, 0.0, 0.0]).expect("6 numbers");
        assert_eq!(ArrayView::from(&one_hot).classes(), [2.0, 0.0]);
        let labels = Tensor::i32([3, 1], vec![4, 0, 7]).expect("3 numbers");
        assert_eq!(ArrayView::from(&labels).classes(), [4.0, 0.0, 7.0]);
    }
}
