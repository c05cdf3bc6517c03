"""Layers that work against overfitting, active in training alone. One layer per file; see `cnnstudio.layers`."""
