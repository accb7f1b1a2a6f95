package matching

import "strings"

// tables are the closed lists a Normaliser reads with. They are built once per Normaliser and never changed.
type tables struct {
	units     map[string]unit
	shared    map[string]bool // units that are words as well, when they stand alone
	bodies    map[string]bool
	standards map[string]string
	materials map[string]string
	strengths map[string]bool
	words     map[string]Class
}

func newTables() *tables {
	t := &tables{
		units: map[string]unit{}, shared: set("a m g l v w k f in"), bodies: set("din iso en ansi asme astm bs jis uni nf gost sae une"),
		standards: map[string]string{}, materials: map[string]string{}, words: map[string]Class{},
		strengths: set("4.6 4.8 5.6 5.8 6.8 8.8 9.8 10.9 12.9 50 70 80"),
	}
	delete(t.shared, "in")
	for role, units := range unitTable() {
		for name, factor := range units {
			t.units[name] = unit{role: role, factor: factor}
		}
	}
	canonical(t.standards, standardTable())
	canonical(t.materials, materialTable())
	for _, word := range strings.Fields(stopWords) {
		t.words[word] = ClassStop
	}
	for _, word := range strings.Fields(legalForms) {
		t.words[word] = ClassLegal
	}
	return t
}

// canonical gives each name of a group the group's first name.
func canonical(into map[string]string, groups []string) {
	for _, group := range groups {
		names := strings.Fields(group)
		for _, name := range names {
			into[name] = names[0]
		}
	}
}

func set(words string) map[string]bool {
	members := map[string]bool{}
	for _, word := range strings.Fields(words) {
		members[word] = true
	}
	return members
}

const stopWords = `the in of and for with to by from on at an or is it as this that your you all new der die das den dem des und oder mit fuer von
 zu im am ein eine einer aus bei le la les et ou avec pour du des un une dans sur el los las y o con para por del una en`

const legalForms = `gmbh ag kg ohg ug mbh inc incorporated ltd limited llc llp corp corporation co company plc sa sas sarl srl spa bv nv ab oy
 oyj aps asa kft zrt sro pty kk slu sl eurl snc ltda`

// unitTable gives each role's units and how many base units they are.
func unitTable() map[Role]map[string]float64 {
	return map[Role]map[string]float64{
		RoleLength:     {"mm": 1, "cm": 10, "m": 1000, "in": inch, "inch": inch, "inches": inch, "zoll": inch, "pouce": inch, "pulgada": inch, "\"": inch, "ft": 12 * inch, "feet": 12 * inch, "foot": 12 * inch},
		RoleMass:       {"mg": 0.001, "g": 1, "gr": 1, "kg": 1000, "kgs": 1000, "lb": 453.59237, "lbs": 453.59237, "oz": 28.349523125},
		RolePower:      {"w": 1, "watt": 1, "watts": 1, "kw": 1000, "hp": 745.7, "ps": 735.49875},
		RoleVoltage:    {"v": 1, "volt": 1, "volts": 1, "vdc": 1, "vac": 1, "kv": 1000},
		RoleCurrent:    {"a": 1, "amp": 1, "amps": 1, "ma": 0.001, "mah": 0.001},
		RoleVolume:     {"ml": 1, "cl": 10, "l": 1000, "ltr": 1000, "liter": 1000, "litre": 1000, "gal": 3785.411784, "gallon": 3785.411784},
		RolePressure:   {"bar": 1, "psi": 0.0689475729, "mbar": 0.001, "mpa": 10},
		RoleData:       {"kb": 0.001, "mb": 1, "gb": 1000, "tb": 1e6},
		RoleFrequency:  {"hz": 1, "khz": 1e3, "mhz": 1e6, "ghz": 1e9},
		RoleSpeed:      {"rpm": 1, "upm": 1},
		RoleResistance: {"ohm": 1, "ohms": 1, "kohm": 1e3},
		RoleAngle:      {"deg": 1, "grad": 1},
	}
}

// standardTable lists standards that describe the same part.
func standardTable() []string {
	return []string{
		"iso4017 din933", "iso4014 din931", "iso4762 din912", "iso4032 din934", "iso7089 din125", "iso7090 din125b", "iso10642 din7991",
		"iso4026 din913", "iso4027 din914", "iso4028 din915", "iso4029 din916", "iso2338 din7", "iso8734 din6325", "iso1234 din94",
		"iso4035 din439", "iso7040 din982", "iso10511 din985", "iso2009 din963", "iso1207 din84", "iso1580 din85", "iso7045 din7985",
		"iso7046 din965", "iso8752 din1481", "iso2339 din1", "iso2341 din1444", "iso4161 din6923", "iso15071 din6921",
		"iso8676 din961", "iso8765 din960", "iso7093 din9021", "iso1481 din7971", "iso1482 din7972", "iso7049 din7981", "iso7050 din7982",
	}
}

// materialTable lists names of one material, by the number of EN 10027 where there is one.
func materialTable() []string {
	return []string{
		"1.4301 aisi304 x5crni18-10 x5crni1810 v2a a2", "1.4401 aisi316 x5crnimo17-12-2 v4a a4", "1.4404 aisi316l x2crnimo17-12-2",
		"1.4307 aisi304l x2crni18-9", "1.4305 aisi303 x8crnis18-9 a1", "1.4571 aisi316ti x6crnimoti17-12-2", "1.4021 aisi420 x20cr13",
		"1.0038 s235jr s235jrg2 st37-2 st37", "1.0577 s355j2 s355j2g3 st52-3 st52", "1.0503 c45 aisi1045", "1.7225 42crmo4 aisi4140",
		"1.0715 11smn30", "1.2379 x153crmov12 aisid2", "2.0401 cuzn39pb3 ms58", "3.3535 almg3 en-aw-5754", "3.2315 almgsi1 en-aw-6082",
		"1.3505 100cr6 aisi52100",
	}
}
