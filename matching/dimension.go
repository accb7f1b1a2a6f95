package matching

import (
	"math"
	"slices"
	"strings"
)

// Role says what a dimension measures. Two dimensions are only compared within one role.
type Role uint8

// The roles. RoleLength is any length given with its unit; RoleSide numbers the sides of 10x20x5 in falling order.
const (
	RoleThread Role = iota + 1
	RolePitch
	RoleLength
	RoleSide
	RoleNominal
	RolePressureClass
	RoleGauge
	RoleMass
	RolePower
	RoleVoltage
	RoleCurrent
	RoleVolume
	RolePressure
	RoleData
	RoleFrequency
	RoleSpeed
	RoleResistance
	RoleAngle
)

// String is the role's name in explanations.
func (r Role) String() string {
	names := []string{"", "thread", "pitch", "length", "side", "nominal size", "pressure class", "gauge", "mass", "power", "voltage",
		"current", "volume", "pressure", "data size", "frequency", "speed", "resistance", "angle"}
	if int(r) >= len(names) {
		return ""
	}
	return names[r]
}

// Dimension is a measure with its role, in the role's base unit (mm, g, W, V, ...).
type Dimension struct {
	Role  Role
	Value float64
}

// Same tells whether two values of one role agree within 0.5 %, the rounding between inch and millimetre.
func (d Dimension) Same(e Dimension) bool {
	return d.Role == e.Role && math.Abs(d.Value-e.Value) <= 0.005*math.Max(math.Abs(d.Value), math.Abs(e.Value))+1e-9
}

// unit converts to the role's base unit.
type unit struct {
	role   Role
	factor float64
}

// dimension reads a size at the current chunk and returns how many chunks it took: threads, sides, DN, PN and AWG.
func (p *parse) dimension() int {
	chunk, used := p.joinedTimes()
	switch {
	case p.thread(chunk), p.inchThread(chunk), p.sides(chunk), p.resistance(chunk):
		return used
	}
	return p.nominal()
}

// joinedTimes writes "8 x 40", "8x 40" and "M 8 x 40" in one piece and says how many chunks that took.
func (p *parse) joinedTimes() (string, int) {
	chunk, used := strings.ReplaceAll(p.peek(0), "*", "x"), 1
	if next := p.peek(1); chunk == "m" && startsDigit(next) && (strings.Contains(next, "x") || p.peek(2) == "x") {
		chunk, used = "m"+next, 2
	}
	if !hasDigit(chunk) {
		return chunk, used
	}
	for range 3 {
		text, more := p.times(chunk, used)
		if more == 0 {
			break
		}
		chunk, used = chunk+text, used+more
	}
	return chunk, used
}

// times returns what continues "8" or "8x" at a chunk, as "x40" or "40", and how many chunks that took.
func (p *parse) times(chunk string, at int) (string, int) {
	next := p.peek(at)
	switch open := strings.HasSuffix(chunk, "x"); {
	case !open && !endsDigit(chunk) && !strings.HasSuffix(chunk, "mm"):
		return "", 0
	case next == "x" && startsDigit(p.peek(at+1)):
		return "x" + p.peek(at+1), 2
	case open && startsDigit(next), len(next) > 1 && next[0] == 'x' && isDigitByte(next[1]):
		return next, 1
	}
	return "", 0
}

// thread reads M8, M8x40, M8x1.25x40 and M8-40.
func (p *parse) thread(chunk string) bool {
	if len(chunk) < 2 || chunk[0] != 'm' || !isDigitByte(chunk[1]) {
		return false
	}
	values, ok := times(strings.Replace(chunk[1:], "-", "x", 1))
	if !ok || len(values) > 3 || !threadSize(values[0]) {
		return false
	}
	p.addDimension(RoleThread, values[0], "m")
	for _, value := range values[1:] {
		if value < 5 && value < values[0] {
			p.addDimension(RolePitch, value, "p")
			continue
		}
		p.addDimension(RoleLength, value, "=")
	}
	if len(values) > 1 {
		p.add("m"+formatNumber(values[0])+"x"+formatNumber(values[len(values)-1]), ClassDimension)
	}
	return true
}

// threadSize tells whether there are metric threads of that size.
func threadSize(size float64) bool {
	switch size {
	case 1.6, 2.5, 3.5:
		return true
	}
	return size >= 1 && size <= 100 && size == math.Trunc(size)
}

// inchThread reads 1/2-13 and 3/8-16x2: a fraction of an inch, threads per inch, length in inches.
func (p *parse) inchThread(chunk string) bool {
	size, rest, found := strings.Cut(chunk, "-")
	value, ok := fraction(size)
	if !found || !ok || strings.Contains(size, "-") {
		return false
	}
	values, ok := times(rest)
	if !ok || values[0] < 4 || values[0] > 80 {
		return false
	}
	p.addDimension(RoleThread, value*inch, "m")
	p.addDimension(RolePitch, inch/values[0], "p")
	if len(values) > 1 {
		p.addDimension(RoleLength, values[1]*inch, "=")
	}
	return true
}

// sides reads 10x20x5 and 25x40mm.
func (p *parse) sides(chunk string) bool {
	chunk, factor := strings.TrimSuffix(chunk, "mm"), 1.0
	if strings.HasSuffix(chunk, "cm") {
		chunk, factor = strings.TrimSuffix(chunk, "cm"), 10
	}
	if !startsDigit(chunk) || !strings.Contains(chunk, "x") {
		return false
	}
	values, ok := times(strings.ReplaceAll(chunk, "mmx", "x"))
	if !ok || len(values) > 4 || len(values) < 2 {
		return false
	}
	slices.SortFunc(values, func(a, b float64) int { return int(math.Copysign(1, b-a)) })
	text := ""
	for i, value := range values {
		p.out.Dims = append(p.out.Dims, Dimension{Role: RoleSide, Value: value * factor})
		if i > 0 {
			text += "x"
		}
		text += formatNumber(value * factor)
	}
	p.add(text, ClassDimension)
	return true
}

// resistance reads 2k2 and 4r7.
func (p *parse) resistance(chunk string) bool {
	for _, sign := range []struct {
		text   string
		factor float64
	}{{"k", 1e3}, {"r", 1}} {
		before, after, found := strings.Cut(chunk, sign.text)
		if found && len(before) <= 3 && len(after) <= 2 && digitsOnly(before) && digitsOnly(after) {
			value, _ := decimalValue(before + "." + after)
			p.addDimension(RoleResistance, value*sign.factor, "r")
			return true
		}
	}
	return false
}

// nominal reads DN50, DN 50, PN16 and AWG 12.
func (p *parse) nominal() int {
	for _, kind := range []struct {
		prefix string
		role   Role
	}{{"dn", RoleNominal}, {"pn", RolePressureClass}, {"awg", RoleGauge}} {
		rest, found := strings.CutPrefix(p.peek(0), kind.prefix)
		used := 1
		if !found {
			continue
		}
		if rest == "" {
			rest, used = p.peek(1), 2
		}
		if value, ok := decimalValue(rest); ok && digitsOnly(rest) && len(rest) <= 4 {
			p.addDimension(kind.role, value, kind.prefix)
			return used
		}
	}
	return 0
}

// measure reads a number with its unit: 3,5 mm, 40gb, 1/2".
func (p *parse) measure() int {
	number, rest := leadingNumber(p.peek(0))
	used := 1
	if number == "" {
		return 0
	}
	if rest == "" {
		rest, used = p.peek(1), 2
		if rest == "in" && startsDigit(p.peek(2)) || p.n.tables.shared[rest] {
			return 0 // "2 in 1", "4 a day": a word, not a unit
		}
	}
	rest = strings.TrimLeft(rest, "-")
	u, known := p.n.tables.units[rest]
	value, ok := anyNumber(number)
	if !known || !ok {
		return 0
	}
	p.addDimension(u.role, value*u.factor, u.role.mark())
	return used
}

// addDimension adds a dimension and its token.
func (p *parse) addDimension(role Role, value float64, mark string) {
	if math.IsInf(value, 0) || math.IsNaN(value) || len(p.out.Dims) >= maxTokens {
		return
	}
	p.out.Dims = append(p.out.Dims, Dimension{Role: role, Value: value})
	p.add(mark+formatRounded(value), ClassDimension)
}

// formatRounded writes a value in three digits, so that what is converted between units still meets.
func formatRounded(value float64) string {
	if value == 0 {
		return "0"
	}
	scale := math.Pow(10, 2-math.Floor(math.Log10(math.Abs(value))))
	return formatNumber(math.Round(value*scale) / scale)
}

// mark begins the tokens of a role, so that 40 mm and 40 GB differ.
func (r Role) mark() string {
	if r == RoleLength {
		return "="
	}
	return strings.ReplaceAll(r.String(), " ", "") + "="
}

const inch = 25.4

// times reads numbers joined by x; each may be a fraction.
func times(s string) ([]float64, bool) {
	parts := strings.Split(s, "x")
	values := make([]float64, 0, len(parts))
	for _, part := range parts {
		if part == "" || len(part) > 10 || len(values) == 4 {
			return nil, false
		}
		if strings.Trim(part, "0123456789.,/-") != "" {
			return nil, false
		}
		value, ok := anyNumber(part)
		if !ok {
			return nil, false
		}
		values = append(values, value)
	}
	return values, len(values) > 0
}

func startsDigit(s string) bool { return s != "" && isDigitByte(s[0]) }
func endsDigit(s string) bool   { return s != "" && isDigitByte(s[len(s)-1]) }
