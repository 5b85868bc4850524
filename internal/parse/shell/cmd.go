package shell

func (r *reader) readCmd(u unit, sc scope) {}
