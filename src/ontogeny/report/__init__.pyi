from .folder import check_folder as check_folder
from .pages import write as write
from .studies import Study as Study
from .studies import study as study
