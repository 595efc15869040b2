"""The labelling loop: tasks for annotation tools, votes read back, disagreements, what is next."""
