"""Published results and published mistakes."""
