"""What things cost: charges over months, machines, ownership, work, network, users."""
