"""The class from which programs derive layers that are put around another one."""

from .base_layer import Layer
from .written_layer import WrittenLayer


class Wrapper(WrittenLayer):
    """Holds a layer: override `call`."""

    def __init__(self, layer, **kwargs):
        if not isinstance(layer, Layer):
            raise ValueError(
                f"Layer {layer} supplied to Wrapper isn't a supported layer type. Please ensure wrapped layer is a valid "
                "Keras layer."
            )
        super().__init__(**kwargs)
        self.layer = layer

    def build(self, input_shape=None):
        """Builds the layer inside."""
        if not self.layer.built and input_shape is not None:
            self.layer.build(input_shape)
        super().build(input_shape)

    def get_config(self):
        """The options that every layer has, and the layer inside."""
        return {**super().get_config(), "layer": self.layer._entry()}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """A layer around that of the config."""
        return cls(**{**config, "layer": revived(config["layer"], custom_objects)})


def revived(value, custom_objects=None):
    """A layer from its config; a layer as it is."""
    from ..keras import saving

    return saving.deserialize_keras_object(value, custom_objects) if isinstance(value, dict) else value
