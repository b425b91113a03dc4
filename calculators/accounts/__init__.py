"""Months of the horizon, and what is charged in them."""
