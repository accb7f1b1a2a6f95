package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// Upload is a file that somebody hands in, and what they declare it to be.
type Upload struct {
	Kind domain.ImportKind // "" is a mapping
	// System may be "" for a mapping whose plants are columns, tabs or cells; Plant, if given, must be the system's.
	System   domain.SystemID
	Plant    domain.PlantID
	Domain   domain.DomainName
	FileName string
	Body     io.Reader
}

// maxFileName bounds what is kept of a file's name, in bytes.
const maxFileName = 200

// Receive keeps an upload until a worker reads it, and returns its import: a new one; that of the same file, declared the same;
// or, for a mended error workbook, the one whose faults it shows. What can never be read is CodeImportInvalid at once.
// CodeSystemUnknown, CodeDomainUnknown, CodeAccessDenied, CodeImportTooMany.
func (n *Intake) Receive(ctx context.Context, by domain.Actor, upload Upload) (domain.Import, error) {
	imported, err := n.declared(ctx, by, upload)
	if err != nil {
		return domain.Import{}, err
	}
	if waiting, err := n.Store.Read().Imports.Unfinished(ctx, by.ID); err != nil {
		return domain.Import{}, err
	} else if waiting >= maxUnfinished {
		return domain.Import{}, &domain.Error{Kind: domain.KindRateLimited, Code: domain.CodeImportTooMany,
			Msg: fmt.Sprintf("%d of your imports are still being worked on; wait until one of them is done", waiting)}
	}
	file, err := n.spool(&imported, upload.Body)
	if err != nil {
		return domain.Import{}, err
	}
	defer func() { _ = os.Remove(file) }()
	if same, found, err := n.Store.Read().Imports.Same(ctx, imported); err != nil || (found && same.SeenBy(by)) {
		return same, err
	}
	mark, marked, err := n.look(ctx, file, imported.FileName)
	if err != nil {
		return domain.Import{}, err
	}
	if marked && !mark.Import.IsZero() {
		return n.mended(ctx, by, imported, mark, file)
	}
	return n.keep(ctx, imported, file)
}

// declared checks what an upload is declared to be, and makes an import of it.
func (n *Intake) declared(ctx context.Context, by domain.Actor, upload Upload) (domain.Import, error) {
	if upload.Kind == "" {
		upload.Kind = domain.ImportMapping
	}
	imported := domain.Import{
		ID: domain.NewID(), Kind: upload.Kind, System: upload.System, Plant: upload.Plant, Domain: upload.Domain,
		FileName: clipped(strings.TrimSpace(upload.FileName)), State: domain.ImportWaiting, Guessed: true, Revision: 1, CreatedBy: by.ID, Version: 1,
	}
	if !slices.Contains(domain.ImportKinds(), upload.Kind) {
		return imported, domain.Invalid(domain.CodeBodyInvalid, "%q is not a kind of upload", string(upload.Kind))
	}
	if _, err := n.Desk.Definitions.Definition(upload.Domain); err != nil {
		return imported, err
	}
	reads := n.Store.Read()
	if upload.System == "" {
		return n.severally(ctx, reads, by, imported)
	}
	system, err := reads.Systems.ByID(ctx, upload.System)
	if err != nil {
		return imported, err
	}
	scope := domain.Scope{Domain: upload.Domain, Plant: system.Plant, System: system.ID}
	if system.Plant != "" && !by.May(domain.ActionRead, scope) {
		return imported, domain.NotFound(domain.CodeSystemUnknown, "there is no system %s", string(upload.System))
	}
	if err := by.Require(domain.ActionPropose, scope); err != nil {
		return imported, err
	}
	if err := listable(upload.Kind, system); err != nil {
		return imported, err
	}
	if upload.Plant != "" && upload.Plant != system.Plant {
		return imported, domain.Invalid(domain.CodeImportInvalid, "the codes of the system %s are not those of the plant %s", string(system.ID), string(upload.Plant))
	}
	imported.Plant = system.Plant
	imported.Plants, err = proposable(ctx, reads, by, upload.Domain, system.ID)
	return imported, err
}

// severally is for an upload of no one system: the plants stand in the file, or its records are of all.
func (n *Intake) severally(ctx context.Context, reads domain.Reads, by domain.Actor, imported domain.Import) (domain.Import, error) {
	switch {
	case imported.Kind == domain.ImportRecordsPartial || imported.Kind == domain.ImportRecordsComplete:
		return imported, domain.Invalid(domain.CodeImportInvalid, "say which system the records are of")
	case imported.Plant != "":
		return imported, domain.Invalid(domain.CodeImportInvalid, "say which system of the plant %s the codes are of, or leave out the plant too", string(imported.Plant))
	}
	plants, err := proposable(ctx, reads, by, imported.Domain, "")
	if err != nil {
		return imported, err
	}
	if !plants.All && len(plants.Plants) == 0 {
		return imported, by.Require(domain.ActionPropose, domain.Scope{Domain: imported.Domain})
	}
	imported.Plants = plants
	return imported, nil
}

// proposable are the plants for which somebody may propose.
func proposable(ctx context.Context, reads domain.Reads, by domain.Actor, name domain.DomainName, system domain.SystemID) (domain.PlantScope, error) {
	if by.May(domain.ActionPropose, domain.Scope{Domain: name, System: system}) {
		return domain.PlantScope{All: true}, nil
	}
	plants, err := reads.Plants.List(ctx)
	var scope domain.PlantScope
	for _, plant := range plants {
		if by.May(domain.ActionPropose, domain.Scope{Domain: name, Plant: plant.ID, System: system}) {
			scope.Plants = append(scope.Plants, plant.ID)
		}
	}
	return scope, err
}

func clipped(name string) string {
	name = strings.ToValidUTF8(name, "\uFFFD")
	if len(name) > maxFileName {
		name = strings.ToValidUTF8(name[:maxFileName], "")
	}
	return name
}

// spool puts the body into a file, with the memory of a buffer, and notes its size and hash.
func (n *Intake) spool(imported *domain.Import, body io.Reader) (string, error) {
	file, err := os.CreateTemp(n.Folder, "crosswalk-upload-*")
	if err != nil {
		return "", fmt.Errorf("put an upload into a file: %w", err)
	}
	hash := sha256.New()
	imported.Bytes, err = io.Copy(io.MultiWriter(file, hash), io.LimitReader(body, n.maxBytes()+1))
	imported.FileHash = hex.EncodeToString(hash.Sum(nil))
	switch closeErr := file.Close(); {
	case imported.Bytes > n.maxBytes():
		err = domain.Invalid(domain.CodeBodyTooLarge, "the file is larger than %d MB; please split it", n.maxBytes()>>20)
	case err != nil:
		err = domain.Invalid(domain.CodeImportInvalid, "the file could not be received completely; please send it again")
	case closeErr != nil:
		err = fmt.Errorf("put an upload into a file: %w", closeErr)
	case imported.Bytes == 0:
		err = domain.Invalid(domain.CodeImportInvalid, "the file is empty")
	}
	if err != nil {
		return "", errors.Join(err, os.Remove(file.Name()))
	}
	return file.Name(), nil
}

// look opens an upload once, so that what can never be read is refused before anybody waits for it.
func (n *Intake) look(ctx context.Context, path, name string) (Mark, bool, error) {
	file, err := n.Opener.Open(ctx, path, name)
	if err != nil {
		return Mark{}, false, err
	}
	mark, marked := file.Mark()
	return mark, marked, file.Close()
}

// keep stores an upload with its file.
func (n *Intake) keep(ctx context.Context, imported domain.Import, path string) (domain.Import, error) {
	err := n.Store.Operate(ctx, func(ops domain.Ops) error {
		imported.CreatedAt = ops.Now
		if err := ops.Imports.Create(ctx, imported); err != nil {
			return err
		}
		return putParts(ctx, ops, imported.ID, path)
	})
	if err != nil {
		return domain.Import{}, fmt.Errorf("keep the upload %s: %w", imported.FileName, err)
	}
	n.ring()
	return imported, nil
}

// putParts stores a file in pieces.
func putParts(ctx context.Context, ops domain.Ops, id domain.ID, path string) error {
	file, err := os.Open(path) // #nosec G304 -- a file that spool has made
	if err != nil {
		return fmt.Errorf("read the upload again: %w", err)
	}
	defer func() { _ = file.Close() }()
	buffer := make([]byte, domain.ImportPartBytes)
	for position := 0; ; position++ {
		count, err := io.ReadFull(file, buffer)
		if count > 0 {
			if err := ops.Imports.AppendPart(ctx, id, position, buffer[:count]); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return nil
		case err != nil:
			return fmt.Errorf("read the upload again: %w", err)
		}
	}
}

// mended lets an error workbook continue the import whose faults it shows. One that the actor may not see is none of theirs:
// their file is a new upload.
func (n *Intake) mended(ctx context.Context, by domain.Actor, upload domain.Import, mark Mark, path string) (domain.Import, error) {
	imported, err := n.Store.Read().Imports.ByID(ctx, mark.Import)
	switch {
	case domain.ErrorCode(err) == domain.CodeImportUnknown, err == nil && (!imported.SeenBy(by) || imported.State == domain.ImportCancelled):
		return n.keep(ctx, upload, path)
	case err != nil:
		return domain.Import{}, err
	case imported.System != upload.System || imported.Domain != upload.Domain || imported.Kind != upload.Kind:
		return domain.Import{}, domain.Invalid(domain.CodeImportInvalid,
			"the file shows the faults of another import (%s, %s): upload it as that, or remove what was added to it", string(imported.Kind), orNone(imported))
	}
	return n.goOn(ctx, imported.ID, upload, path)
}

// goOn puts a mended file in the place of an import's own.
func (n *Intake) goOn(ctx context.Context, id domain.ID, upload domain.Import, path string) (domain.Import, error) {
	var imported domain.Import
	err := n.Store.Operate(ctx, func(ops domain.Ops) error {
		current, err := ops.Imports.ByID(ctx, id)
		if err != nil {
			return err
		}
		if imported, err = current.Mended(upload); err != nil {
			return err
		}
		if err := ops.Imports.DropParts(ctx, id); err != nil {
			return err
		}
		if err := putParts(ctx, ops, id, path); err != nil {
			return err
		}
		return ops.Imports.Save(ctx, imported, current.Version)
	})
	if err != nil {
		return domain.Import{}, fmt.Errorf("continue the import %s: %w", id, err)
	}
	n.ring()
	return imported, nil
}

func orNone(i domain.Import) string {
	if i.System == "" {
		return "several plants"
	}
	return string(i.System)
}
