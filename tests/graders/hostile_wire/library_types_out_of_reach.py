# story: Library classes by path that are not to be had.
# ends: run.protocol
say(['tl', 'os.system'])
