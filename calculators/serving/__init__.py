"""Machines that answer: their times under load, the user's own benchmark, the day, sleep."""
