"""One mode, scalars only: the course of one singular mode of the world in a network that learns it.

`shallow` one weight matrix; `balanced` two weight matrices of equal strength, `unbalanced` of any; `deep` any number of
equal strength, `infinite` infinitely many, `chain` any number of any strength; `discrete` steps of finite size instead
of a flow. Every law has a course (`mode_strength`), a velocity (`mode_velocity`) and a clock (`time_to_strength`) where
it is a flow; `laws` has the one of each depth, in any unit; `transitions` says how sudden the courses are.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
