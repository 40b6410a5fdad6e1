"""The types of the stubs that a signature does not tell: the one table that is written by hand.

A key is the most that has to be said: `Model.fit.epochs` before `fit.epochs` before `epochs`, for arguments and for what is given alike
(`Model.fit`). What is named nowhere follows from its default, and is `Any` where that tells nothing.
"""

from regimen._keras import layer_facts, low_rank

_PATH = "str | os.PathLike[str]"
_SIZES = "int | Sequence[int]"
_SHAPE = "tuple[int | None, ...]"
_FACTOR = "float | Sequence[float]"
_STEPS = "int | None"

# Types of arguments and of options. `None` is added where it is the default.
ARGUMENTS = {
    # training
    "batch_size": "int", "epochs": "int", "verbose": "int | str", "callbacks": "Callback | CallbackList | Sequence[Callback]",
    "validation_split": "float", "shuffle": "bool | str", "initial_epoch": "int", "steps_per_epoch": _STEPS, "validation_steps": _STEPS,
    "validation_batch_size": "int", "validation_freq": _SIZES, "steps": _STEPS, "class_weight": "Mapping[Any, Any] | Sequence[Any] | str",
    "return_dict": "bool", "seed": "Any", "treat.seed": "int", "treat.budget": "int | str", "treat.remedies": "Sequence[str]",
    "treat.folder": _PATH, "treat.metric": "str", "treat.margin": "float", "CallbackList.__init__.callbacks": "Any",
    # compile
    "compile.optimizer": "str | Optimizer | Mapping[str, Any]", "compile.metrics": "Sequence[Any] | Mapping[Any, Any]",
    "compile.weighted_metrics": "Sequence[Any] | Mapping[Any, Any]", "compile.loss_weights": "float | Sequence[Any] | Mapping[Any, Any]",
    "jit_compile": "bool | str", "steps_per_execution": "int", "load_model.compile": "bool",
    # files
    "filepath": _PATH, "path": _PATH, "directory": _PATH, "to_file": _PATH, "overwrite": "bool", "max_shard_size": "float",
    "export.format": "str", "custom_objects": "Mapping[str, Any]", "get_file.origin": "str", "get_file.fname": _PATH, "safe_mode": "bool",
    "zipped": "bool",
    # models and layers
    "name": "str | None", "get_layer.index": "int", "trainable": "bool", "model": "Model", "layer": "Layer",
    "Sequential.__init__.layers": "Sequence[Any]", "add.layer": "Any", "units": "int", "filters": "int", "rate": "float",
    "kernel_size": _SIZES, "strides": _SIZES, "pool_size": _SIZES, "dilation_rate": _SIZES, "output_size": "int | Sequence[int | None]",
    "output_padding": _SIZES, "UpSampling1D.size": "int", "size": _SIZES, "cropping": "int | Sequence[Any]",
    "ZeroPadding1D.padding": _SIZES, "ZeroPadding2D.padding": "int | Sequence[Any]", "ZeroPadding3D.padding": "int | Sequence[Any]",
    "spatial_2d_padding.padding": "Any", "spatial_3d_padding.padding": "Any", "temporal_padding.padding": "Any", "padding": "str",
    "mode": "str", "merge.mode": "Any", "Merge.__init__.mode": "Any", "data_format": "str | None", "Embedding.input_dim": "int",
    "Embedding.output_dim": "int", "num_heads": "int", "key_dim": "int", "value_dim": "int", "head_dim": "int", "num_query_heads": "int",
    "num_key_value_heads": "int", "layers.axis": _SIZES, "height": "int", "width": "int", "layers.n": "int",
    "layers.noise_shape": "Sequence[int | None]", "layers.dims": "Sequence[int]", "layers.target_shape": "Sequence[int]",
    "return_sequences": "bool", "return_state": "bool", "mask_zero": "bool", "merge_mode": "str | None", "print_fn": "Callable[..., Any]",
    "line_length": "int", "positions": "Sequence[float]", "expand_nested": "bool", "show_trainable": "bool", "factor": _FACTOR,
    "value_range": "Sequence[float]", "dtype": "Any", "weights": "Any", "loss": "Any", "layers.scale": "Any", "layers.offset": "Any",
    "layers.mean": "Any", "layers.variance": "Any", "axis": "Any", "layers.ngrams": _SIZES, "layers.brightness_factor": _FACTOR,
    "layers.contrast_factor": _FACTOR, "layers.saturation_factor": _FACTOR, "layers.hue_factor": _FACTOR, "height_factor": _FACTOR,
    "width_factor": _FACTOR, "x_factor": _FACTOR, "y_factor": _FACTOR, "addition_factor": _FACTOR, "threshold_factor": _FACTOR,
    "fill_value": "Any", "layers.l1": "float", "layers.l2": "float", "layers.alpha": "float", "layers.oov_method": "str",
    "oov_token": "Any", "mask_value": "Any", "output_mode": "str | None", "standardize": "Any", "split": "Any", "layers.seed": "Any",
    "sparse": "bool", "ragged": "bool", "optional": "bool", "Input.shape": "Sequence[int | None]",
    "Input.batch_shape": "Sequence[int | None]", "identifier": "Any", "layers.sigma": _FACTOR, "layers.max_value": "float",
    # optimizers, schedules, losses, metrics
    "learning_rate": "float | LearningRateSchedule | Callable[..., Any]", "optimizers.weight_decay": "float | None", "clipnorm": "float",
    "clipvalue": "float", "global_clipnorm": "float", "gradient_accumulation_steps": "int", "ema_overwrite_frequency": "int",
    "loss_scale_factor": "float", "inner_optimizer": "str | Optimizer", "optimizer_map": "Any", "epsilon": "float", "decay_steps": "float",
    "initial_learning_rate": "float", "warmup_target": "float", "decay_rate": "float", "first_decay_steps": "float",
    "schedules.boundaries": "Sequence[float]", "schedules.values": "Sequence[float]", "reduction": "str | None", "ignore_class": "int",
    "num_classes": "int", "target_class_ids": "Sequence[int]", "thresholds": "Any", "metrics.threshold": "float | None",
    "metrics.average": "str", "class_id": "int", "top_k": "int", "k": "int", "precision": "float", "recall": "float",
    "specificity": "float", "sensitivity": "float", "losses.delta": "float", "losses.alpha": "Any", "Tversky.alpha": "float",
    "class_aggregation": "str | None", "rms_rate": "float | None", "metrics.num_labels": "int",
    "MeanMetricWrapper.fn": "Callable[..., Any]", "OneHotIoU.target_class_ids": "Sequence[int]",
    # regularizers, constraints, initializers
    "regularizers.l1": "float", "regularizers.l2": "float", "constraints.axis": _SIZES, "regularizers.factor": "float",
    # callbacks
    "batch": "int", "epoch": "int", "logs": "dict[str, Any]", "monitor": "str", "patience": "int", "min_delta": "float",
    "baseline": "float", "restore_best_weights": "bool", "start_from_epoch": "int", "callbacks.factor": "float", "cooldown": "int",
    "min_lr": "float", "save_freq": "int | str", "save_best_only": "bool", "save_weights_only": "bool", "initial_value_threshold": "float",
    "filename": _PATH, "separator": "str", "append": "bool", "callbacks.log_dir": _PATH, "schedule": "Callable[..., Any]",
    "max_to_keep": "int | None", "set_model.model": "Any", "wrappers.model": "Any", "set_params.params": "dict[str, Any]",
    "LambdaCallback.__init__.on_epoch_begin": "Callable[..., Any]", "LambdaCallback.__init__.on_epoch_end": "Callable[..., Any]",
    "LambdaCallback.__init__.on_train_begin": "Callable[..., Any]", "LambdaCallback.__init__.on_train_end": "Callable[..., Any]",
    "LambdaCallback.__init__.on_train_batch_begin": "Callable[..., Any]",
    "LambdaCallback.__init__.on_train_batch_end": "Callable[..., Any]", "LambdaCallback.__init__.on_batch_begin": "Callable[..., Any]",
    "LambdaCallback.__init__.on_batch_end": "Callable[..., Any]",
    # the rest
    "set_random_seed.seed": "int", "value": "Any", "json_string": "str", "yaml_string": "str", "train_samples": "int",
    "val_samples": "int", "set_threads.threads": "int", "include_top": "bool", "classes": "int", "pooling": "str",
    "classifier_activation": "Any", "input_shape": "Any", "maxlen": "int", "order": "int", "pad_sequences.dtype": "Any",
    "set_floatx.value": "str", "set_epsilon.value": "float", "set_image_data_format.data_format": "str", "num_words": "int",
    "text.filters": "str", "load_data.seed": "int", "load_data.path": "str", "test_split": "float", "color_mode": "str",
    "interpolation": "str", "label_mode": "str | None", "class_mode": "str | None", "labels": "Any", "class_names": "Sequence[str]",
    "subset": "str", "max_length": "int", "sequence_length": "int", "sequence_stride": "int", "sampling_rate": "int", "start_index": "int",
    "end_index": "int", "stride": "int", "dpi": "int", "Progbar.__init__.target": "int", "Progbar.__init__.verbose": "int",
    "current": "int", "workers": "int", "max_queue_size": "int", "nb_classes": "int", "image_dataset_from_directory.verbose": "bool",
    "text_dataset_from_directory.verbose": "bool", "window_size": "int", "MelSpectrogram.sampling_rate": "float", "vocabulary_size": "int",
    "chunk_size": "int", "top": "int", "obj": "Any", "package": "str", "x": "Any", "y": "Any", "device_name": "Any", "save_to_dir": "Any",
    "image_dataset_from_directory.validation_split": "float", "text_dataset_from_directory.validation_split": "float", "beam_width": "int",
    "top_paths": "int", "channel_axis": "int", "row_axis": "int", "col_axis": "int", "normalize.axis": "int",
    "bounding_boxes.height": "Any", "bounding_boxes.width": "Any", "target_size": "Any",
}

# Options that take the name of a thing or the thing: their default tells nothing.
ANYTHING = ("activation", "initializer", "regularizer", "constraint", "dtype", "optimizer", "layer", "layers", "window", "tensor")

# What methods and functions give, and the types of attributes.
RESULTS = {
    # models
    "Model.fit": "History", "Model.predict": "NDArray[Any]", "Model.predict_on_batch": "NDArray[Any]", "Model.treat": "Treatment",
    "Model.fit_generator": "History", "Model.predict_generator": "NDArray[Any]", "Model.predict_proba": "NDArray[Any]",
    "Model.predict_classes": "NDArray[Any]", "Model.compile": "None", "Model.summary": "None", "Model.save": "None",
    "Model.save_weights": "None", "Model.load_weights": "None", "Model.export": "None", "Model.to_json": "str",
    "Model.get_layer": "_Known", "Model.layers": "list[_Known]", "Model.optimizer": "Any", "Model.loss": "Any",
    "Model.stop_training": "bool", "Model.history": "History", "Model.compiled": "bool", "Model.metrics_names": "list[str]",
    "Model.reset_metrics": "None", "Model.get_metrics_result": "dict[str, Any]", "Model.run_eagerly": "bool", "Model.jit_compile": "Any",
    "Model.steps_per_execution": "int", "Model.inputs": "list[KerasTensor]", "Model.outputs": "list[KerasTensor]",
    "Model.input_names": "list[str]", "Model.output_names": "list[str]", "Model.compile_from_config": "None", "Sequential.add": "None",
    "Sequential.pop": "Layer", "Model.metrics": "list[Metric]", "Sequential.build": "None", "Functional.build": "None",
    "Model.get_compile_config": "Any",
    # layers
    "Layer.weights": "list[Variable]", "Layer.variables": "list[Variable]", "Layer.trainable_weights": "list[Variable]",
    "Layer.trainable_variables": "list[Variable]", "Layer.non_trainable_weights": "list[Variable]",
    "Layer.non_trainable_variables": "list[Variable]", "Layer.metrics_variables": "list[Variable]", "Layer.trainable": "bool",
    "Layer.built": "bool", "Layer.name": "str", "Layer.path": "str", "Layer.dtype": "str", "Layer.variable_dtype": "str",
    "Layer.compute_dtype": "str", "Layer.input_dtype": "str", "Layer.dtype_policy": "DTypePolicy",
    "Layer.get_weights": "list[NDArray[Any]]", "Layer.set_weights": "None", "Layer.count_params": "int", "Layer.add_weight": "Variable",
    "Layer.add_variable": "Variable", "Layer.add_loss": "None", "Layer.losses": "list[Any]", "Layer.metrics": "list[Metric]",
    "Layer.supports_masking": "bool", "Layer.autocast": "bool", "Layer.save_own_variables": "None", "Layer.load_own_variables": "None",
    "InputLayer.output": "KerasTensor", "input_shape": "Any", "output_shape": "Any",
    # tensors and variables
    **{f"KerasTensor.__{name}__": "KerasTensor" for name in (
        "getitem", "add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "floordiv", "rfloordiv", "mod", "rmod", "pow",
        "rpow", "matmul", "rmatmul", "and", "rand", "or", "ror", "xor", "rxor",
        "lt", "le", "gt", "ge", "neg", "pos", "abs", "invert", "round")},
    "KerasTensor.shape": _SHAPE, "KerasTensor.dtype": "str", "KerasTensor.ndim": "int", "KerasTensor.name": "str",
    "KerasTensor.sparse": "bool", "KerasTensor.ragged": "bool", "KerasTensor.reshape": "KerasTensor", "KerasTensor.squeeze": "KerasTensor",
    "Variable.shape": "tuple[int, ...]", "Variable.dtype": "str", "Variable.ndim": "int", "Variable.name": "str", "Variable.path": "str",
    "Variable.trainable": "bool", "Variable.numpy": "NDArray[Any]", "Input": "KerasTensor", "Variable.__float__": "float",
    "Variable.__int__": "int", "Variable.__index__": "int", "Variable.__bool__": "bool", "Variable.__array__": "NDArray[Any]",
    # callbacks
    "History.history": "dict[str, list[float]]", "History.epoch": "list[int]", "History.findings": "Findings", "Callback.model": "Any",
    "Callback.params": "dict[str, Any]", "Callback.set_params": "None", "Callback.set_model": "None", "History.curves": "str",
    **{f"Callback.on_{name}": "None" for name in (
        "batch_begin", "batch_end", "train_batch_begin", "train_batch_end", "epoch_begin", "epoch_end", "train_begin", "train_end",
        "test_begin", "test_end", "test_batch_begin", "test_batch_end", "predict_begin", "predict_end", "predict_batch_begin",
        "predict_batch_end")},
    "CallbackList.callbacks": "list[Any]", "CallbackList.append": "None",
    # optimizers, losses, metrics
    "Optimizer.name": "str", "Optimizer.variables": "list[Variable]", "Optimizer.built": "bool", "Optimizer.build": "None",
    "Metric.name": "str", "Metric.dtype": "str", "Metric.reset_state": "None", "Metric.reset_states": "None",
    "Metric.variables": "list[Variable]", "Metric.add_weight": "Variable", "Metric.add_variable": "Variable", "Loss.name": "str",
    "Loss.dtype": "str", "Loss.reduction": "str | None",
    # everywhere
    "get_config": "dict[str, Any]", "from_config": "Self", "__init__": "None", "serialize": "Any", "get_build_config": "Any",
    "DTypePolicy.name": "str", "compute_dtype": "str", "variable_dtype": "str", "__len__": "int", "__enter__": "Self",
    "__iter__": "Iterator[Any]", "__setitem__": "None", "__delitem__": "None",
    # functions
    "load_model": "Any", "save_model": "None", "clone_model": "Any", "model_from_json": "Any", "set_random_seed": "None",
    "to_categorical": "NDArray[Any]", "keras.utils.normalize": "Any", "pad_sequences": "NDArray[Any]", "get_file": "str",
    "model_from_yaml": "NoReturn", "version": "str", "clear_session": "None", "floatx": "str", "set_floatx": "None", "set_epsilon": "None",
    "keras.backend.epsilon": "float", "keras.config.epsilon": "float", "image_data_format": "str", "set_image_data_format": "None",
    "keras.backend.backend": "str", "keras.config.backend": "str", "install": "None", "set_threads": "None", "diagnose": "Findings",
    "explain": "str", "img_to_array": "NDArray[Any]", "load_weights": "None", "save_weights": "None",
    "get_custom_objects": "dict[str, Any]", "set_dtype_policy": "None", "is_keras_tensor": "bool", "standardize_dtype": "str",
    "keras.backend.is_tensor": "bool", "is_nested": "bool", "keras.tree.flatten": "list[Any]", "get_uid": "int", "set_max_epochs": "None",
    "set_max_steps_per_epoch": "None",
    **{f"keras.datasets.{name}.load_data": "tuple[tuple[NDArray[Any], NDArray[Any]], tuple[NDArray[Any], NDArray[Any]]]" for name in (
        "mnist", "fashion_mnist", "boston_housing", "california_housing")},
    # what was found, and what became of it
    "Finding.id": "str", "Finding.severity": "str", "Finding.probability": "float", "Finding.title": "str", "Finding.explanation": "str",
    "Finding.evidence": "Any", "Finding.check": "str", "Finding.remedies": "list[str]", "Finding.explain": "str",
    "Treatment.folder": "str", "Treatment.metric": "str", "Treatment.more_is_better": "bool", "Treatment.part": "str",
    "Treatment.remedies": "list[Remedy]", "Treatment.helps": "list[Remedy]", "Remedy.id": "str", "Remedy.change": "str",
    "Remedy.verdict": "str", "Remedy.effect": "Any", "Remedy.low": "Any", "Remedy.high": "Any", "Remedy.p": "Any", "Remedy.seeds": "Any",
    "Remedy.reason": "Any", "Remedy.diff": "Any",
    # text
    "Tokenizer.word_index": "dict[str, int]", "Tokenizer.index_word": "dict[int, str]", "Tokenizer.word_counts": "dict[str, int]",
    "texts_to_sequences": "list[list[int]]", "texts_to_matrix": "NDArray[Any]",
}

# Signatures that are written as `*args, **kwargs`, or whose `**kwargs` are arguments of old alone.
_LAYER = ("activity_regularizer: Any = None, trainable: bool = True, dtype: Any = None, autocast: bool = True, "
          "name: str | None = None, input_shape: Any = None, input_dim: int | None = None")
SIGNATURES = {
    "Layer.__init__": f"(self, *, {_LAYER}) -> None",
    "Lambda.__init__": "(self, function: Callable[..., Any], output_shape: Any = None, mask: Any = None, "
                       f"arguments: Mapping[str, Any] | None = None, *, {_LAYER}) -> None",
    "Wrapper.__init__": f"(self, layer: Layer, *, {_LAYER}) -> None",
    "Layer.add_weight": "(self, shape: Any = None, initializer: Any = None, dtype: Any = None, *, trainable: bool = True, "
                        "autocast: bool = True, regularizer: Any = None, constraint: Any = None, aggregation: str = 'none', "
                        "name: str | None = None) -> Variable",
    "Layer.build": "(self, *args: Any, **kwargs: Any) -> Any",
    "Layer.call": "(self, *args: Any, **kwargs: Any) -> Any",
    "Model.call": "(self, *args: Any, **kwargs: Any) -> Any",
    "Model.build": "(self, *args: Any, **kwargs: Any) -> Any",
    "Model.from_config": "(cls, config: Any, *args: Any, **kwargs: Any) -> Self",
    "Regularizer.__call__": "(self, x: Any, /) -> Any",
    "Constraint.__call__": "(self, w: Any, /) -> Any",
    "LearningRateSchedule.__call__": "(self, step: Any, /) -> Any",
    "Layer.compute_mask": "(self, *args: Any, **kwargs: Any) -> Any",
    "Layer.compute_output_shape": "(self, *args: Any, **kwargs: Any) -> Any",
    "Layer.from_config": "(cls, config: dict[str, Any], *args: Any, **kwargs: Any) -> Self",
    "Layer.quantize": "(self, *args: Any, **kwargs: Any) -> Any",
    "Model.__init__": "(self, inputs: Any = None, outputs: Any = None, name: str | None = None, *, trainable: bool = True, "
                      "dtype: Any = None, activity_regularizer: Any = None, autocast: bool = True) -> None",
    "Functional.__init__": "(self, inputs: Any = None, outputs: Any = None, name: str | None = None, trainable: bool = True) -> None",
    "Model.summary": "(self, line_length: int | None = None, positions: Sequence[float] | None = None, "
                     "print_fn: Callable[..., Any] | None = None, expand_nested: bool = False, show_trainable: bool = False, "
                     "layer_range: Sequence[str] | None = None) -> None",
    "Model.save": f"(self, filepath: {_PATH}, overwrite: bool = True, zipped: bool | None = None, *, include_optimizer: bool = True, "
                  "save_format: str | None = None, save_traces: bool = True) -> None",
    "Metric.update_state": "(self, *args: Any, **kwargs: Any) -> Any",
    "Metric.result": "(self) -> Any",
    "Metric.__init__": "(self, dtype: Any = None, name: str | None = None) -> None",
    "Loss.__init__": "(self, name: str | None = None, reduction: str | None = 'sum_over_batch_size', dtype: Any = None) -> None",
    "Loss.call": "(self, *args: Any, **kwargs: Any) -> Any",
    "Callback.__init__": "(self) -> None",
    "History.curves": "(self) -> str",
    "explain": "(id: str) -> str",
    "name_scope.__exit__": "(self, *args: object) -> None",
    "RematScope.__exit__": "(self, *args: object) -> None",
    "Variable.__array__": "(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]",
    "Layer.__call__": "(self, *args: Any, **kwargs: Any) -> Any",
}

# Functions whose `**kwargs` take what older versions had, and nothing else.
OF_OLD = ("fit", "compile", "evaluate", "predict", "save_weights", "load_weights", "export", "Input", "InputLayer.__init__",
          "Sequential.__init__", "clone_model", "load_img", "smart_resize", "keras.models.save_model", "keras.saving.save_model")

# What layers of the library take besides their options: which layers (None: all), and what.
OF_LAYERS = (
    (None, ("activity_regularizer: Any = None", "trainable: bool = True", "dtype: Any = None", "name: str | None = None",
            "input_shape: Any = None", "input_dim: int | None = None", "batch_input_shape: Any = None")),
    (low_rank.CLASSES, ("lora_rank: int | None = None", "lora_alpha: float | None = None")),
    (("GRU", "LSTM", "SimpleRNN"), ("use_cudnn: bool | str = 'auto'",)),
    (layer_facts.IMAGES, ("bounding_box_format: str | None = None",)),
)

# Layers that give several tensors where they are asked to: what a call of them gives is not known.
GIVE_SEVERAL = ("AdditiveAttention", "Attention", "Bidirectional", "GroupQueryAttention", "MultiHeadAttention", "Pipeline", "RNN",
                "StackedRNNCells", "GRU", "LSTM", "SimpleRNN", "CuDNNGRU", "CuDNNLSTM", "GRUCell", "LSTMCell", "SimpleRNNCell",
                "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "MaxNumBoundingBoxes", "CutMix", "MixUp", "TimeDistributed")

# Classes over those of Python.
BASES = {"Finding": "dict[str, Any]", "Findings": "list[Finding]", "Remedy": "dict[str, Any]", "OptimizerMap": "MutableMapping[Any, Any]"}

# Attributes that no method of the class sets where it can be read.
ATTRIBUTES = {
    "Finding": ("id", "severity", "probability", "title", "explanation", "evidence", "check", "remedies"),
    "Remedy": ("id", "change", "verdict", "effect", "low", "high", "p", "seeds", "reason", "diff"),
    "Layer": ("built", "name", "supports_masking", "autocast", "activity_regularizer"),
    "Lambda": ("function",), "Wrapper": ("layer",), "Variable": ("overwrite_with_gradient",), "Metric": ("name",),
    "Optimizer": ("name",), "Loss": ("name", "reduction"),
    "Model": ("inputs", "outputs", "input_names", "output_names"),
}

# Classes that find attributes by names of their own (`__getattr__`) and are not said to: else no misspelt name would be found.
SAY_ALL = ("Callback", "Functional", "InputLayer", "Lambda", "Layer", "Model", "Sequential", "Wrapper", "History")

# Text that goes before the classes of a module.
BEFORE = {
    "keras.layers": '''
class _Known(Layer):
    """A layer of the library, which has its options and weights as attributes."""
    def __getattr__(self, name: str) -> Any: ...
    def __setattr__(self, name: str, value: Any) -> None: ...

class _OfOneTensor(_Known):
    """One that gives a tensor for a tensor."""
    @overload
    def __call__(self, inputs: KerasTensor, *args: Any, **kwargs: Any) -> KerasTensor: ...
    @overload
    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...
''',
    "keras": "\n__version__: str\n",
}
