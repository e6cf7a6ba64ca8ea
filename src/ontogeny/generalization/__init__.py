"""Generalization: train and test error over the whole course of learning.

A student learns from noisy examples of a teacher: first it learns, then it overfits, so that early stopping pays. For
white inputs the laws hold at any ratio of examples to inputs, the load, including the peak of double descent at load 1
(`test_error` and its neighbors). There are laws for inputs of any covariance (`spectral_risk`), for a user's own data
(`from_data`), for networks of rectified units (`random_features`, `both_layers`) and for teachers of few modes
(`low_rank_teacher`).
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
