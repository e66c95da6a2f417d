import sys, pickle, time, os
sys.path.insert(0, os.getcwd())
from pathlib import Path
from pipelines import resolve
def linker():
    t=time.time()
    lk = resolve.linker(next(Path('/work/shared/real/ror').glob('*.zip')))
    print('built', round(time.time()-t,1), file=sys.stderr)
    return lk
