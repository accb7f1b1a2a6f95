package structure_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile/structure"
)

// The sizes that are promised.
const (
	benchBills = 50_000
	benchLines = 20
	storedOnes = 2_000 // different pairs, which are read again and again: what the store would hand over
)

// storedPair is one BOM as two systems have it, encoded as the store keeps it, with what a comparison must find.
type storedPair struct {
	left, right []byte
	want        string // classes, sorted as they are found
}

// storedBill is a BOM of twenty components as attributes.
func storedBill(n int, base string, lines []structure.Line) []byte {
	kept := make(domain.Lines, len(lines))
	for i, l := range lines {
		kept[i] = domain.Line{ID: l.ID, Attributes: domain.Attributes{
			"position": domain.Quantity{Number: l.Position.Decimal}, "item": domain.Reference{Domain: "item", Record: l.Part.Record},
			"quantity": domain.Quantity{Number: l.Quantity}, "unit": domain.Enum(l.Unit), "scrap": domain.Quantity{Number: l.Scrap, Unit: "P1"},
		}}
	}
	return domain.Attributes{
		"code": domain.Code("BOM-" + strconv.Itoa(n)), "item": domain.Reference{Domain: "item", Record: part(n % 4000).Record},
		"base_quantity": domain.Quantity{Number: dec(base)}, "base_unit": domain.Enum("C62"), "components": kept,
	}.Encode()
}

// storedPairs are pairs of which every other is for ten pieces and partly in grams on the right side, and every fifth has one fault.
func storedPairs() []storedPair {
	random := rand.New(rand.NewPCG(1, 2))
	pairs := make([]storedPair, storedOnes)
	for n := range pairs {
		lines := make([]structure.Line, benchLines)
		for i := range lines {
			lines[i] = component(10*i+10, 100+(n*7+i)%6000, fmt.Sprintf("%d.%03d", 1+random.IntN(40), random.IntN(1000)), []string{"C62", "KGM", "MTR"}[random.IntN(3)])
			lines[i].Scrap = dec(strconv.Itoa(random.IntN(4)))
		}
		pairs[n].left = storedBill(n, "1", lines)
		base := "1"
		if n%2 == 1 {
			base = "10"
			for i := range lines {
				lines[i].Quantity = lines[i].Quantity.Mul(dec("10"))
				if lines[i].Unit == "KGM" && i%2 == 0 {
					lines[i].Unit, lines[i].Quantity = "GRM", lines[i].Quantity.Mul(dec("1000"))
				}
			}
		}
		if n%5 == 0 {
			lines, pairs[n].want = faulty(lines, n/5)
		}
		pairs[n].right = storedBill(n, base, lines)
	}
	return pairs
}

// faulty plants one fault, in turn of each class.
func faulty(lines []structure.Line, n int) ([]structure.Line, string) {
	l := &lines[n%benchLines]
	switch n % 6 {
	case 0:
		return append(lines[:3:3], lines[4:]...), "missing"
	case 1:
		return append(lines, component(1000, 9000, "1", "C62")), "extra"
	case 2:
		l.Quantity = l.Quantity.Mul(dec("2"))
		return lines, "quantity"
	case 3:
		l.Unit = "LTR"
		return lines, "unit"
	case 4:
		l.Scrap = l.Scrap.Add(dec("5"))
		return lines, "scrap"
	default:
		lines[2].Position = at(185)
		return lines, "sequence"
	}
}

// BenchmarkCompare compares 50,000 stored BOMs of 20 lines of two systems, one at a time, from the bytes that the store keeps. It
// fails where anything else is found than was planted.
func BenchmarkCompare(b *testing.B) {
	pairs := storedPairs()
	rules := structure.Rules{Quantity: domain.Tolerance{Absolute: dec("0.0000005")}, Flatten: true}
	none := func(structure.Part) []structure.Bill { return nil }
	shape := structure.Components()
	since := processor(b)
	for b.Loop() {
		c, found := structure.New(rules), 0
		for n := range benchBills {
			p := &pairs[n%storedOnes]
			got := c.Compare(structure.Side{Name: "erp", Bill: stored(b, shape, p.left), Book: none}, structure.Side{Name: "mes", Bill: stored(b, shape, p.right), Book: none})
			if classes := classesOf(got.Findings); classes != p.want || len(got.Troubles) > 0 {
				b.Fatalf("BOM %d: found %q, planted %q, troubles %v", n, classes, p.want, got.Troubles)
			}
			found += len(got.Findings)
		}
		b.ReportMetric(float64(found), "findings")
	}
	reportUse(b, since)
}

func stored(b *testing.B, shape structure.Shape, encoded []byte) structure.Bill {
	said, err := domain.DecodeAttributes(encoded)
	if err != nil {
		b.Fatal(err)
	}
	return shape.Read(said, "erp")
}

func classesOf(findings []structure.Finding) string {
	var classes []string
	for _, f := range findings {
		classes = append(classes, string(f.Class))
	}
	return strings.Join(classes, " ")
}

// BenchmarkExplode explodes a product of ten levels and 100,000 lines, and proves the sum of what is needed.
func BenchmarkExplode(b *testing.B) {
	top, book, lines, sum := deepProduct()
	since := processor(b)
	for b.Loop() {
		count, deepest, total := 0, 0, ratio(0, 1)
		troubles := structure.New(structure.Rules{}).Explode(top, book, func(e structure.Exploded) {
			count++
			deepest = max(deepest, e.Level())
			total.Add(total, e.Each)
		})
		if count != lines || deepest != 10 || total.RatString() != sum || len(troubles) > 0 {
			b.Fatalf("%d lines of %d, %d levels, together %s of %s, troubles %v", count, lines, deepest, total.RatString(), sum, troubles)
		}
		b.ReportMetric(float64(count), "lines")
	}
	reportUse(b, since)
}

// deepProduct has, on each of ten levels, bills of 10,000 lines in all, each bill for 8 kilograms of lines of half a kilogram: a line
// needs a sixteenth of what its bill's part does.
func deepProduct() (top structure.Bill, book structure.Book, lines int, sum string) {
	const levels, each, wide = 10, 10_000, 100
	bills := map[structure.Part]structure.Bill{}
	n := 1
	top = structure.Bill{Makes: part(0), Base: dec("8"), BaseUnit: "KGM"}
	parents := []structure.Part{top.Makes}
	total, needed := ratio(0, 1), ratio(1, 1)
	for range levels {
		var parts []structure.Part
		for i := range each {
			parent := parents[i%len(parents)]
			one := bills[parent]
			one.Makes, one.Base, one.BaseUnit = parent, dec("8"), "KGM"
			p := structure.Part{Record: domain.ID{byte(n >> 16), byte(n >> 8), byte(n), 7}}
			n++
			one.Lines = append(one.Lines, structure.Line{Part: p, Quantity: dec("500"), Unit: "GRM"})
			bills[parent] = one
			if len(parts) < wide {
				parts = append(parts, p)
			}
		}
		parents = parts
		needed.Mul(needed, ratio(1, 16))
		level := ratio(each*1000, 1) // lines are in grams
		total.Add(total, level.Mul(level, needed))
	}
	top = bills[top.Makes]
	return top, func(p structure.Part) []structure.Bill {
		if one, ok := bills[p]; ok {
			return []structure.Bill{one}
		}
		return nil
	}, levels * each, total.RatString()
}

// processor is the processor's time of the process, in seconds: on a busy machine it says more than the clock.
func processor(b *testing.B) float64 {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		b.Fatal(err)
	}
	return float64(use.Utime.Nano()+use.Stime.Nano()) / 1e9
}

// reportUse adds what the process used: the most memory it ever had, and the processor's time of an iteration.
func reportUse(b *testing.B, since float64) {
	b.ReportMetric((processor(b)-since)/float64(b.N), "cpu-s/op")
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(use.Maxrss)/1024, "peak-MB")
}
