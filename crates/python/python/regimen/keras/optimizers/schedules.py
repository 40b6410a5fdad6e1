"""Learning rate schedules, by Keras's names."""

import numpy as np

from ... import _regimen
from ..._keras import configs, foreign
from ..._keras.described import Described, deserializer, getter, make, serialize_entry
from ..._keras.eager_array import eager


class LearningRateSchedule(Described):
    """What every schedule is."""

    _kind = "schedules"
    _foreign_name = property(lambda self: type(self).__name__)

    def __init__(self, *args, **kwargs):
        if self._class_name:
            super().__init__(*args, **kwargs)
        elif args or kwargs:
            raise TypeError(f"{type(self).__name__}.__init__() got unexpected arguments: {[*args, *kwargs]}")

    def get_config(self):
        """The options, each with its value: override it in a class of your own."""
        if not self._class_name:
            raise NotImplementedError(f"Learning rate schedule '{type(self).__name__}' must override `get_config()` in order to be "
                                      "serializable.")
        return super().get_config()

    def _trace(self, step):
        """The library asks for the rate of a schedule that a program wrote."""
        from ..._keras.traced import Tensor, native, near

        near.append(step)
        try:
            return native(self(Tensor(step)))
        finally:
            near.pop()

    def _object(self):
        return super()._object() if self._class_name else {"class_name": foreign.register(self), "config": {}}

    def __call__(self, step):
        """The learning rate of a step: override it in a class of your own."""
        if not self._class_name:
            raise NotImplementedError(f"Learning rate schedule '{type(self).__name__}' must override `__call__(self, step)`.")
        return eager(np.float32(_regimen.eager_schedule(configs.dumps(self._object()), max(int(np.asarray(step)), 0))))


make("schedules", LearningRateSchedule, globals(), __name__)
get = getter("schedules", LearningRateSchedule, globals())


def serialize(learning_rate_schedule):
    """`{module, class_name, config, registered_name}`; None of None."""
    return serialize_entry(learning_rate_schedule)


deserialize = deserializer(get)
