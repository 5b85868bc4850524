package shell

func (r *reader) readPowerShell(u unit, sc scope) {}
