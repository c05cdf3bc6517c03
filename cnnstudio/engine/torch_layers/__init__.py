"""Layers that PyTorch lacks, one class per file. They are pasted into PyTorch source and never run by this program."""
