// Package intake takes in what people send as files, and gives out what they may edit and send back: a plant's mapping workbook,
// lists of records, edited exports. An upload is kept, read in the background, judged row by row against what is known, shown, and
// only then handed in: mappings and edits as change requests, lists of records as a run. It must not parse files (File is its
// door to whoever does) and must not change governed data in any other way.
package intake
