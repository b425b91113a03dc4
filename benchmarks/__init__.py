"""Benchmarks run by hand: accuracy of the estimators, and the fits behind them."""
