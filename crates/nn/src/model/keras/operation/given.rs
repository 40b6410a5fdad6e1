//! What an operation is called with: tensors and plain values by place, and options by name.

use regimen_graph::{DType, Fault, Tensor, Var, broadcast};
use serde_json::{Map, Value as Json};

use crate::layers::Numbers;
use crate::option_kinds::{Axes, resolve_axis};
use crate::{Call, OptionValue};

/// Most axes of a tensor.
const AXES: usize = 32;
/// How many times the elements of its inputs an operation may give.
const GROWTH: usize = 1 << 16;

/// A call of an operation.
pub(super) struct Given<'c> {
    /// Its options.
    pub config: &'c Map<String, Json>,
    /// Its tensors, and what stands beside them.
    pub call: &'c Call,
}

/// What an operation gives, or what is wrong.
pub(super) type Made = Result<Vec<Var>, Fault>;

impl Given<'_> {
    /// The first tensor.
    pub fn x(&self) -> Var {
        self.call.inputs[0].x.clone()
    }

    /// The first tensor as floats.
    pub fn floats(&self) -> Var {
        floats(&self.x())
    }

    /// All tensors in one type.
    pub fn all(&self) -> Vec<Var> {
        let all: Vec<Var> = self.call.inputs.iter().map(|v| v.x.clone()).collect();
        let common = all.iter().map(Var::dtype).reduce(wider);
        all.iter()
            .map(|x| x.cast(common.unwrap_or(DType::F32)))
            .collect()
    }

    /// The argument at this place: a tensor, or a number or an array that becomes one.
    pub fn argument(&self, place: usize) -> Result<Var, Fault> {
        if let Some(plain) = self.call.plain.get(&place) {
            let like = self.x();
            return constant(plain, &like).ok_or_else(|| self.misfit(&plain.to_string()));
        }
        let before = self.call.plain.range(..place).count();
        let tensor = self.call.inputs.get(place - before);
        tensor
            .map(|v| v.x.clone())
            .ok_or_else(|| self.misfit(&format!("{} arguments", place - before)))
    }

    /// Two arguments of one type, whose shapes broadcast to one another.
    pub fn pair(&self, first: usize, second: usize) -> Result<(Var, Var), Fault> {
        let (a, b) = (self.argument(first)?, self.argument(second)?);
        if broadcast(&a.shape(), &b.shape()).is_none() {
            let found = format!("{} and {}", a.ty(), b.ty());
            let expected = "shapes that broadcast to one another";
            return Err(Fault::new(
                found,
                expected,
                "Check what feeds the operation.",
            ));
        }
        let common = wider(a.dtype(), b.dtype());
        Ok((a.cast(common), b.cast(common)))
    }

    /// An option that is no null.
    pub fn option(&self, name: &str) -> Option<&Json> {
        self.config.get(name).filter(|value| !value.is_null())
    }

    /// A flag, false where it is not given.
    pub fn flag(&self, name: &str) -> bool {
        self.option(name).and_then(Json::as_bool) == Some(true)
    }

    /// A number, or what it is by default.
    pub fn number(&self, name: &str, default: f64) -> Result<f64, Fault> {
        match self.option(name) {
            None => Ok(default),
            Some(value) => value
                .as_f64()
                .ok_or_else(|| self.misfit(&format!("`{name}` {value}"))),
        }
    }

    /// One axis of a tensor with `rank` axes.
    pub fn axis(&self, name: &str, rank: usize, default: i64) -> Result<usize, Fault> {
        let value = self.option(name).map_or(Some(default), Json::as_i64);
        let axis = value.and_then(|axis| resolve_axis(axis, rank));
        axis.ok_or_else(|| self.no_axis(name, rank))
    }

    /// Axes of a tensor, all where none are given.
    pub fn axes(&self, name: &str, rank: usize) -> Result<Vec<isize>, Fault> {
        let axes = match self.option(name) {
            None => Some((0..rank).collect()),
            Some(value) => Axes::read(value).ok().and_then(|axes| axes.resolve(rank)),
        };
        let axes = axes.ok_or_else(|| self.no_axis(name, rank))?;
        Ok(axes.into_iter().map(|axis| axis as isize).collect())
    }

    /// Whole numbers, some of which may be null.
    pub fn sizes(&self, name: &str) -> Result<Vec<Option<i64>>, Fault> {
        let whole = |value: &Json| match value {
            Json::Null => Some(None),
            value => value.as_i64().map(Some),
        };
        let list = match self.option(name) {
            Some(Json::Array(list)) => list.iter().map(whole).collect(),
            Some(one) => whole(one).map(|one| vec![one]),
            None => None,
        };
        list.ok_or_else(|| self.misfit(&format!("`{name}` {:?}", self.config.get(name))))
    }

    /// Refuses a result of more axes than any tensor has, or far more elements than what it is made of.
    pub fn bounded(&self, shape: &[usize]) -> Result<(), Fault> {
        let count = |shape: &[usize]| {
            shape
                .iter()
                .try_fold(1usize, |n, size| n.checked_mul(*size))
        };
        let own: usize = self
            .call
            .inputs
            .iter()
            .filter_map(|v| count(&v.x.shape()))
            .sum();
        let most = own.max(1).saturating_mul(GROWTH);
        match count(shape).is_some_and(|n| n <= most) && shape.len() <= AXES {
            true => Ok(()),
            false => {
                let shown: Vec<usize> = shape.iter().copied().take(8).collect();
                let told = format!("a result of {} axes, {shown:?}", shape.len());
                let expected =
                    format!("at most {AXES} axes and {GROWTH} times the elements of the inputs");
                Err(Fault::new(
                    told,
                    expected,
                    "Check the options of the operation.",
                ))
            }
        }
    }

    /// Something else than the operation takes.
    pub fn misfit(&self, found: &str) -> Fault {
        let expected = "what the operation takes in Keras";
        // Arrays in it are long.
        let found = match found.char_indices().nth(200) {
            Some((end, _)) => format!("{}...", &found[..end]),
            None => found.to_owned(),
        };
        Fault::new(found, expected, "Check what feeds the operation.")
    }

    fn no_axis(&self, name: &str, rank: usize) -> Fault {
        let value = self.config.get(name).cloned().unwrap_or_default();
        let found = format!("`{name}` {value} of {rank} axes");
        Fault::new(
            found,
            "axes of the input",
            "Check what feeds the operation.",
        )
    }
}

/// The type that two share: the wider one, floats behind whole numbers.
pub(super) fn wider(a: DType, b: DType) -> DType {
    let rank = |dtype: DType| match dtype {
        DType::Bool => 0,
        DType::U8 => 1,
        DType::I32 => 2,
        DType::I64 => 3,
        DType::BF16 => 4,
        DType::F32 => 5,
        DType::F64 => 6,
    };
    if rank(a) >= rank(b) { a } else { b }
}

/// The same where it is floats already.
pub(super) fn floats(x: &Var) -> Var {
    match x.dtype().is_float() {
        true => x.clone(),
        false => x.cast(DType::F32),
    }
}

/// Whether each number is another one than 0.
pub(super) fn truth(x: &Var) -> Var {
    match x.dtype() {
        DType::Bool => x.clone(),
        _ => x.ne_to(&x.scalar_like(0.0)),
    }
}

/// A plain number has the type of what it meets, but that whole numbers meet a fraction as floats; an array has its own.
fn constant(plain: &Json, like: &Var) -> Option<Var> {
    if let Some(number) = plain.as_f64().or(plain.as_bool().map(f64::from)) {
        let whole = !like.dtype().is_float();
        let like = match whole && (plain.is_f64() || like.dtype() == DType::Bool) {
            true if plain.is_f64() => like.cast(DType::F32),
            true if plain.is_i64() => like.cast(DType::I32),
            _ => like.clone(),
        };
        return Some(like.scalar_like(number));
    }
    // Arrays stand among the tensors.
    plain.is_array().then_some(())?;
    let dtype = if whole(plain) { DType::I32 } else { DType::F32 };
    let numbers = Numbers::read(plain).ok()?;
    let tensor = Tensor::from_f64(dtype, numbers.shape, &numbers.data);
    Some(like.builder().constant(tensor))
}

fn whole(value: &Json) -> bool {
    match value {
        Json::Array(items) => items.iter().all(whole),
        value => value.is_i64(),
    }
}
