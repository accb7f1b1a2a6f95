package intake

import (
	"context"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// Intake is the use cases on uploaded files. It is safe for concurrent use.
type Intake struct {
	Store  domain.Store
	Desk   *steward.Desk
	Opener Opener
	// Folder is where files are put while they are read; "" is the system's own for such files.
	Folder string
	// MaxBytes bounds a file; 0 is 100 MB.
	MaxBytes int64
	// RequestRows bounds the rows of one change request; 0 is 10,000.
	RequestRows int
	// Waiting is told that there is work; nil for nobody.
	Waiting func()
}

const (
	defaultMaxBytes    = 100 << 20
	defaultRequestRows = 10_000
	// maxUnfinished bounds the imports of one person that are worked on at once.
	maxUnfinished = 20
)

func (n *Intake) maxBytes() int64 {
	if n.MaxBytes > 0 {
		return n.MaxBytes
	}
	return defaultMaxBytes
}

func (n *Intake) requestRows() int {
	if n.RequestRows > 0 {
		return n.RequestRows
	}
	return defaultRequestRows
}

// ring wakes the worker.
func (n *Intake) ring() {
	if n.Waiting != nil {
		n.Waiting()
	}
}

func unknown() error { return domain.NotFound(domain.CodeImportUnknown, "there is no such import") }

// Import returns one import; CodeImportUnknown also for one the actor may not see.
func (n *Intake) Import(ctx context.Context, by domain.Actor, id domain.ID) (domain.Import, error) {
	return visible(ctx, n.Store.Read().Imports, by, id)
}

func visible(ctx context.Context, imports domain.ImportReader, by domain.Actor, id domain.ID) (domain.Import, error) {
	imported, err := imports.ByID(ctx, id)
	if err == nil && !imported.SeenBy(by) {
		return domain.Import{}, unknown()
	}
	return imported, err
}

// own is visible for those who may change something about the import; others are CodeAccessDenied.
func own(ctx context.Context, imports domain.ImportReader, by domain.Actor, id domain.ID) (domain.Import, error) {
	imported, err := visible(ctx, imports, by, id)
	if err != nil {
		return imported, err
	}
	if imported.System == "" && by.ID == imported.CreatedBy && by.MaySomewhere(domain.ActionPropose) {
		return imported, nil
	}
	return imported, by.Require(domain.ActionPropose, imported.Scope())
}

// Imports lists the imports the actor may see, newest first.
func (n *Intake) Imports(ctx context.Context, by domain.Actor, page domain.Page) ([]domain.Import, string, error) {
	if !by.MaySomewhere(domain.ActionRead) {
		return nil, "", by.Require(domain.ActionRead, domain.Scope{})
	}
	return n.Store.Read().Imports.List(ctx, domain.ImportQuery{Plants: by.Plants(domain.ActionRead), Creator: by.ID, Page: page})
}

// ProfileNames returns the names of the layouts that imports were read by.
func (n *Intake) ProfileNames(ctx context.Context, imports []domain.Import) (map[domain.ID]string, error) {
	var ids []domain.ID
	for _, i := range imports {
		if !i.Profile.IsZero() {
			ids = append(ids, i.Profile)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return n.Store.Read().Imports.ProfileNames(ctx, ids)
}

// Rows returns a window of an import's judged rows and how many there are of the kind asked for.
func (n *Intake) Rows(ctx context.Context, by domain.Actor, q domain.ImportRowQuery) ([]domain.ImportRow, int, error) {
	reads := n.Store.Read()
	imported, err := visible(ctx, reads.Imports, by, q.Import)
	if err != nil {
		return nil, 0, err
	}
	rows, err := reads.Imports.Rows(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	if q.Status != "" && q.Note != "" {
		total, err := reads.Imports.CountRows(ctx, q)
		return rows, total, err
	}
	return rows, total(imported, q), nil
}

// total is how many rows there are, as they were counted when they had all been judged.
func total(i domain.Import, q domain.ImportRowQuery) int {
	switch {
	case q.Note != "":
		return i.Noticed[q.Note]
	case q.Status != "":
		return i.Counts[q.Status]
	}
	all := 0
	for _, count := range i.Counts {
		all += count
	}
	return all
}
