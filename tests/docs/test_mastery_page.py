"""The page on ages of mastery: its examples run, and say what they say."""

import re
from pathlib import Path

import matplotlib.pyplot as plt

PAGE = (Path(__file__).parents[2] / "docs" / "mastery.md").read_text(encoding="utf-8")


def test_the_examples_run(capsys):
    names = {}
    for example in re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL):
        exec(example, names)
    plt.close("all")
    out = capsys.readouterr().out
    assert "<MasteryFit (simulated data): 101 items by told_apart" in out and "onset 12 (assumed)" in out
    assert "<AccuracyFit (simulated data): 31815 answers" in out
    for name, true in (("tau", 1.5), ("initial_strength", 1e-3)):
        each = names["found"].estimates[name]
        assert each.low < true < each.high
