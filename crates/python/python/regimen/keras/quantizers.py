"""Quantization: nothing of it is there."""

from .._keras.absent import absent

__getattr__ = absent("keras.quantizers", dict.fromkeys(
    ("AbsMaxQuantizer", "AWQConfig", "Float8QuantizationConfig", "GPTQConfig", "Int4QuantizationConfig", "Int8QuantizationConfig",
     "QuantizationConfig", "Quantizer", "abs_max_quantize", "abs_max_quantize_grouped_with_zero_point", "compute_float8_amax_history",
     "compute_float8_scale", "deserialize", "fake_quant_with_min_max_vars", "get", "pack_int4", "quantize_and_dequantize", "serialize",
     "unpack_int4"),
    "nothing is quantized; layers compute under \"float32\" and \"mixed_bfloat16\""))
