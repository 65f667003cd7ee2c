"""What GoBGP tells when asked: one file a question. Standard library only; the agent imports these."""
