package bench

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
)

// Generator starts this very program as another process that writes generated records, so that making them costs the
// measured process nothing.
type Generator struct {
	// Program is the path of the program, Command the words before the flags that make it call Rows.Write.
	Program string
	Command []string
}

// start runs the generator; wait is to be called after its output has been read to the end.
func (g Generator) start(ctx context.Context, r Rows) (rows io.Reader, wait func() error, err error) {
	arguments := append(append([]string{}, g.Command...), "--side", string(r.Side), "--rows", strconv.Itoa(r.Count),
		"--attributes", strconv.Itoa(r.Attributes), "--changed", fmt.Sprint(r.Changed*100), "--differing", fmt.Sprint(r.Differing*100),
		"--tolerance-all="+strconv.FormatBool(r.ToleranceAll), "--seed", strconv.FormatUint(r.Seed, 10))
	child := exec.CommandContext(ctx, g.Program, arguments...) // #nosec G204 -- this very program
	child.Stderr = os.Stderr
	output, err := child.StdoutPipe()
	if err != nil {
		return nil, nil, fmt.Errorf("start the generator: %w", err)
	}
	if err := child.Start(); err != nil {
		return nil, nil, fmt.Errorf("start the generator: %w", err)
	}
	return output, child.Wait, nil
}

// source is a system whose records a generator gives.
type source struct {
	generator Generator
	rows      Rows
}

// Check has nothing to check.
func (s *source) Check(context.Context) []reconcile.CheckStep { return nil }

// Supplies lists the generated attributes.
func (s *source) Supplies(domain.Definition) []domain.AttributeID {
	var ids []domain.AttributeID
	for _, id := range s.rows.attributeIDs() {
		ids = append(ids, domain.AttributeID(id))
	}
	return ids
}

// sourcePage is how many rows a page has, as those of the real connectors.
const sourcePage = 1000

// Read reads all that the generator writes.
func (s *source) Read(ctx context.Context, _ reconcile.ReadRequest, emit func(reconcile.Page) error) (reconcile.Proof, error) {
	output, wait, err := s.generator.start(ctx, s.rows)
	if err != nil {
		return reconcile.Proof{}, err
	}
	page, read := reconcile.Page{}, 0
	err = eachLine(output, func(key, _, text []byte) error {
		attributes, err := domain.DecodeAttributes(text)
		if err != nil {
			return err
		}
		page.Rows = append(page.Rows, domain.StagedRow{Record: domain.SourceRecord{Code: domain.Code(key), Active: true, Attributes: attributes}})
		if read++; len(page.Rows) < sourcePage {
			return nil
		}
		full := page
		page = reconcile.Page{Rows: make([]domain.StagedRow, 0, sourcePage)}
		return emit(full)
	})
	if err == nil && len(page.Rows) > 0 {
		err = emit(page)
	}
	if err != nil {
		return reconcile.Proof{}, err
	}
	if err := wait(); err != nil {
		return reconcile.Proof{}, fmt.Errorf("generate rows: %w", err)
	}
	return reconcile.Proof{Complete: read == s.rows.Count, Why: "the generator stopped early"}, nil
}
