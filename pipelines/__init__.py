"""How: sources, steps, links and indicators."""
