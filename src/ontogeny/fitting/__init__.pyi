from .curves import learning_curve as learning_curve
from .likelihood import LearningCurveFit as LearningCurveFit
from .likelihood import fit_learning_curve as fit_learning_curve
