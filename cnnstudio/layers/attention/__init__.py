"""Layers that weigh their inputs. One layer per file; see `cnnstudio.layers`."""
