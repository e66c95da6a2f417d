"""Review of links: which names are worth a person's time, and the answers people give, kept as seed rows.

Not a part of `pipelines.link`, on whose code every answer depends: a better list must not have names linked anew.
"""
