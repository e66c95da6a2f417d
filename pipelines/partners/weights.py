"""How much each component weighs, and what the total is."""

from collections.abc import Mapping, Sequence

import click
import numpy as np

from pipelines.partners.component import Component
from pipelines.partners.gather import Array

DEFAULT = {"fit": 0.35, "strength": 0.2, "history": 0.2, "proximity": 0.1, "support": 0.15}
"""What is wanted comes first, then who can do it and who has done it with this company; distance least, as it is the
one thing a company sees by itself. Nothing is estimated in them: give your own with --weights."""


def read(said: str | None) -> dict[str, float]:
    """Read `fit=0.5,proximity=0`: what is not named keeps its default. Raises click.UsageError."""
    weights = dict(DEFAULT)
    for one in filter(None, (part.strip() for part in (said or "").split(","))):
        name, _, value = (part.strip() for part in one.partition("="))
        if name not in DEFAULT:
            raise click.UsageError(f"--weights {one}: the components are {', '.join(DEFAULT)}")
        try:
            weights[name] = float(value)
        except ValueError:
            raise click.UsageError(f"--weights {one}: write it as {name}=0.5") from None
        if not 0 <= weights[name] < float("inf"):
            raise click.UsageError(f"--weights {one}: a weight is 0 or more")
    if not any(weights.values()):
        raise click.UsageError("--weights: one weight at least is more than 0")
    return weights


def told(weights: Mapping[str, float], components: Sequence[Component]) -> dict[str, float]:
    """Return the weights of the components that have a score, to add up to 1; all 0 where these weigh nothing."""
    mine = {c.name: weights[c.name] for c in components if c.score is not None}
    whole = sum(mine.values())
    return {name: weight / whole if whole else 0.0 for name, weight in mine.items()}


def total(weights: Mapping[str, float], components: Sequence[Component]) -> Array:
    """Return the weighted mean of the components that have a score, 0 to 1."""
    share = told(weights, components)
    scores = [(share[c.name], c.score) for c in components if c.score is not None]
    whole = scores[0][0] * scores[0][1]
    for weight, score in scores[1:]:
        whole += weight * score
    return np.clip(whole, 0, 1, out=whole)
