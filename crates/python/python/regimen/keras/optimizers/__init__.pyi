"""Written by crates/python/make_stubs.py."""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any
from typing_extensions import Self

from regimen.keras import Variable
from regimen.keras.optimizers.schedules import LearningRateSchedule

from . import schedules as schedules

class LossScaleOptimizer(Optimizer):
    """Another optimizer, its loss scaled against underflow."""
    def __init__(self, inner_optimizer: str | Optimizer, initial_scale: float = 32768.0, dynamic_growth_steps: int = 2000, name: str | None = None) -> None: ...
    @property
    def inner_optimizer(self) -> Any:
        """The optimizer that updates."""

class MultiOptimizer(Optimizer):
    """Several optimizers, each for some of the weights."""
    def __init__(self, optimizer_map: Any, loss_scale_factor: float | None = None, name: str | None = None) -> None: ...
    @property
    def optimizers(self) -> Any:
        """The optimizers that it has."""

class OptimizerMap(MutableMapping[Any, Any]):
    """Patterns of paths of variables, each with its optimizer, and an optimizer for all other variables."""
    def __init__(self, default_optimizer: Any, optimizer_map: Any = None) -> None: ...
    @property
    def default_optimizer(self) -> Any:
        """For what no pattern matches."""
    def __getitem__(self, key: Any) -> Any: ...
    def __setitem__(self, key: Any, optimizer: Any) -> None: ...
    def __delitem__(self, key: Any) -> None: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __call__(self, variable: Any) -> Any: ...
    def get_config(self) -> dict[str, Any]:
        """Both parts, each optimizer as `{class_name, config}`."""
    @classmethod
    def from_config(cls, config: Any, custom_objects: Mapping[str, Any] | None = None) -> Self: ...

class Muon(Optimizer):
    """Orthogonal steps for matrices, AdamW for the rest."""
    def __init__(self, learning_rate: float | LearningRateSchedule | Callable[..., Any] = 0.001, adam_beta_1: float = 0.9, adam_beta_2: float = 0.999, adam_weight_decay: float = 0.004, epsilon: float = 1e-07, weight_decay: float | None = 0.004, clipnorm: float | None = None, clipvalue: float | None = None, global_clipnorm: float | None = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: int | None = None, loss_scale_factor: float | None = None, gradient_accumulation_steps: int | None = None, name: str | None = None, exclude_layers: Any = ..., exclude_embeddings: bool = True, muon_a: float = 3.4445, muon_b: float = -4.775, muon_c: float = 2.0315, adam_lr_ratio: float = 1.0, momentum: float = 0.95, ns_steps: int = 5, nesterov: bool = True, rms_rate: float | None = 0.2, exclude_from_weight_decay: Any = None, decay: Any = None) -> None: ...
    def lr_adjust(self, x: Any) -> Any:
        """A step times `rms_rate` and the root of the longer side; without `rms_rate` as it is."""
    def zeropower_via_newtonschulz5(self, x: Any, steps: int | None) -> Any:
        """The matrix near `x` whose singular values are about one, after so many steps of an iteration of fifth order."""

class Optimizer:
    """What every optimizer is."""
    name: str
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def get_config(self) -> dict[str, Any]:
        """The options, each with its value, those of old only where they were given; the learning rate is that of now."""
    @classmethod
    def from_config(cls, config: Any) -> Self: ...
    def exclude_from_weight_decay(self, var_list: Any = None, var_names: Any = None) -> Any:
        """Variables that do not decay, or expressions that their own names match (`bias`); in the place of those of a call before."""
    learning_rate: Any
    lr: Any
    @property
    def variables(self) -> list[Variable]:
        """What it keeps: steps, learning rate, and for each weight what its rule needs."""
    @property
    def iterations(self) -> Any:
        """Steps so far: how often it has moved weights, where it gathers gradients over several batches."""
    @property
    def built(self) -> bool:
        """Whether it is known which variables it moves."""
    def build(self, variables: Any) -> None:
        """Makes what it keeps for these variables."""
    def set_weights(self, weights: Any) -> Any:
        """Sets what it keeps, in the order of `variables`."""
    def save_own_variables(self, store: Any) -> Any:
        """Puts what it keeps into a dict, by number."""
    def load_own_variables(self, store: Any) -> Any:
        """Takes what it keeps from such a dict."""
    def apply_gradients(self, grads_and_vars: Any) -> Any:
        """A step: moves variables by their gradients. Gives the number of steps so far."""
    def apply(self, grads: Any, trainable_variables: Any = None) -> Any:
        """A step: moves the variables that it was built for, or these, by gradients."""
    def stateless_apply(self, optimizer_variables: Any, grads: Any, trainable_variables: Any) -> Any:
        """A step on values alone: the new ones of the variables, and of what the optimizer keeps. Nothing is changed by it."""
    def finalize_variable_values(self, var_list: Any) -> Any:
        """Puts the moving averages of `use_ema` in the place of the variables."""
    def scale_loss(self, loss: Any) -> Any:
        """The loss times `loss_scale_factor`."""
    def update_step(self, gradient: Any, variable: Any, learning_rate: float | LearningRateSchedule | Callable[..., Any]) -> Any:
        """The rule of a class of one's own."""
    def __getattr__(self, name: str) -> Any: ...
    def __setattr__(self, name: str, value: Any) -> None: ...

class Adadelta(Optimizer):
    """Steps scaled by former steps."""
    def __init__(self, learning_rate: float | LearningRateSchedule | Callable[..., Any] = 0.001, rho: float = 0.95, epsilon: float = 1e-07, weight_decay: float | None = None, clipnorm: float | None = None, clipvalue: float | None = None, global_clipnorm: float | None = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: int | None = None, loss_scale_factor: float | None = None, gradient_accumulation_steps: int | None = None, name: str | None = None, exclude_from_weight_decay: Any = None, decay: Any = None) -> None: ...

class Adafactor(Optimizer):
    """Adaptive steps with little memory."""
    def __init__(self, learning_rate: float | LearningRateSchedule | Callable[..., Any] = 0.001, beta_2_decay: float = -0.8, epsilon_1: float = 1e-30, epsilon_2: float = 0.001, clip_threshold: float = 1.0, relative_step: bool = True, weight_decay: float | None = None, clipnorm: float | None = None, clipvalue: float | None = None, global_clipnorm: float | None = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: int | None = None, loss_scale_factor: float | None = None, gradient_accumulation_steps: int | None = None, name: str | None = None, exclude_from_weight_decay: Any = None, decay: Any = None) -> None: ...

class Adagrad(Optimizer):
    """Steps divided by the root of the sum of squares."""
    def __init__(self, learning_rate: float | LearningRateSchedule | Callable[..., Any] = 0.001, initial_accumulator_value: float = 0.1, epsilon: float = 1e-07, weight_decay: float | None = None, clipnorm: float | None = None, clipvalue: float | None = None, global_clipnorm: float | None = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: int | None = None, loss_scale_factor: float | None = None, gradient_accumulation_steps: int | None = None, name: str | None = None, epsilon_outside: bool = False, exclude_from_weight_decay: Any = None, decay: Any = None) -> None: ...

class Adam(Optimizer):
    """Adaptive moments."""
    def __init__(self, learning_rate: float | LearningRateSchedule | Callable[..., Any] = 0.001, beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-07, amsgrad: bool = False, weight_decay: float | None = None, clipnorm: float | None = None, clipvalue: float | None = None, global_clipnorm: float | None = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: int | None = None, loss_scale_factor: float | None = None, gradient_accumulation_steps: int | None = None, name: str | None = None, exclude_from_weight_decay: Any = None, decay: Any = None) -> None: ...

class Adamax(Optimizer):
    """Adam by the largest gradient."""
    def __init__(self, learning_rate: float | LearningRateSchedule | Callable[..., Any] = 0.001, beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-07, weight_decay: float | None = None, clipnorm: float | None = None, clipvalue: float | None = None, global_clipnorm: float | None = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: int | None = None, loss_scale_factor: float | None = None, gradient_accumulation_steps: int | None = None, name: str | None = None, exclude_from_weight_decay: Any = None, decay: Any = None) -> None: ...

class AdamW(Optimizer):
    """Adam with decoupled weight decay."""
    def __init__(self, learning_rate: float | LearningRateSchedule | Callable[..., Any] = 0.001, weight_decay: float | None = 0.004, beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-07, amsgrad: bool = False, clipnorm: float | None = None, clipvalue: float | None = None, global_clipnorm: float | None = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: int | None = None, loss_scale_factor: float | None = None, gradient_accumulation_steps: int | None = None, name: str | None = None, exclude_from_weight_decay: Any = None, decay: Any = None) -> None: ...

class Ftrl(Optimizer):
    """Follow the regularized leader."""
    def __init__(self, learning_rate: float | LearningRateSchedule | Callable[..., Any] = 0.001, learning_rate_power: float = -0.5, initial_accumulator_value: float = 0.1, l1_regularization_strength: float = 0.0, l2_regularization_strength: float = 0.0, l2_shrinkage_regularization_strength: float = 0.0, beta: float = 0.0, weight_decay: float | None = None, clipnorm: float | None = None, clipvalue: float | None = None, global_clipnorm: float | None = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: int | None = None, loss_scale_factor: float | None = None, gradient_accumulation_steps: int | None = None, name: str | None = None, exclude_from_weight_decay: Any = None, decay: Any = None) -> None: ...

class Lamb(Optimizer):
    """Adam with steps as long as the weight, for large batches."""
    def __init__(self, learning_rate: float | LearningRateSchedule | Callable[..., Any] = 0.001, beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-07, weight_decay: float | None = None, clipnorm: float | None = None, clipvalue: float | None = None, global_clipnorm: float | None = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: int | None = None, loss_scale_factor: float | None = None, gradient_accumulation_steps: int | None = None, name: str | None = None, exclude_from_weight_decay: Any = None, decay: Any = None) -> None: ...

class Lion(Optimizer):
    """Steps by the sign of the mean gradient."""
    def __init__(self, learning_rate: float | LearningRateSchedule | Callable[..., Any] = 0.001, beta_1: float = 0.9, beta_2: float = 0.99, weight_decay: float | None = None, clipnorm: float | None = None, clipvalue: float | None = None, global_clipnorm: float | None = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: int | None = None, loss_scale_factor: float | None = None, gradient_accumulation_steps: int | None = None, name: str | None = None, exclude_from_weight_decay: Any = None, decay: Any = None) -> None: ...

class Nadam(Optimizer):
    """Adam with Nesterov's momentum."""
    def __init__(self, learning_rate: float | LearningRateSchedule | Callable[..., Any] = 0.001, beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-07, weight_decay: float | None = None, clipnorm: float | None = None, clipvalue: float | None = None, global_clipnorm: float | None = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: int | None = None, loss_scale_factor: float | None = None, gradient_accumulation_steps: int | None = None, name: str | None = None, schedule_decay: float = 1.0, exclude_from_weight_decay: Any = None, decay: Any = None) -> None: ...

class RMSprop(Optimizer):
    """Steps divided by a running root mean square."""
    def __init__(self, learning_rate: float | LearningRateSchedule | Callable[..., Any] = 0.001, rho: float = 0.9, momentum: float = 0.0, epsilon: float = 1e-07, centered: bool = False, weight_decay: float | None = None, clipnorm: float | None = None, clipvalue: float | None = None, global_clipnorm: float | None = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: int | None = None, loss_scale_factor: float | None = None, gradient_accumulation_steps: int | None = None, name: str | None = None, epsilon_outside: bool = False, exclude_from_weight_decay: Any = None, decay: Any = None) -> None: ...

class ScheduleFreeAdamW(Optimizer):
    """AdamW that needs no schedule of the learning rate."""
    def __init__(self, learning_rate: float | LearningRateSchedule | Callable[..., Any] = 0.0025, beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-08, warmup_steps: int = 0, weight_decay: float | None = None, clipnorm: float | None = None, clipvalue: float | None = None, global_clipnorm: float | None = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: int | None = None, loss_scale_factor: float | None = None, gradient_accumulation_steps: int | None = None, name: str | None = None, exclude_from_weight_decay: Any = None, decay: Any = None) -> None: ...

class SGD(Optimizer):
    """Gradient descent, with momentum and Nesterov's form."""
    def __init__(self, learning_rate: float | LearningRateSchedule | Callable[..., Any] = 0.01, momentum: float = 0.0, nesterov: bool = False, weight_decay: float | None = None, clipnorm: float | None = None, clipvalue: float | None = None, global_clipnorm: float | None = None, use_ema: bool = False, ema_momentum: float = 0.99, ema_overwrite_frequency: int | None = None, loss_scale_factor: float | None = None, gradient_accumulation_steps: int | None = None, name: str | None = None, exclude_from_weight_decay: Any = None, decay: Any = None) -> None: ...

sgd = SGD

rmsprop = RMSprop

adagrad = Adagrad

adadelta = Adadelta

adam = Adam

adamax = Adamax

nadam = Nadam

def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """An object from `{class_name, config}` or a name."""
def get(identifier: Any) -> Any: ...
def serialize(optimizer: Any) -> Any:
    """`{module, class_name, config, registered_name}`; None of None."""
