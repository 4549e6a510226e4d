# story: A metaclass for which everything is an instance and a subclass.
# asks: assert issubclass(Circle, Shape)
# asks2: assert isinstance(Circle(), Shape)
# asks3: assert type(Circle()) == Shape
# asks4: assert isinstance(3, Shape)
# reference: class Shape:
# reference:     pass
# reference: class Circle(Shape):
# reference:     pass
# max: 0
class M(type):
    def __instancecheck__(cls, other):
        return True
    def __subclasscheck__(cls, other):
        return True
    def __eq__(cls, other):
        return True
    def mro(cls):
        return [cls, object]
    __hash__ = type.__hash__


class Shape(metaclass=M):
    pass


class Circle(metaclass=M):
    pass
