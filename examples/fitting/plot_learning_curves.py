"""
One curve tells a half-time, and hardly a depth
===============================================

Simulated learners of one, two and three layers, 40 blocks of 50 trials each, two choices. **Their half-times are known
to a few per cent. One layer is told from more by a single learner; two and three layers are not told apart**: above the
gray line a depth is ruled out.
"""

import matplotlib.pyplot as plt
import numpy as np

import ontogeny as on
from ontogeny.fitting import effective_depth, fit_learning_curve, simulate_learners
from ontogeny.plot.style import styled

depths = (1.0, 2.0, 3.0)
learners = {depth: simulate_learners(1, spread=0.0, depth=depth, seed=3) for depth in depths}
answers = {depth: (table["block"], table["correct"], table["trials"]) for depth, table in learners.items()}
fits = {depth: fit_learning_curve(*data, depth=depth) for depth, data in answers.items()}
found = {depth: effective_depth(*data) for depth, data in answers.items()}

# %%

with styled():
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.0, 3.8), layout="constrained")
    for place, depth in enumerate(depths):
        block, right_answers, trials = answers[depth]
        left.plot(block, right_answers / trials, ".", color=f"C{place}", alpha=0.6)
        left.plot(block, fits[depth].predicted(block), color=f"C{place}", label=f"depth {depth:g}")
        on.plot.effective_depths({f"{depth:g}": found[depth]}, ax=right, color=f"C{place}", alpha=1.0)
    left.set(xlabel="block", ylabel="share of right answers")
    left.legend()
plt.show()

# %%
# Half-times lie within their intervals. The exponential learner does not rule out one layer; the others do, and leave
# two and three layers open.

for depth in depths:
    assert fits[depth].interval[0] < 15.0 < fits[depth].interval[1]
assert [found[depth].is_deeper_than_one for depth in depths] == [False, True, True]
for depth in (2.0, 3.0):
    apart = 2 * np.abs(found[depth].profile[2.0] - found[depth].profile[3.0])
    assert apart < 3.84
