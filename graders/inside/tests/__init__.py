"""The tests' process: runs the teacher's cells and tests, and asks the learner's process for data."""
