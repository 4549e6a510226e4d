# story: Ten thousand files in one message, and a data file that is replaced.
# ends: run.protocol
say('', extras={'f': [[f'n{n}', '61'] for n in range(10_000)]})
