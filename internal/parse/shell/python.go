package shell

func (r *reader) readPython(u unit, sc scope) {}
