"""The answer read from an evaluation: options, ranges, words, effects of prices."""
