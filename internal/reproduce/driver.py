import os, sys
hook, out, backend = sys.argv[1:4]
sys.path[:] = [os.path.abspath(p) for p in sys.argv[4:]] + [p for p in sys.path if p]
import importlib
module, _, attributes = backend.partition(":")
target = importlib.import_module(module)
for name in attributes.split(".") if attributes else []:
    target = getattr(target, name)
print(hook, getattr(target, hook)(out))
