package store_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

const (
	item domain.DomainName  = "item"
	code domain.AttributeID = "code"
	name domain.AttributeID = "name"
)

// change is a change of items by somebody.
func change() domain.Change {
	return domain.Change{Actor: "user:ana", Reason: "test", Domains: []domain.DomainName{item}}
}

func write(t testing.TB, s domain.Store, fn func(domain.Repos) error) {
	t.Helper()
	if err := s.Write(t.Context(), change(), fn); err != nil {
		t.Fatalf("write: %v", err)
	}
}

func operate(t testing.TB, s domain.Store, fn func(domain.Ops) error) {
	t.Helper()
	if err := s.Operate(t.Context(), fn); err != nil {
		t.Fatalf("operate: %v", err)
	}
}

func wantCode(t testing.TB, err error, want string) {
	t.Helper()
	if got := domain.ErrorCode(err); got != want {
		t.Fatalf("got the code %q (%v), want %q", got, err, want)
	}
}

func must[T any](v T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// same compares what was stored with what came back and shows the fields that differ.
func same(t testing.TB, got, want any) {
	t.Helper()
	if reflect.DeepEqual(got, want) {
		return
	}
	t.Error("came back as something else:")
	back, stored := strings.Fields(spew(got)), strings.Fields(spew(want))
	for i := range min(len(back), len(stored)) {
		if back[i] != stored[i] {
			t.Errorf("  %s instead of %s", back[i], stored[i])
		}
	}
	if len(back) != len(stored) {
		t.Errorf("  %v\nis not as long as\n  %v", got, want)
	}
}

// spew is a value with what its pointers point at.
func spew(v any) string {
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return fmt.Sprintf("%+v", v)
	}
	return string(text)
}

func newRecord(recordCode, recordName string) domain.GoldenRecord {
	return domain.GoldenRecord{
		ID: domain.NewID(), Domain: item, State: domain.RecordActive, Version: 1,
		Attributes: domain.Attributes{code: domain.Code(recordCode), name: domain.Text(recordName)},
	}
}

// addRecord creates a golden record.
func addRecord(t testing.TB, s domain.Store, recordCode, recordName string) domain.GoldenRecord {
	t.Helper()
	record := newRecord(recordCode, recordName)
	write(t, s, func(r domain.Repos) error { return r.Records.Create(t.Context(), record, code, name, domain.Lineage{}) })
	return must(s.Read().Records.ByID(t.Context(), record.ID))(t)
}

// newMapping maps a code of the system mes at plant STU1.
func newMapping(record domain.ID, mapped string, validity domain.Validity) domain.CodeMapping {
	return domain.CodeMapping{
		ID: domain.NewID(), Domain: item, System: "mes", Plant: "STU1", CodeType: domain.CodeInternalNumber, Code: domain.Code(mapped),
		Key: mapped, Record: record, Relation: domain.RelationEquivalent, State: domain.MappingActive, Validity: validity,
		Basis: domain.BasisPerson, Version: 1,
	}
}

func putMapping(t testing.TB, s domain.Store, m domain.CodeMapping) error {
	t.Helper()
	return s.Write(t.Context(), change(), func(r domain.Repos) error { return r.Mappings.Put(t.Context(), m) })
}

// together runs fn n times at once and returns the codes of their errors.
func together(n int, fn func(i int) error) []string {
	codes := make([]string, n)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-start
			codes[i] = domain.ErrorCode(fn(i))
		})
	}
	close(start)
	all.Wait()
	return codes
}

// count counts how often each code came.
func count(codes []string) map[string]int {
	counts := map[string]int{}
	for _, c := range codes {
		counts[c]++
	}
	return counts
}

// filled returns a T in which no field has its zero value, so that a field the store forgets is seen.
func filled[T any](t testing.TB) T {
	t.Helper()
	var v T
	n := 0
	fill(t, reflect.ValueOf(&v).Elem(), &n)
	return v
}

func fill(t testing.TB, v reflect.Value, n *int) {
	t.Helper()
	*n++
	switch target := v.Addr().Interface().(type) {
	case *domain.ID:
		*target = domain.NewID()
		return
	case *domain.Attributes:
		*target = someAttributes(t, *n)
		return
	case *domain.Value:
		*target = domain.Text(fmt.Sprintf("value %d", *n))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("Ä'\"%d", *n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Float64:
		v.SetFloat(float64(*n) + 0.125)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), n)
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(t, v.Index(i), n)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(t, v.Index(0), n)
		fill(t, v.Index(1), n)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(t, key, n)
		fill(t, value, n)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	default:
		t.Fatalf("no filling for %s", v.Type())
	}
}

func someAttributes(t testing.TB, n int) domain.Attributes {
	t.Helper()
	weight, err := domain.NewQuantity(fmt.Sprintf("%d.25", n), "KGM")
	if err != nil {
		t.Fatal(err)
	}
	return domain.Attributes{
		code: domain.Code(fmt.Sprintf("000%d", n)), name: domain.Translated{"de": "Schräubchen", "en": "<Screw> & 'nut'"},
		"net_weight": weight, "active": domain.Bool(false),
	}
}
