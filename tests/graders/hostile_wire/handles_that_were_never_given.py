# story: Numbers of objects of the test that nobody handed out.
# ends: run.protocol
say(['H', 1])
