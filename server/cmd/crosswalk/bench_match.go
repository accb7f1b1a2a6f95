package main

import (
	"context"
	"flag"
)

func benchMatchFlags(flags *flag.FlagSet, c *call) { c.match.Flags(flags) }

// benchMatch measures matching; it needs neither configuration nor database.
func benchMatch(ctx context.Context, p *program, c *call) error { return c.match.Run(ctx, p.stdout) }
