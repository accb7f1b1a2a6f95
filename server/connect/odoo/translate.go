package odoo

import (
	"context"
	"fmt"
	"maps"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// spoken is the name under which the guard and a row know a field in a language: the plain name for English.
func (l language) spoken(field string) string {
	if l.code == sourceLanguage {
		return field
	}
	return field + "@" + l.code
}

// translatedConverter is for a text in several languages; each is converted by itself, see said and translations.
func translatedConverter() converter {
	c := textConverter()
	c.translated = true
	return c
}

// spoken is the field as one that holds a text in one language.
func (f Field) spoken() Field {
	if f.convert.translated {
		f.convert = textConverter()
	}
	return f
}

// said collects a field's texts. Odoo shows the English text where a translation is wanting, so what is equal says nothing.
func (s site) said(found row, field string) (domain.Value, error) {
	texts := domain.Translated{}
	for _, l := range s.languages {
		raw, err := textOf(found[l.spoken(field)])
		if err != nil {
			return nil, err
		}
		text := string(domain.NewText(raw))
		if text != "" && (l.code == sourceLanguage || text != texts["en"]) {
			texts[l.tag] = text
		}
	}
	if len(texts) == 0 {
		return nil, nil
	}
	return texts, nil
}

// translations are what is sent for a text and what is expected before it, by the guard's names. Languages of which the new
// text says nothing are left as they are, unless the whole text is cleared.
func (s site) translations(field string, wanted, expected domain.Value) (set, expect map[string]any, err error) {
	texts, isText := domain.Translation(wanted)
	before, _ := domain.Translation(expected)
	switch {
	case wanted == nil || wanted.Empty():
		texts = domain.Translated{"en": ""}
	case !isText:
		return nil, nil, kindError(false, wanted, domain.KindTranslated)
	case texts["en"] == "":
		return nil, nil, fmt.Errorf("Odoo translates from English, and there is no English text")
	}
	set, expect = map[string]any{}, map[string]any{}
	for _, l := range s.languages {
		text, says := texts[l.tag]
		if !says {
			continue
		}
		set[l.spoken(field)] = orFalse(text)
		held := before[l.tag]
		if held == "" {
			held = before["en"] // which Odoo shows where a translation is wanting
		}
		expect[l.spoken(field)] = orFalse(held)
	}
	return set, expect, nil
}

func orFalse(text string) any {
	if text == "" {
		return false
	}
	return text
}

// readTranslations adds the other languages' texts to a page of rows.
func (r *reading) readTranslations(ctx context.Context, rows []row) error {
	var names []string
	for _, f := range r.fields {
		if f.convert.translated {
			names = append(names, f.Name)
		}
	}
	if len(names) == 0 || len(rows) == 0 || len(r.c.site.languages) < 2 {
		return nil
	}
	byID, ids := map[string]row{}, make([]any, len(rows))
	for i, found := range rows {
		ids[i] = found["id"]
		byID[fmt.Sprint(found["id"])] = found
	}
	for _, l := range r.c.site.languages[1:] {
		in := maps.Clone(r.context)
		in["lang"] = l.code
		var told []row
		if err := r.c.reader.ask(ctx, r.m.model, "read", arguments{"ids": ids, "fields": names, "load": "", "context": in}, &told); err != nil {
			return err
		}
		for _, texts := range told {
			for _, name := range names {
				byID[fmt.Sprint(texts["id"])][l.spoken(name)] = texts[name]
			}
		}
	}
	return nil
}

// translate sets what a new record says in other languages; load knows one at a time. Repeating it is harmless.
func (w *writing) translate(ctx context.Context, receipt reconcile.Receipt) (reconcile.Receipt, error) {
	set, expect := map[string]any{}, map[string]any{}
	for _, f := range w.m.fields {
		v := w.order.Set[f.Attribute]
		if !f.convert.translated || f.Name == "" || v == nil || v.Empty() {
			continue
		}
		texts, _, err := w.c.site.translations(f.Name, v, nil)
		if err != nil {
			return receipt, err
		}
		for name, text := range texts {
			if name != f.Name {
				set[name], expect[name] = text, texts[f.Name]
			}
		}
	}
	if len(set) == 0 {
		return receipt, nil
	}
	id, err := number(string(receipt.Code))
	if err != nil {
		return receipt, err
	}
	action, err := w.c.guardAction(ctx)
	if err != nil {
		return receipt, err
	}
	told, err := w.guarded(ctx, action, guardOrder{Model: w.m.model, ID: id, Expect: expect, Vals: set})
	told.Code = receipt.Code
	return told, err
}
