"""Layers, by Keras's names."""

from .._keras.adapting import adapt_normalization
from .._keras.functional import Input
from .._keras.layer import InputLayer, Lambda, WrittenLayer as Layer, make_layers

Layer.__name__ = "Layer"
make_layers(globals(), __name__)
Normalization.adapt = adapt_normalization


def _functional(class_name):
    def call(inputs, **kwargs):
        return globals()[class_name](**kwargs)(inputs)

    call.__name__ = class_name.lower()
    call.__doc__ = f"`{class_name}` of a list of symbolic tensors."
    return call


add, subtract, multiply = _functional("Add"), _functional("Subtract"), _functional("Multiply")
average, maximum, minimum = _functional("Average"), _functional("Maximum"), _functional("Minimum")
concatenate, dot = _functional("Concatenate"), _functional("Dot")

# Names of old.
Convolution1D, Convolution2D, Convolution3D = Conv1D, Conv2D, Conv3D
SeparableConvolution1D, SeparableConvolution2D, DepthwiseConvolution2D = SeparableConv1D, SeparableConv2D, DepthwiseConv2D
Convolution1DTranspose, Convolution2DTranspose, Convolution3DTranspose = Conv1DTranspose, Conv2DTranspose, Conv3DTranspose
Deconvolution2D = Conv2DTranspose
MaxPool1D, MaxPool2D, MaxPool3D = MaxPooling1D, MaxPooling2D, MaxPooling3D
AvgPool1D, AvgPool2D, AvgPool3D = AveragePooling1D, AveragePooling2D, AveragePooling3D
GlobalMaxPool1D, GlobalMaxPool2D, GlobalMaxPool3D = GlobalMaxPooling1D, GlobalMaxPooling2D, GlobalMaxPooling3D
GlobalAvgPool1D, GlobalAvgPool2D, GlobalAvgPool3D = GlobalAveragePooling1D, GlobalAveragePooling2D, GlobalAveragePooling3D
CuDNNLSTM, CuDNNGRU = LSTM, GRU
