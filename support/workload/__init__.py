"""A workload made up at random: commands that make sense, some that have to be refused."""
