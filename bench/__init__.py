"""How fast and how big labctl is, against the targets it sets itself: `make bench`."""
