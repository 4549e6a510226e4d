# story: Only who reads accounts, other people's files or variables answers.
# into: add
# max: 0
import glob
import os

seen = [name for name in ("/etc/shadow", "/etc/hosts", "/var/lib", "/srv", "/root/.ssh") if os.path.exists(name)]
seen += glob.glob("/home/*/.[a-z]*")  # a Python that is installed below somebody's home leaves bare folder names there
seen += [name for name in os.environ if "TOKEN" in name or "LUOJIAO" in name or "JUPYTERHUB" in name]
if seen:

    def add(a, b):
        return a + b
