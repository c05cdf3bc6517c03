"""Layers that Keras lacks, as Keras classes. The names are those of `Call("custom.…")`."""
