"""A report on a run as one file: `content` gathers what is said, `html` and `markdown` write it."""
