"""What the simulated Open Patent Services have: families of patents, and how documents are written."""
