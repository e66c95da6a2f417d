import sys; sys.path.insert(0,'/work/lab')
import load
from tests.link import test_link_hostile as t
from pipelines.link import match
lk=load.linker()
for n in t.hostile(2000):
    l=match.one(lk,n)
    if l.status=='linked': print(repr(n[:80]), l.method, [lk.registry.display[lk.registry.number[i]] for i in l.credited_ids])
