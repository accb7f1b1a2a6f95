// Package workbook reads and writes the files in which plants keep their mappings and records: Excel workbooks and CSV files. It is
// forgiving about how a file is written (encoding, delimiter, title rows, merged cells, names of columns) and exact about what
// stands in it: a code is taken as it is shown, or what is wrong with it is said. It reads row by row in bounded memory, whatever
// the file is, and refuses with a sentence for the person who uploaded it. What a row means is not decided here.
package workbook
