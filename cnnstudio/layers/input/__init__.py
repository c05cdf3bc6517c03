"""What feeds a network. One layer per file; see `cnnstudio.layers`."""
