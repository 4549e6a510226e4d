"""One function a use case: load, decide, save, return; study, assess, award, read."""
