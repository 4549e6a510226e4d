"""Records as strangers read them: what a package for the HR bureau looks like, and the verifier that goes with it."""
