"""GoBGP: BGP and BFD in one daemon, which has no hand in the kernel's routes. Another program of the node writes them: FRR's zebra, or one of ours."""
