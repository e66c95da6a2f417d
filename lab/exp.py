import sys; sys.path.insert(0,'/work/lab')
import load, time, pickle, numpy as np
import json, csv, ast
from tests.benchmarks import link_labels as ll
from pathlib import Path
lk=load.linker()
from pipelines.link.lexicon import Lexicon
from pipelines.link import scene, candidates, context, features, names
L=Lexicon.build(lk.registry); R=lk.registry; L.near('arizone')
LAB=Path('/work/shared/real/labels')
sets=ll.label_sets(LAB)
sets['api_logs']=[(s,a,frozenset(x.strip() for i in w for x in i.split(';'))) for s,a,w in sets['api_logs']]
with open(LAB/'affiliations_publisher_asserted.csv',encoding='utf-8-sig',newline='') as f:
    sets['publisher']=[(r['affiliation'],'',frozenset([r['ror_id']]) if r['ror_id'].startswith('http') else frozenset()) for r in csv.DictReader(f)]
data=[]
for name, labels in sets.items():
    t=time.time(); t2=0
    for i,(s,about,w) in enumerate(labels):
        sc=scene.read(R,L,s,'US' if name=='ipeds_names' else '',context.read(about))
        c=candidates.find(R,L,sc)
        t1=time.time(); rows=features.rows(R,L,sc,c); t2+=time.time()-t1
        data.append((name,i,s,w,c,rows))
    print(name, 'us', round((time.time()-t)/len(labels)*1e6), 'feat', round(t2/len(labels)*1e6), file=sys.stderr)
pickle.dump(data, open('/work/lab/data.pkl','wb'))
