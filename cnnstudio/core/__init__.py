"""Networks, edits, history, analysis and the project file. Standard library only: no Qt, no Keras, no NumPy."""
