"""What the commands of the command line do. Keras is imported inside those that need it; Qt by `open` alone."""
