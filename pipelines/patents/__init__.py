"""Patents across sources: their numbers, the awards they came of, their chain of title."""
