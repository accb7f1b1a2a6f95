package reconcile

import (
	"context"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Coded is a Source whose governed enums are resolved by the code lists: what a system writes becomes the code it means, and
// what no list knows becomes domain.Unknown and the text. Such a value agrees with nothing and cannot become golden, so that a
// unit nobody knows is a finding about one attribute and the record's other values are still compared.
type Coded struct {
	Source
	System domain.SystemID
	Lists  []domain.CodeList
}

// Read hands over the source's pages, their enums resolved.
func (c Coded) Read(ctx context.Context, request ReadRequest, emit func(Page) error) (Proof, error) {
	return c.Source.Read(ctx, request, func(page Page) error {
		for i := range page.Rows {
			record := &page.Rows[i].Record
			record.Attributes = request.Definition.Coded(record.Attributes, c.System, c.Lists)
		}
		return emit(page)
	})
}

// CodedTarget is a Target to which governed enums are written as the system itself writes them: by the first alias the lists
// have for it.
type CodedTarget struct {
	Target
	Definition domain.Definition
	System     domain.SystemID
	Lists      []domain.CodeList
}

// Apply makes the delivery in the system's own words and returns what it holds in ours.
func (c CodedTarget) Apply(ctx context.Context, delivery domain.Delivery) (Receipt, error) {
	delivery.Order.Expect = c.Definition.Uncoded(delivery.Order.Expect, c.System, c.Lists)
	delivery.Order.Set = c.Definition.Uncoded(delivery.Order.Set, c.System, c.Lists)
	receipt, err := c.Target.Apply(ctx, delivery)
	receipt.Current = c.Definition.Coded(receipt.Current, c.System, c.Lists)
	return receipt, err
}
