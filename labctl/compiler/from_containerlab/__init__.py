"""A topology file of containerlab's to one of labctl's, for `labctl import`."""
