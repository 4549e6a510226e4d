# story: A length and an index far beyond every list.
# asks: assert len(f()) == 3
# asks2: assert [1, 2, 3][f()] == 2
# asks3: assert list(range(3))[: f()] == [9]
# max: 0
class E:
    def __len__(self):
        return 10**18
    def __index__(self):
        return 10**18
    def __getitem__(self, at):
        return 1


def f(*a):
    return E()
