"""Loads on a running server on this machine, bounded in number and time."""
