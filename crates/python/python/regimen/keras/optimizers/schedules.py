"""Learning rate schedules, by Keras's names."""

from ..._keras.described import Described, getter, make


class LearningRateSchedule(Described):
    """What every schedule is."""

    _kind = "schedules"


make("schedules", LearningRateSchedule, globals(), __name__)
get = getter("schedules", LearningRateSchedule, globals())
