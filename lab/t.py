import sys; sys.path.insert(0,'/work/lab')
import load, time, resource
lk=load.linker()
from pipelines.link.lexicon import Lexicon
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/1e3)
t=time.time(); L=Lexicon.build(lk.registry); print(time.time()-t, len(L.number), len(L.keys))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/1e3)
t=time.time(); print(L.near('arizone'),L.near('bahuddian'), L.near('erxpleriment'), time.time()-t)
import random
ws=[w[:-1]+'x' for w in random.sample([w for w in L.number if len(w)>7],2000)]
t=time.time(); [L.near(w) for w in ws]; print((time.time()-t)/2000*1e6,'us')
print(max((len(v),k) for k,v in L._by_head.items()), max((len(v),k) for k,v in L._by_tail.items()))
