"""Figures that institutions report about themselves: which cells, of whom, in which years, and how they add up."""
