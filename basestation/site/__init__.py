"""What the site has: users, workers, workplaces, devices, the chain, shifts."""
