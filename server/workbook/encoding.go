package workbook

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// The encodings a file may have.
const (
	EncodingUTF8    = "UTF-8"
	EncodingUTF16   = "UTF-16"
	EncodingWindows = "Windows-1252"
)

// decode returns the file as UTF-8 without byte order mark, and the encoding it had.
func decode(data []byte) ([]byte, string, error) {
	if what := binaryKind(data); what != "" {
		return nil, "", domain.Invalid(domain.CodeImportInvalid, "this is %s, not a CSV file; in Excel choose \"Save as\" and \"CSV UTF-8\"", what)
	}
	text, encoding := bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF")), EncodingUTF8
	switch {
	case bytes.HasPrefix(data, []byte("\xFF\xFE")), bytes.HasPrefix(data, []byte("\xFE\xFF")):
		decoded, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(data)
		if err != nil {
			return nil, "", notText()
		}
		text, encoding = decoded, EncodingUTF16
	case !utf8.Valid(text):
		decoded, err := charmap.Windows1252.NewDecoder().Bytes(text)
		if err != nil {
			return nil, "", notText()
		}
		text, encoding = decoded, EncodingWindows
	}
	if bytes.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\t' && r != '\r' && r != '\n' }) {
		return nil, "", notText()
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, "", domain.Invalid(domain.CodeImportInvalid, "the file is empty")
	}
	return text, encoding, nil
}

func notText() error {
	return domain.Invalid(domain.CodeImportInvalid, "this is not a text file; in Excel choose \"Save as\" and \"CSV UTF-8\"")
}

// binaryKind names what people upload by mistake, by the bytes it begins with.
func binaryKind(data []byte) string {
	for _, known := range []struct{ magic, name string }{
		{"PK\x03\x04", "an Excel workbook or a zip archive"},
		{"PK\x05\x06", "an empty zip archive"},
		{"\xD0\xCF\x11\xE0", "an old Excel workbook"},
		{"%PDF", "a PDF"},
		{"\x1F\x8B", "a compressed file"},
	} {
		if bytes.HasPrefix(data, []byte(known.magic)) {
			return known.name
		}
	}
	return ""
}
