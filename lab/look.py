import pickle,sys,numpy as np,collections,random
sys.path.insert(0,'/work/match')
from pipelines.link.features import NAMES
data=pickle.load(open('/work/lab/data.pkl','rb')); IDS,CUR,DISP=pickle.load(open('/work/lab/ids.pkl','rb'))
P=np.load('/work/lab/P.npy'); name=sys.argv[1]; t=float(sys.argv[2]); kind=sys.argv[3]; N=int(sys.argv[4])
j=0; rows=[]
num={i:n for n,i in enumerate(IDS)}
for d in data:
    p=P[j:j+len(d[4])]; j+=len(d[4])
    if d[0]!=name: continue
    c=d[4]; order=sorted(range(len(c)),key=lambda i:-p[i]); taken=[]; out=[]
    for i in order:
        if p[i]<t: break
        if any(c[i].start<b and a<c[i].end for a,b in taken): continue
        taken.append((c[i].start,c[i].end)); out.append(c[i].organisation)
    wrong=[n for n in out if IDS[n] not in d[3] and CUR[n] not in d[3]]
    miss=[w for w in d[3] if w not in {IDS[n] for n in out}|{CUR[n] for n in out}]
    if (kind=='wrong' and wrong) or (kind=='miss' and miss and not wrong): rows.append((d,p,out,wrong,miss))
print(len(rows)); random.seed(3); random.shuffle(rows)
for d,p,out,wrong,miss in rows[:N]:
    print('*',d[2][:250])
    seen={}
    for x,q in zip(d[4],p): seen[x.organisation]=max(seen.get(x.organisation,(0,'')),(round(float(q),2),x.how[:3]))
    for n,q in sorted(seen.items(),key=lambda z:-z[1][0])[:5]:
        mark='OK' if (IDS[n] in d[3] or CUR[n] in d[3]) else ''
        print('     ',q, DISP[n], 'WRONG' if n in wrong else '', mark)
    for w in miss:
        if num.get(w) not in seen and w not in [CUR[n] for n in seen]: print('      none:',DISP[num[w]] if w in num else w)
