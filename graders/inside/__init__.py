"""What runs behind the walls, beside the learner's code: it holds no secret and decides no points."""
