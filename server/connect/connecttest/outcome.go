package connecttest

import (
	"strconv"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// unique returns a code nobody else uses.
func unique(prefix string) string {
	id := domain.NewID().String()
	return prefix + "-" + strings.ToUpper(id[len(id)-12:])
}

// uniqueGTIN returns a barcode nobody else uses; Odoo does not check its digit.
func uniqueGTIN() string {
	id := domain.NewID()
	number := int64(0)
	for _, part := range id[10:] {
		number = number<<8 | int64(part)
	}
	return strconv.FormatInt(1_000_000_000_000+number%8_000_000_000_000, 10)
}

func codeOf(id int64) domain.Code { return domain.Code(strconv.FormatInt(id, 10)) }

// kilograms is an exact weight.
func kilograms(number string) domain.Quantity {
	quantity, err := domain.NewQuantity(number, "KGM")
	if err != nil {
		panic(err)
	}
	return quantity
}

// delivery is an approved one.
func delivery(kind domain.DeliveryKind, code domain.Code, expect, set domain.Attributes) domain.Delivery {
	return domain.Delivery{ID: domain.NewID(), ApprovedBy: "bo", Order: domain.DeliveryOrder{
		System: "odoo-test", Domain: "item", Record: domain.NewID(), Kind: kind, Code: code, Expect: expect, Set: set,
	}}
}

// confirmed demands that a delivery is made.
func (b *bench) confirmed(c Connector, d domain.Delivery) reconcile.Receipt {
	b.Helper()
	receipt, err := c.Apply(b.Context(), d)
	if err != nil || receipt.Conflict {
		b.Fatalf("apply %s: %+v, %v", d.Order.Kind, receipt, err)
	}
	return receipt
}

// conflict demands that a delivery meets something else than what was expected.
func (b *bench) conflict(c Connector, d domain.Delivery) reconcile.Receipt {
	b.Helper()
	receipt, err := c.Apply(b.Context(), d)
	if err != nil || !receipt.Conflict {
		b.Fatalf("apply %s: %+v, %v; wanted a conflict", d.Order.Kind, receipt, err)
	}
	return receipt
}

// refused demands that a delivery fails with a code and ends as the given outcome.
func (b *bench) refused(c Connector, d domain.Delivery, code string, outcome domain.OutcomeKind) error {
	b.Helper()
	receipt, err := c.Apply(b.Context(), d)
	if domain.ErrorCode(err) != code || domain.OutcomeOf(err).Kind != outcome {
		b.Fatalf("apply %s: %+v, %v (%s, %s); wanted %s, %s", d.Order.Kind, receipt, err, domain.ErrorCode(err), domain.OutcomeOf(err).Kind, code, outcome)
	}
	return err
}

// reading is what one reading brought.
type reading struct {
	proof    reconcile.Proof
	rows     map[domain.Code]domain.StagedRow
	rejected map[domain.Code]domain.QuarantinedRow
}

// read reads a domain; every record may be named once.
func (b *bench) read(c reconcile.Source, request reconcile.ReadRequest) reading {
	b.Helper()
	got, err := b.tryRead(c, request)
	if err != nil {
		b.Fatalf("read: %v", err)
	}
	return got
}

func (b *bench) tryRead(c reconcile.Source, request reconcile.ReadRequest) (reading, error) {
	b.Helper()
	got := reading{rows: map[domain.Code]domain.StagedRow{}, rejected: map[domain.Code]domain.QuarantinedRow{}}
	if request.Definition.Domain == "" {
		request.Definition = Item()
	}
	proof, err := c.Read(b.Context(), request, func(page reconcile.Page) error {
		for _, row := range page.Rows {
			if _, twice := got.rows[row.Record.Code]; twice {
				b.Errorf("record %s is handed over twice", row.Record.Code)
			}
			got.rows[row.Record.Code] = row
		}
		for _, row := range page.Rejected {
			got.rejected[domain.Code(row.Code)] = row
		}
		return nil
	})
	got.proof = proof
	return got, err
}
