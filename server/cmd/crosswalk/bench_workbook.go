package main

import (
	"context"
	"flag"
	"slices"

	"github.com/crosswalk-mdm/crosswalk/server/bench"
)

// workbookCall is what the benchmark of workbooks is given.
type workbookCall struct {
	name           string
	rows, mappings int
}

func benchWorkbookFlags(flags *flag.FlagSet, c *call) {
	flags.StringVar(&c.workbook.name, "case", "", "read_check_preview, export or background; all of them where it is left out")
	flags.IntVar(&c.workbook.rows, "rows", 0, "how many rows the file has; 0 is the published size")
	flags.IntVar(&c.workbook.mappings, "mappings", 0, "how many mappings there are; 0 is the published size")
	flags.StringVar(&c.bench.database, "database", "sqlite:", "postgres://… (a schema of its own is made and dropped) or sqlite:FOLDER")
	flags.StringVar(&c.bench.profile, "cpuprofile", "", "file for a profile of this process, for go tool pprof")
}

// cases are those that are asked for, in their sizes.
func (w workbookCall) cases() ([]bench.WorkbookCase, error) {
	cases := slices.DeleteFunc(bench.WorkbookCases(), func(c bench.WorkbookCase) bool { return w.name != "" && c.Name != w.name })
	if len(cases) == 0 || w.rows < 0 || w.mappings < 0 {
		return nil, usageError{"--case must be one of the cases, and --rows and --mappings not below 0"}
	}
	for i := range cases {
		cases[i] = cases[i].Sized(w.rows, w.mappings)
	}
	return cases, nil
}

func benchWorkbook(ctx context.Context, p *program, c *call) error {
	cases, err := c.workbook.cases()
	if err != nil {
		return err
	}
	options, err := p.benchOptions(c)
	if err != nil {
		return err
	}
	return bench.Workbook(ctx, options, cases, []string{"bench", "workbook-case"})
}

func benchWorkbookCase(ctx context.Context, p *program, c *call) error {
	cases, err := c.workbook.cases()
	if err != nil {
		return err
	}
	options, err := p.benchOptions(c)
	if err != nil {
		return err
	}
	return c.bench.profiled(func() error { return bench.RunWorkbookCase(ctx, options, cases[0]) })
}
