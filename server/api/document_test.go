package api_test

import (
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write openapi.json again")

func TestOpenAPIDocumentIsCurrent(t *testing.T) {
	t.Parallel()
	const path = "../../openapi.json"
	document, err := setup(t).api.Document()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, document, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(path)
	if err != nil || string(have) != string(document) {
		t.Errorf("openapi.json is stale (%v): run go test ./server/api -run OpenAPI -update", err)
	}
}
