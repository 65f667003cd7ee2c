"""Labs of containers: the same plan, deployed by containerlab on a Docker engine. What would outlive the agent is known by its labels."""
