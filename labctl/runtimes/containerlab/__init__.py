"""Labs of containers: the same plan, deployed by containerlab on a Docker engine."""
