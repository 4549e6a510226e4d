# story: Questions for ever, and never an answer.
# ends: run.time
# patience: 2
def f(x):
    while True:
        say('len', kind='?', word='builtin')
