import sys; sys.path.insert(0,'/work/lab')
import load
from tests.benchmarks import link_labels as ll
from pipelines.link import match
from pathlib import Path
import random
name=sys.argv[1]; kind=sys.argv[2] if len(sys.argv)>2 else 'all'; n=int(sys.argv[3]) if len(sys.argv)>3 else 60
lk=load.linker()
R=lk.registry
def show(i):
    if i not in R.number: return i+' ?'
    k=R.number[i]; return f"{i[16:]} {R.display[k]} [{R.city[k]},{R.region[k]},{R.country[k]},{R.status[k][:3]}]"
labels=ll.label_sets(Path('/work/shared/real/labels'))[name]
random.seed(1)
rows=[]
for s,about,w in labels:
    l=match.one(lk,s,'US' if name=='ipeds_names' else '',about)
    f=frozenset(l.named_ids if name!='patent_assignees' else l.credited_ids)
    wrong=f-w; miss=w-f
    if (kind=='wrong' and wrong) or (kind=='miss' and miss and not wrong) or (kind=='all' and (wrong or miss)):
        rows.append((s,about,l,f,w))
print(len(rows))
random.shuffle(rows)
for s,about,l,f,w in rows[:n]:
    print('*',s[:300],'|',about,'|',l.method,l.status,l.score)
    for i in f&w: print('     ok   ',show(i))
    for i in f-w: print('     WRONG',show(i))
    for i in w-f: print('     MISS ',show(i), 'CAND' if i in l.candidates else '')
