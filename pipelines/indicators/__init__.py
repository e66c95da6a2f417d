"""From linked records to indicator values: measures, indicators by family, and the engine that computes them."""
