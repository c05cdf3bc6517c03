"""Windows that summarise. One layer per file; see `cnnstudio.layers`."""
