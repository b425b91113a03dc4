"""Tests of where requests are answered."""
