"""What notebooks show: HTML of histories, curves, findings and treatments, and progress in a kernel that stands in for IPython's."""

import contextlib
import io
import re
import sys
import types
import xml.etree.ElementTree as tree

import numpy as np
import pytest

import regimen
import regimen.keras as keras
from regimen._keras import dialect, notebook, progress_line
from regimen._keras.findings import Finding, Findings
from regimen._keras.treating import Treatment
from regimen.keras import layers


def rows(n=96):
    x = np.random.RandomState(0).normal(size=(n, 4)).astype("float32")
    return x, (x[:, 0] > 0).astype("int32")


def model_of():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(8, activation="relu"), layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def fitted(**options):
    x, y = rows()
    return model_of().fit(x, y, **{"epochs": 3, "validation_split": 0.25, "verbose": 0, **options})


def whole(markup):
    """The elements of a piece of HTML, which must be closed and nested."""
    for name in ("br", "img"):
        markup = re.sub(rf"<{name}([^>]*)>", rf"<{name}\1/>", markup)
    return tree.fromstring(f"<all>{markup}</all>")


FINDING = Finding(
    id="a<b", severity="warning", probability=0.9, title="<script>", explanation="`x` & y", from_epoch=3, check="look", remedies=["l2"]
)


class Handle:
    def __init__(self, shown):
        self.states = [shown]

    def update(self, shown):
        self.states.append(shown)


class OutStream(io.StringIO):
    """As the stream of a kernel is named."""


class ZMQInteractiveShell:
    """As the shell of a kernel is named."""


class OfColab(ZMQInteractiveShell):
    """A shell that is derived from it."""


@pytest.fixture
def kernel(monkeypatch):
    """A kernel that gathers what is displayed: `shown`, `out`, `shell`."""
    made = types.SimpleNamespace(shown=[], out=OutStream(), shell=ZMQInteractiveShell())

    def display(shown, display_id=None):
        made.shown.append(Handle(shown))
        return made.shown[-1] if display_id else None

    ipython, module = types.ModuleType("IPython"), types.ModuleType("IPython.display")
    ipython.get_ipython, module.display = (lambda: made.shell), display
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", module)
    made.inside = lambda: contextlib.redirect_stdout(made.out)
    return made


def test_a_history_shows_its_curves_as_an_image_and_its_values():
    history = fitted()
    page = whole(history._repr_html_())
    image = page.find("img")
    assert image.get("src").startswith("data:image/svg+xml;base64,") and "3 epochs" in image.get("alt")
    cells = [cell.text for cell in page.findall("details/table/tbody/tr")[2]]
    assert cells == ["3", *(f"{history.history[name][2]:.4f}" for name in history.history)]
    assert "<style" not in history._repr_html_(), "rules of style would hold for the whole page"


def test_values_that_are_not_of_each_epoch_are_left_out():
    history = fitted(epochs=4, validation_freq=2)
    heads = [cell.text for cell in whole(history._repr_html_()).findall("details/table/thead/tr/th")]
    assert heads == ["epoch", "accuracy", "loss"] or heads == ["epoch", "loss", "accuracy"]


def test_a_history_without_a_course_shows_nothing_that_is_not_there():
    assert keras.callbacks.History()._repr_html_() == ""


def test_curves_are_a_text_and_a_picture():
    curves = fitted().curves()
    assert isinstance(curves, str) and curves.startswith("<svg") and curves._repr_html_().startswith("<img ")
    assert notebook.Picture("")._repr_html_() == ""


def test_findings_are_escaped_and_say_all_of_it():
    page = Findings([FINDING])._repr_html_()
    text = "".join(whole(page).itertext())
    assert "<script>" in text and "<script>" not in page and "a<b" in text and "<code>x</code> &amp; y" in page
    for part in ("90% sure", "from epoch 3", "To check: look", "l2", "warning"):
        assert part in text
    assert FINDING._repr_html_() == page
    assert "Nothing was found" in Findings()._repr_html_()


def test_epochs_are_counted_as_titles_count_them():
    found = regimen.diagnose({"loss": [1.0, 0.9, 0.8, float("nan"), float("nan")]})[0]
    assert "from epoch 4" in found.title and ", from epoch 4)" in str(found) and "<br>from epoch 4<" in found._repr_html_()


def test_diagnose_gives_what_notebooks_show():
    course = "\n".join(f"Epoch {i}/6\n1s - loss: {1 / i:.4f} - val_loss: {0.5 + 0.2 * i:.4f}" for i in range(1, 7))
    assert whole(regimen.diagnose(course)._repr_html_()) is not None


REMEDY = {"change": "rate 0.5", "verdict": "helps", "effect": 0.5, "low": 0.25, "high": 0.75, "p": 0.01, "seeds": 8, "seeds_needed": None}


def results(*remedies):
    baseline = {"validation": 1.0, "test": 1.25, "deviation": None, "seeds": 1}
    return {"metric": "loss", "more_is_better": False, "part": "test", "margin": 0.1, "baseline": baseline,
            "remedies": list(remedies), "findings_by_treatment": {"overfitting": "confirmed"}}


def test_a_treatment_shows_what_helps_and_what_was_not_judged():
    left = {"verdict": "undecided", "effect": None, "reason": "the budget ends", "screened": 0.125}
    remedies = [{"id": "dropout", "score": 0.75, "diff": ["+ <x>"], **REMEDY}, {"id": "l2", **left}, {"id": "input_noise", **left}]
    page = Treatment(results(*remedies), "", "folder", None)._repr_html_()
    text = "".join(whole(page).itertext())
    for part in ("dropout (rate 0.5) helps: loss goes from 1.2500 to 0.7500", "+0.2500 to +0.7500", "+ <x>", "2 not judged",
                 "l2 (+0.1250), input_noise (+0.1250)", "overfitting confirmed", "1 seed, deviation -"):
        assert part in text, part
    points = whole(page).find(".//circle")
    assert 80 < float(points.get("cx")) < 156, "right of no effect, within the picture"


def test_a_treatment_without_a_verdict_says_so():
    page = Treatment(results(), "", "folder", None)._repr_html_()
    assert "Nothing that was tried is shown to help" in page and "<table" not in page


def test_progress_is_a_line_of_html_for_each_epoch(kernel, monkeypatch):
    monkeypatch.setattr(progress_line, "_EVERY", 0.0)
    with kernel.inside():
        history = fitted(verbose=1, epochs=2, batch_size=24)
    epochs = [handle for handle in kernel.shown if "Epoch" in handle.states[-1]._repr_html_()]
    assert len(epochs) == 2 and "Epoch" not in kernel.out.getvalue()
    for i, handle in enumerate(epochs):
        shown = ["".join(whole(state._repr_html_()).itertext()) for state in handle.states]
        done = [int(re.search(r"(\d)/3", text).group(1)) for text in shown]
        assert done == sorted(done) and done[0] == 0 and done[-1] == 3
        widths = [int(re.search(r"width:(\d+)%;height", state._repr_html_()).group(1)) for state in handle.states]
        assert widths == [round(100 * batches / 3) for batches in done]
        assert shown[-1].startswith(f"Epoch {i + 1}/2") and f" - val_loss: {history.history['val_loss'][i]:.4f}" in shown[-1]
        assert repr(handle.states[-1]).endswith(shown[-1].partition("/step")[2])


def test_a_page_is_not_flooded_and_the_last_state_is_shown(kernel, monkeypatch):
    monkeypatch.setattr(progress_line, "_EVERY", 3600.0)
    with kernel.inside():
        fitted(verbose=1, epochs=3, batch_size=4)
    states = [len(handle.states) for handle in kernel.shown if "Epoch" in repr(handle.states[0])]
    assert states == [2, 1, 1], "the first line at once, then the ends of epochs alone"


def test_findings_of_a_fit_are_shown_as_a_table(kernel):
    x, y = rows()
    model = keras.Sequential([layers.Dense(3, activation="sigmoid")])
    model.compile("adam", "categorical_crossentropy")
    with kernel.inside():
        model.fit(x, keras.utils.to_categorical(y, 3), verbose=1)
    last = kernel.shown[-1].states[0]
    assert "What the doctor found" in last._repr_html_() and "<table" in last._repr_html_() and "wrong_activation_loss_pairing" in repr(last)


def test_evaluate_and_predict_leave_a_line(kernel):
    model, (x, y) = model_of(), rows()
    with kernel.inside():
        model.evaluate(x, y)
        model.predict(x)
    assert ["Epoch" in repr(handle.states[0]) for handle in kernel.shown] == [False, False] and kernel.out.getvalue() == ""
    assert re.match(r"3/3 - \ds \d+\w+/step - accuracy: \d", repr(kernel.shown[0].states[0]))


@pytest.mark.parametrize("what", ["silent", "lines", "gathered", "terminal", "outside"])
def test_where_there_is_no_kernel_or_no_bar_nothing_is_displayed(kernel, what):
    out = io.StringIO() if what == "gathered" else kernel.out
    kernel.shell = {"terminal": types.SimpleNamespace(), "outside": None}.get(what, kernel.shell)
    with contextlib.redirect_stdout(out):
        fitted(verbose={"silent": 0, "lines": 2}.get(what, 1))
    assert kernel.shown == [] and ("Epoch 1/3" in out.getvalue()) == (what != "silent")


def test_shells_that_are_derived_are_kernels(kernel):
    kernel.shell = OfColab()
    with kernel.inside():
        fitted(verbose=1)
    assert kernel.shown


def test_programs_of_old_count_rows_in_a_notebook_too(kernel, monkeypatch):
    monkeypatch.setattr(dialect, "_version", "2.2")
    with kernel.inside():
        fitted(verbose=1, epochs=1)
    assert any("72/72" in repr(handle.states[-1]) for handle in kernel.shown) and "Train on 72 samples" in kernel.out.getvalue()
