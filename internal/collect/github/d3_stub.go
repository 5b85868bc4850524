package github

import "context"

func (c *collection) changes(context.Context) error  { return nil }
func (c *collection) releases(context.Context) error { return nil }
func (c *collection) pins(context.Context) error     { return nil }
func (c *collection) signers(context.Context) error  { return nil }
