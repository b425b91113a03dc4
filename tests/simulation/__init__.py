"""Days of options, request by request."""
