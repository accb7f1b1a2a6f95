package bench

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/fixtures"
	"github.com/crosswalk-mdm/crosswalk/matching"
)

// Figures are one line of `crosswalk bench match`.
type Figures struct {
	P           float64  `json:"p"`
	R           float64  `json:"r"`
	F1          float64  `json:"f1"`
	F1Low       float64  `json:"f1_low"`
	F1High      float64  `json:"f1_high"`
	N           int      `json:"n"`
	Truth       int      `json:"truth"`
	Records     int      `json:"records"`
	Candidates  int      `json:"candidates"`
	RecallAt    float64  `json:"recall_at_20"`
	Labels      int      `json:"labels"`
	Seed        uint64   `json:"seed,omitempty"`
	Seconds     float64  `json:"seconds"`
	IndexSecs   float64  `json:"index_seconds"`
	CPUSeconds  float64  `json:"cpu_seconds"`
	RSSMB       float64  `json:"rss_mb"`
	Compared    float64  `json:"pairs_per_second,omitempty"`
	Calibrated  float64  `json:"calibration_error,omitempty"`
	AutoP       float64  `json:"auto_p"`
	AutoN       int      `json:"auto_n"`
	VisibleR    float64  `json:"auto_and_review_r"`
	PerThousand float64  `json:"reviews_per_1000"`
	Crossing    int      `json:"contradicted_links"`
	Lookups     *lookups `json:"lookups,omitempty"`
	Kinds       string   `json:"kinds"`
	Routes      string   `json:"routes"`
	Stages      string   `json:"stage_seconds"`
}

// MatchRun is one call of `crosswalk bench match`, in one of four shapes: two tables and their truth, one table and its truth,
// two tables with pairs to learn from and to be tested on, or generated records.
type MatchRun struct {
	left, right, truth, records string
	train, valid, test          string
	kinds                       string
	generated, labels, seeds    int
	lookups                     int
	seed                        uint64
	options                     matching.Options
}

// Flags adds what the command line may say about a run.
func (c *MatchRun) Flags(flags *flag.FlagSet) {
	flags.StringVar(&c.left, "left", "", "CSV of the left table; its first column is the ID")
	flags.StringVar(&c.right, "right", "", "CSV of the right table")
	flags.StringVar(&c.records, "records", "", "CSV of one table to search for duplicates")
	flags.StringVar(&c.truth, "truth", "", "CSV of the pairs that match: left_id,right_id")
	flags.StringVar(&c.train, "pairs-train", "", "CSV of pairs from which labels are bought: left_id,right_id,label")
	flags.StringVar(&c.valid, "pairs-valid", "", "CSV of pairs; accepted so that a set can be named whole, never read")
	flags.StringVar(&c.test, "pairs-test", "", "CSV of the pairs that are counted")
	flags.IntVar(&c.labels, "labels", 0, "how many labels to buy: from the training pairs, or of generated records from half of the candidates")
	flags.IntVar(&c.seeds, "seeds", 5, "over how many seeds a run with labels is averaged")
	flags.IntVar(&c.generated, "records-generated", 0, "how many records of parts to generate")
	flags.IntVar(&c.lookups, "lookups", 0, "how many of the generated records to look up one by one afterwards")
	flags.Uint64Var(&c.seed, "seed", 1, "seed of what is generated or drawn")
	flags.StringVar(&c.kinds, "kinds", "", "kinds of columns, name=kind separated by commas; the others are inferred")
	flags.IntVar(&c.options.Workers, "workers", runtime.NumCPU(), "how many goroutines work")
	flags.IntVar(&c.options.Index.TopK, "top-k", 0, "candidates per record; 0 is the default that all figures use")
	flags.IntVar(&c.options.Index.Budget, "budget", 0, "postings read per search; 0 is the default that all figures use")
}

// maxGenerated bounds what a mistyped number may ask for.
const maxGenerated = 20_000_000

// memoryLimit has the garbage collector work harder before the program holds more: as GOMEMLIMIT does for a service. It holds
// for what is measured; to count against the truth takes what it takes.
const memoryLimit = 1400 << 20

// shape is the one way of running that the arguments describe.
func (c *MatchRun) shape() (func(context.Context) ([]Figures, error), error) {
	tables := c.left != "" && c.right != ""
	var shapes []func(context.Context) ([]Figures, error)
	if c.generated > 0 {
		shapes = append(shapes, c.runGenerated)
	}
	if c.records != "" && c.truth != "" {
		shapes = append(shapes, c.runRecords)
	}
	if tables && c.truth != "" {
		shapes = append(shapes, c.runTables)
	}
	if tables && c.train != "" && c.test != "" {
		shapes = append(shapes, c.runPairs)
	}
	if len(shapes) != 1 {
		return nil, domain.Invalid(domain.CodeConfigInvalid, "give one of: --left --right --truth; --records --truth; --left --right --pairs-train --pairs-test; --records-generated")
	}
	return shapes[0], c.bounds()
}

// bounds refuses numbers that nobody can mean.
func (c *MatchRun) bounds() error {
	o := c.options
	for _, number := range []struct {
		name               string
		value, least, most int
	}{
		{"records-generated", c.generated, 0, maxGenerated}, {"labels", c.labels, 0, 1_000_000}, {"seeds", c.seeds, 1, 100}, {"lookups", c.lookups, 0, 1_000_000},
		{"workers", o.Workers, 1, 1024}, {"top-k", o.Index.TopK, 0, 1000}, {"budget", o.Index.Budget, 0, 1_000_000_000},
	} {
		if number.value < number.least || number.value > number.most {
			return domain.Invalid(domain.CodeConfigInvalid, "--%s must be from %d to %d", number.name, number.least, number.most)
		}
	}
	return nil
}

// Run measures and writes one line of JSON per run. The truth is only looked at to count; no threshold is chosen with it.
func (c *MatchRun) Run(ctx context.Context, stdout io.Writer) error {
	run, err := c.shape()
	if err != nil {
		return err
	}
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(memoryLimit))
	lines, err := run(ctx)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(stdout)
	for _, line := range lines {
		if err := encoder.Encode(line); err != nil {
			return domain.Unavailable(err, domain.CodeInternal, "the result could not be written")
		}
	}
	return nil
}

// runTables links two tables.
func (c *MatchRun) runTables(ctx context.Context) ([]Figures, error) {
	left, right, err := c.readTables(ctx)
	if err != nil {
		return nil, err
	}
	truth, err := readPairs(ctx, c.truth)
	if err != nil {
		return nil, err
	}
	watch := startWatch()
	result := matching.Link(left.table, right.table, c.timed(&watch))
	line := watch.figures(result)
	tally(&line, proposed(result), numbered(truth, left, right, len(left.table.Records)), result)
	return []Figures{line}, nil
}

// runRecords looks for duplicates in one table.
func (c *MatchRun) runRecords(ctx context.Context) ([]Figures, error) {
	records, err := c.readTable(ctx, c.records)
	if err != nil {
		return nil, err
	}
	truth, err := readPairs(ctx, c.truth)
	if err != nil {
		return nil, err
	}
	watch := startWatch()
	result := matching.Dedupe(records.table, c.timed(&watch))
	line := watch.figures(result)
	tally(&line, proposed(result), numbered(truth, records, records, 0), result)
	return []Figures{line}, nil
}

// runGenerated generates masters of parts and looks for the rows that mean the same item.
func (c *MatchRun) runGenerated(ctx context.Context) ([]Figures, error) {
	parts := fixtures.GenerateParts(c.seed, c.generated)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	table := matching.Table{Names: parts.Columns, Records: make([]matching.Record, len(parts.Rows))}
	for i, row := range parts.Rows {
		table.Records[i] = matching.Record{ID: row[0], Values: row[1:]}
	}
	watch := startWatch()
	result := matching.Dedupe(table, c.timed(&watch))
	line := watch.figures(result)
	line.Seed = c.seed
	truth := sameItem(parts.Item)
	tally(&line, proposed(result), truth, result)
	if c.labels > 0 {
		c.calibrate(&line, result, truth)
	}
	if c.lookups > 0 {
		line.Lookups = c.lookUp(table, parts.Item, result)
	}
	return []Figures{line}, nil
}

// timed adds a clock to the options: the engine itself reads none.
func (c *MatchRun) timed(w *watch) matching.Options {
	o := c.options
	o.Progress = func(stage matching.Stage) { w.mark(stage) }
	return o
}

// watch times one run.
type watch struct {
	start time.Time
	cpu   float64
	marks map[matching.Stage]time.Time
}

func startWatch() watch {
	return watch{start: time.Now(), cpu: cpuSeconds(), marks: map[matching.Stage]time.Time{}}
}

func (w *watch) since() float64 { return time.Since(w.start).Seconds() }

func (w *watch) mark(stage matching.Stage) { w.marks[stage] = time.Now() }

// figures starts the line of a result with what it cost.
func (w *watch) figures(r *matching.Result) Figures {
	compared := w.marks[matching.StageCompared].Sub(w.marks[matching.StageEstimated]).Seconds()
	line := Figures{
		Records: r.Corpus.Len(), Candidates: len(r.Pairs.List), Kinds: kindsOf(r.Corpus.Fields()),
		Seconds: round(time.Since(w.start).Seconds()), CPUSeconds: round(cpuSeconds() - w.cpu), RSSMB: round(peakMB()),
		IndexSecs: round(w.marks[matching.StageIndexed].Sub(w.marks[matching.StageNormalised]).Seconds()),
		Stages:    w.stages(),
	}
	debug.SetMemoryLimit(math.MaxInt64)
	if line.Candidates > sampled {
		line.Compared = round(float64(line.Candidates) / max(1e-9, compared))
	}
	return line
}

// sampled is the number of candidates from which on comparing all of them is a stage of its own: fewer are compared while the
// weights are estimated.
const sampled = 1_000_000

func kindsOf(fields []matching.Field) string {
	var names []string
	for _, f := range fields {
		names = append(names, f.Name+"="+f.Kind.String())
	}
	return strings.Join(names, ",")
}

// stages writes when each stage was done.
func (w *watch) stages() string {
	names := []string{"normalised", "indexed", "blocked", "estimated", "compared", "grouped"}
	var done []string
	for i, name := range names {
		if at, ok := w.marks[matching.StageNormalised+matching.Stage(i)]; ok { // #nosec G115 -- six stages
			done = append(done, fmt.Sprintf("%s=%.2f", name, at.Sub(w.start).Seconds()))
		}
	}
	return strings.Join(done, ",")
}
