"""What the simulated US National Science Foundation awards, and how its yearly files are written."""
