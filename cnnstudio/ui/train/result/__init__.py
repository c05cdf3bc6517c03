"""The result of a finished run: figures, scores of the classes, mistakes, and how far probabilities can be believed."""
