package reconcile_test

import (
	"context"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

func codedDefinition() domain.Definition {
	return domain.Definition{Domain: "item", Attributes: []domain.Attribute{{ID: "unit", Kind: domain.KindEnum, CodeList: "unit"}, {ID: "name", Kind: domain.KindText}}}
}

func codedLists() []domain.CodeList {
	return []domain.CodeList{{ID: "unit", Entries: []domain.CodeEntry{{Code: "H87", Aliases: []domain.CodeAlias{{System: "mes", Text: "Stk"}}}, {Code: "C62"}}}}
}

type oneRow struct {
	reconcile.Source
	attributes domain.Attributes
}

func (s oneRow) Read(_ context.Context, _ reconcile.ReadRequest, emit func(reconcile.Page) error) (reconcile.Proof, error) {
	return reconcile.Proof{Complete: true}, emit(reconcile.Page{Rows: []domain.StagedRow{{Record: domain.SourceRecord{Code: "1", Attributes: s.attributes}}}})
}

func TestUnitsOfASourceAreResolved(t *testing.T) {
	t.Parallel()
	for phrase, tt := range map[string]struct{ written, want domain.Enum }{
		"by an alias":                         {"Stk", "H87"},
		"by the code itself":                  {"C62", "C62"},
		"each is not piece without approval":  {"EA", "?EA"},
		"a unit nobody knows stays a finding": {"Rolle", "?Rolle"},
	} {
		t.Run(phrase, func(t *testing.T) {
			t.Parallel()
			source := reconcile.Coded{Source: oneRow{attributes: domain.Attributes{"unit": tt.written, "name": domain.Text("Stk")}}, System: "mes", Lists: codedLists()}
			var got domain.Attributes
			proof, err := source.Read(t.Context(), reconcile.ReadRequest{Definition: codedDefinition()}, func(page reconcile.Page) error {
				got = page.Rows[0].Record.Attributes
				return nil
			})
			if want := (domain.Attributes{"unit": tt.want, "name": domain.Text("Stk")}); err != nil || !proof.Complete || !got.Same(want) {
				t.Errorf("%s, %v", got.Encode(), err)
			}
		})
	}
}

type echo struct{ order domain.DeliveryOrder }

func (e *echo) Apply(_ context.Context, delivery domain.Delivery) (reconcile.Receipt, error) {
	e.order = delivery.Order
	return reconcile.Receipt{Conflict: true, Current: domain.Attributes{"unit": domain.Enum("Stk")}}, nil
}

func TestUnitsAreWrittenInTheSystemsWords(t *testing.T) {
	t.Parallel()
	inner := &echo{}
	target := reconcile.CodedTarget{Target: inner, Definition: codedDefinition(), System: "mes", Lists: codedLists()}
	receipt, err := target.Apply(t.Context(), domain.Delivery{Order: domain.DeliveryOrder{
		Expect: domain.Attributes{"unit": domain.Enum("C62")}, Set: domain.Attributes{"unit": domain.Enum("H87")},
	}})
	if err != nil || inner.order.Expect.Text("unit") != "C62" || inner.order.Set.Text("unit") != "Stk" || receipt.Current.Text("unit") != "H87" {
		t.Errorf("%+v, %+v, %v", inner.order, receipt, err)
	}
}
