"""What CloudWatch would make of this machine's logs: metrics, and which alarm would be raised."""
