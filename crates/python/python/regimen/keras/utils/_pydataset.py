"""PyDataset, which was `Sequence`: batches by number."""


class PyDataset:
    """Batches by number: override `__getitem__` and `__len__`, and `on_epoch_end` where something is to happen then."""

    def __init__(self, workers=1, use_multiprocessing=False, max_queue_size=10):
        self.workers, self.use_multiprocessing, self.max_queue_size = workers, use_multiprocessing, max_queue_size

    def __getitem__(self, index):
        """The batch of a number."""
        raise NotImplementedError

    @property
    def num_batches(self):
        """How many there are."""
        return len(self)

    def on_epoch_begin(self):
        """Before the first batch of an epoch."""

    def on_epoch_end(self):
        """After the last batch of an epoch."""
