"""The Understand workspace: the weights of networks, and the gradients that reach them."""
