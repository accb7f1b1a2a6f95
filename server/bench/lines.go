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
		parts := bytes.SplitN(bytes.TrimSuffix(line, []byte("\n")), []byte("\t"), 3)
		if len(parts) != 3 {
			return fmt.Errorf("a generated row has %d parts, not 3", len(parts))
		}
		if err := do(parts[0], parts[1], parts[2]); err != nil {
			return err
		}
	}
}
