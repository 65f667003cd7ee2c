"""ExaBGP: a speaker that injects what it is told to, and tells what it hears. It has no BFD (exabgp#1037) and no table of its own but what it announces."""
