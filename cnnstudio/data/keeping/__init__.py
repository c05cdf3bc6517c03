"""Where decoded images are kept: in memory, in a file under a limit, or nowhere, decoded again in each epoch."""
