"""Kernels that are not Python: a whole restored notebook in one walled kernel, for practice and never for certificates."""
