"""Image folders: scanning, decoding, splitting, and the sample data. NumPy and Pillow; no Qt, no Keras."""
