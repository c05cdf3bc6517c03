"""Training plans, run events, metric series, run folders, and the engine's protocol. No Qt, no Keras."""
