package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"slices"
	"strconv"
)

// The cases of `crosswalk bench workbook`.
const (
	CaseReadCheckPreview = "read_check_preview" // an upload is read, checked against the mappings and previewed
	CaseExport           = "export"             // all mappings of a system are given out
	CaseBackground       = "background"         // a very large upload is taken
)

// WorkbookCase is one case with its sizes and what it may take; a limit of 0 is none.
type WorkbookCase struct {
	Name string
	// Rows are those of the file, Mappings those in the store.
	Rows, Mappings  int
	Seconds, RSSMiB float64
}

// WorkbookCases are the cases of the published figures.
func WorkbookCases() []WorkbookCase {
	return []WorkbookCase{
		{Name: CaseReadCheckPreview, Rows: 100_000, Mappings: 1_000_000, Seconds: 20, RSSMiB: 300},
		{Name: CaseExport, Rows: 200_000, Mappings: 200_000, Seconds: 10, RSSMiB: 150},
		{Name: CaseBackground, Rows: 1_000_000, Mappings: 1_000_000, RSSMiB: 300},
	}
}

// Sized is the case with other sizes, and without the limits of the published one; 0 keeps a size. An export's rows are its mappings.
func (c WorkbookCase) Sized(rows, mappings int) WorkbookCase {
	if rows == 0 && mappings == 0 {
		return c
	}
	c.Seconds, c.RSSMiB = 0, 0
	if rows > 0 {
		c.Rows = rows
	}
	if mappings > 0 {
		c.Mappings = mappings
	}
	if c.Name == CaseExport {
		c.Mappings = c.Rows
	}
	return c
}

// WorkbookFigure is one line of the answer. A figure with wrong cells is void.
type WorkbookFigure struct {
	Case     string  `json:"case"`
	Database string  `json:"database"`
	Rows     int     `json:"rows"`
	Mappings int     `json:"mappings"`
	Seconds  float64 `json:"seconds"`
	CPU      float64 `json:"cpu_seconds"`
	RSSMB    float64 `json:"rss_mb"`
	// WrongCells counts the cells that were taken, judged or given out otherwise than they should, and those that are missing.
	WrongCells int            `json:"wrong_cells"`
	Work       map[string]int `json:"work"`
	Problem    string         `json:"problem,omitempty"`

	Baseline        string  `json:"baseline"`
	BaselineSeconds float64 `json:"baseline_seconds"`
	Ratio           float64 `json:"ratio"`

	LimitSeconds float64 `json:"limit_seconds,omitempty"`
	LimitRSSMB   float64 `json:"limit_rss_mb,omitempty"`
	// Within says that the case kept within its limits.
	Within bool `json:"within"`
}

// Workbook runs cases one after the other, each in a process of its own so that its memory is its own: child are the words that make
// the program call RunWorkbookCase. ErrVoid when cells were wrong.
func Workbook(ctx context.Context, o Options, cases []WorkbookCase, child []string) error {
	void := false
	for _, one := range cases {
		figure, err := childCase(ctx, o, one, child)
		if err != nil {
			return err
		}
		if err := json.NewEncoder(o.Out).Encode(figure); err != nil {
			return fmt.Errorf("print a figure: %w", err)
		}
		void = void || figure.WrongCells > 0 || figure.Problem != ""
	}
	if void {
		return ErrVoid
	}
	return nil
}

func childCase(ctx context.Context, o Options, one WorkbookCase, child []string) (WorkbookFigure, error) {
	arguments := slices.Concat(child, []string{
		"--case", one.Name, "--rows", strconv.Itoa(one.Rows), "--mappings", strconv.Itoa(one.Mappings), "--database", o.Database,
	})
	process := exec.CommandContext(ctx, o.Generator.Program, arguments...) // #nosec G204 -- this very program
	process.Stderr = os.Stderr
	output, err := process.Output()
	var figure WorkbookFigure
	if err == nil {
		err = json.Unmarshal(output, &figure)
	}
	if err != nil {
		return figure, fmt.Errorf("run the case %s in another process: %w", one.Name, err)
	}
	figure.LimitSeconds, figure.LimitRSSMB = one.Seconds, one.RSSMiB
	figure.Within = (one.Seconds == 0 || figure.Seconds <= one.Seconds) && (one.RSSMiB == 0 || figure.RSSMB <= one.RSSMiB)
	return figure, nil
}

// The garbage collector works harder before the program holds more than this, as GOMEMLIMIT has it do for a service.
const (
	exportHeap = 64 << 20
	uploadHeap = 160 << 20
)

// RunWorkbookCase runs one case in this process and writes its figure.
func RunWorkbookCase(ctx context.Context, o Options, one WorkbookCase) (err error) {
	l, err := openLab(ctx, o.Database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	service, err := openService(ctx, o, l, &source{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, service.Close()) }() //nolint:contextcheck // closing goes on after an interrupt
	folder, err := os.MkdirTemp("", "crosswalk-bench-workbook-")
	if err != nil {
		return fmt.Errorf("make a folder for the benchmark: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	b := &workbookBench{Options: o, one: one, lab: l, service: service, folder: folder}
	b.figure = WorkbookFigure{Case: one.Name, Database: dialectOf(o.Database), Rows: one.Rows, Mappings: one.Mappings, Work: map[string]int{}}
	if err := b.seed(ctx); err != nil {
		return err
	}
	run, heap := b.upload, int64(uploadHeap)
	if one.Name == CaseExport {
		run, heap = b.export, exportHeap
	}
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(heap))
	if err := run(ctx); err != nil {
		return err
	}
	return json.NewEncoder(o.Out).Encode(b.figure)
}

// seed makes the mappings: the code of each is that of its record.
func (b *workbookBench) seed(ctx context.Context) error {
	output, wait, err := b.Generator.start(ctx, Rows{Side: SideGolden, Count: b.one.Mappings, Attributes: 4, Seed: 1})
	if err != nil {
		return err
	}
	if err := b.lab.copyInto(ctx, "golden", io.Reader(output)); err != nil {
		return err
	}
	if err := wait(); err != nil {
		return fmt.Errorf("generate rows: %w", err)
	}
	return b.lab.govern(ctx, "golden")
}

// baseline notes what the same work takes without Crosswalk.
func (b *workbookBench) baseline(what string, seconds float64) {
	b.figure.Baseline, b.figure.BaselineSeconds, b.figure.Ratio = what, rounded(seconds), rounded(b.figure.Seconds/seconds)
}

// read puts what was used since into the figure.
func (b *workbookBench) read(m meter) {
	var f Figure
	m.read(&f)
	b.figure.Seconds, b.figure.CPU, b.figure.RSSMB = f.Seconds, f.CPUSeconds, f.RSSMB
}
