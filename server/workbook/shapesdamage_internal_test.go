package workbook

import (
	"fmt"
	"strings"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// dayOfSerial is the date of a day's number since the end of 1899.
func dayOfSerial(serial int) string {
	return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, serial).Format("2006-01-02")
}

func broken(p put, meant string, kind domain.NoteKind) said {
	return said{p, truth{text: meant, damaged: true, kind: kind}}
}

// codeDamage are the ways in which codes suffer in spreadsheets.
func (w *world) codeDamage() []func() said {
	digits := func() string { return fmt.Sprint(w.IntN(900_000) + 100_000) }
	return []func() said{
		func() said { n := w.IntN(1_000_000); return said{put{value: float64(n)}, truth{text: fmt.Sprint(n)}} },
		func() said { // its format shows the zeros
			n := w.IntN(1_000_000)
			return said{put{value: float64(n), format: "00000000"}, truth{text: fmt.Sprintf("%08d", n)}}
		},
		func() said {
			return broken(put{value: 100_000.0 * float64(w.IntN(9)+1), format: "0.00E+00"}, "1E5", domain.NoteExponent)
		},
		func() said {
			return broken(put{value: 1234567890123456784.0}, "1234567890123456789", domain.NoteDigitsLost)
		},
		func() said {
			return broken(put{value: w.pick("1E+05", "1,23457E+11", "2.5E-03")}, "?", domain.NoteExponent)
		},
		func() said { return broken(put{value: 46_301.0, format: "d-mmm"}, "6-10", domain.NoteDateCode) },
		func() said {
			return broken(put{value: w.pick("06. Okt", "Oct-26", "6-Mrz")}, "6-10", domain.NoteDateCode)
		},
		func() said { return broken(put{value: 6.1}, "6.10", domain.NoteDigitsLost) },
		func() said { return broken(put{value: true}, "true?", domain.NoteDateCode) },
		func() said {
			code := digits()
			return broken(put{value: code[:3] + "АВ"}, code[:3]+"AB", domain.NoteLookalike)
		},
		func() said {
			code := digits()
			return broken(put{value: code + "–C"}, code+"-C", domain.NoteLookalike)
		},
		func() said {
			return broken(put{value: w.pick("#N/A", "#BEZUG!", "#VALUE!")}, "?", domain.NoteErrorValue)
		},
		func() said {
			return broken(put{value: w.pick("n/a", "?", "k.A.", "siehe oben", "brak", "-")}, "?", domain.NotePlaceholder)
		},
		func() said {
			a, b := digits(), digits()
			return broken(put{value: a + w.pick(" / ", "; ", "\n", " oder ") + b}, a, domain.NoteSeveral)
		},
		func() said { code := digits(); return broken(put{value: "'" + code}, code, "") },
		func() said {
			code := digits()
			return broken(put{value: "123456789" + code + "000"}, "?", domain.NoteDigitsLost)
		},
		w.spaced(digits),
	}
}

// spaced hides blanks in a text.
func (w *world) spaced(code func() string) func() said {
	return func() said {
		clean := code()
		dirty := clean
		switch w.IntN(5) {
		case 0:
			dirty += "\u00a0"
		case 1:
			dirty = dirty[:2] + "\u200b" + dirty[2:]
		case 2:
			dirty = "\ufeff" + dirty + "  "
		case 3:
			dirty = dirty[:3] + "\u00ad" + dirty[3:]
		case 4:
			dirty, clean = dirty[:3]+"\u00a0"+dirty[3:], clean[:3]+" "+clean[3:]
		}
		return said{put{value: dirty}, truth{text: clean}}
	}
}

// numberTexts writes thousandths as texts with a decimal sign.
func (w *world) numberTexts(sign string) []func() said {
	group := map[string]string{",": ".", ".": ","}[sign]
	return []func() said{
		func() said {
			n := w.IntN(999) + 1
			return said{put{value: "0" + sign + fmt.Sprintf("%03d", n)}, truth{text: thousandths(n)}}
		},
		func() said { return said{put{value: "1" + group + "234" + sign + "50"}, truth{text: "1234.50"}} },
		func() said {
			n := w.IntN(90) + 10
			return said{put{value: fmt.Sprintf("%d%s5", n, sign)}, truth{text: fmt.Sprintf("%d.5", n)}}
		},
		func() said { n := w.IntN(9000) + 1000; return text(fmt.Sprint(n)) },
		func() said { return said{put{value: 0.125}, truth{text: "0.125"}} },
		func() said { return said{put{value: 0.125, format: "0.0"}, truth{text: "0.125"}} },
		func() said { return said{put{value: 1250.0, format: "#,##0"}, truth{text: "1250"}} },
		func() said { return broken(put{value: "12" + group + "5"}, "12.5", "") },
		func() said { return broken(put{value: "1" + group + "234"}, "?", domain.NoteNumber) },
		func() said {
			return broken(put{value: w.pick("ca. 5", "5-6", "viel", "1.2.3")}, "?", domain.NoteNumber)
		},
		func() said { return broken(put{value: 46_143.0, format: "d.m"}, "1.5", domain.NoteNumber) },
	}
}

// thousandths is the decimal of a text that has three digits after its sign.
func thousandths(n int) string { return fmt.Sprintf("0.%03d", n) }

// dayTexts writes dates as texts, days or months first.
func (w *world) dayTexts(order string) []func() said {
	write := func(format string, day int) said {
		at := time.Date(2026, time.Month(w.IntN(12)+1), day, 0, 0, 0, 0, time.UTC)
		return said{put{value: at.Format(format)}, truth{text: at.Format("2006-01-02")}}
	}
	forms := map[string][]string{"dmy": {"02.01.2006", "2.1.2006", "02/01/2006"}, "mdy": {"01/02/2006", "1/2/2006"}}[order]
	return []func() said{
		func() said { return write(w.pick(forms...), 13+w.IntN(15)) },
		func() said { return write(w.pick(forms...), 1+w.IntN(12)) },
		func() said { return write("2006-01-02", 1+w.IntN(28)) },
		func() said { return write("2 Jan 2006", 1+w.IntN(28)) },
		func() said { return w.day(w.pick("dd.mm.yyyy", "mm-dd-yy", "d-mmm-yy")) },
		func() said {
			return broken(put{value: w.pick("ab sofort", "31.02.2026", "2026", "Q3/26")}, "?", domain.NoteValue)
		},
		func() said { return broken(put{value: 46_000.0}, "?", domain.NoteValue) },
		func() said {
			s := write(map[string]string{"dmy": "02.01.06", "mdy": "01/02/06"}[order], 13+w.IntN(15))
			s.damaged = true
			return s
		},
	}
}

// letters is a running letter for made-up texts.
func letters(i int) string { return strings.Repeat(string(rune('A'+i%26)), 2) }
