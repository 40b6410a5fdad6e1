"""Methods that models had until Keras 2."""

from . import samples, streams


class OldMethods:
    """The part of a model with methods of old."""

    def fit_generator(self, generator, steps_per_epoch=None, epochs=1, **kwargs):
        """`fit`, under the name that it had for generators."""
        generator, steps_per_epoch = samples.steps(generator, steps_per_epoch, kwargs, "samples_per_epoch")
        held = kwargs.pop("nb_val_samples", None)
        if held is not None and streams.is_stream(kwargs.get("validation_data")):
            kwargs["validation_data"], kwargs["validation_steps"] = samples.counted(kwargs["validation_data"], held)
        return self.fit(generator, steps_per_epoch=steps_per_epoch, epochs=kwargs.pop("nb_epoch", epochs), **kwargs)

    def evaluate_generator(self, generator, steps=None, **kwargs):
        """`evaluate`, under the name that it had for generators."""
        generator, steps = samples.steps(generator, steps, kwargs, "val_samples")
        return self.evaluate(generator, steps=steps, **{"verbose": 0, **kwargs})

    def predict_generator(self, generator, steps=None, **kwargs):
        """`predict`, under the name that it had for generators."""
        generator, steps = samples.steps(generator, steps, kwargs, "val_samples")
        return self.predict(generator, steps=steps, **{"verbose": 0, **kwargs})

    def predict_classes(self, x, batch_size=32, verbose=0):
        """Classes, as old versions gave them."""
        probabilities = self.predict(x, batch_size=batch_size, verbose=verbose)
        if probabilities.shape[-1] > 1:
            return probabilities.argmax(axis=-1)
        return (probabilities > 0.5).astype("int32")

    def predict_proba(self, x, batch_size=32, verbose=0):
        """What `predict` gives, under its old name."""
        return self.predict(x, batch_size=batch_size, verbose=verbose)
