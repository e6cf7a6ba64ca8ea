"""Theory meets learners: learning curves of animals, people and networks, and what they can and cannot tell.

A curve of right answers over time is fitted by the course of one mode of a network of given depth
(`fit_learning_curve`). One curve tells a half-time and a width; it cannot tell a time constant from the strength of
what is learned.

Times at which the items of a known world were mastered (`fit_mastery`), answers over time (`fit_accuracy`), and levels
of a world in distances over time (`fit_rdm_movie`) tell both, and test what the theory predicts of their order.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
