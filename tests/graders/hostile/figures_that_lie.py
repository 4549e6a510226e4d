# story: Facts of figures whose parts are objects that agree with everything.
# asks: import matplotlib.pyplot as plt
# asks: got = facts(f('axes'))
# asks: assert got['axes'][0]['title'] == 'T' and got['axes'][0]['lines'][0]['y'] == [1, 2]
# asks2: assert f('axes').get_title() == 'T' and len(f('axes').lines) == 1
# asks3: assert facts(f('plotly'))['data'][0]['y'] == [1, 2]
# asks4: assert f('plotly').data[0].y == (1, 2) and f('plotly').layout.title.text == 'T'
# asks5: assert facts(f('loop'))['axes'][0]['title'] == 'T'
# max: 0
class Yes:
    def __eq__(self, o):
        return True

    __hash__ = None

    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        return self

    def __call__(self, *a, **k):
        return self

    def __getitem__(self, k):
        return self

    def __len__(self):
        return 1

    def __iter__(self):
        return iter([self])


class Axes(Yes):
    pass


class Plotly(Yes):
    def to_plotly_json(self):
        return {'data': [{'y': Yes()}]}


class Loop(Yes):
    def __iter__(self):
        while True:
            yield self


Axes.__module__ = Loop.__module__ = 'matplotlib.axes'
Plotly.__module__ = 'plotly.graph_objs'


def f(how):
    return {'axes': Axes(), 'plotly': Plotly(), 'loop': Loop()}[how]
