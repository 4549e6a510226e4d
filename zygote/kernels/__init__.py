"""Warm kernels: a mother that has imported everything forks them; a provisioner through which Jupyter asks for them."""
