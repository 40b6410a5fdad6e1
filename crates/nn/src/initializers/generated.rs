//! Every initializer of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod constant;
pub(crate) mod draw;
pub(crate) mod glorot_normal;
pub(crate) mod glorot_uniform;
pub(crate) mod he_normal;
pub(crate) mod he_uniform;
pub(crate) mod identity;
pub(crate) mod lecun_normal;
pub(crate) mod lecun_uniform;
pub(crate) mod ones;
pub(crate) mod orthogonal;
pub(crate) mod random_normal;
pub(crate) mod random_uniform;
pub(crate) mod stft;
pub(crate) mod truncated_normal;
pub(crate) mod unit_forget_bias;
pub(crate) mod variance_scaling;
pub(crate) mod zeros;

pub use constant::Constant;
pub use glorot_normal::GlorotNormal;
pub use glorot_uniform::GlorotUniform;
pub use he_normal::HeNormal;
pub use he_uniform::HeUniform;
pub use identity::Identity;
pub use lecun_normal::LecunNormal;
pub use lecun_uniform::LecunUniform;
pub use ones::Ones;
pub use orthogonal::Orthogonal;
pub use random_normal::RandomNormal;
pub use random_uniform::RandomUniform;
pub use stft::{Side, SpectrumScaling, Stft};
pub use truncated_normal::TruncatedNormal;
pub use unit_forget_bias::UnitForgetBias;
pub use variance_scaling::{Distribution, Mode, VarianceScaling, compute_fans};
pub use zeros::Zeros;

use super::InitializerDef;

/// Every initializer, in order of file name.
pub const INITIALIZERS: &[InitializerDef] = &[
    constant::DEF,
    glorot_normal::DEF,
    glorot_uniform::DEF,
    he_normal::DEF,
    he_uniform::DEF,
    identity::DEF,
    lecun_normal::DEF,
    lecun_uniform::DEF,
    ones::DEF,
    orthogonal::DEF,
    random_normal::DEF,
    random_uniform::DEF,
    stft::DEF,
    truncated_normal::DEF,
    unit_forget_bias::DEF,
    variance_scaling::DEF,
    zeros::DEF,
];
