package workbook

// BookLimits bound what is read of one uploaded file, and by that the memory and time that reading it takes.
type BookLimits struct {
	// Bytes is the size of the file.
	Bytes int64
	// Parts is how many files a workbook may consist of, Part what one of them may unpack to, Unpacked all of them together.
	Parts    int
	Part     int64
	Unpacked int64
	// Ratio is how often a part may be larger unpacked than packed, once it is larger than RatioFrom.
	Ratio     int64
	RatioFrom int64
	// Small is what the parts may unpack to that are kept in memory: the list of sheets, the styles.
	Small int64
	// Strings is how many texts a workbook may share between its cells; up to SharedMemory bytes of them are kept in memory, the
	// rest in a temporary file.
	Strings      int
	SharedMemory int
	Sheets       int
	Rows         int
	Columns      int
	CellBytes    int
	// Merged is how many cells of a sheet may be filled from merged ones.
	Merged int
}

// DefaultBookLimits are what an uploaded file may measure. A sheet of Excel's largest number of rows fits.
func DefaultBookLimits() BookLimits {
	return BookLimits{
		Bytes: 100 << 20, Parts: 10_000, Part: 2 << 30, Unpacked: 4 << 30, Ratio: 200, RatioFrom: 16 << 20, Small: 32 << 20,
		Strings: 20_000_000, SharedMemory: 8 << 20, Sheets: 500, Rows: excelRows, Columns: 1_000, CellBytes: 128 << 10, Merged: 10_000_000,
	}
}

// What a sheet of Excel can hold.
const (
	excelRows    = 1_048_576
	excelColumns = 16_384
)
