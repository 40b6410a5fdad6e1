//! GetItem: `x[:, 0]`, `x[..., -1]`, `x[:, None, 1:3]`, as Python's indexing of arrays by whole numbers, slices, None and `...`;
//! and Take: the entries of an axis at fixed places.

use regimen_graph::{DType, Fault, Var};
use serde_json::Value as Json;

use super::given::{Given, Made};

pub(super) fn get_item(given: &Given<'_>) -> Made {
    let key = match given.call.plain.get(&1) {
        Some(Json::Array(parts)) => parts.clone(),
        Some(one) => vec![one.clone()],
        None => return Err(given.misfit("no index")),
    };
    let x = given.x();
    let added = key.iter().filter(|part| part.is_null()).count();
    given.bounded(&vec![1; (x.rank() + added).min(64)])?;
    let is_rest = |part: &Json| class(part) == Some("__ellipsis__");
    let used = key
        .iter()
        .filter(|part| !part.is_null() && !is_rest(part))
        .count();
    if used > x.rank() || key.iter().filter(|part| is_rest(part)).count() > 1 {
        return Err(given.misfit(&format!("{used} indices of {}", x.ty())));
    }
    let (mut found, mut axis) = (x.clone(), 0);
    for part in &key {
        match part {
            Json::Null => {
                found = found.expand_dims(axis as isize);
                axis += 1;
            }
            rest if is_rest(rest) => axis += x.rank() - used,
            part => {
                let size = found.shape()[axis];
                let (next, kept) = one(&found, axis, part).ok_or_else(|| outside(part, size))?;
                (found, axis) = (next, axis + usize::from(kept));
            }
        }
    }
    Ok(vec![found])
}

fn class(part: &Json) -> Option<&str> {
    part.get("class_name").and_then(Json::as_str)
}

fn outside(part: &Json, size: usize) -> Fault {
    Fault::new(
        format!("the index {part} of an axis of {size}"),
        "whole numbers inside of it, and slices of steps above 0",
        "Check what feeds the operation.",
    )
}

/// One axis by a number, which takes it away, or by a slice.
fn one(x: &Var, axis: usize, part: &Json) -> Option<(Var, bool)> {
    let size = x.shape()[axis];
    let at = |n: i64| if n < 0 { n + size as i64 } else { n };
    if let Some(n) = part.as_i64() {
        let n = usize::try_from(at(n)).ok().filter(|n| *n < size)?;
        let taken = x.slice(axis as isize, n, n + 1).squeeze(axis as isize);
        return Some((taken, false));
    }
    let config = part
        .get("config")
        .filter(|_| class(part) == Some("__slice__"))?;
    let bound = |key: &str, default: usize| match config.get(key) {
        None | Some(Json::Null) => Some(default),
        Some(value) => Some(at(value.as_i64()?).clamp(0, size as i64) as usize),
    };
    let step = match config.get("step") {
        None | Some(Json::Null) => 1,
        Some(step) => step.as_i64()?,
    };
    // All of it backwards is the one step below 0 that programs take.
    let whole = ["start", "stop"]
        .iter()
        .all(|key| config.get(*key).is_none_or(Json::is_null));
    if step == -1 && whole {
        return Some((x.reverse(&[axis as isize]), true));
    }
    // A step beyond the end leads there.
    let step = usize::try_from(step)
        .ok()
        .filter(|step| *step > 0)?
        .min(size.max(1));
    let (start, stop) = (bound("start", 0)?, bound("stop", size)?);
    let shape = x.shape();
    let (mut from, mut to, mut steps) = (vec![0; shape.len()], shape.clone(), vec![1; shape.len()]);
    (from[axis], to[axis], steps[axis]) = (start.min(stop), stop, step);
    Some((x.slice_axes(&from, &to, &steps), true))
}

pub(super) fn take(given: &Given<'_>) -> Made {
    let (x, ids) = (given.x(), given.argument(1)?);
    if given.option("axis").is_none() {
        return Err(given.misfit("no axis"));
    }
    let axis = given.axis("axis", x.rank(), 0)?;
    let size = x.shape()[axis] as f64;
    let ids = ids.cast(DType::I32);
    // Places from the end, as in Python.
    let below = ids.lt(&ids.scalar_like(0.0));
    let from_end = &ids + ids.scalar_like(size);
    let ids = below.select(&from_end, &ids);
    // The axis first, and back.
    let mut order: Vec<usize> = (0..x.rank()).collect();
    order.remove(axis);
    order.insert(0, axis);
    let taken = x.transpose(&order).gather(&ids);
    let added = ids.rank();
    let rest: Vec<usize> = (added..taken.rank()).collect();
    let (before, behind) = rest.split_at(axis);
    let back: Vec<usize> = [before, &(0..added).collect::<Vec<_>>(), behind].concat();
    Ok(vec![taken.transpose(&back)])
}
