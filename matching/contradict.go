package matching

// technical are the roles in which a part has one size, whoever describes it. Other measures (a weight, a power, a length in a
// text) are compared as numbers only: two texts may well name different ones.
func technical(r Role) bool {
	switch r {
	case RoleThread, RolePitch, RoleSide, RoleNominal, RolePressureClass, RoleGauge:
		return true
	case RoleLength, RoleMass, RolePower, RoleVoltage, RoleCurrent, RoleVolume, RolePressure, RoleData, RoleFrequency, RoleSpeed, RoleResistance, RoleAngle:
	}
	return false
}

// sizes compares the sizes, grades and standards of two records: contradiction, nothing in common, some, all.
func (m *Comparer) sizes(a, b int) Level {
	agree, differ, compared := m.dimensions(m.corpus.dimsOf(a), m.corpus.dimsOf(b))
	same, other := families(m.corpus.gradesOf(a), m.corpus.gradesOf(b))
	switch {
	case differ || other:
		return 1
	case agree+same == 0:
		return LevelMissing
	case agree+same < 2 && compared < 2:
		return 2
	}
	return 3
}

// dimensions counts the roles that agree and tells whether one contradicts: both name it and neither's values are all among
// the other's. The length of a thread counts like its diameter.
func (m *Comparer) dimensions(x, y []Dimension) (agree int, differ bool, compared int) {
	if len(x) == 0 || len(y) == 0 {
		return 0, false, 0
	}
	threads := hasRole(x, RoleThread) && hasRole(y, RoleThread)
	for role := RoleThread; role <= RoleGauge; role++ {
		tells := technical(role) || threads && role == RoleLength
		if !tells || !hasRole(x, role) || !hasRole(y, role) {
			continue
		}
		if !within(x, y, role) && !within(y, x, role) {
			return 0, true, 0
		}
		agree++
		compared += min(countRole(x, role), countRole(y, role))
	}
	return agree, false, compared
}

func hasRole(dims []Dimension, role Role) bool { return countRole(dims, role) > 0 }

func countRole(dims []Dimension, role Role) int {
	n := 0
	for _, d := range dims {
		if d.Role == role {
			n++
		}
	}
	return n
}

// within tells whether all values of a role in x are among those in y, each used once.
func within(x, y []Dimension, role Role) bool {
	var used uint64
	for _, d := range x {
		if d.Role != role {
			continue
		}
		found := false
		for i, e := range y {
			if i < word && used&(1<<i) == 0 && d.Same(e) {
				used |= 1 << i
				found = true
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}

// families compares grades and standards by family: a part has one strength class, and one standard unless it names several.
func families(x, y []uint32) (same int, differ bool) {
	for family := uint32(FamilyMaterial); family <= uint32(FamilyStandard); family++ {
		common, onlyX, onlyY := 0, 0, 0
		for _, g := range x {
			if g>>28 == family {
				if contains(y, g) {
					common++
				} else {
					onlyX++
				}
			}
		}
		for _, g := range y {
			if g>>28 == family && !contains(x, g) {
				onlyY++
			}
		}
		if onlyX > 0 && onlyY > 0 && common == 0 {
			return 0, true
		}
		if common > 0 {
			same++
		}
	}
	return same, false
}

func contains(list []uint32, id uint32) bool {
	for _, other := range list {
		if other == id {
			return true
		}
	}
	return false
}
