//! Operations that lay numbers out anew.

use regimen_graph::Fault;
use serde_json::Value as Json;

use super::given::{Given, Made};

/// Sizes with -1 for what is left; null, of a size that a program asked for, is that of the input at its place.
pub(super) fn reshape(given: &Given<'_>) -> Made {
    let (x, sizes) = (given.x(), given.sizes("newshape")?);
    let count: usize = x.shape().iter().product();
    let own = |(place, size): (usize, &Option<i64>)| match size {
        None => x.shape().get(place).map(|size| *size as i64),
        Some(size) => Some(*size),
    };
    let sizes: Option<Vec<i64>> = sizes.iter().enumerate().map(own).collect();
    let sizes = sizes.ok_or_else(|| given.misfit("an open size"))?;
    let mut each = sizes.iter().filter(|size| **size >= 0);
    let known = each.try_fold(1i64, |n, size| n.checked_mul(*size));
    let open = sizes.iter().filter(|size| **size == -1).count();
    let known = known.ok_or_else(|| given.misfit("sizes beyond all numbers"))?;
    if sizes.iter().any(|size| *size < -1) || sizes.len() > 32 {
        return Err(given.misfit(&format!("`newshape` {:?}", given.config.get("newshape"))));
    }
    let size = |size: &i64| match *size < 0 {
        true => count.checked_div(known as usize),
        false => usize::try_from(*size).ok(),
    };
    let shape: Option<Vec<usize>> = sizes.iter().map(size).collect();
    match shape.filter(|shape| open < 2 && shape.iter().product::<usize>() == count) {
        Some(shape) => Ok(vec![x.reshape(&shape)]),
        None => Err(Fault::new(
            format!("{} as {sizes:?}", x.ty()),
            "as many elements as before",
            "Check `newshape`.",
        )),
    }
}

pub(super) fn transpose(given: &Given<'_>) -> Made {
    let x = given.x();
    let order: Vec<usize> = match given.option("axes") {
        None => (0..x.rank()).rev().collect(),
        Some(Json::Array(axes)) => {
            let axis = |axis: &Json| crate::option_kinds::resolve_axis(axis.as_i64()?, x.rank());
            axes.iter().filter_map(axis).collect()
        }
        Some(_) => vec![],
    };
    let mut sorted = order.clone();
    sorted.sort_unstable();
    match sorted.iter().copied().eq(0..x.rank()) {
        true => Ok(vec![x.transpose(&order)]),
        false => Err(given.misfit(&format!("`axes` {} of {}", given.config["axes"], x.ty()))),
    }
}

pub(super) fn swapaxes(given: &Given<'_>) -> Made {
    let x = given.x();
    let (a, b) = (
        given.axis("axis1", x.rank(), 0)?,
        given.axis("axis2", x.rank(), 1)?,
    );
    let mut order: Vec<usize> = (0..x.rank()).collect();
    order.swap(a, b);
    Ok(vec![x.transpose(&order)])
}

pub(super) fn expand_dims(given: &Given<'_>) -> Made {
    let x = given.x();
    let added = given.sizes("axis")?.len();
    given.bounded(&vec![1; (x.rank() + added).min(64)])?;
    let mut axes = given.axes("axis", x.rank() + added)?;
    axes.sort_unstable();
    Ok(vec![axes.iter().fold(x, |x, axis| x.expand_dims(*axis))])
}

pub(super) fn squeeze(given: &Given<'_>) -> Made {
    let x = given.x();
    let ones = |axis: &usize| x.shape()[*axis] == 1;
    let axes: Vec<isize> = match given.option("axis") {
        // The number of rows is no size.
        None => (1..x.rank())
            .filter(ones)
            .map(|axis| axis as isize)
            .collect(),
        Some(_) => given.axes("axis", x.rank())?,
    };
    if let Some(axis) = axes.iter().find(|axis| !ones(&(**axis as usize))) {
        return Err(given.misfit(&format!("axis {axis} of {}, which is not 1", x.ty())));
    }
    Ok(vec![axes.iter().rev().fold(x, |x, axis| x.squeeze(*axis))])
}

pub(super) fn flip(given: &Given<'_>) -> Made {
    let x = given.x();
    let axes = given.axes("axis", x.rank())?;
    Ok(vec![x.reverse(&axes)])
}

/// Every entry along an axis `repeats` times, one behind the other.
pub(super) fn repeat(given: &Given<'_>) -> Made {
    let x = given.x();
    let times = given.option("repeats").and_then(Json::as_u64);
    let (Some(times), Some(_)) = (times, given.option("axis")) else {
        return Err(given.misfit("other `repeats` than one number along an axis"));
    };
    let axis = given.axis("axis", x.rank(), 0)?;
    if axis == 0 {
        return Err(given.misfit("axis 0: the number of rows would be another one"));
    }
    let mut whole = x.shape();
    whole[axis] = whole[axis].saturating_mul(times as usize);
    given.bounded(&whole)?;
    let wide = x.expand_dims(axis as isize + 1);
    let mut shape = wide.shape();
    shape[axis + 1] = times as usize;
    Ok(vec![wide.broadcast_to(&shape).reshape(&whole)])
}

/// The whole tensor again and again along each axis.
pub(super) fn tile(given: &Given<'_>) -> Made {
    let mut x = given.x();
    let repeats: Option<Vec<i64>> = given.sizes("repeats")?.into_iter().collect();
    let Some(repeats) = repeats.filter(|all| all.iter().all(|n| *n > 0)) else {
        return Err(given.misfit(&format!("`repeats` {}", given.config["repeats"])));
    };
    given.bounded(&vec![1; repeats.len().min(64)])?;
    if repeats.len() >= x.rank() && repeats[0] != 1 || repeats.len() > x.rank() {
        return Err(given.misfit("repeats of the rows, whose number would be another one"));
    }
    let before = x.rank() - repeats.len();
    for (i, times) in repeats.iter().enumerate().filter(|(_, times)| **times > 1) {
        let axis = before + i;
        let mut whole = x.shape();
        whole[axis] = whole[axis].saturating_mul(*times as usize);
        given.bounded(&whole)?;
        let wide = x.expand_dims(axis as isize);
        let mut shape = wide.shape();
        shape[axis] = *times as usize;
        x = wide.broadcast_to(&shape).reshape(&whole);
    }
    Ok(vec![x])
}

/// Zeros, or another number, around a tensor.
pub(super) fn pad(given: &Given<'_>) -> Made {
    let x = given.x();
    let mode = given
        .option("mode")
        .and_then(Json::as_str)
        .unwrap_or("constant");
    let width = |value: &Json| {
        Some((
            value.get(0)?.as_u64()? as usize,
            value.get(1)?.as_u64()? as usize,
        ))
    };
    let widths: Option<Vec<(usize, usize)>> = given
        .option("pad_width")
        .and_then(Json::as_array)
        .and_then(|all| all.iter().map(width).collect());
    let value = given
        .call
        .kwargs
        .get("constant_values")
        .and_then(Json::as_f64);
    match widths.filter(|all| mode == "constant" && all.len() == x.rank()) {
        Some(all) => {
            let sizes = x.shape();
            let padded = sizes.iter().zip(&all);
            let padded = padded.map(|(size, (a, b))| size.saturating_add(*a).saturating_add(*b));
            given.bounded(&padded.collect::<Vec<_>>())?;
            let (low, high): (Vec<usize>, Vec<usize>) = all.into_iter().unzip();
            Ok(vec![x.pad(&low, &high, value.unwrap_or(0.0))])
        }
        None => Err(given.misfit(&format!(
            "`mode` {mode}, `pad_width` {}; constants around each axis are known",
            given.config.get("pad_width").cloned().unwrap_or_default()
        ))),
    }
}
