package app

import (
	"strings"
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
	"github.com/crosswalk-mdm/crosswalk/domain/intake"
)

// mapCodes takes a mapping file of the MES in, as a worker does, and returns the request it becomes.
func (b *bundle) mapCodes(t *testing.T, content string) domain.ChangeRequest {
	t.Helper()
	ctx := t.Context()
	made, err := b.Intake.Receive(ctx, person("ana"), intake.Upload{System: "mes", Domain: catalog.Item, FileName: "codes.csv", Body: strings.NewReader(content)})
	if err != nil {
		t.Fatal(err)
	}
	b.importTurn(t)
	if _, err := b.Intake.Submit(ctx, person("ana"), made.ID, "codes", true); err != nil {
		t.Fatal(err)
	}
	b.importTurn(t)
	imported, err := b.Store.Read().Imports.ByID(ctx, made.ID)
	if err != nil || imported.State != domain.ImportSubmitted || len(imported.Requests) != 1 {
		t.Fatalf("the import is %+v, %v", imported, err)
	}
	request, err := b.Store.Read().Requests.ByID(ctx, imported.Requests[0])
	if err != nil {
		t.Fatal(err)
	}
	return request
}

func (b *bundle) importTurn(t *testing.T) {
	t.Helper()
	if worked, err := b.ImportTurn(t.Context()); err != nil || !worked {
		t.Fatalf("the worker worked: %v, %v", worked, err)
	}
}
