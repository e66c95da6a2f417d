"""OpenAlex: groups of works by institution, how they are asked for and how they are read."""
