package workbook

import (
	"context"
	"strconv"
)

// maxStyles is how many styles, fonts and fills a workbook may have; Excel takes 65,490.
const maxStyles = 70_000

// style is what a cell's style says of its content.
type style struct {
	format *numberFormat
	fill   string
	struck bool
}

// styles are the styles of a workbook by their number.
type styles struct{ cells []style }

// of returns a style; the plain one for a number that does not exist.
func (s *styles) of(number int) style {
	if s == nil || number < 0 || number >= len(s.cells) {
		return style{format: general}
	}
	return s.cells[number]
}

// stylesReader gathers what the styles refer to.
type stylesReader struct {
	formats map[int]string
	made    map[int]*numberFormat
	struck  []bool
	fills   []string
	styles  styles
}

// readStyles reads the part with the styles.
func readStyles(ctx context.Context, c *container, part string) (*styles, error) {
	r := &stylesReader{formats: map[int]string{}, made: map[int]*numberFormat{}}
	err := c.read(ctx, part, c.limits.Small, func(s *scanner) error {
		return each(s, func() error { return r.take(s) })
	})
	return &r.styles, err
}

// take reads one of the lists. The styles of cells stand after all that they refer to.
func (r *stylesReader) take(s *scanner) error {
	switch string(s.name) {
	case "numFmt":
		if len(r.formats) < maxStyles {
			r.formats[s.number("numFmtId", -1)] = string(s.attr("formatCode"))
		}
		return nil
	case "dxfs", "cellStyleXfs", "extLst":
		return s.skip()
	case "font":
		return r.font(s)
	case "fill":
		return r.fill(s)
	case "cellXfs":
		return within(s, func() error {
			if string(s.name) == "xf" && len(r.styles.cells) < maxStyles {
				r.styles.cells = append(r.styles.cells, r.style(s))
			}
			return nil
		})
	default:
		return nil
	}
}

// within calls take at the start of every element inside the one whose start was the last token.
func within(s *scanner, take func() error) error {
	for depth := len(s.starts); len(s.starts) >= depth; {
		token, err := s.next()
		if err != nil {
			return err
		}
		if token == xmlStart {
			if err := take(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *stylesReader) font(s *scanner) error {
	struck := false
	err := within(s, func() error {
		if string(s.name) == "strike" {
			struck = s.attr("val") == nil || s.flag("val")
		}
		return nil
	})
	if len(r.struck) < maxStyles {
		r.struck = append(r.struck, struck)
	}
	return err
}

func (r *stylesReader) fill(s *scanner) error {
	fill, solid := "", false
	err := within(s, func() error {
		switch string(s.name) {
		case "patternFill":
			kind := string(s.attr("patternType"))
			solid = kind != "" && kind != "none"
		case "gradientFill":
			solid = true
		case "fgColor", "color":
			if fill == "" {
				fill = colour(s)
			}
		}
		return nil
	})
	if !solid {
		fill = ""
	}
	if len(r.fills) < maxStyles {
		r.fills = append(r.fills, fill)
	}
	return err
}

// colour is a colour as it is written; "" for white, which nobody sees as one.
func colour(s *scanner) string {
	if rgb := string(s.attr("rgb")); rgb != "" {
		if len(rgb) == 6 {
			rgb = "FF" + rgb
		}
		if len(rgb) > 8 || len(rgb) == 8 && rgb[2:] == "FFFFFF" {
			return ""
		}
		return rgb
	}
	if theme := s.number("theme", -1); theme >= 0 {
		return themeColour(theme, string(s.attr("tint")))
	}
	if indexed := s.number("indexed", -1); indexed >= 0 && indexed != 1 && indexed != 9 && indexed < 64 {
		return "indexed " + strconv.Itoa(indexed)
	}
	return ""
}

// themeColour names a colour of the theme, the first of which is white.
func themeColour(theme int, lighter string) string {
	tint, err := strconv.ParseFloat(lighter, 64)
	switch {
	case err == nil && tint != 0:
		return "theme " + strconv.Itoa(theme) + " " + strconv.FormatFloat(tint, 'f', 2, 64)
	case theme == 0:
		return ""
	default:
		return "theme " + strconv.Itoa(theme)
	}
}

// style is one style of cells.
func (r *stylesReader) style(s *scanner) style {
	made := style{format: r.format(s.number("numFmtId", 0))}
	if font := s.number("fontId", -1); font >= 0 && font < len(r.struck) {
		made.struck = r.struck[font]
	}
	if fill := s.number("fillId", -1); fill >= 0 && fill < len(r.fills) {
		made.fill = r.fills[fill]
	}
	return made
}

// format is the number format of an ID: one of the workbook's own, else one that Excel knows without being told.
func (r *stylesReader) format(id int) *numberFormat {
	if made := r.made[id]; made != nil {
		return made
	}
	code, own := r.formats[id]
	if !own {
		code = builtinFormat(id)
	}
	made := parseFormat(code)
	r.made[id] = made
	return made
}

// builtinFormat is the code of a format that stands in no workbook.
func builtinFormat(id int) string {
	known := []string{
		1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "mm-dd-yy",
		15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "m/d/yy h:mm",
		37: "#,##0 ;(#,##0)", 38: "#,##0 ;[Red](#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;[Red](#,##0.00)",
		41: `_(* #,##0_);_(* \(#,##0\);_(* "-"_);_(@_)`, 42: `_("$"* #,##0_);_("$"* \(#,##0\);_("$"* "-"_);_(@_)`,
		43: `_(* #,##0.00_);_(* \(#,##0.00\);_(* "-"??_);_(@_)`, 44: `_("$"* #,##0.00_);_("$"* \(#,##0.00\);_("$"* "-"??_);_(@_)`,
		45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0", 48: "##0.0E+0", 49: "@",
	}
	switch {
	case id >= 27 && id <= 36, id >= 50 && id <= 58: // dates of East Asian editions
		return "yyyy-mm-dd"
	case id >= 0 && id < len(known):
		return known[id]
	default:
		return ""
	}
}
