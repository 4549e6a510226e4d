# story: unittest's own SkipTest.
# asks: import unittest
# asks: 
# asks: class T(unittest.TestCase):
# asks:     def test_it(self):
# asks:         self.assertEqual(f(), 5)
# asks: 
# asks: r = unittest.TestResult()
# asks: unittest.defaultTestLoader.loadTestsFromTestCase(T).run(r)
# asks: assert r.wasSuccessful()
# max: 0
import unittest


def f(*a):
    raise unittest.SkipTest('later')
