"""The Lab: a filter over a picture or a signal, and the sum behind every value that comes out."""
