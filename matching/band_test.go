package matching

import "testing"

func TestBands(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		score  float64
		linked bool
		first  Level // of a comparison whose lowest level excludes a match
		second Level // of one that matches hardly ever disagree in
		third  Level // of one whose disagreement says little
		want   Band
	}{
		"sure and proposed":                     {score: 12, linked: true, first: 5, second: 7, third: 7, want: BandAuto},
		"sure, but another was chosen":          {score: 12, first: 5, second: 7, third: 7, want: BandReview},
		"sure, but the codes exclude it":        {score: 12, linked: true, first: 1, second: 7, third: 7, want: BandReview},
		"sure, but it has two makers":           {score: 12, linked: true, first: 5, second: 1, third: 7, want: BandReview},
		"sure, and the sources differ":          {score: 12, linked: true, first: 5, second: 7, third: 1, want: BandAuto},
		"likely":                                {score: 3, linked: true, first: 5, second: 7, third: 7, want: BandReview},
		"unlikely":                              {score: -9, first: 5, second: 7, third: 7, want: BandReject},
		"unlikely, but proposed for its group":  {score: -9, linked: true, first: 5, second: 7, third: 7, want: BandReview},
		"sure where a comparison says nothing":  {score: 12, linked: true, first: 0, second: 0, third: 0, want: BandAuto},
		"at the probability of the auto band":   {score: 6.63, linked: true, first: 5, second: 7, third: 7, want: BandAuto},
		"just below that":                       {score: 6.6, linked: true, first: 5, second: 7, third: 7, want: BandReview},
		"nobody's choice, but not to be denied": {score: -5, first: 5, second: 7, third: 7, want: BandReview},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &Result{
				Scores: []float64{tt.score},
				Pairs:  &Pairs{List: make([]Pair, 1), Width: 3, levels: []Level{tt.first, tt.second, tt.third}, conflicts: []bool{true, false, false}, alone: []bool{false, true, true}},
				Model:  &Model{Damp: []float64{1, 1, 1}, Bits: [][maxLevels]float64{{0, -8}, {0, -8}, {0, -1}}},
			}
			if tt.linked {
				r.Links = []int{0}
			}
			if got := r.Band(0); got != tt.want {
				t.Errorf("band %d, want %d", got, tt.want)
			}
		})
	}
}

func TestTwoEqualTablesAreSure(t *testing.T) {
	t.Parallel()
	left, _ := plantParts(60)
	right := Table{Names: left.Names, Kinds: left.Kinds}
	for _, record := range left.Records {
		right.Records = append(right.Records, Record{ID: "copy " + record.ID, Values: record.Values})
	}
	r := Link(left, right, Options{Workers: 1})
	sure := 0
	for _, i := range r.Links {
		if p := r.Pairs.List[i]; r.Band(i) == BandAuto && r.ids[p.B] == "copy "+r.ids[p.A] {
			sure++
		}
	}
	if sure != len(left.Records) {
		t.Errorf("%d of %d records are surely their own copies, of %d links", sure, len(left.Records), len(r.Links))
	}
}
