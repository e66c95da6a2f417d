"""Where the data ends up, and how to read it."""
