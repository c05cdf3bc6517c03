"""Saved models in other formats: each file is read back in its own runtime and compared before it counts as written.

One file per format; `formats` lists them, `export` does the work.
"""
