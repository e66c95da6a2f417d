import sys; sys.path.insert(0,'/work/lab')
import load, time
from tests.benchmarks import link_labels as ll
from pathlib import Path
lk=load.linker()
from pipelines.link.lexicon import Lexicon
from pipelines.link import scene, candidates, context
L=Lexicon.build(lk.registry); R=lk.registry; L.near('arizone')
for name, labels in ll.label_sets(Path('/work/shared/real/labels')).items():
    t=time.time(); tr=0
    tot=0; got=0; want=0; gotcur=0
    missed=[]
    for s,about,w in labels:
        t1=time.time()
        sc=scene.read(R,L,s,'US' if name=='ipeds_names' else '',context.read(about)); tr+=time.time()-t1
        c=candidates.find(R,L,sc)
        ids={R.ids[x.organisation] for x in c}
        cur={R.ids[R.current(x.organisation)] for x in c}
        tot+=len(c); want+=len(w); got+=len(ids&w); gotcur+=len((ids|cur)&w)
        if w-ids-cur: missed.append((s, [(R.display[R.number[i]] if i in R.number else i) for i in w-ids-cur]))
    t=time.time()-t
    print(name, len(labels), 'cands/str', round(tot/len(labels),2), 'recall', round(got/want,3), round(gotcur/want,3), 'us', round(t/len(labels)*1e6), 'read', round(tr/len(labels)*1e6))
    if '-v' in sys.argv:
        for m in missed[:40]: print('   ',m[0][:200],m[1])
