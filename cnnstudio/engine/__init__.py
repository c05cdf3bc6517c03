"""Building, training, measuring and exporting with Keras, in a process of its own. The only folder that imports Keras.

The backend is chosen by the environment variable `KERAS_BACKEND` before anything here is imported.
"""

import os

# A user's ~/.keras/keras.json must not change what a project trains on; the environment still may.
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
