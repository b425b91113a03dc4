"""What stands between the network and the work: limits, fairness, headers, logs, measurements."""
