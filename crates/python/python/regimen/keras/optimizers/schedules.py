"""Learning rate schedules, by Keras's names."""

import numpy as np

from ... import _regimen
from ..._keras import configs
from ..._keras.described import Described, deserializer, getter, make


class LearningRateSchedule(Described):
    """What every schedule is."""

    _kind = "schedules"

    def __call__(self, step):
        """The learning rate of a step."""
        return np.float32(_regimen.eager_schedule(configs.dumps(self._object()), max(int(np.asarray(step)), 0)))


make("schedules", LearningRateSchedule, globals(), __name__)
get = getter("schedules", LearningRateSchedule, globals())


def serialize(learning_rate_schedule):
    """`{class_name, config}`."""
    return learning_rate_schedule._object()


deserialize = deserializer(get)
