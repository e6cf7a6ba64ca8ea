"""What experience leaves behind: early learning without a teacher, and pathways that compete in a critical period.

A stack of linear autoencoders, trained layer by layer on the inputs alone, leaves a start from which a task is learned
in a time that hardly depends on depth (`greedy_pretraining`), if the task lies along directions in which the inputs
vary (`will_pretraining_help`). Of two pathways to one task, the one that is closed for a while may find nothing left to
learn (`two_pathways`, `after_dose`), and of two senses the stronger is learned alone for a time (`unimodal_phase`).
Where a fine discrimination is trained, receptive fields change layer by layer (`perceptual_learning`). One network is
led through several worlds by `curriculum`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
