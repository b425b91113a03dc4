"""Classes of quality: models whose scores on one index lie between the bounds of one class.

A class is no wider than its evidence: it holds what one index of one day has scored, and nothing
without a score. Scores of different indices are never compared. A model that thinks is scored as
it was tested: without thinking, at an effort, or at whatever it takes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from calculators.arrays import BoolArray
from calculators.score import Score
from pricing.book import PriceBook
from pricing.kept import cached_property
from pricing.schema import ModelScoreRow, QualityClassRow


class Quality:
    """Scores and classes of all models."""

    def __init__(self, book: PriceBook) -> None:
        self.book = book

    @cached_property
    def _scores(self) -> Mapping[tuple[str, str], Mapping[str, ModelScoreRow]]:
        """Model and thinking -> index -> score."""
        found: dict[tuple[str, str], dict[str, ModelScoreRow]] = {}
        for row in self.book.table("model_scores", ModelScoreRow):
            found.setdefault((row.model, row.thinking), {})[row.index] = row
        return found

    @cached_property
    def _classes(self) -> Mapping[str, Sequence[QualityClassRow]]:
        found: dict[str, list[QualityClassRow]] = {}
        for row in self.book.table("quality_classes", QualityClassRow):
            found.setdefault(row.index, []).append(row)
        return found

    def scores(self, model: str, reasoning: str) -> Mapping[str, Score]:
        """Index -> score of a model at an effort of thinking; empty where nobody scored it so.

        Asked for without thinking: as it was tested without. With: at that effort, else at
        whatever it took; a model that was only tested without has no other score.
        """
        efforts = ("none",) if reasoning == "none" else (reasoning, "full", "none")
        known = self._told
        return next((known[key] for effort in efforts if (key := (model, effort)) in known), {})

    @cached_property
    def _told(self) -> Mapping[tuple[str, str], Mapping[str, Score]]:
        """Model and thinking -> index -> score with its class and source, made once."""
        return {
            key: {index: self._score(row) for index, row in rows.items()}
            for key, rows in self._scores.items()
        }

    def _score(self, row: ModelScoreRow) -> Score:
        classes = self._classes[row.index]
        own = next((c for c in classes if c.at_least <= row.score < (c.below or math.inf)), None)
        source = self.book.source(row, kind="api", key=row.model)
        name = own.quality_class if own else ""
        return Score(row.score, row.index, classes[0].label, name, source)

    def class_of(self, model: str, reasoning: str) -> str:
        """The class of a model; blank where no index has put it in one."""
        found = (score.quality_class for score in self.scores(model, reasoning).values())
        return next((name for name in found if name), "")

    def in_class(self, models: Sequence[str], wanted: str, asked: str, reasoning: str) -> BoolArray:
        """Which models are of a class, by an index that has also scored the one asked for (C,).

        By any index where no model is asked for, or nobody scored it.
        """
        known = self.scores(asked, reasoning) if asked else {}
        return np.array([self._is(model, wanted, known, reasoning) for model in models], dtype=bool)

    def _is(self, model: str, wanted: str, known: Mapping[str, Score], reasoning: str) -> bool:
        found = self.scores(model, reasoning).values()
        return any(
            score.quality_class == wanted and (not known or score.index in known) for score in found
        )
