"""The fit finds the most probable effects, and predictions follow from them by the book."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from scipy import optimize

from calculators.arrays import Array
from calculators.estimators.learnt import FORMS, settings
from calculators.estimators.terms import (
    Design,
    Effect,
    EffectLabel,
    Fitted,
    Form,
    Sample,
    Settings,
    _loss,
    design,
    precision_weights,
    solve,
    stacked,
)
from tests.calculators.estimators.estimating import estimators

FORM = Form(
    name="toy",
    terms=("compute", "memory", "launch"),
    effects=(
        Effect("base", ((0,), (1,), (2,))),
        Effect("machine", ((0,), (0, 1))),
        Effect("model", ((0, 1, 2),)),
        Effect("size", ((1, 2),)),
    ),
)
SETTINGS = Settings(
    base=(0.5, 0.3, 0.0),
    spread={"base": 1.0, "machine": 0.4, "model": 0.3, "size": 0.2},
    noise=0.1,
    tail=4.0,
)


def samples(seed: int, count: int = 40, odd: int = 0) -> list[Sample]:
    """Rows of a world that follows the form, ``odd`` of them far off."""
    random = np.random.default_rng(seed)
    machine = random.normal(0, 0.4, (5, 2))
    model = random.normal(0, 0.3, 6)
    made = []
    for row in range(count):
        m, n, size = random.integers(5), random.integers(6), random.normal()
        terms = np.exp(random.normal(0, 1, 3))
        slow = np.array([0.4, 0.2, 0.1]) + model[n]
        slow[0] += machine[m].sum()
        slow[1] += machine[m, 1]
        slow[1:] += 0.1 * size
        log = np.log((terms * np.exp(slow)).sum()) + random.normal(0, 0.1)
        log += 3.0 if row < odd else 0.0
        labels: dict[str, EffectLabel] = {
            "machine": f"m{m}",
            "model": f"n{n}" if row % 7 else "",
            "size": ("log2", float(size)),
        }
        made.append(Sample(f"r{row}", float(np.exp(log)), tuple(terms), labels))
    return made


def loss_and_slope(theta: Array, data: Design) -> tuple[float, Array]:
    """The loss the fit minimises, and its gradient."""
    mean, shares = data.evaluate(theta)
    residual = data.target - mean
    weights = precision_weights(residual, data.noise, data.settings.tail)
    pull = data.slopes(shares).T @ (weights * residual)
    slope = (theta - data.prior) / data.spread**2 - pull
    return _loss(data, theta, residual, data.noise), slope


def best(data: Design, start: Array) -> float:
    """The loss an independent optimiser reaches."""
    found = optimize.minimize(
        loss_and_slope,
        start,
        args=(data,),
        jac=True,
        method="BFGS",
        options={"gtol": 1e-9, "maxiter": 5000},
    )
    return float(found.fun)


def test_the_gradient_is_that_of_the_loss() -> None:
    data = design(FORM, samples(0), SETTINGS)
    theta = data.prior + 0.1
    small = 1e-6 * np.eye(theta.size)
    wanted = [
        (loss_and_slope(theta + move, data)[0] - loss_and_slope(theta - move, data)[0]) / 2e-6
        for move in small
    ]
    np.testing.assert_allclose(loss_and_slope(theta, data)[1], wanted, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("count", [12, 60])
def test_the_solver_finds_the_optimum_of_small_problems(seed: int, count: int) -> None:
    """With fewer rows than columns, and with more: both forms of the step."""
    data = design(FORM, samples(seed, count), SETTINGS)
    reached = loss_and_slope(solve(data), data)[0]
    wanted = best(data, data.prior)
    assert reached <= wanted + 1e-6 * max(1.0, abs(wanted))


@pytest.mark.parametrize("seed", range(4))
def test_odd_rows_leave_the_solver_at_an_optimum(seed: int) -> None:
    """Heavy tails have several; no optimiser betters the one that was found."""
    data = design(FORM, samples(seed, 60, odd=6), SETTINGS)
    theta = solve(data, tolerance=1e-10)
    reached = loss_and_slope(theta, data)[0]
    assert best(data, theta) >= reached - 1e-6 * max(1.0, abs(reached))


def test_the_solver_finds_the_optimum_of_a_real_form() -> None:
    learnt = estimators().predictor.learnt
    rows = [item.sample for item in learnt.ready["llm_token"]]
    data = design(FORMS["llm_token"], rows, settings(FORMS["llm_token"], learnt.fits))
    reached = loss_and_slope(solve(data), data)[0]
    wanted = best(data, data.prior)
    assert reached <= wanted + 1e-6 * max(1.0, abs(wanted))


def test_a_step_that_only_worsens_is_not_taken() -> None:
    data = design(FORM, samples(3), SETTINGS)
    optimum = solve(data, tolerance=1e-14)
    again = solve(data, optimum, steps=5, tolerance=0.0)
    assert loss_and_slope(again, data)[0] <= loss_and_slope(optimum, data)[0]


# ----------------------------------------------------------------------------------- prediction


def by_hand(fitted: Fitted, labels: Mapping[str, EffectLabel], terms: Array) -> tuple[float, float]:
    """log T and deviation from the effects and their covariance, one column at a time."""
    exponent = np.zeros(len(terms))
    load = np.zeros((len(terms), len(fitted.theta)))
    unseen = np.zeros((len(terms), len(terms)))
    for effect, given in {**labels, "base": "all"}.items():
        label, weight = (given, 1.0) if isinstance(given, str) else given
        for group, moved in enumerate(FORM.effect(effect).groups):
            if (effect, label, group) in fitted.data.columns:
                place = fitted.data.columns.index((effect, label, group))
                exponent[list(moved)] += weight * fitted.theta[place]
                load[list(moved), place] += weight
            elif label:
                hit = np.zeros(len(terms))
                hit[list(moved)] = weight
                unseen += SETTINGS.spread[effect] ** 2 * np.outer(hit, hit)
    parts = terms * np.exp(exponent)
    shares = parts / parts.sum()
    covariance = load @ fitted.posterior[:-1, :-1] @ load.T + unseen
    return float(np.log(parts.sum())), float(np.sqrt(shares @ covariance @ shares + 0.1**2))


QUESTIONS: tuple[Mapping[str, EffectLabel], ...] = (
    {"machine": "m1", "model": "n2", "size": ("log2", 1.5)},
    {"machine": "m4", "model": "unheard of", "size": ("log2", 0.0)},
    {"machine": "", "model": "n0"},
    {"machine": "unheard of", "size": ("log10", -2.0)},
)


def test_a_prediction_is_the_sum_of_its_effects() -> None:
    fitted = Fitted.learn(FORM, samples(1, 50), SETTINGS)
    terms = np.exp(np.random.default_rng(2).normal(0, 1, (3, len(QUESTIONS), 2)))
    query = fitted.query(fitted.switched(QUESTIONS))
    found = fitted.predict(terms, query)
    for row, labels in enumerate(QUESTIONS):
        for point in range(2):
            mid, deviation = by_hand(fitted, labels, terms[:, row, point])
            assert found.log_seconds[row, point] == pytest.approx(mid, rel=1e-12)
            assert found.deviation[row, point] == pytest.approx(deviation, rel=1e-9)


def test_an_effect_may_vary_by_point() -> None:
    """Weights of "size" (known) and "machine" (unheard of) differ between three points."""
    fitted = Fitted.learn(FORM, samples(1, 50), SETTINGS)
    sizes, present = np.array([0.0, 1.5, -0.7]), np.array([1.0, 0.0, 1.0])
    terms = np.exp(np.random.default_rng(2).normal(0, 1, (3, 1, 3)))
    plain: Mapping[str, EffectLabel] = {"model": "n2", "size": "log2", "machine": "new"}
    query = fitted.query(fitted.switched([plain]), ("size", "machine"))
    found = fitted.predict(terms, query, np.stack([sizes, present]))
    for point in range(3):
        labels: dict[str, EffectLabel] = {"model": "n2", "size": ("log2", float(sizes[point]))}
        if present[point]:
            labels["machine"] = "new"
        mid, deviation = by_hand(fitted, labels, terms[:, 0, point])
        assert found.log_seconds[0, point] == pytest.approx(mid, rel=1e-12)
        assert found.deviation[0, point] == pytest.approx(deviation, rel=1e-9)


def test_uncertainty_falls_where_rows_are() -> None:
    fitted = Fitted.learn(FORM, samples(1, 50), SETTINGS)
    variance = np.diag(fitted.posterior)
    assert np.all(variance[:-1] > 0)
    assert np.all(variance[:-1] <= fitted.data.spread**2)
    assert variance[-1] == 0  # the effect of no label


def test_nearest_rows_share_the_most_telling_labels() -> None:
    rows = samples(1, 50)
    fitted = Fitted.learn(FORM, rows, SETTINGS)
    labels: Mapping[str, EffectLabel] = {"machine": "m1", "model": "n2"}
    named = {row.row: row.labels for row in rows}
    first = fitted.nearest(labels)[0]
    assert named[first]["machine"] == "m1"
    assert fitted.nearest({"machine": "new", "model": "unseen"}) == ()


def test_terms_are_broadcast_together() -> None:
    made = stacked((np.ones((2, 1)), np.arange(3.0), 7.0))
    assert made.shape == (3, 2, 3)
    assert made[1, 1].tolist() == [0.0, 1.0, 2.0]
    assert np.all(made[2] == 7.0)
