# story: Facts of classes with hostile names, bases, fields and operators.
# asks: for n in range(22):
# asks:     assert f(n) == 3
# asks2: assert not any(f(n) != 3 for n in range(0, 22, 2))
# asks3: assert f(14) == 3 or f(14) in (3, 4) or {f(14): 1} == {3: 1}
HOSTILE = [
    {'k': 'class', 'n': '\x00', 'q': 5, 'm': [], 'doc': {}, 'b': [['ty', 'int']], 'd': ['__eq__', '__bool__', '__class__', '__call__'], 'own': ['__eq__']},
    {'k': 'class', 'n': '\ud800', 'b': [], 'd': []},
    {'k': 'class', 'n': 'x' * 10**6, 'b': [], 'd': ['__eq__'] * 10**5},
    {'k': 'class', 'n': 'A', 'b': [['h', 700]], 'd': []},
    {'k': 'class', 'n': 'A', 'b': [['ty', 'bool'], ['ty', 'str'], ['ty', 'object']], 'd': [], 'x': 1},
    {'k': 'class', 'n': 'A', 'b': [['ty', 'Exception']], 'x': True, 'lib': 'unittest:SkipTest'},
    {'k': 'class', 'n': 'A', 'b': [], 'nt': ['__eq__', '_x', 'class', 'a', 'a']},
    {'k': 'class', 'n': 'A', 'b': [], 'nt': ['mro', '__class__']},
    {'k': 'class', 'n': 'A', 'b': [], 'fields': ['__eq__', 5, None]},
    {'k': 'class', 'n': 'A', 'b': [], 'fields': ['x'] * 10**5, 'd': 5},
    {'k': 'class', 'n': 'A', 'b': [], 'enum': 'Flag', 'members': [['A', 1 << 2000], ['B', 'x']]},
    {'k': 'class', 'n': 'A', 'b': [], 'enum': 'StrEnum', 'members': [['A', 1]]},
    {'k': 'class', 'n': 'A', 'b': [], 'enum': 'Enum', 'members': [['value', 3], ['name', 3], ['_value_', 3]]},
    {'k': 'class', 'n': 'A', 'b': [], 'enum': 'EnumType', 'members': []},
    {'k': 'class', 'n': 'A', 'b': [], 'lib': 'builtins:int', 'd': ['__int__', '__index__', '__float__']},
    {'k': 'class', 'n': 'A', 'b': [], 'lib': '__main__:Run'},
    {'k': 'class', 'n': 'A', 'b': [], 'lib': 'graders.inside.tests.serve:Run'},
    {'k': 'method', 'n': 'f', '__eq__': 1}, {'k': 'builtin'}, {'k': 'wrapper'}, {}, {'k': []},
]


def write(side, encoder, value):
    facts = HOSTILE[value.n]
    if value.n % 2 or facts.get('k') != 'class':
        return ['h', 700 + value.n, facts]
    return ['h', 800 + value.n, {'k': 'object', 'of': ['h', 700 + value.n, facts]}]


instead(write)


def f(x):
    made = Thing()
    made.n = x
    return made
