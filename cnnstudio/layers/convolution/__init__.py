"""Windows with learned weights. One layer per file; see `cnnstudio.layers`."""
