"""Fully connected layers and the identity. One layer per file; see `cnnstudio.layers`."""
