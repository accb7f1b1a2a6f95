package reconcile

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// readings names the way in which connectors make values of what systems say. It rises with every change of it, so that what
// was read the way before is read again.
const readings = 1

// Watermarked is a Source that goes on from a watermark only while a record that has not changed would be read as it was then.
// With other words in a code list, another field map or another attribute it reads everything: the values known of such a
// record rest on those of then, and a comparison would go on with them unseen.
type Watermarked struct {
	Source
	// System is as its connector knows it, bound to its plants.
	System domain.SourceSystem
	Lists  []domain.CodeList
}

// separator stands between a source's own watermark and the fingerprint of how it was read.
const separator = " #"

// Read is the source's, from its own watermark where that is still good.
func (w Watermarked) Read(ctx context.Context, request ReadRequest, emit func(Page) error) (Proof, error) {
	suffix := separator + w.fingerprint(request.Definition)
	since, good := strings.CutSuffix(request.Since, suffix)
	if !good {
		since = ""
	}
	request.Since = since
	proof, err := w.Source.Read(ctx, request, emit)
	if proof.Watermark != "" {
		proof.Watermark += suffix
	}
	return proof, err
}

// fingerprint is over all that decides what a record comes to say.
func (w Watermarked) fingerprint(definition domain.Definition) string {
	// All of it can be encoded: there are neither functions nor cycles in it.
	text, _ := json.Marshal(struct {
		Readings   int
		Kind       domain.SystemKind
		Plant      domain.PlantID
		Codes      domain.CodeType
		CodeRule   domain.CodeRule
		Settings   map[string]string
		Streams    []domain.Stream
		Attributes []form
	}{
		readings, w.System.Kind, w.System.Plant, w.System.Codes, w.System.CodeRule, w.System.Settings,
		slices.DeleteFunc(slices.Clone(w.System.Streams), func(s domain.Stream) bool { return s.Domain != definition.Domain }),
		w.formOf(definition.Attributes),
	})
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// form is what of an attribute decides how it is read.
type form struct {
	ID    domain.AttributeID
	Kind  domain.ValueKind
	Scope domain.AttributeScope
	Unit  string
	// Words are the codes of its list, each followed by what the system writes for it.
	Words [][]string
	Lines []form
}

func (w Watermarked) formOf(attributes []domain.Attribute) []form {
	forms := make([]form, len(attributes))
	for i, a := range attributes {
		forms[i] = form{ID: a.ID, Kind: a.Kind, Scope: a.Scope, Unit: a.Unit, Words: w.words(a.CodeList)}
		if a.Lines != nil {
			forms[i].Lines = w.formOf(a.Lines.Attributes)
		}
	}
	return forms
}

func (w Watermarked) words(id domain.CodeListID) [][]string {
	at := slices.IndexFunc(w.Lists, func(l domain.CodeList) bool { return l.ID == id })
	if id == "" || at < 0 {
		return nil
	}
	var words [][]string
	for _, e := range w.Lists[at].Entries {
		entry := []string{e.Code}
		for _, alias := range e.Aliases {
			if alias.System == w.System.ID {
				entry = append(entry, alias.Text)
			}
		}
		words = append(words, entry)
	}
	return words
}
