"""A baseline as a system: candidates that cost time, and a setting that picks among them, chosen on labels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pipelines.link.training.labels import Label
from tests.benchmarks.measures import reached

BETA = 0.5
"""Settings are chosen for the best F0.5 on the labels to learn from: precision counts more, as in our own figures."""


@dataclass
class Tuned:
    """`search` finds the candidates of some names, `choose` picks the answer for one by a setting."""

    name: str
    search: Callable[[Sequence[Label]], list[Any]]
    choose: Callable[[Any, Any], frozenset[str]]
    settings: Sequence[Any]
    strings: int | None = None
    setting: Any = None
    learns: Literal["nothing", "set", "all"] = "set"
    kept: dict[tuple[str, str], Any] = field(default_factory=dict)

    def fit(self, train: Sequence[Label]) -> None:
        """Take the setting with the best F0.5; of equals the first."""
        found = self._candidates(train)

        def gain(setting: Any) -> float:
            return reached(train, [self.choose(each, setting) for each in found]).f(BETA)

        self.setting = max(self.settings, key=gain)

    def answer(self, labels: Sequence[Label]) -> list[frozenset[str]]:
        """Answer with the setting learned, or the first one."""
        setting = self.settings[0] if self.setting is None else self.setting
        return [self.choose(found, setting) for found in self._candidates(labels)]

    def forget(self) -> None:
        """Drop the candidates kept."""
        self.kept.clear()

    def _candidates(self, labels: Sequence[Label]) -> list[Any]:
        new = list(
            {(one.name, one.country): one for one in labels if (one.name, one.country) not in self.kept}.values()
        )
        for one, found in zip(new, self.search(new) if new else [], strict=True):
            self.kept[one.name, one.country] = found
        return [self.kept[one.name, one.country] for one in labels]
