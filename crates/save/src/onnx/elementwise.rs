//! Elementwise ops. Where onnxruntime's own operator loses digits near zero, or ONNX has none, another formula is used:
//!
//!   expm1(x) = tanh(x / 2) (exp(x) + 1);  log1p(x) = 2 atanh(x / (x + 2)) for x < 1;  softplus(x) = max(x, 0) + log1p(exp(-|x|))

use regimen_graph::DType;
use regimen_graph::ops::{BinaryKind, CompareKind, UnaryKind};

use super::emit::Emitter;
use super::lower::Site;

/// A function of one value.
pub(super) fn unary(emit: &mut Emitter, kind: UnaryKind, x: &str, dtype: DType) -> String {
    let name = match kind {
        UnaryKind::StopGradient => return x.to_owned(),
        UnaryKind::Log1p => return log1p(emit, x, dtype),
        UnaryKind::Expm1 => return expm1(emit, x, dtype),
        UnaryKind::Softplus => return softplus(emit, x, dtype),
        UnaryKind::Rsqrt => {
            let root = emit.plain("Sqrt", &[x]);
            return emit.plain("Reciprocal", &[&root]);
        }
        UnaryKind::Square => return emit.plain("Mul", &[x, x]),
        UnaryKind::IsFinite => return is_finite(emit, x, dtype),
        UnaryKind::Relu if !dtype.is_float() => {
            let zero = emit.scalar(dtype, 0.0);
            return wide(emit, "Max", &[x, &zero], dtype);
        }
        UnaryKind::Neg => "Neg",
        UnaryKind::Exp => "Exp",
        UnaryKind::Log => "Log",
        UnaryKind::Tanh => "Tanh",
        UnaryKind::Sigmoid => "Sigmoid",
        UnaryKind::Relu => "Relu",
        UnaryKind::Sqrt => "Sqrt",
        UnaryKind::Recip => "Reciprocal",
        UnaryKind::Abs => "Abs",
        UnaryKind::Sign => "Sign",
        UnaryKind::Floor => "Floor",
        UnaryKind::Ceil => "Ceil",
        UnaryKind::Round => "Round",
        UnaryKind::Erf => "Erf",
        UnaryKind::Sin => "Sin",
        UnaryKind::Cos => "Cos",
        UnaryKind::Not => "Not",
    };
    emit.plain(name, &[x])
}

fn expm1(emit: &mut Emitter, x: &str, dtype: DType) -> String {
    let [half, one] = [0.5, 1.0].map(|value| emit.scalar(dtype, value));
    let halved = emit.plain("Mul", &[x, &half]);
    let tanh = emit.plain("Tanh", &[&halved]);
    let exp = emit.plain("Exp", &[x]);
    let more = emit.plain("Add", &[&exp, &one]);
    emit.plain("Mul", &[&tanh, &more])
}

/// 2 atanh(x / (x + 2)).
fn log1p_near(emit: &mut Emitter, x: &str, dtype: DType) -> String {
    let two = emit.scalar(dtype, 2.0);
    let more = emit.plain("Add", &[x, &two]);
    let part = emit.plain("Div", &[x, &more]);
    let angle = emit.plain("Atanh", &[&part]);
    emit.plain("Mul", &[&angle, &two])
}

fn log1p(emit: &mut Emitter, x: &str, dtype: DType) -> String {
    let one = emit.scalar(dtype, 1.0);
    let near = log1p_near(emit, x, dtype);
    let more = emit.plain("Add", &[x, &one]);
    let far = emit.plain("Log", &[&more]);
    let is_near = emit.plain("Less", &[x, &one]);
    emit.plain("Where", &[&is_near, &near, &far])
}

fn softplus(emit: &mut Emitter, x: &str, dtype: DType) -> String {
    let size = emit.plain("Abs", &[x]);
    let below = emit.plain("Neg", &[&size]);
    let share = emit.plain("Exp", &[&below]);
    let rest = log1p_near(emit, &share, dtype);
    let kept = emit.plain("Relu", &[x]);
    emit.plain("Add", &[&kept, &rest])
}

fn is_finite(emit: &mut Emitter, x: &str, dtype: DType) -> String {
    let x = match dtype.is_float() {
        true => x.to_owned(),
        false => emit.cast(x, DType::F32),
    };
    let endless = emit.plain("IsInf", &[&x]);
    let none = emit.plain("IsNaN", &[&x]);
    let odd = emit.plain("Or", &[&endless, &none]);
    emit.plain("Not", &[&odd])
}

/// An op on numbers; bytes are widened to int32 for it, which is what kernels take.
fn wide(emit: &mut Emitter, op: &'static str, inputs: &[&str], dtype: DType) -> String {
    if dtype != DType::U8 {
        return emit.plain(op, inputs);
    }
    let inputs: Vec<String> = inputs.iter().map(|x| emit.cast(x, DType::I32)).collect();
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    let wide = emit.plain(op, &inputs);
    emit.cast(&wide, dtype)
}

/// A function of two values.
pub(super) fn binary(emit: &mut Emitter, kind: BinaryKind, site: &Site<'_>) -> String {
    let (a, b, dtype) = (site.x(0), site.x(1), site.ty(0).dtype);
    let name = match kind {
        BinaryKind::Add => "Add",
        BinaryKind::Sub => "Sub",
        BinaryKind::Mul => "Mul",
        BinaryKind::Pow => "Pow",
        BinaryKind::Max => "Max",
        BinaryKind::Min => "Min",
        BinaryKind::And => return emit.plain("And", &[a, b]),
        BinaryKind::Or => return emit.plain("Or", &[a, b]),
        BinaryKind::Div if dtype.is_float() => "Div",
        BinaryKind::Div => return guarded(emit, "Div", (a, b), dtype),
        BinaryKind::Rem if dtype.is_float() => {
            let share = emit.plain("Div", &[a, b]);
            let whole = emit.plain("Floor", &[&share]);
            let taken = emit.plain("Mul", &[&whole, b]);
            return emit.plain("Sub", &[a, &taken]);
        }
        // The remainder has the divisor's sign, as ONNX's has.
        BinaryKind::Rem => return guarded(emit, "Mod", (a, b), dtype),
    };
    wide(emit, name, &[a, b], dtype)
}

/// A quotient or remainder of integers, which is zero where the divisor is.
fn guarded(emit: &mut Emitter, op: &'static str, (a, b): (&str, &str), dtype: DType) -> String {
    let kept = match dtype {
        DType::U8 => DType::I32,
        other => other,
    };
    let [a, b] = [a, b].map(|x| match kept == dtype {
        true => x.to_owned(),
        false => emit.cast(x, kept),
    });
    let [zero, one] = [0.0, 1.0].map(|value| emit.scalar(kept, value));
    let none = emit.plain("Equal", &[&b, &zero]);
    let safe = emit.plain("Where", &[&none, &one, &b]);
    let share = emit.plain(op, &[&a, &safe]);
    let share = emit.plain("Where", &[&none, &zero, &share]);
    match kept == dtype {
        true => share,
        false => emit.cast(&share, dtype),
    }
}

/// A comparison. Bytes and truth values are compared as int32.
pub(super) fn compare(emit: &mut Emitter, kind: CompareKind, site: &Site<'_>) -> String {
    let equality = matches!(kind, CompareKind::Eq | CompareKind::Ne);
    let narrow = match site.ty(0).dtype {
        DType::U8 => true,
        DType::Bool => !equality,
        _ => false,
    };
    let [a, b] = [0, 1].map(|i| match narrow {
        true => emit.cast(site.x(i), DType::I32),
        false => site.x(i).to_owned(),
    });
    let op = match kind {
        CompareKind::Eq => "Equal",
        CompareKind::Ne => {
            let equal = emit.plain("Equal", &[&a, &b]);
            return emit.plain("Not", &[&equal]);
        }
        CompareKind::Lt => "Less",
        CompareKind::Le => "LessOrEqual",
        CompareKind::Gt => "Greater",
        CompareKind::Ge => "GreaterOrEqual",
    };
    emit.plain(op, &[&a, &b])
}

/// One of two values, by a condition. Truth values are chosen by logic, for which there are kernels.
pub(super) fn select(emit: &mut Emitter, site: &Site<'_>) -> String {
    let (condition, a, b) = (site.x(0), site.x(1), site.x(2));
    if site.ty(1).dtype != DType::Bool {
        return emit.plain("Where", &[condition, a, b]);
    }
    let first = emit.plain("And", &[condition, a]);
    let other = emit.plain("Not", &[condition]);
    let second = emit.plain("And", &[&other, b]);
    emit.plain("Or", &[&first, &second])
}
