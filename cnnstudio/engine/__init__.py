"""Building, training, measuring and exporting with Keras, in a process of its own. The only folder that imports Keras."""
