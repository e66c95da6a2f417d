"""Folds of the labels that leak nothing: strings that are nearly the same stand in one fold, across all sets."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence

from pipelines.link.training.labels import Label

FOLDS = 5
_MARKS = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"[^\W_]+")


def key(name: str) -> str:
    """Return what near duplicates share: their words without case, accents, order, repetition and numbers.

    "Univ. of X, 12345 Y" and "univ of X; Y" are one string to a learner. Names of digits alone keep them.
    """
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    words = set(_WORD.findall(_MARKS.sub("", text)))
    told = {word for word in words if not any(c.isdigit() for c in word)} or words
    return " ".join(sorted(told))


def fold(name: str, folds: int = FOLDS) -> int:
    """Return the fold of a string: its key's digest, so that it is the same in every set, run and machine."""
    return int.from_bytes(hashlib.sha256(key(name).encode()).digest()[:8], "big") % folds


def split(labels: Sequence[Label], folds: int = FOLDS) -> list[tuple[list[int], list[int]]]:
    """Return for each fold the positions to learn from and those held back; together every position once."""
    of = [fold(label.name, folds) for label in labels]
    return [
        ([i for i, f in enumerate(of) if f != held], [i for i, f in enumerate(of) if f == held])
        for held in range(folds)
    ]
