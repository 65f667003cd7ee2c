"""What charon tells when it is asked."""
