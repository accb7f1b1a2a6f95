package main

import (
	"encoding/json"
	"testing"
)

func TestBenchMatch(t *testing.T) {
	t.Parallel()
	b := setup(t)
	code, out, complaint := b.call(t, "", "bench", "match", "--records-generated", "600", "--seed", "3")
	var line struct {
		P          float64 `json:"p"`
		R          float64 `json:"r"`
		Candidates int     `json:"candidates"`
	}
	if err := json.Unmarshal([]byte(out), &line); err != nil || code != exitDone || line.P < 0.9 || line.R < 0.8 || line.Candidates == 0 {
		t.Errorf("exit %d, %s, %s, %v", code, out, complaint, err)
	}
	if code, out, _ := b.call(t, "", "bench", "match"); code != exitFailed || out != "" {
		t.Errorf("without a shape: exit %d, %q", code, out)
	}
	if code, _, _ := b.call(t, "", "bench", "match", "--seeds", "many"); code != exitUsage {
		t.Errorf("with a number that is none: exit %d", code)
	}
}
