"""Layers that vary images while training, and rescaling. One layer per file; see `cnnstudio.layers`."""
