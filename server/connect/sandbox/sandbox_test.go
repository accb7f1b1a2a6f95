package sandbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/crosswalk-mdm/crosswalk/server/connect/sandbox"
)

// box is a sandbox that is served.
type box struct {
	*sandbox.Odoo
	url string
}

func serve(t *testing.T) box {
	t.Helper()
	odoo := sandbox.New(sandbox.Options{Database: "main", Clock: func() time.Time { return time.Date(2026, 11, 23, 8, 0, 0, 900, time.UTC) }})
	server, err := odoo.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return box{odoo, server.URL()}
}

// call makes a call as a role and returns the status and the decoded answer.
func (b box) call(ctx context.Context, role sandbox.Role, path, body string) (int, any, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, b.url+"/json/2/"+path, bytes.NewBufferString(body))
	if err != nil {
		return 0, nil, err
	}
	request.Header.Set("Authorization", "Bearer "+b.Key(role))
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		return response.StatusCode, nil, err
	}
	var answer any
	_ = json.Unmarshal(raw, &answer)
	return response.StatusCode, answer, nil
}

func (b box) must(t *testing.T, role sandbox.Role, path, body string) any {
	t.Helper()
	status, answer, err := b.call(t.Context(), role, path, body)
	if err != nil || status != http.StatusOK {
		t.Fatalf("%s: %d %v %v", path, status, answer, err)
	}
	return answer
}

func TestPeople(t *testing.T) {
	t.Parallel()
	b := serve(t)
	ids := b.Seed(
		sandbox.Product{Code: "0007", Name: "Bolt", Unit: "kg", Weight: "0.256", Tracking: "lot", Barcode: "4006381333931"},
		sandbox.Product{Code: "0008", Name: "Nut", Unit: "Bag of the site", Archived: true},
	)
	want := sandbox.Product{Code: "0007", Name: "Bolt", Unit: "kg", Weight: "0.26", Tracking: "lot", Barcode: "4006381333931"}
	if got, found := b.Product(ids[0]); !found || got != want {
		t.Errorf("seeded %+v", got)
	}
	if got, _ := b.Product(ids[1]); got.Unit != "Bag of the site" || !got.Archived || got.Tracking != "none" {
		t.Errorf("seeded %+v", got)
	}
	if b.Find("0008") != ids[1] || b.Find("8") != 0 {
		t.Error("codes are not found as written")
	}
	if !b.SetField(ids[0], "weight", decimal.RequireFromString("2.5")) || !b.SetField(ids[0], "barcode", nil) || !b.Archive(ids[0]) || !b.Restore(ids[1]) {
		t.Error("a product that is there is not")
	}
	if got, _ := b.Product(ids[0]); got.Weight != "2.5" || got.Barcode != "" || !got.Archived {
		t.Errorf("changed to %+v", got)
	}
	if !b.Delete(ids[1]) || b.Delete(ids[1]) || b.Archive(ids[1]) || b.SetField(ids[1], "name", "x") {
		t.Error("deleting does not delete")
	}
	if len(b.Writes()) != 0 {
		t.Errorf("what people do is in the ledger: %+v", b.Writes())
	}
}

func TestLedger(t *testing.T) {
	t.Parallel()
	b := serve(t)
	b.Seed(sandbox.Product{Code: "1", Name: "Bolt"})
	b.must(t, sandbox.RoleWriter, "product.product/write", `{"ids":[1],"vals":{"name":"Bolt","weight":1.5}}`)
	b.must(t, sandbox.RoleWriter, "product.product/write", `{"ids":[1],"vals":{"name":"Bolt"}}`)
	b.must(t, sandbox.RoleAdmin, "product.template/write", `{"ids":[1],"vals":{"tracking":"lot"}}`)
	b.must(t, sandbox.RoleAdmin, "product.product/unlink", `{"ids":[1]}`)
	b.must(t, sandbox.RoleWriter, "ir.model.data/create", `{"vals_list":[{"module":"__crosswalk__","name":"x","model":"product.product","res_id":1}]}`)
	var made []string
	for _, write := range b.Writes() {
		made = append(made, string(write.Role)+" "+write.Method)
	}
	if len(made) != 3 || made[0] != "writer write" || made[1] != "admin write" || made[2] != "admin unlink" {
		t.Errorf("the ledger: %v", made)
	}
	if fields := b.Writes()[0].Fields; len(fields) != 1 || fields["weight"] == nil {
		t.Errorf("changed: %v", fields)
	}
}

// TestAllOrNothing: a call that fails leaves nothing behind.
func TestAllOrNothing(t *testing.T) {
	t.Parallel()
	b := serve(t)
	b.Seed(sandbox.Product{Code: "1", Name: "Bolt"}, sandbox.Product{Code: "2", Name: "Nut", Barcode: "77"})
	for name, body := range map[string]string{
		"a missing record":  `{"ids":[1,99],"vals":{"name":"x"}}`,
		"a barcode taken":   `{"ids":[1],"vals":{"name":"x","barcode":"77"}}`,
		"a name taken away": `{"ids":[1],"vals":{"name":false}}`,
	} {
		if status, _, err := b.call(t.Context(), sandbox.RoleWriter, "product.product/write", body); err != nil || status < 400 {
			t.Errorf("%s: %d, %v", name, status, err)
		}
	}
	if got, _ := b.Product(1); got.Name != "Bolt" || len(b.Writes()) != 0 {
		t.Errorf("left behind: %+v, %+v", got, b.Writes())
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	const path, body = "product.product/search", `{"domain":[]}`
	tests := map[string]struct {
		fault sandbox.Fault
		want  []int // statuses in turn; 0 is no answer
	}{
		"once, after the first": {sandbox.Fault{Kind: sandbox.FaultDatabase, Skip: 1, Times: 1}, []int{200, 500, 200}},
		"for ever":              {sandbox.Fault{Kind: sandbox.FaultBusy}, []int{429, 429, 429}},
		"for another method":    {sandbox.Fault{Kind: sandbox.FaultPage, Method: "read"}, []int{200, 200}},
		"for another model":     {sandbox.Fault{Kind: sandbox.FaultPage, Model: "uom.uom"}, []int{200, 200}},
		"for this method":       {sandbox.Fault{Kind: sandbox.FaultPage, Method: "search"}, []int{502, 502}},
		"the key":               {sandbox.Fault{Kind: sandbox.FaultKeyRefused, Times: 1}, []int{401, 200}},
		"without an answer":     {sandbox.Fault{Kind: sandbox.FaultCommitThenCut, Times: 1}, []int{0, 200}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := serve(t)
			b.Break(tt.fault)
			for i, want := range tt.want {
				status, _, err := b.call(t.Context(), sandbox.RoleReader, path, body)
				if status != want || (err == nil) != (want != 0) {
					t.Errorf("call %d: %d, %v; wanted %d", i+1, status, err, want)
				}
			}
			b.Repair()
			b.must(t, sandbox.RoleReader, path, body)
		})
	}
}

func TestHalfAnAnswer(t *testing.T) {
	t.Parallel()
	b := serve(t)
	b.Break(sandbox.Fault{Kind: sandbox.FaultCut})
	status, _, err := b.call(t.Context(), sandbox.RoleReader, "uom.uom/search", `{"domain":[]}`)
	if status != http.StatusOK || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%d, %v", status, err)
	}
}

func TestFieldGone(t *testing.T) {
	t.Parallel()
	b := serve(t)
	b.Break(sandbox.Fault{Kind: sandbox.FaultFieldGone, Model: "product.product", Field: "weight"})
	if described := b.must(t, sandbox.RoleReader, "product.product/fields_get", `{"allfields":["weight","name"]}`).(map[string]any); len(described) != 1 {
		t.Errorf("described: %v", described)
	}
	if status, _, _ := b.call(t.Context(), sandbox.RoleReader, "product.product/search_read", `{"domain":[],"fields":["weight"]}`); status != http.StatusInternalServerError {
		t.Errorf("read with status %d", status)
	}
	b.Repair()
	b.must(t, sandbox.RoleReader, "product.product/search_read", `{"domain":[],"fields":["weight"]}`)
}

func TestPauseAndResume(t *testing.T) {
	t.Parallel()
	odoo := sandbox.New(sandbox.Options{})
	server, err := odoo.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := box{odoo, server.URL()}
	if err := server.Pause(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.call(t.Context(), sandbox.RoleReader, "uom.uom/search", `{}`); err == nil {
		t.Error("it answers while it is away")
	}
	if err := server.Resume(t.Context()); err != nil || server.URL() != b.url {
		t.Fatalf("%v, at %s", err, server.URL())
	}
	b.must(t, sandbox.RoleReader, "uom.uom/search", `{}`)
	if err := errors.Join(server.Close(), server.Close()); err != nil {
		t.Error(err)
	}
}
