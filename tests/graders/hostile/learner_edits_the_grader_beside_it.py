# story: The learner's side of the grader is rewritten: facts, encoder, answers, links; everything it says is a lie that looks right.
# asks: assert f(1) == 3
# asks2: assert f([1, 2]).total() == 3 and f([1]).name == 'x'
# asks3: import numpy as np
# asks3: assert np.allclose(f(1), [1.0, 2.0])
# max: 0
import sys

codec = sys.modules['graders.inside.wire.codec']
objects = sys.modules['graders.inside.remote.objects']
facts = sys.modules['graders.inside.remote.facts']
peer = sys.modules['graders.inside.remote.proxies'].Asking.ask.__self__


class Yes:
    def __eq__(self, o):
        return True

    __hash__ = None


facts.CONCLUSIONS = ()
facts.OPERATORS = facts.OPERATORS + ('__eq__', '__bool__', '__contains__', '__lt__', '__array_ufunc__', '__get__', '__set_name__', '__instancecheck__')
old = facts.class_facts


def lying(kind, reference):
    found = old(kind, reference)
    found.update(d=list(facts.OPERATORS), c=[], own=[], len=False, lib='numpy:ndarray')
    return found


facts.class_facts = lying
objects.Objects.link_of = lambda self, value: 1
objects.MAX_OBJECTS = 10 ** 12
codec.MAX_NODES = 10 ** 12
peer.links.changed = lambda: [(n, [3]) for n in range(1, 40, 2)]


def f(x):
    return Yes()
