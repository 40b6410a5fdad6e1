//! LSTM and GRU over a sequence.

use regimen_graph::EngineError;
use regimen_graph::ops::{Gru, GruGrad, Lstm, LstmGrad};

use super::{Array, Spot, call};
use crate::kernels::gru::{self, GruGradInputs, GruGradOutputs, GruInputs, GruOutputs};
use crate::kernels::lstm::{self, LstmGradInputs, LstmGradOutputs, LstmInputs, LstmOutputs};
use crate::kernels::recurrent::RecurrentShape;
use crate::launch::Work;

/// Mask and factors on h, where they are given, which stand behind `first` other inputs.
fn optional(spot: &Spot<'_>, [masked, hmasked]: [bool; 2], first: usize) -> [Option<Array>; 2] {
    let hmask = first + usize::from(masked);
    [
        masked.then(|| spot.input(first)),
        hmasked.then(|| spot.input(hmask)),
    ]
}

pub(super) fn lstm(spot: &Spot<'_>, op: &Lstm) -> Result<Box<dyn Work>, EngineError> {
    let inputs: Vec<Array> = (0..4).map(|i| spot.input(i)).collect();
    let [mask, hmask] = optional(spot, [op.masked, op.hmasked], 4);
    let mut out = vec![];
    for i in 0..5 {
        out.push(spot.output(i)?);
    }
    spot.floats(&inputs.iter().chain(&out).collect::<Vec<_>>())?;
    let zx = &inputs[0].ty.shape;
    let shape = RecurrentShape {
        batch: zx[0],
        steps: zx[1],
        units: zx[2] / 4,
        reverse: op.reverse,
    };
    Ok(call(move |cx| {
        let inputs = LstmInputs {
            zx: inputs[0].read(cx),
            recurrent: inputs[1].read(cx),
            h0: inputs[2].read(cx),
            c0: inputs[3].read(cx),
            mask: mask.as_ref().map(|m| m.read(cx)),
            hmask: hmask.as_ref().map(|m| m.read(cx)),
        };
        let out = LstmOutputs {
            ys: out[0].write(cx),
            h_last: out[1].write(cx),
            c_last: out[2].write(cx),
            gates: out[3].write(cx),
            cs: out[4].write(cx),
        };
        lstm::lstm(cx.cpu(), &shape, inputs, out);
    }))
}

pub(super) fn lstm_grad(spot: &Spot<'_>, op: &LstmGrad) -> Result<Box<dyn Work>, EngineError> {
    let (recurrent, c0) = (spot.input(0), spot.input(2));
    let [mask, hmask] = optional(spot, [op.lstm.masked, op.lstm.hmasked], 3);
    let rest = 3 + usize::from(op.lstm.masked) + usize::from(op.lstm.hmasked);
    // h, gates, c, dh, dh_last, dc_last.
    let tail: Vec<Array> = (rest..rest + 6).map(|i| spot.input(i)).collect();
    let mut out = vec![];
    for i in 0..3 {
        out.push(spot.output(i)?);
    }
    spot.floats(
        &tail
            .iter()
            .chain(&out)
            .chain([&recurrent, &c0])
            .collect::<Vec<_>>(),
    )?;
    let h = &tail[0].ty.shape;
    let shape = RecurrentShape {
        batch: h[0],
        steps: h[1],
        units: h[2],
        reverse: op.lstm.reverse,
    };
    Ok(call(move |cx| {
        let inputs = LstmGradInputs {
            recurrent: recurrent.read(cx),
            c0: c0.read(cx),
            mask: mask.as_ref().map(|m| m.read(cx)),
            hmask: hmask.as_ref().map(|m| m.read(cx)),
            gates: tail[1].read(cx),
            cs: tail[2].read(cx),
            dys: tail[3].read(cx),
            dh_last: tail[4].read(cx),
            dc_last: tail[5].read(cx),
        };
        let out = LstmGradOutputs {
            dzx: out[0].write(cx),
            dh0: out[1].write(cx),
            dc0: out[2].write(cx),
        };
        lstm::lstm_grad(cx.cpu(), &shape, inputs, out);
    }))
}

pub(super) fn gru(spot: &Spot<'_>, op: &Gru) -> Result<Box<dyn Work>, EngineError> {
    let inputs: Vec<Array> = (0..3).map(|i| spot.input(i)).collect();
    let bias = op.reset_after.then(|| spot.input(3));
    let lists = 3 + usize::from(op.reset_after);
    let [mask, hmask] = optional(spot, [op.masked, op.hmasked], lists);
    let mut out = vec![];
    for i in 0..3 {
        out.push(spot.output(i)?);
    }
    spot.floats(&inputs.iter().chain(&bias).chain(&out).collect::<Vec<_>>())?;
    let zx = &inputs[0].ty.shape;
    let shape = RecurrentShape {
        batch: zx[0],
        steps: zx[1],
        units: zx[2] / 3,
        reverse: op.reverse,
    };
    Ok(call(move |cx| {
        let inputs = GruInputs {
            zx: inputs[0].read(cx),
            recurrent: inputs[1].read(cx),
            h0: inputs[2].read(cx),
            bias: bias.as_ref().map(|b| b.read(cx)),
            mask: mask.as_ref().map(|m| m.read(cx)),
            hmask: hmask.as_ref().map(|m| m.read(cx)),
        };
        let out = GruOutputs {
            ys: out[0].write(cx),
            h_last: out[1].write(cx),
            kept: out[2].write(cx),
        };
        gru::gru(cx.cpu(), &shape, inputs, out);
    }))
}

pub(super) fn gru_grad(spot: &Spot<'_>, op: &GruGrad) -> Result<Box<dyn Work>, EngineError> {
    let (recurrent, h0) = (spot.input(0), spot.input(1));
    let [mask, hmask] = optional(spot, [op.gru.masked, op.gru.hmasked], 2);
    let rest = 2 + usize::from(op.gru.masked) + usize::from(op.gru.hmasked);
    // h, what was kept, dh, dh_last.
    let tail: Vec<Array> = (rest..rest + 4).map(|i| spot.input(i)).collect();
    let mut out = vec![spot.output(0)?, spot.output(1)?];
    if op.gru.reset_after {
        out.push(spot.output(2)?);
    }
    spot.floats(
        &tail
            .iter()
            .chain(&out)
            .chain([&recurrent, &h0])
            .collect::<Vec<_>>(),
    )?;
    let h = &tail[0].ty.shape;
    let shape = RecurrentShape {
        batch: h[0],
        steps: h[1],
        units: h[2],
        reverse: op.gru.reverse,
    };
    Ok(call(move |cx| {
        let inputs = GruGradInputs {
            recurrent: recurrent.read(cx),
            h0: h0.read(cx),
            mask: mask.as_ref().map(|m| m.read(cx)),
            hmask: hmask.as_ref().map(|m| m.read(cx)),
            ys: tail[0].read(cx),
            kept: tail[1].read(cx),
            dys: tail[2].read(cx),
            dh_last: tail[3].read(cx),
        };
        let out = GruGradOutputs {
            dzx: out[0].write(cx),
            dh0: out[1].write(cx),
            dshare: out.get(2).map(|d| d.write(cx)),
        };
        gru::gru_grad(cx.cpu(), &shape, inputs, out);
    }))
}
