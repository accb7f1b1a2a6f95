package store_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

// TestStagingFileOfAnotherTime puts a staging file beside the governed one that is older or newer than it, as a crash of the
// machine or a backup that was restored leaves it: what agreed then is compared again.
func TestStagingFileOfAnotherTime(t *testing.T) {
	t.Parallel()
	for phrase, older := range map[string]bool{"older": true, "newer": false} {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			f := newFiles(t)
			p := newPlant(t, f.open(), "mes")
			p.add("A")
			p.add("B")
			p.readAll()
			p.compared(func() {})
			kept := f.copy()
			p.s = f.open()
			if _, _, looked := p.compared(func() {}); looked != 0 {
				t.Errorf("after it was opened again %d records are compared", looked)
			}
			// the golden record changes and is compared, then it changes back
			before := p.golden["A"]
			p.update("A", func(g *domain.GoldenRecord) {
				g.Attributes = g.Attributes.With(domain.Attributes{name: domain.Text("z")})
			})
			if !older {
				p.source["A"] = p.source["A"].With(domain.Attributes{name: domain.Text("z")})
				p.readAll()
			}
			if found, _, _ := p.compared(func() {}); older != slices.Equal(found, []string{"A"}) {
				t.Errorf("%v differ", found)
			}
			now := f.copy()
			if older {
				f.put(now.governed, kept.staging)
			} else {
				f.put(kept.governed, now.staging)
				p.golden["A"] = before
			}
			p.s = f.open()
			p.readAll()
			want, _ := p.differing()
			if got, _, looked := p.compared(func() {}); !slices.Equal(want, []string{"A"}) || !slices.Equal(got, want) || looked != 2 {
				t.Errorf("of all records %v differ, of the %d that are compared %v", want, looked, got)
			}
		})
	}
}

// files are the two files of a SQLite database, which is open at times.
type files struct {
	t       testing.TB
	address string
	s       *store.Store
}

type content struct{ governed, staging []byte }

func newFiles(t testing.TB) *files {
	f := &files{t: t, address: storetest.SQLiteAddress(t)}
	t.Cleanup(f.close)
	return f
}

func (f *files) open() *store.Store {
	f.s = must(store.Open(f.t.Context(), f.address))(f.t)
	return f.s
}

func (f *files) close() {
	if f.s != nil {
		if err := f.s.Close(); err != nil {
			f.t.Errorf("close the store: %v", err)
		}
		f.s = nil
	}
}

func (f *files) path() string { return strings.TrimPrefix(f.address, "sqlite:") }

// copy closes the database and returns its files.
func (f *files) copy() content {
	f.close()
	return content{must(os.ReadFile(f.path()))(f.t), must(os.ReadFile(f.path() + store.StagingSuffix))(f.t)}
}

func (f *files) put(governed, staging []byte) {
	for path, bytes := range map[string][]byte{f.path(): governed, f.path() + store.StagingSuffix: staging} {
		if err := os.WriteFile(path, bytes, 0o600); err != nil {
			f.t.Fatal(err)
		}
	}
}

// TestMarksOfAnotherBeginning trusts the marks that were made since the basis was set, and no others.
func TestMarksOfAnotherBeginning(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		tamper string
		looked int
	}{
		"untouched":                   {looked: 0},
		"of another beginning":        {tamper: "UPDATE compare_mark SET hash = 'x' WHERE code_key = ''", looked: 2},
		"of none":                     {tamper: "DELETE FROM compare_mark WHERE code_key = ''", looked: 2},
		"emptied, as after a crash":   {tamper: "DELETE FROM compare_mark", looked: 2},
		"of a basis that is not kept": {tamper: "DELETE FROM compare_basis", looked: 2},
	}
	for phrase, tt := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				p := newPlant(t, s, "mes")
				p.add("A")
				p.add("B")
				p.readAll()
				p.compared(func() {})
				if tt.tamper != "" {
					s.Tamper(t, tt.tamper)
				}
				_, stands, looked := p.compared(func() {})
				if looked != tt.looked {
					t.Errorf("%d records are compared, not %d", looked, tt.looked)
				}
				same(t, stands, map[domain.Standing]int{domain.StandsCompared: 2})
			})
		})
	}
}
