import pickle, numpy as np, sys, hashlib, time
sys.path.insert(0,'/work/match')
from sklearn.ensemble import HistGradientBoostingClassifier as H
from pipelines.link import names
from pipelines.link.features import NAMES
data=pickle.load(open('/work/lab/data.pkl','rb'))
lk=pickle.load(open('/work/lab/ids.pkl','rb')) if False else None
import collections
ids=pickle.load(open('/work/lab/ids.pkl','rb'))  # ids, current ids, display
IDS,CUR,DISP=ids
TR=set(sys.argv[1].split(',')) if len(sys.argv)>1 else {'organisation_names','ipeds_names','crossref_2024','api_logs','s2aff','publisher','patent_assignees'}
fold=lambda s: int(hashlib.md5(names.forms(s).plain.encode()).hexdigest(),16)%5
F=np.array([fold(d[2]) for d in data])
X=[];Y=[];S=[];W=[]
wt={'publisher':.4,'s2aff':.6,'api_logs':1,'crossref_2024':1,'organisation_names':1.5,'ipeds_names':1,'patent_assignees':1}
for k,(name,i,s,w,c,rows) in enumerate(data):
    for x,r in zip(c,rows):
        X.append(r); Y.append(IDS[x.organisation] in w or CUR[x.organisation] in w); S.append(k); W.append(wt[name])
X=np.array(X,np.float32); Y=np.array(Y); S=np.array(S); W=np.array(W)
print(X.shape, Y.mean())
P=np.zeros(len(X))
t=time.time()
names_of=np.array([d[0] for d in data])
for f in range(5):
    tr=(F[S]!=f)&np.isin(names_of[S],list(TR)); te=F[S]==f
    m=H(max_iter=250,learning_rate=.06,max_leaf_nodes=24,min_samples_leaf=25,l2_regularization=1.0,random_state=0)
    m.fit(X[tr],Y[tr],sample_weight=W[tr]); P[te]=m.predict_proba(X[te])[:,1]
print('train s',time.time()-t)
np.save('/work/lab/P.npy',P)
def decide(c,p,t):
    order=sorted(range(len(c)),key=lambda i:-p[i]); taken=[]; out=[]
    for i in order:
        if p[i]<t: break
        if c[i].organisation in out: continue
        if any(c[i].start<b and a<c[i].end for a,b in taken): continue
        taken.append((c[i].start,c[i].end)); out.append(c[i].organisation)
    return out
idx=collections.defaultdict(list)
for j,k in enumerate(S): idx[k].append(j)
for name in dict.fromkeys(names_of):
    line=[]
    for t in (.4,.5,.6,.7,.8,.9):
        r=said=want=rc=0
        for k,d in enumerate(data):
            if d[0]!=name: continue
            js=idx.get(k,[]); o=decide(d[4],[P[j] for j in js],t)
            a={IDS[n] for n in o}; b={CUR[n] for n in o}
            said+=len(a); want+=len(d[3]); r+=len(a&d[3]); rc+=len(b&d[3])
        p,q=rc/max(said,1),rc/max(want,1)
        line.append(f"{t}: {r/max(said,1):.3f}|{p:.3f}/{q:.3f} {2*p*q/(p+q):.3f}")
    print(f"{name:20}", '  '.join(line))
