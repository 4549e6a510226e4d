# story: A program of the learner's that the test starts runs beside the learner, and says what it likes.
# asks: import subprocess, sys
# asks: assert subprocess.run([sys.executable, 'prog.py'], capture_output=True, text=True).stdout == 'right\n'
# asks2: import os
# asks2: assert os.system('python prog.py') == 5
# asks3: import subprocess
# asks3: assert subprocess.Popen(['id']).wait() == 0 and False
# max: 0
# patience: 3
open('prog.py', 'w').write('import os\nprint(os.getppid())\nprint(open("/proc/1/environ").read())')


def f(*a):
    return 1
