"""Layers with several inputs. One layer per file; see `cnnstudio.layers`."""
