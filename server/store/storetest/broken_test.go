package storetest_test

import (
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/server/store/storetest"
)

func TestBroken(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		failing storetest.Failing
		// want are the codes of two rounds of Write, Operate, Read and Now.
		want [8]string
	}{
		"nothing fails":      {},
		"writes":             {failing: storetest.Failing{Writes: true}, want: [8]string{0: domain.CodeStoreDown, 4: domain.CodeStoreDown}},
		"operates":           {failing: storetest.Failing{Operates: true}, want: [8]string{1: domain.CodeStoreDown, 5: domain.CodeStoreDown}},
		"reads":              {failing: storetest.Failing{Reads: true}, want: [8]string{2: domain.CodeStoreDown, 6: domain.CodeStoreDown}},
		"the clock":          {failing: storetest.Failing{Now: true}, want: [8]string{3: domain.CodeStoreDown, 7: domain.CodeStoreDown}},
		"writes, the second": {failing: storetest.Failing{Writes: true, After: 1}, want: [8]string{4: domain.CodeStoreDown}},
	}
	for phrase, tt := range tests {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			whole := storetest.New(t)
			s := storetest.Broken(t, whole, tt.failing)
			var got [8]string
			ran, kept := 0, 0
			for round := range 2 {
				plant := domain.Plant{ID: domain.PlantID(rune('A' + round)), Version: 1}
				got[4*round] = domain.ErrorCode(s.Write(t.Context(), domain.Change{Actor: "a", Reason: "r"}, func(r domain.Repos) error {
					ran++
					return r.Plants.Put(t.Context(), plant)
				}))
				if got[4*round] == "" {
					kept++
				}
				got[4*round+1] = domain.ErrorCode(s.Operate(t.Context(), func(domain.Ops) error { return nil }))
				_, err := s.Read().Plants.List(t.Context())
				got[4*round+2] = domain.ErrorCode(err)
				_, err = s.Now(t.Context())
				got[4*round+3] = domain.ErrorCode(err)
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			plants, err := whole.Read().Plants.List(t.Context())
			if err != nil || ran != 2 || len(plants) != kept {
				t.Errorf("fn ran %d times, %d of %d writes are kept (%v)", ran, len(plants), kept, err)
			}
		})
	}
}
