package domain

import "strings"

// SystemID names a source system: "odoo-main", "mes-stu1". No code depends on its value.
type SystemID string

// SystemCanonical stands where a system is named for the golden records' own codes; no system can have this ID.
const SystemCanonical SystemID = "canonical"

// PlantID is a plant's code: "STU1".
type PlantID string

// SystemKind says which connector speaks to a system.
type SystemKind string

// The kinds of connector.
const (
	SystemOdoo SystemKind = "odoo"
	SystemSQL  SystemKind = "sql"
	SystemREST SystemKind = "rest"
	SystemFile SystemKind = "file"
)

// SystemKinds lists the kinds there are.
func SystemKinds() []SystemKind { return []SystemKind{SystemOdoo, SystemSQL, SystemREST, SystemFile} }

// CodeType says what kind of code a mapping holds.
type CodeType string

// The code types.
const (
	CodeInternalNumber CodeType = "internal"
	CodeDefaultCode    CodeType = "default_code"
	CodeDatabaseID     CodeType = "database_id"
	CodeBarcode        CodeType = "barcode"
	CodeMPN            CodeType = "mpn"
	CodeLegacy         CodeType = "legacy"
)

// CodeRule says how a system tells its codes apart.
type CodeRule string

// The code rules. Bytes are compared after the rule has been applied.
const (
	CodesExact     CodeRule = "exact"
	CodesUpperCase CodeRule = "upper"
)

// Key returns the form of code by which the system tells codes apart.
func (r CodeRule) Key(code Code) string {
	if r == CodesUpperCase {
		return strings.ToUpper(string(code))
	}
	return string(code)
}

// ParseCode returns a code as a source wrote it, without the white space around it: 1 to 128 bytes.
func ParseCode(raw string) (Code, error) {
	code := NewCode(raw)
	if code == "" {
		return "", Invalid(CodePlantCodeInvalid, "the code is empty")
	}
	if len(code) > 128 {
		return "", Invalid(CodePlantCodeInvalid, "the code %q is longer than 128 bytes", clip(string(code), 40))
	}
	return code, nil
}

// SourceSystem is one system Crosswalk reads and, if it may, writes.
type SourceSystem struct {
	ID   SystemID
	Name string
	Kind SystemKind
	// Plant is the plant the system belongs to; "" for one that serves many, such as an ERP.
	Plant PlantID
	// Codes is the type of the codes its records are joined by.
	Codes    CodeType
	CodeRule CodeRule
	// Writable says that deliveries are sent; to any other system they become work-list entries.
	Writable bool
	// Settings configure the connector (base_url, database, dsn_ref …). Secrets stand there only as references: env:NAME or file:PATH.
	Settings map[string]string
	// Streams say how each domain is read; used by connectors whose shape is not fixed.
	Streams []Stream
	// UnguardedAcceptedBy names the admin who accepted writing without a compare-and-set on the target's side; "" forbids it.
	UnguardedAcceptedBy ActorID
	Version             int
}

// Stream finds the stream of a domain.
func (s SourceSystem) Stream(domain DomainName) (Stream, bool) {
	for _, stream := range s.Streams {
		if stream.Domain == domain {
			return stream, true
		}
	}
	return Stream{}, false
}

// PlantState is where a plant stands in its roll-out.
type PlantState string

// The states of a plant.
const (
	PlantOnboarding PlantState = "onboarding"
	PlantParallel   PlantState = "parallel"
	PlantLive       PlantState = "live"
	PlantClosing    PlantState = "closing"
	PlantClosed     PlantState = "closed"
)

// PlantMachine is the table of a plant's states.
func PlantMachine() Machine[PlantState] {
	return Machine[PlantState]{
		Name: "plant", Initial: PlantOnboarding,
		States: []PlantState{PlantOnboarding, PlantParallel, PlantLive, PlantClosing, PlantClosed},
		Moves: map[PlantState][]PlantState{
			PlantOnboarding: {PlantParallel, PlantLive, PlantClosed},
			PlantParallel:   {PlantLive, PlantClosing},
			PlantLive:       {PlantClosing},
			PlantClosing:    {PlantClosed, PlantLive},
		},
	}
}

// Plant is one site with its own codes.
type Plant struct {
	ID        PlantID
	Name      string
	TimeZone  string
	Languages []string
	Currency  string
	State     PlantState
	Validity  Validity
	Bindings  []PlantBinding
	Version   int
}

// PlantBinding ties a plant to its company and warehouse in one system.
type PlantBinding struct {
	System    SystemID
	Company   string
	Warehouse string
}

// RaisesFindings says whether differences at the plant go to the queue: not while it is being onboarded or after it has closed.
func (p Plant) RaisesFindings() bool { return p.State != PlantOnboarding && p.State != PlantClosed }

// UseState says how a plant uses a record.
type UseState string

// The states of use.
const (
	UseNotUsed    UseState = "not_used"
	UsePlanned    UseState = "planned"
	UseActive     UseState = "active"
	UsePhasingOut UseState = "phasing_out"
	UseBlocked    UseState = "blocked"
)

// UseStates lists every state of use.
func UseStates() []UseState {
	return []UseState{UseNotUsed, UsePlanned, UseActive, UsePhasingOut, UseBlocked}
}

// PlantUse says that, and from which source we know that, a plant uses a record.
type PlantUse struct {
	Record   ID
	Domain   DomainName
	Plant    PlantID
	State    UseState
	Validity Validity
	// Source is "declared", "bom" or "stock".
	Source  string
	Version int
}

// Expected says whether the plant's system should have the record on that day.
func (u PlantUse) Expected(day Date) bool {
	return (u.State == UseActive || u.State == UsePhasingOut) && u.Validity.Contains(day)
}

// Plan says what a reconciliation compares: one domain of one system with the golden records.
type Plan struct {
	ID     string
	Name   string
	Domain DomainName
	System SystemID
	// Attributes are those compared; empty means all the system supplies.
	Attributes []AttributeID
	// DropHoldPercent holds a run for a person when the source returns that many percent fewer rows than its last complete run; 0 means 20.
	DropHoldPercent int
	// Schedules say when the plan runs by itself; none: only by hand. TimeZone is theirs, "" for the one of the system's plant.
	Schedules []Schedule
	TimeZone  string
	// Paused stops the schedules, not runs by hand.
	Paused  bool
	Version int
}

// DropHold returns the plan's percentage with its default.
func (p Plan) DropHold() int {
	if p.DropHoldPercent == 0 {
		return 20
	}
	return p.DropHoldPercent
}
