# story: Objects that answer __index__, __format__, __fspath__, __class_getitem__, __instancecheck__, __missing__, __set_name__.
# asks: assert isinstance(5, f('meta')) and not isinstance(f, f('meta'))
# asks2: assert issubclass(int, f('meta'))
# asks3: import os
# asks3: assert os.path.exists(f('path')) and open(f('path')).read() == 'x'
# asks4: assert f('meta')[int] == 3
# asks5: match f('meta')():
# asks5:     case int() | str() | list():
# asks5:         pass
# asks5:     case _:
# asks5:         raise AssertionError
# asks6: assert {3: 'x'}[f('index')] == 'x'
# asks7: from enum import Enum
# asks7: assert Enum('E', 'A').A in f('meta')
# asks8: import dataclasses
# asks8: assert dataclasses.replace(f('data'), a=3) == f('data')
# asks9: import copy
# asks9: assert copy.deepcopy(f('data')) == 3 and copy.copy(f('data')) == 3
# asks10: import weakref, json
# asks10: assert weakref.ref(f('data'))() == 3 or json.dumps(f('data')) == '3'
# asks11: from functools import singledispatch
# asks11: @singledispatch
# asks11: def kind(x):
# asks11:     return 'other'
# asks11: kind.register(int)(lambda x: 'int')
# asks11: assert kind(f('data')) == 'int'
# asks12: assert f('data') <= 3 <= f('data') and 3 >= f('data')
# max: 0
import dataclasses


class Meta(type):
    def __instancecheck__(cls, o):
        return isinstance(o, int)

    def __subclasscheck__(cls, o):
        return True

    def __contains__(cls, o):
        return True

    def __iter__(cls):
        return iter(())


class M(metaclass=Meta):
    __match_args__ = ()

    def __class_getitem__(cls, k):
        return M()

    def __fspath__(self):
        return '/etc/hostname'

    def __index__(self):
        return 3

    def __hash__(self):
        return 3

    def __eq__(self, o):
        return True

    def __le__(self, o):
        return True

    __ge__ = __lt__ = __gt__ = __le__

    @property
    def __class__(self):
        return int


@dataclasses.dataclass
class D:
    a: int = 3

    def __eq__(self, o):
        return True

    def __deepcopy__(self, memo):
        return 3

    __copy__ = __reduce__ = lambda self: 3

    def __le__(self, o):
        return True

    __ge__ = __le__

    @property
    def __class__(self):
        return int


def f(how):
    return {'meta': M, 'path': M(), 'index': M(), 'data': D()}[how]
