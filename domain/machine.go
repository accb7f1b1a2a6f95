package domain

import "slices"

// Machine is the table of one state machine: the moves that are allowed, and none other.
type Machine[S ~string] struct {
	Name    string
	Initial S
	// States lists every state in reading order.
	States []S
	// Moves gives, per state, the states that may follow it.
	Moves map[S][]S
}

// Can says whether the move is in the table.
func (m Machine[S]) Can(from, to S) bool { return slices.Contains(m.Moves[from], to) }

// Check returns CodeStateMove unless the move is in the table.
func (m Machine[S]) Check(from, to S) error {
	if m.Can(from, to) {
		return nil
	}
	return Conflict(CodeStateMove, "a %s in state %q cannot become %q", m.Name, from, to)
}

// Final says whether nothing follows s.
func (m Machine[S]) Final(s S) bool { return len(m.Moves[s]) == 0 }
