"""Layers, by Keras's names."""

from .._keras.absent import absent as _absent
from .._keras.adapting import Scales
from .._keras.before_the_graph import PARTS
from .._keras.model import Input
from .._keras.input_spec import InputSpec
from .._keras.layer import InputLayer, Lambda, Layer as _AnyLayer, WrittenLayer as Layer, make_layers
from .._keras.merging import Merge, merge
from .._keras.old_layers import Highway, LocallyConnected1D, LocallyConnected2D, MaxoutDense, ParametricSoftplus, SReLU
from .._keras.wrapper import Wrapper
from .._keras.written_pipeline import Listed, WrittenPipeline
from .._keras.written_rnn import StackedCells, WrittenRNN, choosing

Layer.__name__ = "Layer"
make_layers(globals(), __name__, {**PARTS, "Normalization": Scales, "Pipeline": Listed})
choosing(RNN, WrittenRNN)
choosing(StackedRNNCells, StackedCells)
choosing(Pipeline, WrittenPipeline)


def _functional(class_name):
    def call(inputs, **kwargs):
        return globals()[class_name](**kwargs)(inputs)

    call.__name__ = call.__qualname__ = class_name.lower()
    call.__doc__ = f"`{class_name}` of a list of symbolic tensors."
    return call


add, subtract, multiply = _functional("Add"), _functional("Subtract"), _functional("Multiply")
average, maximum, minimum = _functional("Average"), _functional("Maximum"), _functional("Minimum")


def concatenate(inputs, axis=-1, **kwargs):
    """`Concatenate` of a list of symbolic tensors."""
    return Concatenate(axis=axis, **kwargs)(inputs)


def dot(inputs, axes=-1, **kwargs):
    """`Dot` of a list of two symbolic tensors."""
    return Dot(axes=axes, **kwargs)(inputs)


def serialize(layer):
    """`{module, class_name, config, ...}` of a layer."""
    from . import saving

    return saving.serialize_keras_object(layer)


def deserialize(config, custom_objects=None):
    """A layer of such a config."""
    from . import saving

    found = saving.deserialize_keras_object(config, custom_objects=custom_objects)
    if not isinstance(found, _AnyLayer):
        raise ValueError(f"`keras.layers.deserialize` was passed a `config` object that is not a `keras.layers.Layer`. Received: {config}")
    return found

# Names of old.
Convolution1D, Convolution2D, Convolution3D = Conv1D, Conv2D, Conv3D
SeparableConvolution1D, SeparableConvolution2D, DepthwiseConvolution2D = SeparableConv1D, SeparableConv2D, DepthwiseConv2D
Convolution1DTranspose, Convolution2DTranspose, Convolution3DTranspose = Conv1DTranspose, Conv2DTranspose, Conv3DTranspose
Deconvolution2D = Conv2DTranspose
MaxPool1D, MaxPool2D, MaxPool3D = MaxPooling1D, MaxPooling2D, MaxPooling3D
AvgPool1D, AvgPool2D, AvgPool3D = AveragePooling1D, AveragePooling2D, AveragePooling3D
GlobalMaxPool1D, GlobalMaxPool2D, GlobalMaxPool3D = GlobalMaxPooling1D, GlobalMaxPooling2D, GlobalMaxPooling3D
GlobalAvgPool1D, GlobalAvgPool2D, GlobalAvgPool3D = GlobalAveragePooling1D, GlobalAveragePooling2D, GlobalAveragePooling3D


def _of_old(name, base):
    """A class of old: the library knows it under its own name and makes it the class of today, with what differed then."""
    body = {"_class_name": name, "_options": base._options, "__doc__": base.__doc__, "__module__": __name__}
    return type(name, (base,), body)


AtrousConvolution1D, AtrousConvolution2D = _of_old("AtrousConvolution1D", Conv1D), _of_old("AtrousConvolution2D", Conv2D)
AtrousConv1D, AtrousConv2D = AtrousConvolution1D, AtrousConvolution2D
Deconvolution3D, TimeDistributedDense = _of_old("Deconvolution3D", Conv3DTranspose), _of_old("TimeDistributedDense", Dense)
CuDNNLSTM, CuDNNGRU = _of_old("CuDNNLSTM", LSTM), _of_old("CuDNNGRU", GRU)

# What was there once or needs another framework, and the way out.
_GONE = {
    "RandomHeight": "use RandomZoom or RandomCrop", "RandomWidth": "use RandomZoom or RandomCrop", "JZS1": "use GRU", "JZS2": "use GRU",
    "JZS3": "use GRU", "AutoEncoder": "make a model of its encoder and decoder",
    "TFSMLayer": "there is no TensorFlow here; load_model reads files of models", "TorchModuleWrapper": "there is no PyTorch here",
    "DenseFeatures": "there are no feature columns of TensorFlow here; use Normalization, StringLookup, CategoryEncoding",
    "Recurrent": "derive a cell from Layer and give it to RNN, or take LSTM, GRU or SimpleRNN",
    "SyncBatchNormalization": "BatchNormalization computes the same on one device",
    "JaxLayer": "there is no JAX here; write a Layer with keras.ops", "FlaxLayer": "there is no Flax here; write a Layer with keras.ops",
}

# keras.layers.merge was a function first, and a module of these then.
merge.__dict__.update({name: globals()[name] for name in (
    "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot",
    "add", "subtract", "multiply", "average", "maximum", "minimum", "concatenate", "dot")})

__getattr__ = _absent("keras.layers", _GONE)
