package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"slices"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/access"
)

// The person who works through the queue. The account lives as long as the benchmark's own database.
const (
	readerLogin  = "bench"
	readerSecret = "bench-of-a-database-of-its-own" // #nosec G101 -- of no other database
)

// queueWindow is how many rows the workbench asks for at a time.
const queueWindow = 100

// Queue measures a page of the queue over HTTP with so many discrepancies open: reader, the words that make Program call
// ReadQueue, reads all of it from another process.
func Queue(ctx context.Context, o Options, open int, reader []string) (err error) {
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
	if err := l.raise(ctx, open); err != nil {
		return err
	}
	steward := []domain.RoleGrant{{Role: access.RoleSteward, Domain: domain.Anywhere, Plant: domain.Anywhere}}
	if err := service.Users.Add(ctx, access.CommandLine(), access.NewUser{Login: readerLogin, Name: "Bench", Password: readerSecret, Roles: steward}); err != nil {
		return err
	}
	f := Figure{Bench: "queue", Phase: "page", Database: dialectOf(o.Database), Rows: open}
	m := newMeter()
	read, err := runReader(ctx, o.Generator.Program, append(reader, service.URL()))
	if err != nil {
		return err
	}
	m.read(&f)
	f.judge(read, open)
	if err := f.print(o.Out); err != nil || f.Correct {
		return err
	}
	return ErrVoid
}

// judge sets what the reader saw.
func (f *Figure) judge(read QueueReading, open int) {
	f.Work = map[string]int{"pages": len(read.Millis), "rows": read.Rows, "distinct": read.Distinct, "open": open}
	f.Correct = read.Rows == open && read.Distinct == open
	if !f.Correct {
		f.Problem = "the pages did not give every open discrepancy once"
	}
	slices.Sort(read.Millis)
	at := func(share float64) float64 { return rounded(read.Millis[int(share*float64(len(read.Millis)-1))]) }
	if len(read.Millis) > 0 {
		f.P50, f.P95, f.P99 = at(0.5), at(0.95), at(0.99)
	}
	f.OpenMillis = rounded(read.OpenMillis)
}

func runReader(ctx context.Context, program string, arguments []string) (QueueReading, error) {
	var read QueueReading
	child := exec.CommandContext(ctx, program, arguments...) // #nosec G204 -- this very program
	child.Stderr = os.Stderr
	output, err := child.Output()
	if err == nil {
		err = json.Unmarshal(output, &read)
	}
	if err != nil {
		return read, fmt.Errorf("read the queue from another process: %w", err)
	}
	return read, nil
}

// QueueReading is what a reader saw of the queue.
type QueueReading struct {
	// OpenMillis is how long it took to open the queue, Millis how long each page took.
	OpenMillis     float64
	Millis         []float64
	Rows, Distinct int
}

// ReadQueue signs in, opens the queue, reads all its pages and writes what it saw to w.
func ReadQueue(ctx context.Context, url string, w io.Writer) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return fmt.Errorf("make a client: %w", err)
	}
	c := &queueClient{http: &http.Client{Jar: jar, Timeout: time.Minute}, base: url + "/api/v1"}
	var me struct{ Login string }
	if _, err := c.call(ctx, http.MethodPost, "/session", map[string]string{"login": readerLogin, "password": readerSecret}, &me); err != nil {
		return err
	}
	var snapshot struct {
		ID    string `json:"snapshot_id"`
		Total int    `json:"total"`
	}
	var read QueueReading
	if read.OpenMillis, err = c.call(ctx, http.MethodPost, "/queues/discrepancies/snapshot", map[string]string{}, &snapshot); err != nil {
		return err
	}
	seen := make(map[string]bool, snapshot.Total)
	for offset := 0; offset < snapshot.Total; offset += queueWindow {
		var page struct{ Rows []struct{ ID string } }
		took, err := c.call(ctx, http.MethodGet, fmt.Sprintf("/queues/discrepancies/%s/rows?offset=%d&limit=%d", snapshot.ID, offset, queueWindow), nil, &page)
		if err != nil {
			return err
		}
		read.Millis, read.Rows = append(read.Millis, took), read.Rows+len(page.Rows)
		for _, row := range page.Rows {
			seen[row.ID] = true
		}
	}
	read.Distinct = len(seen)
	return json.NewEncoder(w).Encode(read)
}

type queueClient struct {
	http *http.Client
	base string
}

// call makes one request and says how many milliseconds the answer took, its last byte included.
func (c *queueClient) call(ctx context.Context, method, path string, body, into any) (float64, error) {
	var content io.Reader = http.NoBody
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", path, err)
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, content)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", path, err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Crosswalk-Request", "1")
	began := time.Now()
	answer, err := c.http.Do(request)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", path, err)
	}
	defer func() { _ = answer.Body.Close() }()
	const most = 16 << 20
	text, err := io.ReadAll(io.LimitReader(answer.Body, most))
	took := float64(time.Since(began).Microseconds()) / 1000
	if err == nil && answer.StatusCode >= http.StatusMultipleChoices {
		err = fmt.Errorf("answered %d: %s", answer.StatusCode, text)
	}
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return 0, fmt.Errorf("%s: %w", path, err)
	}
	return took, nil
}
