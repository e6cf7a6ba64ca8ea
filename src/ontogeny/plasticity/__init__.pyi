from .help import PretrainingEffect as PretrainingEffect
from .help import will_pretraining_help as will_pretraining_help
from .pretraining import Pretrained as Pretrained
from .pretraining import greedy_pretraining as greedy_pretraining
from .unsupervised import autoencoder_initial_strength as autoencoder_initial_strength
from .unsupervised import autoencoder_strength as autoencoder_strength
from .unsupervised import autoencoder_time as autoencoder_time
from .unsupervised import hebbian_flow as hebbian_flow
