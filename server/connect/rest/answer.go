package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// answer is a JSON answer. Its numbers are texts, as they were written: a weight must not pass through a float.
type answer struct{ root any }

// decode reads a body that is one JSON value.
func decode(body []byte) (answer, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var root any
	err := decoder.Decode(&root)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return answer{}, domain.Unavailable(err, domain.CodeSystemAnswer, "the system's answer ends in the middle")
	}
	if err != nil {
		return answer{}, &domain.Error{Kind: domain.KindInvalid, Code: domain.CodeSystemAnswer, Msg: "the system's answer is not sound JSON", Cause: err}
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return answer{}, domain.Invalid(domain.CodeSystemAnswer, "the system's answer goes on after its end")
	}
	return answer{root: plain(root)}, nil
}

// plain brings a value into the form expressions see, in place: numbers become exact decimal text.
func plain(value any) any {
	switch v := value.(type) {
	case json.Number:
		return digits(v.String())
	case map[string]any:
		for name, member := range v {
			v[name] = plain(member)
		}
	case []any:
		for i, member := range v {
			v[i] = plain(member)
		}
	}
	return value
}

// digits writes a number without an exponent. One too large for that stays as it is, and will be no quantity.
func digits(number string) string {
	if !strings.ContainsAny(number, "eE") {
		return number
	}
	if exact, err := domain.NewQuantity(number, ""); err == nil {
		return exact.Number.String()
	}
	return number
}

// at follows a path; found says that every name of it was there.
func (a answer) at(path domain.FieldPath) (value any, found bool) {
	value = a.root
	for _, name := range path.Names() {
		members, isObject := value.(map[string]any)
		if !isObject {
			return nil, false
		}
		if value, found = members[name]; !found {
			return nil, false
		}
	}
	return value, true
}

// records returns the list at the path. A null is an empty list, as many programs write one.
func (a answer) records(path domain.FieldPath) ([]any, error) {
	value, found := a.at(path)
	list, isList := value.([]any)
	switch {
	case !found:
		return nil, domain.Invalid(domain.CodeSystemSchema, "the system's answer has no %s", named(path))
	case value != nil && !isList:
		return nil, domain.Invalid(domain.CodeSystemSchema, "%s of the system's answer is not a list of records", named(path))
	}
	return list, nil
}

func named(path domain.FieldPath) string {
	if path == "" {
		return "the whole"
	}
	return string(path)
}

// count returns the number of records at the path.
func (a answer) count(path domain.FieldPath) (int, error) {
	value, _ := a.at(path)
	text, _ := value.(string)
	count, err := strconv.Atoi(text)
	if err != nil || count < 0 {
		return 0, domain.Invalid(domain.CodeSystemSchema, "the system's answer does not say at %s how many records there are", path)
	}
	return count, nil
}

// flag returns the truth value at the path.
func (a answer) flag(path domain.FieldPath) (bool, error) {
	value, _ := a.at(path)
	yes, isFlag := value.(bool)
	if !isFlag {
		return false, domain.Invalid(domain.CodeSystemSchema, "the system's answer does not say at %s, by true or false, whether records follow", path)
	}
	return yes, nil
}

// maxCursor bounds a cursor, which becomes part of an address.
const maxCursor = 4000

// cursor returns the next cursor at the path, "" where the answer says that there is none; found says that it says anything.
func (a answer) cursor(path domain.FieldPath) (next string, found bool, err error) {
	value, found := a.at(path)
	switch v := value.(type) {
	case nil:
		return "", found, nil
	case string:
		if len(v) <= maxCursor {
			return v, found, nil
		}
	case bool:
		if !v {
			return "", found, nil
		}
	}
	return "", found, domain.Invalid(domain.CodeSystemSchema, "what stands at %s of the system's answer is not a cursor", path)
}
