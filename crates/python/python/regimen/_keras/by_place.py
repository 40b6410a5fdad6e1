"""Arguments by place: the order of Keras's classes, where that of the library's options is another."""

from . import dialect

# What Keras's optimizers share; their own options stand before it, the name behind it.
_SHARED = ("weight_decay", "clipnorm", "clipvalue", "global_clipnorm", "use_ema", "ema_momentum", "ema_overwrite_frequency",
           "loss_scale_factor", "gradient_accumulation_steps")
# Options of optimizers that today's Keras does not take by place.
_BY_NAME = ("epsilon_outside", "schedule_decay", "exclude_from_weight_decay", "decay")
_SHARED_FROM = {"AdamW": 1, "Muon": 5}
# Where metrics have their name and type; the others behind all options.
_NAME_AT = {"AUC": 3, "BinaryAccuracy": 0, "BinaryCrossentropy": 0, "CategoricalCrossentropy": 0, "ConcordanceCorrelation": 0,
            "CosineSimilarity": 0, "IoU": 2, "MeanIoU": 1, "OneHotIoU": 2, "OneHotMeanIoU": 1, "PearsonCorrelation": 0,
            "SparseCategoricalCrossentropy": 0, "SparseTopKCategoricalAccuracy": 1}
_LOSSES = {
    "SparseCategoricalCrossentropy": ("from_logits", "ignore_class", "reduction", "axis", "name", "dtype"),
    "Dice": ("reduction", "name", "axis", "dtype"), "Tversky": ("alpha", "beta", "reduction", "name", "axis", "dtype"),
}
# Options of layers that stand behind those that Keras takes by place, and names that it takes there.
_BEHIND = {
    "EinsumDense": ("activity_regularizer",), "Embedding": ("activity_regularizer", "dropout"),
    "ReversibleEmbedding": ("activity_regularizer",), "LayerNormalization": ("rms_scaling",), "MultiHeadAttention": ("use_gate", "seed"),
    "SimpleRNN": ("seed", "zero_output_for_mask"),
    "GRU": ("reset_after", "zero_output_for_mask", "implementation"),
}
_BEFORE = {
    "IntegerLookup": ("sparse", "pad_to_max_tokens"), "StringLookup": ("sparse", "encoding"), "TextVectorization": ("sparse", "encoding"),
    "MultiHeadAttention": ("flash_attention", "kernel_initializer"), "GroupQueryAttention": ("flash_attention", "kernel_initializer"),
    "Embedding": ("weights", "activity_regularizer"), "Bidirectional": ("weights", "backward_layer"),
    "Conv3DTranspose": ("data_format", "output_padding"),
}
_NAMED = ("AveragePooling1D", "AveragePooling2D", "AveragePooling3D", "MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "Pipeline",
          "RandomCrop")
_NAMED_AND_TYPED = ("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D")
# Of Keras 1 and 2, until 2.2.
_OLD_OPTIMIZERS = {
    "SGD": ("learning_rate", "momentum", "decay", "nesterov"), "RMSprop": ("learning_rate", "rho", "epsilon", "decay"),
    "Adagrad": ("learning_rate", "epsilon", "decay"), "Adadelta": ("learning_rate", "rho", "epsilon", "decay"),
    "Adam": ("learning_rate", "beta_1", "beta_2", "epsilon", "decay", "amsgrad"),
    "Adamax": ("learning_rate", "beta_1", "beta_2", "epsilon", "decay"),
    "Nadam": ("learning_rate", "beta_1", "beta_2", "epsilon", "schedule_decay"),
}


def ordered(kind, class_name, options):
    """The options of a class in Keras's order, with its name and type where Keras takes those by place."""
    known = {option[0]: option for option in options}
    rule = _RULES.get(kind)
    names = rule(class_name, list(known)) if rule is not None else list(known)
    return [known.get(name, [name, None]) for name in (*names, *(name for name in known if name not in names))]


def _of_loss(class_name, own):
    return _LOSSES.get(class_name, [*own, "name", "dtype"])


def _of_metric(class_name, own):
    own = [name for name in own if name != "dtype"]
    at = _NAME_AT.get(class_name, len(own))
    return [*own[:at], "name", "dtype", *own[at:]]


def _of_optimizer(class_name, options):
    if dialect.before(2, 3) and class_name in _OLD_OPTIMIZERS:
        return _OLD_OPTIMIZERS[class_name]
    own = [name for name in options if name not in (*_SHARED, *_BY_NAME)]
    at = _SHARED_FROM.get(class_name, len(own))
    shared = [name for name in _SHARED if name in options]
    if class_name == "AdamW":
        return [own[0], "weight_decay", *own[1:], *shared[1:], "name"]
    return [*own[:at], *shared, "name", *own[at:]]


def _of_layer(class_name, own):
    if class_name == "Embedding" and dialect.before(3):  # Keras 2 took the activity's regularizer by place.
        return own
    behind = _BEHIND.get(class_name, ())
    names = [*(name for name in own if name not in behind), *behind]
    if class_name in _BEFORE:
        name, other = _BEFORE[class_name]
        names = [each for each in names if each != name]
        names.insert(names.index(other), name)
    more = ("name", "dtype") if class_name in _NAMED_AND_TYPED else ("name",) if class_name in _NAMED else ()
    return [*names, *more]


_RULES = {"losses": _of_loss, "metrics": _of_metric, "optimizers": _of_optimizer, "layers": _of_layer}
