"""The learner's process: runs the answers, and tells what is asked of them."""
