package file

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// doneSuffix ends the name of the file that says that another one is complete.
const doneSuffix = ".done"

// opened is a file that was found complete.
type opened struct {
	root *os.Root
	file *os.File
	name string
	size int64
	time time.Time
}

func (o *opened) close() {
	_ = o.file.Close()
	_ = o.root.Close()
}

// seen is a file as a look at the folder shows it.
type seen struct {
	name string
	size int64
	time time.Time
}

// open finds the newest complete file of a pattern and opens it.
func (s *Source) open(ctx context.Context, glob string) (*opened, error) {
	root, err := os.OpenRoot(s.settings.dir)
	if err != nil {
		return nil, folderError(err)
	}
	newest, err := s.newest(ctx, root, glob)
	if err == nil {
		err = s.fresh(newest)
	}
	if err != nil {
		_ = root.Close()
		return nil, err
	}
	file, err := root.Open(newest.name)
	if err != nil {
		_ = root.Close()
		return nil, folderError(err)
	}
	return &opened{root: root, file: file, name: newest.name, size: newest.size, time: newest.time}, nil
}

// folderError classifies what the file system says.
func folderError(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return &domain.Error{Kind: domain.KindForbidden, Code: domain.CodeSystemDenied, Msg: "the folder or a file in it may not be read by the account Crosswalk runs under", Cause: err}
	}
	return domain.Unavailable(err, domain.CodeSystemUnreachable, "the folder or a file in it cannot be opened; is it mounted?")
}

// newest returns the newest complete file, by its time and then by its name.
func (s *Source) newest(ctx context.Context, root *os.Root, glob string) (seen, error) {
	files, err := look(root, glob)
	if err != nil {
		return seen{}, err
	}
	total := len(files)
	if s.settings.ready == readyDone {
		files, err = marked(root, files)
	} else if total > 0 {
		files, err = s.settled(ctx, root, glob, files)
	}
	if err != nil {
		return seen{}, err
	}
	if len(files) == 0 {
		return seen{}, domain.Unavailable(nil, domain.CodeSystemUnreachable, "of the %d files %s in the folder none is complete", total, glob)
	}
	newest := slices.MaxFunc(files, func(a, b seen) int { return cmp.Or(a.time.Compare(b.time), cmp.Compare(a.name, b.name)) })
	if newest.size > s.options.MaxBytes {
		return seen{}, domain.Invalid(domain.CodeConfigInvalid, "%s is larger than the %d MiB allowed", newest.name, s.options.MaxBytes>>20)
	}
	return newest, nil
}

// look lists the files of a pattern. A link that leads out of the folder is refused.
func look(root *os.Root, glob string) ([]seen, error) {
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return nil, folderError(err)
	}
	var files []seen
	for _, entry := range entries {
		name := entry.Name()
		if match, err := path.Match(glob, name); err != nil || !match || strings.HasSuffix(name, doneSuffix) {
			continue
		}
		info, err := root.Stat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist): // it was taken away in this moment
			continue
		case err != nil:
			return nil, &domain.Error{Kind: domain.KindForbidden, Code: domain.CodeSystemDenied, Msg: name + " leads out of the folder or may not be read", Cause: err}
		case info.Mode().IsRegular():
			files = append(files, seen{name: name, size: info.Size(), time: info.ModTime()})
		}
	}
	return files, nil
}

// settled returns the files that look the same after a while.
func (s *Source) settled(ctx context.Context, root *os.Root, glob string, before []seen) ([]seen, error) {
	if err := s.options.Wait(ctx, s.settings.settle); err != nil {
		return nil, domain.Unavailable(err, domain.CodeSystemUnreachable, "the reading was given up")
	}
	after, err := look(root, glob)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(after, func(f seen) bool {
		return !slices.ContainsFunc(before, func(b seen) bool { return b.name == f.name && b.size == f.size && b.time.Equal(f.time) })
	}), nil
}

// marked returns the files whose mark is not older than they are.
func marked(root *os.Root, files []seen) ([]seen, error) {
	var done []seen
	for _, f := range files {
		mark, err := root.Stat(f.name + doneSuffix)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return nil, folderError(err)
		case !mark.ModTime().Before(f.time):
			done = append(done, f)
		}
	}
	return done, nil
}

// fresh refuses a file that is older than allowed: the plant has stopped writing.
func (s *Source) fresh(f seen) error {
	if age := s.options.Now().Sub(f.time); s.settings.maxAge > 0 && age > s.settings.maxAge {
		return domain.Unavailable(nil, domain.CodeSystemUnreachable, "the newest file, %s, is %s old; max_age allows %s", f.name, age.Round(time.Minute), s.settings.maxAge)
	}
	return nil
}
