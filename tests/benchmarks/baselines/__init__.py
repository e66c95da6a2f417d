"""Plain ways to link a name, for comparison: what a reader could write in an afternoon over the same registry."""
