package matching

import (
	"math"
	"slices"
	"strings"
)

// Align gives two tables one list of fields: columns of the same name first, then those of one kind whose words agree most.
// A column without a partner still takes part in the comparison of whole records.
func Align(left, right Table) (fields []Field, l, r []Record) {
	kl, kr := left.kinds(), right.kinds()
	partner := alignColumns(left, right, kl, kr)
	var from [][2]int
	taken := make([]bool, len(right.Names))
	for i, name := range left.Names {
		kind := kl[i]
		if j := partner[i]; j >= 0 {
			taken[j] = true
			kind = wider(kind, kr[j])
		}
		fields, from = append(fields, Field{Name: name, Kind: kind}), append(from, [2]int{i, partner[i]})
	}
	for j, name := range right.Names {
		if !taken[j] {
			fields, from = append(fields, Field{Name: name, Kind: kr[j]}), append(from, [2]int{-1, j})
		}
	}
	return fields, project(left.Records, from, 0), project(right.Records, from, 1)
}

// wider returns the kind that can compare both.
func wider(a, b Kind) Kind {
	switch {
	case a == b || b == KindSkip:
		return a
	case a == KindSkip:
		return b
	case a == KindText || b == KindText || a == KindAddress || b == KindAddress:
		return KindText
	case a == KindName || b == KindName:
		return KindName
	}
	return KindCode
}

func project(records []Record, from [][2]int, side int) []Record {
	out := make([]Record, len(records))
	for i, r := range records {
		values := make([]string, len(from))
		for f, columns := range from {
			if at := columns[side]; at >= 0 && at < len(r.Values) {
				values[f] = r.Values[at]
			}
		}
		out[i] = Record{ID: r.ID, Values: values}
	}
	return out
}

// alignColumns returns each left column's right one, -1 for none.
func alignColumns(left, right Table, kl, kr []Kind) []int {
	partner := make([]int, len(left.Names))
	taken := make([]bool, len(right.Names))
	for i, name := range left.Names {
		partner[i] = slices.IndexFunc(right.Names, func(other string) bool {
			return strings.EqualFold(strings.TrimSpace(name), strings.TrimSpace(other))
		})
		if j := partner[i]; j >= 0 && taken[j] {
			partner[i] = -1
		} else if j >= 0 {
			taken[j] = true
		}
	}
	for i := range left.Names {
		if partner[i] >= 0 || kl[i] == KindSkip {
			continue
		}
		if at := alikeColumn(columnWords(left, i), right, kr, taken); at >= 0 {
			partner[i], taken[at] = at, true
		}
	}
	return partner
}

// leastAlike is how alike the words of two columns must be to be compared with each other.
const leastAlike = 0.1

// alikeColumn returns the free column whose words agree most with a profile, -1 for none.
func alikeColumn(profile map[string]float64, t Table, kinds []Kind, taken []bool) int {
	best, at := leastAlike, -1
	for j := range t.Names {
		if taken[j] || kinds[j] == KindSkip {
			continue
		}
		if c := cosine(profile, columnWords(t, j)); c > best {
			best, at = c, j
		}
	}
	return at
}

// columnWords counts the words of a column's sample.
func columnWords(t Table, column int) map[string]float64 {
	words := map[string]float64{}
	stride := max(1, len(t.Records)/inferSample)
	for i := 0; i < len(t.Records); i += stride {
		if column >= len(t.Records[i].Values) {
			continue
		}
		for _, word := range strings.Fields(Fold(t.Records[i].Values[column])) {
			words[word]++
		}
	}
	return words
}

func cosine(a, b map[string]float64) float64 {
	var dot, na, nb float64
	for word, x := range a {
		dot += x * b[word]
		na += x * x
	}
	for _, x := range b {
		nb += x * x
	}
	if na == 0 || nb == 0 {
		return 0
	}
	return dot / math.Sqrt(na*nb)
}
