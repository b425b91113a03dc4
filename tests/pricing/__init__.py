"""Tests of the price book."""
