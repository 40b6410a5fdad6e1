"""`Pipeline` with layers that programs write among its own."""

from . import configs, wrapper
from .in_trace import truth
from .traced import Tensor
from .written_layer import WrittenLayer


class Listed:
    """What `Pipeline` refuses in configs."""

    @classmethod
    def from_config(cls, config):
        """The layers of a config."""
        if not isinstance(config.get("layers"), (list, tuple)):
            raise ValueError(f"`Pipeline` config must contain a `layers` key, a list of layers. Received: layers={config.get('layers')}")
        return super().from_config(config)


class WrittenPipeline(WrittenLayer):
    """Layers of which each takes what the one before it gives."""

    def __init__(self, layers, **kwargs):
        super().__init__(**kwargs)
        self.layers = list(layers)

    def call(self, inputs, training=True, mask=None):
        """What the last layer gives."""
        if mask is not None and isinstance(inputs, Tensor):
            inputs = Tensor(inputs.native.with_mask(truth(mask)))
        for layer in self.layers:
            inputs = layer(inputs, training=training)
        return inputs

    def get_config(self):
        """The layers."""
        return {**super().get_config(), "layers": [layer._entry() for layer in self.layers]}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """The layers of a config."""
        return cls(**{**config, "layers": [wrapper.revived(layer, custom_objects) for layer in config["layers"]]})

    def _entry(self):
        return super()._entry() if configs.for_engine() else {**super()._entry(), "module": "keras.layers", "registered_name": None}


WrittenPipeline.__name__ = "Pipeline"
