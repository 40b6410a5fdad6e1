"""Written by crates/python/make_stubs.py."""

from typing import Any

from . import schedules as schedules

class Optimizer(Any):
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def get_config(self, *args: Any, **kwargs: Any) -> Any: ...
    def from_config(self, *args: Any, **kwargs: Any) -> Any: ...
    learning_rate: Any
    lr: Any
    iterations: Any

class Adadelta(Optimizer):
    """Steps scaled by former steps."""
    def __init__(self, learning_rate: float = 0.001, rho: float = 0.95, epsilon: float = 1e-07, weight_decay: Any = None, clipnorm: Any = None, clipvalue: Any = None, global_clipnorm: Any = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: Any = None, loss_scale_factor: Any = None, gradient_accumulation_steps: Any = None, exclude_from_weight_decay: Any = None, decay: Any = None, **kwargs: Any) -> None: ...

class Adafactor(Optimizer):
    """Adaptive steps with little memory."""
    def __init__(self, learning_rate: float = 0.001, beta_2_decay: float = -0.8, epsilon_1: float = 1e-30, epsilon_2: float = 0.001, clip_threshold: float = 1.0, relative_step: bool = True, weight_decay: Any = None, clipnorm: Any = None, clipvalue: Any = None, global_clipnorm: Any = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: Any = None, loss_scale_factor: Any = None, gradient_accumulation_steps: Any = None, exclude_from_weight_decay: Any = None, decay: Any = None, **kwargs: Any) -> None: ...

class Adagrad(Optimizer):
    """Steps divided by the root of the sum of squares."""
    def __init__(self, learning_rate: float = 0.001, initial_accumulator_value: float = 0.1, epsilon: float = 1e-07, epsilon_outside: bool = False, weight_decay: Any = None, clipnorm: Any = None, clipvalue: Any = None, global_clipnorm: Any = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: Any = None, loss_scale_factor: Any = None, gradient_accumulation_steps: Any = None, exclude_from_weight_decay: Any = None, decay: Any = None, **kwargs: Any) -> None: ...

class Adam(Optimizer):
    """Adaptive moments."""
    def __init__(self, learning_rate: float = 0.001, beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-07, amsgrad: bool = False, weight_decay: Any = None, clipnorm: Any = None, clipvalue: Any = None, global_clipnorm: Any = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: Any = None, loss_scale_factor: Any = None, gradient_accumulation_steps: Any = None, exclude_from_weight_decay: Any = None, decay: Any = None, **kwargs: Any) -> None: ...

class AdamW(Optimizer):
    """Adam with decoupled weight decay."""
    def __init__(self, learning_rate: float = 0.001, beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-07, amsgrad: bool = False, weight_decay: float = 0.004, clipnorm: Any = None, clipvalue: Any = None, global_clipnorm: Any = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: Any = None, loss_scale_factor: Any = None, gradient_accumulation_steps: Any = None, exclude_from_weight_decay: Any = None, decay: Any = None, **kwargs: Any) -> None: ...

class Adamax(Optimizer):
    """Adam by the largest gradient."""
    def __init__(self, learning_rate: float = 0.001, beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-07, weight_decay: Any = None, clipnorm: Any = None, clipvalue: Any = None, global_clipnorm: Any = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: Any = None, loss_scale_factor: Any = None, gradient_accumulation_steps: Any = None, exclude_from_weight_decay: Any = None, decay: Any = None, **kwargs: Any) -> None: ...

class Ftrl(Optimizer):
    """Follow the regularized leader."""
    def __init__(self, learning_rate: float = 0.001, learning_rate_power: float = -0.5, initial_accumulator_value: float = 0.1, l1_regularization_strength: float = 0.0, l2_regularization_strength: float = 0.0, l2_shrinkage_regularization_strength: float = 0.0, beta: float = 0.0, weight_decay: Any = None, clipnorm: Any = None, clipvalue: Any = None, global_clipnorm: Any = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: Any = None, loss_scale_factor: Any = None, gradient_accumulation_steps: Any = None, exclude_from_weight_decay: Any = None, decay: Any = None, **kwargs: Any) -> None: ...

class Lamb(Optimizer):
    """Adam with steps as long as the weight, for large batches."""
    def __init__(self, learning_rate: float = 0.001, beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-07, weight_decay: Any = None, clipnorm: Any = None, clipvalue: Any = None, global_clipnorm: Any = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: Any = None, loss_scale_factor: Any = None, gradient_accumulation_steps: Any = None, exclude_from_weight_decay: Any = None, decay: Any = None, **kwargs: Any) -> None: ...

class Lion(Optimizer):
    """Steps by the sign of the mean gradient."""
    def __init__(self, learning_rate: float = 0.001, beta_1: float = 0.9, beta_2: float = 0.99, weight_decay: Any = None, clipnorm: Any = None, clipvalue: Any = None, global_clipnorm: Any = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: Any = None, loss_scale_factor: Any = None, gradient_accumulation_steps: Any = None, exclude_from_weight_decay: Any = None, decay: Any = None, **kwargs: Any) -> None: ...

class LossScaleOptimizer(Optimizer):
    """Another optimizer, its loss scaled against underflow."""
    def __init__(self, inner_optimizer: Any, initial_scale: float = 32768.0, dynamic_growth_steps: int = 2000, **kwargs: Any) -> None: ...

class MultiOptimizer(Optimizer):
    """Several optimizers, each for some of the weights."""
    def __init__(self, optimizer_map: Any, loss_scale_factor: Any = None, **kwargs: Any) -> None: ...

class Muon(Optimizer):
    """Orthogonal steps for matrices, AdamW for the rest."""
    def __init__(self, learning_rate: float = 0.001, adam_beta_1: float = 0.9, adam_beta_2: float = 0.999, adam_weight_decay: float = 0.004, epsilon: float = 1e-07, exclude_layers: Any = ..., exclude_embeddings: bool = True, muon_a: float = 3.4445, muon_b: float = -4.775, muon_c: float = 2.0315, adam_lr_ratio: float = 1.0, momentum: float = 0.95, ns_steps: int = 5, nesterov: bool = True, rms_rate: float = 0.2, weight_decay: float = 0.004, clipnorm: Any = None, clipvalue: Any = None, global_clipnorm: Any = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: Any = None, loss_scale_factor: Any = None, gradient_accumulation_steps: Any = None, exclude_from_weight_decay: Any = None, decay: Any = None, **kwargs: Any) -> None: ...

class Nadam(Optimizer):
    """Adam with Nesterov's momentum."""
    def __init__(self, learning_rate: float = 0.001, beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-07, schedule_decay: float = 1.0, weight_decay: Any = None, clipnorm: Any = None, clipvalue: Any = None, global_clipnorm: Any = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: Any = None, loss_scale_factor: Any = None, gradient_accumulation_steps: Any = None, exclude_from_weight_decay: Any = None, decay: Any = None, **kwargs: Any) -> None: ...

class RMSprop(Optimizer):
    """Steps divided by a running root mean square."""
    def __init__(self, learning_rate: float = 0.001, rho: float = 0.9, momentum: float = 0.0, epsilon: float = 1e-07, centered: bool = False, epsilon_outside: bool = False, weight_decay: Any = None, clipnorm: Any = None, clipvalue: Any = None, global_clipnorm: Any = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: Any = None, loss_scale_factor: Any = None, gradient_accumulation_steps: Any = None, exclude_from_weight_decay: Any = None, decay: Any = None, **kwargs: Any) -> None: ...

class SGD(Optimizer):
    """Gradient descent, with momentum and Nesterov's form."""
    def __init__(self, learning_rate: float = 0.01, momentum: float = 0.0, nesterov: bool = False, weight_decay: Any = None, clipnorm: Any = None, clipvalue: Any = None, global_clipnorm: Any = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: Any = None, loss_scale_factor: Any = None, gradient_accumulation_steps: Any = None, exclude_from_weight_decay: Any = None, decay: Any = None, **kwargs: Any) -> None: ...

class ScheduleFreeAdamW(Optimizer):
    """AdamW that needs no schedule of the learning rate."""
    def __init__(self, learning_rate: float = 0.0025, beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-08, warmup_steps: int = 0, weight_decay: Any = None, clipnorm: Any = None, clipvalue: Any = None, global_clipnorm: Any = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: Any = None, loss_scale_factor: Any = None, gradient_accumulation_steps: Any = None, exclude_from_weight_decay: Any = None, decay: Any = None, **kwargs: Any) -> None: ...

def deserialize(*args: Any, **kwargs: Any) -> Any: ...
def get(*args: Any, **kwargs: Any) -> Any: ...
def getter(*args: Any, **kwargs: Any) -> Any: ...
def make(*args: Any, **kwargs: Any) -> Any: ...
def serialize(*args: Any, **kwargs: Any) -> Any: ...
