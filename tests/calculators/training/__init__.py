"""Tests of where models are trained."""
