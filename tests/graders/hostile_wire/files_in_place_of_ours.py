# story: Names of data files, in another case, as a folder, as a parent.
# asks: assert f(1) == 3
# asks2: f(1)
# asks2: assert open('data.csv').read() == '999'
# asks3: import os
# asks3: f(1)
# asks3: assert not os.path.exists('data.csv')
# file: data.csv 1,2
def f(x):
    say(0, extras={'f': [['data.csv', '393939'], ['data.csv', None], ['data.csv/x', '39'], ['DATA.CSV', '39'], ['helper.py', '39'], ['numpy.py', '39']]})
    return 0
