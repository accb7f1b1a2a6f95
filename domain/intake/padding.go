package intake

import (
	"context"
	"fmt"
	"strings"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// padding is how long a system's codes of digits are, where some of them begin with zeros: a spreadsheet takes those for numbers.
type padding struct {
	// width is that of most of them, 0 where none has leading zeros. Unanimous says that all are so long.
	width     int
	unanimous bool
}

// paddingOf works out a system's padding from its known codes; SystemCanonical asks for the golden records'.
func paddingOf(ctx context.Context, reads domain.Reads, name domain.DomainName, system domain.SystemID) (padding, error) {
	widths, zeros, err := reads.Imports.CodeWidths(ctx, name, system)
	if err != nil || zeros == 0 {
		return padding{}, err
	}
	var p padding
	for width, count := range widths {
		if most := widths[p.width]; count > most || (count == most && width > p.width) {
			p.width = width
		}
	}
	p.unanimous = len(widths) == 1
	return p, nil
}

// padded is a code with the zeros that it may have lost, "" where it cannot have lost any.
func (p padding) padded(code string) string {
	if code == "" || len(code) >= p.width || strings.Trim(code, "0123456789") != "" {
		return ""
	}
	return strings.Repeat("0", p.width-len(code)) + code
}

// zerosLost notes that a cell may have lost its leading zeros. Nothing is changed: whoever knows takes the suggestion.
func zerosLost(cell, suggestion string) domain.ImportNote {
	return domain.ImportNote{
		Cell: cell, Kind: domain.NoteZerosLost, Weight: domain.NoteSuggest, Suggestion: suggestion,
		Message: fmt.Sprintf("other codes here have leading zeros; perhaps %s is meant", suggestion),
	}
}
