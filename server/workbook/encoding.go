package workbook

import "github.com/crosswalk-mdm/crosswalk/domain"

// The encodings a file may have.
const (
	EncodingUTF8    = "UTF-8"
	EncodingUTF16   = "UTF-16"
	EncodingWindows = "Windows-1252"
)

func notText() error {
	return domain.Invalid(domain.CodeImportInvalid, "this is not a text file; in Excel choose \"Save as\" and \"CSV UTF-8\"")
}
