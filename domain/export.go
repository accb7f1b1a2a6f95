package domain

import "context"

// MappingExport asks for the mappings of a system's codes of one type that count, in the order of plants and codes. The zero value
// of Plants is none at all; Day leaves out what has ended by then.
type MappingExport struct {
	Domain   DomainName
	System   SystemID
	CodeType CodeType
	Plants   PlantScope
	Day      Date
	Page
}

// ExportReader reads long lists from end to end, in the order in which people look things up.
type ExportReader interface {
	// Mappings returns the live mappings and the cursor of the next page, "" at the end.
	Mappings(ctx context.Context, q MappingExport) ([]CodeMapping, string, error)
	// Records returns the records of a domain that have a code and were not merged, by code, and the cursor of the next page.
	Records(ctx context.Context, domain DomainName, page Page) ([]GoldenRecord, string, error)
}
