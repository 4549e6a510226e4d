# story: A head that announces four gigabytes.
# ends: run.protocol
put([], size=0xFFFFFFFF)
