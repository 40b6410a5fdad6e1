//! Where a product writes, and what it does on the way out: its tail, with places.

use regimen_graph::{DType, EngineError, Type};

use super::{Array, Spot};
use crate::kernels::gemm::{Act, Epilogue, Mat};
use crate::launch::{Context, Rows};

/// What a product does on the way out.
#[derive(Debug, Clone, Default)]
pub(super) struct Ending {
    bias: Option<Array>,
    relu: bool,
    /// As many rows as the product: it is kept where these are above zero.
    keep: Option<Array>,
}

impl Ending {
    /// Whether it is kept by something.
    pub(super) fn is_kept(&self) -> bool {
        self.keep.is_some()
    }

    /// The epilogue of some rows of the product.
    pub(super) fn epilogue<'a>(&self, cx: &Context<'a>, rows: Rows) -> Epilogue<'a> {
        Epilogue {
            bias: self.bias.as_ref().map(|bias| bias.read(cx)),
            act: if self.relu { Act::Relu } else { Act::None },
            keep: self.keep.as_ref().map(|keep| {
                let columns = keep.ty.shape.last().copied().unwrap_or(1);
                Mat::new(keep.read_part(cx, rows.part(keep.len())), columns)
            }),
        }
    }
}

impl Spot<'_> {
    /// What a product writes, after its ending. Columns of a wider array reach from their first number to their last, with what
    /// lies between rows.
    pub(super) fn product(&self) -> Result<(Array, Ending), EngineError> {
        let Some(tail) = self.layout.tails.get(&self.index) else {
            return Ok((self.output(0)?, Ending::default()));
        };
        let no_place = || EngineError::Internal("a product has no place".to_string());
        let array = |(edge, first), ty| {
            let place = self.memory.within(self.graph, edge, first);
            let place = place.ok_or_else(no_place)?;
            Ok::<Array, EngineError>(Array { place, ty })
        };
        let own = &self.node().types[0];
        let columns = own.shape.last().copied().unwrap_or(1);
        let bias = tail
            .bias
            .map(|at| array(at, Type::new(DType::F32, [columns])));
        let keep = tail.keep.map(|at| array(at, own.clone()));
        let ending = Ending {
            bias: bias.transpose()?,
            relu: tail.relu,
            keep: keep.transpose()?,
        };
        let (first, reach) = match tail.columns {
            None => (0, own.elements()),
            Some(part) => (
                part.first,
                (own.elements() / columns - 1) * part.of + columns,
            ),
        };
        let written = tail.written().ok_or_else(no_place)?;
        Ok((
            array((written, first), Type::new(own.dtype, [reach]))?,
            ending,
        ))
    }
}
