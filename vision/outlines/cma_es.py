"""A small CMA-ES (covariance matrix adaptation evolution strategy) in numpy.

After N. Hansen, "The CMA Evolution Strategy: A Tutorial" (2016), section B.
"""

from collections.abc import Callable

import numpy as np

type Cost = Callable[[np.ndarray], np.ndarray]


class Evolution:
    """Minimise a cost over standardised parameters, one generation at a time."""

    def __init__(self, start: np.ndarray, step: float, rng: np.random.Generator, size: int = 0) -> None:
        count = len(start)
        self.rng, self.mean, self.step = rng, start.copy(), step
        self.size = size or 4 + int(3 * np.log(count))
        self._choose_rates(count)
        self.path_step, self.path_cov = np.zeros(count), np.zeros(count)
        self.cov, self.axes, self.spread = np.eye(count), np.eye(count), np.ones(count)
        self.generation, self.best, self.best_cost = 0, start.copy(), np.inf

    def _choose_rates(self, count: int) -> None:
        parents = self.size // 2
        weights = np.log(parents + 0.5) - np.log(np.arange(1, parents + 1))
        self.weights = weights / weights.sum()
        mass = 1 / np.sum(self.weights**2)
        self.mass = mass
        self.rate_cov = (4 + mass / count) / (count + 4 + 2 * mass / count)
        self.rate_step = (mass + 2) / (count + mass + 5)
        self.rate_one = 2 / ((count + 1.3) ** 2 + mass)
        self.rate_many = min(1 - self.rate_one, 2 * (mass - 2 + 1 / mass) / ((count + 2) ** 2 + mass))
        self.damping = 1 + 2 * max(0.0, np.sqrt((mass - 1) / (count + 1)) - 1) + self.rate_step
        self.expected = np.sqrt(count) * (1 - 1 / (4 * count) + 1 / (21 * count**2))

    def run(self, cost: Cost, generations: int) -> None:
        """Advance by `generations`; `best` and `best_cost` are the best seen so far."""
        for _ in range(generations):
            self._advance(cost)

    def _advance(self, cost: Cost) -> None:
        steps = (self.rng.standard_normal((self.size, len(self.mean))) * self.spread) @ self.axes.T
        candidates = self.mean + self.step * steps
        costs = cost(candidates)
        order = np.argsort(costs, kind="stable")
        if costs[order[0]] < self.best_cost:
            self.best, self.best_cost = candidates[order[0]].copy(), float(costs[order[0]])
        chosen = steps[order[: len(self.weights)]]
        self._adapt(chosen, self.weights @ chosen)

    def _adapt(self, chosen: np.ndarray, shift: np.ndarray) -> None:
        self.generation += 1
        self.mean = self.mean + self.step * shift
        whitened = self.axes @ ((self.axes.T @ shift) / self.spread)
        keep = 1 - self.rate_step
        gain = np.sqrt(self.rate_step * (2 - self.rate_step) * self.mass)
        self.path_step = keep * self.path_step + gain * whitened
        length = np.linalg.norm(self.path_step) / np.sqrt(1 - keep ** (2 * self.generation))
        slow = float(length < (1.4 + 2 / (len(self.mean) + 1)) * self.expected)
        gain = slow * np.sqrt(self.rate_cov * (2 - self.rate_cov) * self.mass)
        self.path_cov = (1 - self.rate_cov) * self.path_cov + gain * shift
        self.cov *= 1 - self.rate_one - self.rate_many
        self.cov += self.rate_one * np.outer(self.path_cov, self.path_cov)
        self.cov += self.rate_many * (chosen.T * self.weights) @ chosen
        growth = self.rate_step / self.damping * (np.linalg.norm(self.path_step) / self.expected - 1)
        self.step = float(np.clip(self.step * np.exp(min(growth, 1.0)), 1e-4, 2.0))
        if self.generation % 4 == 0:
            values, self.axes = np.linalg.eigh((self.cov + self.cov.T) / 2)
            self.spread = np.sqrt(np.maximum(values, 1e-12))
