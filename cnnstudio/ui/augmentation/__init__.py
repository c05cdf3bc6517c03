"""The user's images before and after the network's augmentation layers, wherever that is shown."""
