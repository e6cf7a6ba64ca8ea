"""Theory meets learners: learning curves of animals, people and networks, and what they can and cannot tell.

A curve of right answers over time is fitted by the course of one mode of a network of given depth
(`fit_learning_curve`). One curve tells a half-time and a width; it cannot tell a time constant from the strength of
what is learned. Levels of a world in distances over time (`fit_rdm_movie`) tell both, if two or more are learned.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
