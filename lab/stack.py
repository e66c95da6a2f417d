import pickle, numpy as np, sys, hashlib, time, collections
sys.path.insert(0,'/work/match'); sys.path.insert(0,'/work/lab')
from sklearn.ensemble import HistGradientBoostingClassifier as H
from pipelines.link import names
data=pickle.load(open('/work/lab/data.pkl','rb')); IDS,CUR,DISP=pickle.load(open('/work/lab/ids.pkl','rb'))
P1=np.load('/work/lab/P.npy')
fold=lambda s: int(hashlib.md5(names.forms(s).plain.encode()).hexdigest(),16)%5
F=np.array([fold(d[2]) for d in data])
wt={'publisher':.0,'s2aff':.6,'api_logs':1,'crossref_2024':1,'organisation_names':1.5,'ipeds_names':1,'patent_assignees':1}
X=[];Y=[];S=[];W=[];j=0
for k,(name,i,s,w,c,rows) in enumerate(data):
    p=P1[j:j+len(c)]; j+=len(c)
    for a,(x,r) in enumerate(zip(c,rows)):
        same=[p[b] for b,y in enumerate(c) if b!=a and (y.start,y.end)==(x.start,x.end) and y.organisation!=x.organisation]
        over=[p[b] for b,y in enumerate(c) if b!=a and (y.start,y.end)!=(x.start,x.end) and y.start<x.end and x.start<y.end and y.organisation!=x.organisation]
        away=[p[b] for b,y in enumerate(c) if b!=a and not (y.start<x.end and x.start<y.end)and y.organisation!=x.organisation]
        X.append(r+[p[a],max(same,default=0),max(over,default=0),max(away,default=0),sum(away),sum(q>p[a] for q in p)])
        Y.append(IDS[x.organisation] in w or CUR[x.organisation] in w); S.append(k); W.append(wt[name])
X=np.array(X,np.float32);Y=np.array(Y);S=np.array(S);W=np.array(W)
names_of=np.array([d[0] for d in data]); P=np.zeros(len(X)); t=time.time()
for f in range(5):
    tr=(F[S]!=f)&(W>0); te=F[S]==f
    m=H(max_iter=120,learning_rate=.06,max_leaf_nodes=12,min_samples_leaf=40,l2_regularization=2.0,random_state=0)
    m.fit(X[tr],Y[tr],sample_weight=W[tr]); P[te]=m.predict_proba(X[te])[:,1]
print(time.time()-t); np.save('/work/lab/P2.npy',P)
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
def report(P):
  for name in dict.fromkeys(names_of):
    line=[]
    for t in (.5,.6,.7,.75,.8,.85,.9):
        r=said=want=rc=0
        for k,d in enumerate(data):
            if d[0]!=name: continue
            js=idx.get(k,[]); o=decide(d[4],[P[j] for j in js],t)
            a={IDS[n] for n in o}; b={CUR[n] for n in o}
            said+=len(a); want+=len(d[3]); r+=len(a&d[3]); rc+=len(b&d[3])
        p,q=rc/max(said,1),rc/max(want,1)
        line.append(f"{t}: {r/max(said,1):.3f}|{p:.3f}/{q:.3f}")
    print(f"{name:20}", '  '.join(line))
report(P1); print(); report(P)
