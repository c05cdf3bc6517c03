"""Joins the window and the engine: the only place that knows both."""
