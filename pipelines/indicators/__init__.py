"""From linked records to indicator values: measures, indicators by family, and their engine."""
