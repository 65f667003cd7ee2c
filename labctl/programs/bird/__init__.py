"""BIRD 2: one daemon for BGP, BFD, static routes and the kernel's table."""
