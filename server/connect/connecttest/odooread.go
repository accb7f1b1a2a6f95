package connecttest

import (
	"strings"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// odooTime is how Odoo writes instants.
const odooTime = "2006-01-02 15:04:05"

func checkInOrder(b *bench) {
	steps := b.connect(b.connection()).Check(b.Context())
	for _, step := range steps {
		if !step.OK {
			b.Errorf("%s: %s", step.Name, step.Hint)
		}
	}
	if last := steps[len(steps)-1].Name; last != "write guard" {
		b.Errorf("the last step is %q", last)
	}
}

// failsAt demands that the check ends with a failed step.
func (b *bench) failsAt(c reconcile.Source, step string) {
	b.Helper()
	steps := c.Check(b.Context())
	if last := steps[len(steps)-1]; last.OK || last.Name != step || last.Hint == "" {
		b.Errorf("the check ends with %+v, wanted a failure of %q", last, step)
	}
}

func wrongKey(b *bench) {
	wrong := b.connection()
	wrong.ReaderKey = "0000000000000000000000000000000000000000"
	c := b.connect(wrong)
	_, err := b.tryRead(c, reconcile.ReadRequest{})
	if domain.ErrorCode(err) != domain.CodeSystemDenied || domain.ErrorKind(err) != domain.KindUnauthenticated {
		b.Errorf("read: %v", err)
	}
	b.failsAt(c, "sign in")
}

func wrongWriterKey(b *bench) {
	code, _ := b.enter(nil)
	wrong := b.connection()
	wrong.WriterKey = "0000000000000000000000000000000000000000"
	c := b.connect(wrong)
	_ = b.refused(c, delivery(domain.DeliverArchive, code, nil, nil), domain.CodeSystemDenied, domain.OutcomeHeld)
	b.failsAt(c, "sign in")
}

func unknownDatabase(b *bench) {
	wrong := b.connection()
	wrong.Database = "nobody-knows-it"
	c := b.connect(wrong)
	_, err := b.tryRead(c, reconcile.ReadRequest{})
	if domain.ErrorCode(err) != domain.CodeSystemAnswer || domain.ErrorKind(err) != domain.KindInvalid {
		b.Errorf("read: %v", err)
	}
	b.failsAt(c, "database")
}

func companyByName(b *bench) {
	var companies []struct {
		Name string `json:"name"`
	}
	b.ask("res.company", "search_read", map[string]any{"domain": []any{}, "fields": []string{"name"}, "limit": 1, "order": "id"}, &companies)
	code, _ := b.enter(nil)
	chosen := b.connection()
	chosen.Company = companies[0].Name
	if _, found := b.read(b.connect(chosen), reconcile.ReadRequest{}).rows[code]; !found {
		b.Errorf("a product of all companies is not read")
	}
}

func unknownCompany(b *bench) {
	for company, code := range map[string]string{"999999": domain.CodeSystemDenied, "nobody's": domain.CodeConfigInvalid} {
		wrong := b.connection()
		wrong.Company = company
		if _, err := b.tryRead(b.connect(wrong), reconcile.ReadRequest{}); domain.ErrorCode(err) != code {
			b.Errorf("company %s: %v, wanted %s", company, err, code)
		}
	}
}

func completeReading(b *bench) {
	gtin := uniqueGTIN()
	full, fullID := b.enter(map[string]any{"name": "  Plate 4 mm ", "weight": 0.25, "barcode": gtin, "tracking": "lot", "default_code": "0007-" + unique("X")})
	c := b.connect(b.connection())
	got := b.read(c, reconcile.ReadRequest{})
	if !got.proof.Complete || got.proof.Why != "" || got.proof.Watermark < b.product(fullID).WriteDate {
		b.Errorf("proof: %+v", got.proof)
	}
	shown := b.product(fullID)
	want := domain.Attributes{
		"code": domain.NewCode(shown.Code.(string)), "name": domain.Translated{"en": "Plate 4 mm"}, "base_unit": domain.Enum("C62"),
		"net_weight": kilograms("0.25"), "gtin": domain.NewCode(gtin), "tracking": domain.Enum("lot"),
	}
	if row := got.rows[full]; !row.Record.Attributes.Same(want) || !row.Record.Active || row.Record.Token != shown.WriteDate || row.Unchanged {
		b.Errorf("read %+v, wanted %s", row, want.Encode())
	}
	if supplied := c.Supplies(Item()); len(supplied) != len(Item().Attributes) {
		b.Errorf("supplied: %v", supplied)
	}
}

func emptyValues(b *bench) {
	bare, id := b.enter(map[string]any{"weight": 0})
	b.change(id, map[string]any{"active": false})
	boxed, _ := b.enter(map[string]any{"uom_id": b.unit("Pack of 6")})
	got := b.read(b.connect(b.connection()), reconcile.ReadRequest{})
	if held := got.rows[bare].Record; held.Active || len(held.Attributes) != 4 || held.Attributes["net_weight"] != nil || held.Attributes["gtin"] != nil {
		b.Errorf("an archived product without weight and barcode: %+v", held)
	}
	if unit := got.rows[boxed].Record.Attributes["base_unit"]; unit != domain.Enum("?Pack of 6") {
		b.Errorf("a unit without a code is %v", unit)
	}
}

func withoutCode(b *bench) {
	code, _ := b.enter(map[string]any{"default_code": false, "name": "Desk"})
	got := b.read(b.connect(b.connection()), reconcile.ReadRequest{})
	rejected, found := got.rejected[code]
	if _, taken := got.rows[code]; taken || !found || !strings.Contains(rejected.Reason, "has no internal reference") || rejected.Content == "" {
		b.Errorf("a product without a code: %+v", rejected)
	}
	if !got.proof.Complete {
		b.Errorf("proof: %+v", got.proof)
	}
}

// unit finds a unit by name.
func (b *bench) unit(name string) int64 {
	b.Helper()
	var ids []int64
	b.ask("uom.uom", "search", map[string]any{"domain": []any{[]any{"name", "=", name}}, "context": map[string]any{"lang": "en_US"}}, &ids)
	if len(ids) == 0 {
		b.Fatalf("no unit %q", name)
	}
	return ids[0]
}

func wantedAttributes(b *bench) {
	code, _ := b.enter(map[string]any{"weight": 1.5})
	got := b.read(b.connect(b.connection()), reconcile.ReadRequest{Attributes: []domain.AttributeID{"net_weight"}})
	want := domain.Attributes{"net_weight": kilograms("1.5")}
	if row := got.rows[code]; !row.Record.Attributes.Same(want) || !got.proof.Complete {
		b.Errorf("read %+v", row)
	}
}

// incrementalReading asks for what was written after the latest write so far, which is what the watermark less the overlap
// comes to ten minutes later.
func incrementalReading(b *bench) {
	still, _ := b.enter(nil)
	own, ownID := b.enter(nil)
	shared, sharedID := b.enter(nil)
	retired, retiredID := b.enter(nil)
	gone, goneID := b.enter(nil)
	c := b.connect(b.connection())
	before := b.read(c, reconcile.ReadRequest{})
	mark, err := time.Parse(odooTime, before.proof.Watermark)
	if err != nil {
		b.Fatal(err)
	}
	b.until(mark, ownID, func() { b.change(ownID, map[string]any{"default_code": unique("N")}) })
	template := b.product(sharedID).Template
	b.ask("product.template", "write", map[string]any{"ids": []int64{template}, "vals": map[string]any{"name": "Plate, renamed"}}, nil)
	b.ask("product.product", "action_archive", map[string]any{"ids": []int64{retiredID}}, nil)
	b.ask("product.product", "unlink", map[string]any{"ids": []int64{goneID}}, nil)
	fresh, _ := b.enter(map[string]any{"name": "New"})

	after := b.read(c, reconcile.ReadRequest{Since: mark.Add(10*time.Minute + time.Second).Format(odooTime)})
	b.later(before.proof, after.proof)
	for name, brought := range map[string]domain.Code{"changed": own, "changed in its template": shared, "archived": retired, "new": fresh} {
		if row, found := after.rows[brought]; !found || row.Unchanged || row.Record.Token == "" {
			b.Errorf("what was %s: %+v", name, row)
		}
	}
	if after.rows[shared].Record.Attributes.Text("name") != "Plate, renamed" || after.rows[retired].Record.Active {
		b.Errorf("old values: %+v, %+v", after.rows[shared], after.rows[retired])
	}
	if row, found := after.rows[still]; !found || !row.Unchanged || len(row.Record.Attributes) != 0 {
		b.Errorf("what did not change: %+v", row)
	}
	if _, found := after.rows[gone]; found {
		b.Errorf("what was deleted is named")
	}
}

func overlapRead(b *bench) {
	code, _ := b.enter(nil)
	c := b.connect(b.connection())
	mark := b.read(c, reconcile.ReadRequest{}).proof.Watermark
	if again := b.read(c, reconcile.ReadRequest{Since: mark}); again.rows[code].Unchanged || !again.proof.Complete {
		b.Errorf("what was written shortly before the watermark: %+v", again.rows[code])
	}
}

// later demands that a second reading is complete and reaches further.
func (b *bench) later(before, after reconcile.Proof) {
	b.Helper()
	if !after.Complete || after.Watermark <= before.Watermark {
		b.Errorf("proof: %+v after %+v", after, before)
	}
}

func withoutCodeUnchanged(b *bench) {
	code, _ := b.enter(map[string]any{"default_code": false})
	got := b.read(b.connect(b.connection()), reconcile.ReadRequest{Since: "2999-01-01 00:00:00"})
	if _, found := got.rejected[code]; !found || !got.proof.Complete {
		b.Errorf("what cannot be governed is no longer reported: %+v", got.proof)
	}
}

// until repeats a change until Odoo dates it after an instant: its clock counts whole seconds.
func (b *bench) until(after time.Time, id int64, change func()) {
	b.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		change()
		at, err := time.Parse(odooTime, b.product(id).WriteDate)
		if err != nil || time.Now().After(deadline) {
			b.Fatalf("Odoo's clock stands still at %v: %v", at, err)
		}
		if at.After(after) {
			return
		}
	}
}
