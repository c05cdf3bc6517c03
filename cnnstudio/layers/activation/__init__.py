"""Functions of each value. One layer per file; see `cnnstudio.layers`."""
