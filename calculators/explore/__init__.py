"""What lies around the answer: envelopes, steps, crossings, sweeps, maps and draws."""
