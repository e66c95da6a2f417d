import sys; sys.path.insert(0,'/work/lab')
import load,pickle
lk=load.linker(); R=lk.registry
pickle.dump(([i for i in R.ids],[R.ids[R.current(n)] for n in range(len(R.ids))],R.display),open('/work/lab/ids.pkl','wb'))
