from .curves import learning_curve as learning_curve
from .design import curve_shape as curve_shape
from .design import trials_needed as trials_needed
from .likelihood import LearningCurveFit as LearningCurveFit
from .likelihood import fit_learning_curve as fit_learning_curve
from .rdm_movies import RdmMovieFit as RdmMovieFit
from .rdm_movies import fit_rdm_movie as fit_rdm_movie
from .shared_courses import SharedCourse as SharedCourse
