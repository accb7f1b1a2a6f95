package domain

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
)

// table is a state machine without its type parameter, for tests that hold all of them to the same rules.
type table struct {
	name, initial string
	states        []string
	moves         map[string][]string
}

func tableOf[S ~string](m Machine[S]) table {
	plain := table{name: m.Name, initial: string(m.Initial), moves: map[string][]string{}}
	for _, s := range m.States {
		plain.states = append(plain.states, string(s))
	}
	for from, tos := range m.Moves {
		for _, to := range tos {
			plain.moves[string(from)] = append(plain.moves[string(from)], string(to))
		}
	}
	return plain
}

// machines are all state machines, in the order of docs/states.md.
func machines() []table {
	return []table{
		tableOf(RecordMachine()), tableOf(MappingMachine()), tableOf(DiscrepancyMachine()), tableOf(RequestMachine()),
		tableOf(DeliveryMachine()), tableOf(RunMachine()), tableOf(PlantMachine()), tableOf(AcceptanceMachine()), tableOf(RecordRequestMachine()), tableOf(ImportMachine()),
		tableOf(CandidateMachine()),
	}
}

func TestMachinesAreWellFormed(t *testing.T) {
	t.Parallel()
	for _, m := range machines() {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			for from, tos := range m.moves {
				if !slices.Contains(m.states, from) {
					t.Errorf("moves from %q, which is no state", from)
				}
				for i, to := range tos {
					if !slices.Contains(m.states, to) {
						t.Errorf("%q moves to %q, which is no state", from, to)
					}
					if slices.Contains(tos[:i], to) {
						t.Errorf("%q moves to %q twice", from, to)
					}
				}
			}
			reached := map[string]bool{m.initial: true}
			for again := true; again; {
				again = false
				for from := range m.moves {
					for _, to := range m.moves[from] {
						if reached[from] && !reached[to] {
							reached[to], again = true, true
						}
					}
				}
			}
			for i, state := range m.states {
				if !reached[state] {
					t.Errorf("nothing leads to %q", state)
				}
				if slices.Contains(m.states[:i], state) {
					t.Errorf("%q is listed twice", state)
				}
			}
		})
	}
}

func TestMachineAllowsItsMovesOnly(t *testing.T) {
	t.Parallel()
	m := MappingMachine()
	for _, from := range m.States {
		for _, to := range m.States {
			want := slices.Contains(m.Moves[from], to)
			if m.Can(from, to) != want || (m.Check(from, to) == nil) != want {
				t.Errorf("%s to %s: can %v, check %v, want %v", from, to, m.Can(from, to), m.Check(from, to), want)
			}
		}
	}
	if err := m.Check(MappingEnded, MappingActive); ErrorCode(err) != CodeStateMove || ErrorKind(err) != KindConflict {
		t.Errorf("an illegal move is %q", ErrorCode(err))
	}
	if m.Check("", MappingActive) == nil || m.Check(MappingProposed, "") == nil {
		t.Error("a state that does not exist can be left or entered")
	}
}

func TestFinalStatesAreLeftByNothing(t *testing.T) {
	t.Parallel()
	final := func(states []string, is func(string) bool) string {
		return fmt.Sprint(slices.DeleteFunc(slices.Clone(states), func(s string) bool { return !is(s) }))
	}
	tests := map[string]struct{ got, want string }{
		"requests":   {final(tableOf(RequestMachine()).states, func(s string) bool { return RequestMachine().Final(RequestState(s)) }), "[applied rejected withdrawn superseded failed]"},
		"deliveries": {final(tableOf(DeliveryMachine()).states, func(s string) bool { return DeliveryMachine().Final(DeliveryState(s)) }), "[confirmed skipped]"},
		"runs":       {final(tableOf(RunMachine()).states, func(s string) bool { return Run{State: RunState(s)}.Finished() }), "[done incomplete failed cancelled]"},
		"mappings":   {final(tableOf(MappingMachine()).states, func(s string) bool { return MappingMachine().Final(MappingState(s)) }), "[ended rejected]"},
		"records":    {final(tableOf(RecordMachine()).states, func(s string) bool { return RecordMachine().Final(RecordState(s)) }), "[]"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tt.got != tt.want {
				t.Errorf("final are %s, want %s", tt.got, tt.want)
			}
		})
	}
}

func TestStatesPageIsUpToDate(t *testing.T) {
	t.Parallel()
	var page bytes.Buffer
	page.WriteString("# States\n\nThe lives of the things Crosswalk keeps. A move that is not drawn is impossible.\n\n" +
		"This page is made from the tables in the code: `go test ./domain -update`.\n")
	for _, m := range machines() {
		title := string(bytes.ToUpper([]byte(m.name[:1]))) + m.name[1:]
		fmt.Fprintf(&page, "\n## %s\n\n```mermaid\nstateDiagram-v2\n    [*] --> %s\n", title, m.initial)
		for _, from := range m.states {
			for _, to := range m.moves[from] {
				fmt.Fprintf(&page, "    %s --> %s\n", from, to)
			}
			if len(m.moves[from]) == 0 {
				fmt.Fprintf(&page, "    %s --> [*]\n", from)
			}
		}
		page.WriteString("```\n")
	}
	compareDoc(t, "states.md", page.Bytes())
}
