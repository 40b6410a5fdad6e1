"""What `keras.experimental` had."""

from .optimizers.schedules import CosineDecay, CosineDecayRestarts
from .._keras.absent import absent

_LINEAR = "write a LearningRateSchedule, or a function for LearningRateScheduler"
__getattr__ = absent("keras.experimental", {
    "LinearCosineDecay": _LINEAR, "NoisyLinearCosineDecay": _LINEAR,
    "LinearModel": "make it of a Dense on its inputs", "WideDeepModel": "add what a Dense and a model give for the same inputs",
    "PeepholeLSTMCell": "write the cell as a Layer with keras.ops, inside of RNN", "SequenceFeatures": "there are no feature columns here",
    "terminate_keras_multiprocessing_pools": "fit() makes no processes",
})
