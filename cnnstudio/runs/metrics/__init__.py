"""Measures of a model's answers against the truth, from arrays alone. NumPy only: no Keras, no files.

`classification` judges one class per image, `calibration` how far probabilities can be believed, `multi_label` several
labels per image, `regression` numbers.
"""
