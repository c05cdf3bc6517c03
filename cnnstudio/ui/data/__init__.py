"""The Data workspace: choose a folder, look at its classes and images, split it, fit the network to it."""
