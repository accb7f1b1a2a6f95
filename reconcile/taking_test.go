package reconcile_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// pages parts the rows of the source into pages of so many.
func (b *bundle) pages(size int) {
	all := *b.rows()
	b.source.pages = nil
	for rows := range slices.Chunk(all, size) {
		b.source.pages = append(b.source.pages, reconcile.Page{Rows: rows})
	}
}

// TestReadingEndsWhereverAPageFails breaks one page while others are being read, sorted and staged. Whatever is under way
// comes to an end: a goroutine left behind would be a deadlock here.
func TestReadingEndsWhereverAPageFails(t *testing.T) {
	t.Parallel()
	for _, deaf := range []bool{false, true} {
		for failing := range 6 {
			t.Run(fmt.Sprintf("page %d, deaf %v", failing, deaf), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					b := setup(t, 30)
					b.pages(5)
					b.source.deaf = deaf
					staged := 0
					b.before["Stage"] = func() {
						if staged++; staged > failing {
							b.fail["Stage"] = errors.New("disk full")
						}
					}
					if run, err := b.run(t); run.State != domain.RunFailed || err == nil || run.Counts.Read != 5*failing || staged != failing+1 {
						t.Errorf("the run is %s with error %v after %d rows and %d attempts to stage", run.State, err, run.Counts.Read, staged)
					}
				})
			})
		}
	}
}

// TestPanicOfAPageReachesWhoReads lets the goroutine that carries the run see it, which somebody guards.
func TestPanicOfAPageReachesWhoReads(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*bundle){
		"while it is staged": func(b *bundle) { b.before["Stage"] = func() { panic("oops") } },
		"while it is sorted": func(b *bundle) {
			b.source.pages[1].Rows[0].Record.Attributes = domain.Attributes{attrName: panicking{}}
		},
	}
	for name, harm := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := setup(t, 30)
				b.pages(5)
				harm(b)
				defer func() {
					if recover() == nil {
						t.Error("the panic was swallowed")
					}
					if b.stored.Finished() || len(b.known) != 30 {
						t.Errorf("the run is %s and %d records are known", b.stored.State, len(b.known))
					}
				}()
				_, _ = b.run(t)
			})
		})
	}
}

// panicking is a value that cannot be encoded.
type panicking struct{ domain.Text }

// Empty panics.
func (panicking) Empty() bool { panic("oops") }

func TestPagesAreStagedInTheOrderRead(t *testing.T) {
	t.Parallel()
	b := setup(t, 100)
	b.pages(7)
	var staged []string
	b.before["Vanished"] = func() {
		for _, row := range *b.slots[b.stored.ID] {
			staged = append(staged, row.Record.Key)
			if !slices.Equal(row.Encoded, row.Record.Attributes.Encode()) || row.Record.Hash != row.Record.ContentHash() {
				t.Errorf("%s was staged with another encoding or hash", row.Record.Key)
			}
		}
	}
	b.carry(t, domain.RunDone)
	if len(staged) != 100 || !slices.IsSorted(staged) {
		t.Errorf("staged %q", staged)
	}
}
