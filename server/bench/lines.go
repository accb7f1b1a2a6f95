package bench

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// eachLine calls do with the parts of every generated line; they are good only until it returns.
func eachLine(rows io.Reader, do func(key, hash, text []byte) error) error {
	in := bufio.NewReaderSize(rows, 1<<18)
	for {
		line, err := in.ReadSlice('\n')
		switch {
		case errors.Is(err, io.EOF) && len(line) == 0:
			return nil
		case err != nil:
			return fmt.Errorf("read a generated row: %w", err)
		}
		key, rest, _ := bytes.Cut(bytes.TrimSuffix(line, []byte("\n")), []byte("\t"))
		hash, text, whole := bytes.Cut(rest, []byte("\t"))
		if !whole {
			return errors.New("a generated row has not all of its parts")
		}
		if err := do(key, hash, text); err != nil {
			return err
		}
	}
}
