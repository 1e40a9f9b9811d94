"""The simulated Participant Service: its state machine, its port, its command."""
