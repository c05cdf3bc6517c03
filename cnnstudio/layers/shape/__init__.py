"""Layers that rearrange values. One layer per file; see `cnnstudio.layers`."""
