"""The gestures of the mouse, one object for each: until release only the scene moves, then one edit is made."""
