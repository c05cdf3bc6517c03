"""Layers that rescale by statistics. One layer per file; see `cnnstudio.layers`."""
