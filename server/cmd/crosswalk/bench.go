package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime/pprof"

	"github.com/crosswalk-mdm/crosswalk/server/bench"
	"github.com/crosswalk-mdm/crosswalk/server/telemetry"
)

// benchCall is what the benchmarks are given; shares are in percent.
type benchCall struct {
	rows, attributes, open int
	changed, differing     percent
	toleranceAll           bool
	side                   string
	database, profile      string
	seed                   uint64
}

// percent is a share, given as 2 or 2%.
type percent float64

// String shows the share.
func (p *percent) String() string { return fmt.Sprintf("%g%%", float64(*p)*100) }

// Set reads the share.
func (p *percent) Set(text string) error {
	var share float64
	if _, err := fmt.Sscanf(text, "%g", &share); err != nil || share < 0 || share > 100 {
		return fmt.Errorf("%q is not a percentage", text)
	}
	*p = percent(share / 100)
	return nil
}

func benchFlags(flags *flag.FlagSet, c *call) {
	b := &c.bench
	b.changed, b.differing = 0.02, 0.01
	flags.IntVar(&b.rows, "rows", 100_000, "how many records each side has")
	flags.IntVar(&b.attributes, "attributes", 20, "how many attributes a record has")
	flags.IntVar(&b.open, "open", 100_000, "how many discrepancies are open")
	flags.Var(&b.changed, "changed", "share of the records whose content changes in the night")
	flags.Var(&b.differing, "differing", "share of the records that come to differ")
	flags.BoolVar(&b.toleranceAll, "tolerance-all", false, "every record differs from its golden one within the tolerance")
	flags.StringVar(&b.side, "side", string(bench.SideBefore), "of rows: golden, before or night")
	flags.StringVar(&b.database, "database", "sqlite:", "postgres://… (a schema of its own is made and dropped) or sqlite:FOLDER")
	flags.StringVar(&b.profile, "cpuprofile", "", "file for a profile of this process, for go tool pprof")
	flags.Uint64Var(&b.seed, "seed", 1, "the same seed gives the same rows")
}

// benchOptions are the options of every benchmark. Its generator is this very program.
func (p *program) benchOptions(c *call) (bench.Options, error) {
	self, err := os.Executable()
	if err != nil {
		return bench.Options{}, fmt.Errorf("find this program: %w", err)
	}
	return bench.Options{
		Database: c.bench.database, Generator: bench.Generator{Program: self, Command: []string{"bench", "rows"}},
		Out: p.stdout, Log: telemetry.NewLogger(p.stderr, "warn", "text"),
	}, nil
}

func (b benchCall) generated() (bench.Rows, error) {
	if b.rows < 1 || b.attributes < 4 || b.attributes > 99 {
		return bench.Rows{}, usageError{"--rows must be above 0 and --attributes from 4 to 99"}
	}
	return bench.Rows{
		Side: bench.Side(b.side), Count: b.rows, Attributes: b.attributes, Changed: float64(b.changed), Differing: float64(b.differing),
		ToleranceAll: b.toleranceAll, Seed: b.seed,
	}, nil
}

func benchReconcile(ctx context.Context, p *program, c *call) error {
	rows, err := c.bench.generated()
	if err != nil {
		return err
	}
	options, err := p.benchOptions(c)
	if err != nil {
		return err
	}
	return c.bench.profiled(func() error { return bench.Reconcile(ctx, options, rows) })
}

// profiled runs do, with a profile of it where one is wanted.
func (b benchCall) profiled(do func() error) (err error) {
	if b.profile == "" {
		return do()
	}
	file, err := os.Create(b.profile)
	if err != nil {
		return fmt.Errorf("make the profile: %w", err)
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return errors.Join(err, file.Close())
	}
	err = do()
	pprof.StopCPUProfile()
	return errors.Join(err, file.Close())
}

func benchRows(_ context.Context, p *program, c *call) error {
	rows, err := c.bench.generated()
	if err != nil {
		return err
	}
	return rows.Write(p.stdout)
}

func benchQueue(ctx context.Context, p *program, c *call) error {
	if c.bench.open < 1 {
		return usageError{"--open must be above 0"}
	}
	options, err := p.benchOptions(c)
	if err != nil {
		return err
	}
	return c.bench.profiled(func() error { return bench.Queue(ctx, options, c.bench.open, []string{"bench", "reader"}) })
}

func benchReader(ctx context.Context, p *program, c *call) error {
	return bench.ReadQueue(ctx, c.args[0], p.stdout)
}
