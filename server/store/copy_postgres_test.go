package store

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// copied is a table with a column of each kind.
func copied(values ...string) bulk {
	return bulk{table: "t", columns: []string{"a", "b", "c", "d", "e"}, count: len(values), row: func(i int, to fields) {
		to.text(values[i])
		to.encoded([]byte(values[i]))
		to.flag(i%2 == 1)
		to.id(rowID{0: byte(i), 15: byte(i)})
		to.null()
	}}
}

func TestCopyStreamIsTheServersBinaryForm(t *testing.T) {
	t.Parallel()
	const header = "PGCOPY\n\xff\r\n\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00"
	const trailer = "\xff\xff"
	null := "\xff\xff\xff\xff"
	tests := map[string]struct {
		rows bulk
		want string
	}{
		"no rows": {copied(), header + trailer},
		"a row with a NULL and the zero ID": {copied("é"), header + "\x00\x05" + "\x00\x00\x00\x02é" + "\x00\x00\x00\x02é" +
			"\x00\x00\x00\x01\x00" + null + null + trailer},
		"two rows": {copied("", "x"), header + "\x00\x05" + strings.Repeat("\x00", 8) + "\x00\x00\x00\x01\x00" + null + null +
			"\x00\x05" + "\x00\x00\x00\x01x" + "\x00\x00\x00\x01x" + "\x00\x00\x00\x01\x01" +
			"\x00\x00\x00\x10\x01" + strings.Repeat("\x00", 14) + "\x01" + null + trailer},
	}
	numbers := bulk{table: "t", columns: []string{"a", "b"}, count: 1, row: func(_ int, to fields) {
		to.integer(-2)
		to.real(0.5)
	}}
	tests["numbers"] = struct {
		rows bulk
		want string
	}{numbers, header + "\x00\x02" + "\x00\x00\x00\x08" + strings.Repeat("\xff", 7) + "\xfe" + "\x00\x00\x00\x08\x3f\xe0" + strings.Repeat("\x00", 6) + trailer}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := io.ReadAll(newCopyStream(tt.rows))
			if err != nil || string(got) != tt.want {
				t.Errorf("%v, %q, want %q", err, got, tt.want)
			}
		})
	}
}

func TestCopyStreamIsTheSameHoweverItIsRead(t *testing.T) {
	t.Parallel()
	var values []string
	for i := range 300 {
		values = append(values, strings.Repeat("x", i*i%5000))
	}
	values = append(values, strings.Repeat("y", 5*copyChunk), "z")
	whole, err := io.ReadAll(newCopyStream(copied(values...)))
	if err != nil {
		t.Fatal(err)
	}
	readers := map[string]func(io.Reader) io.Reader{"a byte at a time": iotest.OneByteReader, "by halves": iotest.HalfReader, "with the end at once": iotest.DataErrReader}
	for name, reader := range readers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := io.ReadAll(reader(newCopyStream(copied(values...))))
			if err != nil || !bytes.Equal(got, whole) {
				t.Errorf("%v, %d bytes of %d, or others", err, len(got), len(whole))
			}
		})
	}
}
