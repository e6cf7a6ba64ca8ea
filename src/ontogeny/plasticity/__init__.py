"""What experience leaves behind: early learning without a teacher, and what is learned after it.

A stack of linear autoencoders, trained layer by layer on the inputs alone, leaves a start from which a task is learned
in a time that hardly depends on depth (`greedy_pretraining`), if the task lies along directions in which the inputs
vary (`will_pretraining_help`).
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
