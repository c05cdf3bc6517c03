"""What is inside a network: its weights, and the gradients that reach them."""
