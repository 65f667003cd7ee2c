"""The kernel of a node: addresses, tunnels, bridges, its own static routes, sysctls, path marks."""
