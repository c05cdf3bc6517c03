"""Building, training, measuring and exporting with Keras, in a process of its own. The only folder that imports Keras.

The backend is chosen by the environment variable `KERAS_BACKEND` before anything here is imported.
"""

import os

# A user's ~/.keras/keras.json must not change what a project trains on; the environment still may.
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
# PyTorch's threads wait for each other by spinning: on a machine that has other work, training is nine times slower.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# JAX takes three quarters of a graphics card's memory at its start, unless it is told to take what it needs.
os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
