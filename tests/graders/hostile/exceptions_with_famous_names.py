# story: Exceptions called as what steers a test.
# asks: import unittest
# asks: 
# asks: class T(unittest.TestCase):
# asks:     def test_it(self):
# asks:         self.assertEqual(f(0), 5)
# asks: 
# asks: r = unittest.TestResult()
# asks: unittest.defaultTestLoader.loadTestsFromTestCase(T).run(r)
# asks: assert r.wasSuccessful()
# asks2: assert f(1) == 5
# asks3: assert all(map(lambda n: f(2), [1]))
# asks4: f(3)
# asks4: assert True
# asks5: f(4)
# asks5: assert True
# asks6: f(5)
# asks6: assert True
# max: 0
def make(name, base=Exception):
    return type(name, (base,), {'__module__': 'unittest.case'})


KINDS = [make(n) for n in ('SkipTest', 'AssertionError', 'StopIteration', 'SystemExit', 'KeyboardInterrupt', 'GeneratorExit')]


def f(n):
    raise KINDS[n]('done')
