package sandbox

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// FaultKind names something that goes wrong.
type FaultKind string

// The kinds of fault.
const (
	// FaultKeyRefused answers 401 though the key is right.
	FaultKeyRefused FaultKind = "key_refused"
	// FaultPage answers 502 with a page for people, as a proxy does.
	FaultPage FaultKind = "page"
	// FaultCut sends half of the answer and closes the connection.
	FaultCut FaultKind = "cut"
	// FaultCommitThenCut makes the change and closes the connection without an answer.
	FaultCommitThenCut FaultKind = "commit_then_cut"
	// FaultBusy answers 429 with Retry-After.
	FaultBusy FaultKind = "busy"
	// FaultDatabase answers 500 with an error of the database below Odoo.
	FaultDatabase FaultKind = "database"
	// FaultFieldGone hides Field, as an upgrade that removed it.
	FaultFieldGone FaultKind = "field_gone"
	// FaultSlow answers after Wait, unless the caller leaves first.
	FaultSlow FaultKind = "slow"
	// FaultLoadConflict has load report that it met another transaction, and change nothing.
	FaultLoadConflict FaultKind = "load_conflict"
	// FaultShort returns a page without its last record: the limit of somebody in between.
	FaultShort FaultKind = "short"
	// FaultUnlisted leaves the highest record out of searches, while it is still counted.
	FaultUnlisted FaultKind = "unlisted"
	// FaultTotal has a warehouse system count one article more than it gives.
	FaultTotal FaultKind = "total"
	// FaultLoop answers every request for articles with the first page.
	FaultLoop FaultKind = "loop"
	// FaultElsewhere points to another host.
	FaultElsewhere FaultKind = "elsewhere"
)

// Fault is something that goes wrong with the next calls.
type Fault struct {
	Kind FaultKind
	// Model and Method restrict it to such calls; "" is any.
	Model  string
	Method string
	// Skip lets so many such calls pass first; Times ends it after so many, 0 never.
	Skip  int
	Times int
	// Field is for FaultFieldGone, Wait for FaultSlow and, in whole seconds, FaultBusy's Retry-After.
	Field string
	Wait  time.Duration
}

// Break makes the next calls go wrong.
func (o *Odoo) Break(fault Fault) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.faults = append(o.faults, &fault)
	o.hide()
}

// Repair ends all faults.
func (o *Odoo) Repair() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.faults = nil
	o.hide()
}

// hide gives every model the fields it has while the present faults last.
func (o *Odoo) hide() {
	for name, fields := range models() {
		o.addCustom(name, fields)
		whole := newTable(name, fields).fields
		for _, fault := range o.faults {
			if fault.Kind == FaultFieldGone && (fault.Model == "" || fault.Model == name) {
				delete(whole, fault.Field)
			}
		}
		o.tables[name].fields = whole
	}
}

// due returns the fault that meets a call, nil when it is served as it should be.
func (o *Odoo) due(model, method string) *Fault {
	var fault *Fault
	fault, o.faults = due(o.faults, func(f *Fault) bool {
		return f.Kind != FaultFieldGone && (f.Model == "" || f.Model == model) && (f.Method == "" || f.Method == method)
	})
	return fault
}

// due returns the first fault that fits and is not to be skipped, and the faults that are left.
func due(faults []*Fault, fits func(*Fault) bool) (*Fault, []*Fault) {
	for _, fault := range faults {
		if !fits(fault) {
			continue
		}
		if fault.Skip > 0 {
			fault.Skip--
			continue
		}
		if fault.Times > 0 {
			if fault.Times--; fault.Times == 0 {
				faults = slices.DeleteFunc(faults, func(f *Fault) bool { return f == fault })
			}
		}
		return fault, faults
	}
	return nil, faults
}

// strike answers in place of a call that is not to be served; false leaves it to be served.
func (f *Fault) strike(w http.ResponseWriter, r *http.Request) bool {
	switch f.Kind {
	case FaultKeyRefused:
		answerFailure(w, &failure{http.StatusUnauthorized, "werkzeug.exceptions.Unauthorized", "Invalid apikey"})
	case FaultPage:
		answerPage(w, http.StatusBadGateway, "<html><head><title>502 Bad Gateway</title></head></html>")
	case FaultBusy:
		w.Header().Set("Retry-After", strconv.Itoa(int(f.Wait/time.Second)))
		answerPage(w, http.StatusTooManyRequests, "<html>Too many requests</html>")
	case FaultElsewhere:
		w.Header().Set("Location", "http://elsewhere.invalid/api")
		w.WriteHeader(http.StatusTemporaryRedirect)
	case FaultDatabase:
		answerFailure(w, &failure{http.StatusInternalServerError, "psycopg2.errors.SerializationFailure", "could not serialize access due to concurrent update"})
	case FaultSlow:
		select {
		case <-time.After(f.Wait):
		case <-r.Context().Done():
		}
		return false
	default:
		return false
	}
	return true
}

// spoil changes an answer that was made as it should be.
func (f *Fault) spoil(answer any) any {
	switch list := answer.(type) {
	case []map[string]any:
		if f.Kind == FaultShort && len(list) > 1 {
			return list[:len(list)-1]
		}
	case []int64:
		if f.Kind == FaultUnlisted && len(list) > 0 {
			return list[:len(list)-1]
		}
	}
	return answer
}
