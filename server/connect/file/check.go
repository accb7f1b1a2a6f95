package file

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/reconcile"
	"github.com/crosswalk-mdm/crosswalk/server/connect/rows"
)

// Check looks step by step whether the folder can be opened and has a complete file of every stream with the columns that are
// needed.
func (s *Source) Check(ctx context.Context) []reconcile.CheckStep {
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	began := time.Now()
	root, err := os.OpenRoot(s.settings.dir)
	if err != nil {
		return []reconcile.CheckStep{{Name: "reach", Hint: rows.Sentence(folderError(err)), Took: time.Since(began)}}
	}
	_ = root.Close()
	steps := []reconcile.CheckStep{{Name: "reach", OK: true, Hint: "the folder can be opened", Took: time.Since(began)}}
	for _, declared := range s.system.Streams {
		began := time.Now()
		hint, err := s.first(ctx, s.streams[declared.Domain])
		if err != nil {
			hint = rows.Sentence(err)
		}
		steps = append(steps, reconcile.CheckStep{Name: "read one " + string(declared.Domain), OK: err == nil, Hint: hint, Took: time.Since(began)})
		if err != nil {
			break
		}
	}
	return steps
}

// first looks at the header of a stream's newest file.
func (s *Source) first(ctx context.Context, stream stream) (string, error) {
	found, err := s.open(ctx, stream.declared.Glob)
	if err != nil {
		return "", err
	}
	defer found.close()
	r := reading{source: s, stream: stream, found: found, request: reconcile.ReadRequest{Definition: domain.Definition{Domain: stream.declared.Domain}}}
	if r.text, err = found.inspect(ctx, s.settings.encoding); err != nil {
		return "", err
	}
	t, err := r.table(ctx, io.Discard)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s of %s, %s, has %d columns and among them those that are needed",
		found.name, found.time.UTC().Format("2006-01-02 15:04 UTC"), r.text.encoding, len(t.columns)), nil
}
