"""Variables that an optimizer does not decay: those that a program gives, and those whose names expressions match.

The engine tells weights by their own names. On its own an optimizer has its variables marked for it, in a model it has the names of the
weights that are there: those that decay must be called otherwise than those that do not.
"""

import re

from . import configs

_OPTION = "exclude_from_weight_decay"
# Behind the paths of variables that do not decay, where the engine is to tell them apart.
MARK = "~stays"


class Excluding:
    """The part of an optimizer that says what does not decay."""

    def exclude_from_weight_decay(self, var_list=None, var_names=None):
        """Variables that do not decay, or expressions that their own names match (`bias`); in the place of those of a call before."""
        if self._alone is not None or self._runner() is not None:
            raise ValueError("`exclude_from_weight_decay()` can only be configured before the optimizer is built.")
        if hasattr(var_list, "assign"):
            raise TypeError("exclude_from_weight_decay(var_list=...): found a variable, expected a list of them")
        given = list(var_list or [])
        if var_names:
            re.compile("|".join(set(var_names)))
        self._excluded = [variable for variable in given if hasattr(variable, "assign")]
        if len(self._excluded) < len(given):
            configs.tell(f"{self.name}.exclude_from_weight_decay(var_list=...): what is no variable is passed over, as in Keras; "
                         "names go into var_names")
        self._config[_OPTION] = [*self._own_names(), *(var_names or [])]

    def _own_names(self):
        """Expressions for the names of the variables that were given, each once."""
        return list(dict.fromkeys(f"^{re.escape(variable.name)}$" for variable in self._excluded))

    def _stays(self, variable):
        """Whether a variable does not decay."""
        patterns = (self._config.get(_OPTION) or [])[len(self._own_names()) :]
        return any(variable is each for each in self._excluded) or any(re.search(pattern, variable.name) for pattern in patterns)

    def _marked(self, variables, paths):
        """Paths as the engine is given them; those of variables that do not decay have the mark."""
        found = [path + MARK if self._stays(variable) else path for variable, path in zip(variables, paths)]
        for pattern in self._config.get("exclude_layers") or []:
            if any((re.search(pattern, path) is None) != (re.search(pattern, marked) is None) for path, marked in zip(paths, found)):
                told = f"exclude_layers={pattern!r} together with exclude_from_weight_decay; leave its $ out"
                raise NotImplementedError(f"{self.name}: {told}")
        return found

    def _marking_rule(self):
        """The config of its rule for paths with marks."""
        rule = self._rule()
        return {**rule, "config": {**rule["config"], _OPTION: [f"{MARK}$"]}} if self._config.get(_OPTION) else rule

    def _decays(self):
        return any(value for key, value in self.get_config().items() if key.endswith("weight_decay") and key != _OPTION)

    def _check_excluded(self, variables):
        """Refuses a model in which other weights are called as those that do not decay."""
        names = {variable.name for variable in self._excluded}
        same = [variable.path for variable in variables if variable.trainable and variable.name in names and not self._stays(variable)]
        if same and self._decays():
            raise NotImplementedError(
                f"{self.name}.exclude_from_weight_decay(var_list=...): {', '.join(same)} would not decay either, as the weights of a model "
                "are told apart by their own names here; give all variables of a name, or none"
            )
