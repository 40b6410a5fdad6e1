"""What docs/python.md says of the models beside Keras is what `test_same_numbers.py` and its list have."""

import pathlib
import re

from beside_torch import LISTED

HERE = pathlib.Path(__file__).parent


def test_the_counts_of_random_models():
    text = " ".join((HERE.parent.parent / "docs" / "python.md").read_text(encoding="utf-8").split())
    said = re.search(r"makes (\d+) random models .*?: (\d+) count .*? (\d+) are listed .*?\((\d+) hang on rounding, in (\d+) ", text)
    models = re.search(r'"REGIMEN_MODELS", "(\d+)"', (HERE / "test_same_numbers.py").read_text(encoding="utf-8"))
    made, listed = int(models[1]), len(LISTED)
    rounding = sum(one.rounding for one in LISTED.values())
    assert all(0 <= seed < made for seed in LISTED)
    assert [int(number) for number in said.groups()] == [made, made - listed, listed, rounding, listed - rounding]
