"""The inspector: a form made from a layer's parameters, the sum behind its shape, and what it costs."""
