package domain

import "context"

// IdentityOps keeps what golden records are recognised by complete. The keys follow from the records: nothing is governed here.
type IdentityOps interface {
	// Index gives a record its keys if it is as it was read and has none.
	Index(ctx context.Context, record GoldenRecord, keys []RecordKey) error
}

// RegistrationReader answers what has to be known before new codes become records without a person.
type RegistrationReader interface {
	// Unlinked returns, by key, the codes of present, active records of the system that it gives once and that no mapping has ever
	// named, and the cursor of the next page.
	Unlinked(ctx context.Context, system SourceSystem, domain DomainName, page Page) ([]SourceRecord, string, error)
	// Present returns the present records of the system by key, and the cursor of the next page.
	Present(ctx context.Context, system SystemID, domain DomainName, page Page) ([]SourceRecord, string, error)
	// Named returns those of the keys that a mapping, live or ended, has named; any number may be asked for.
	Named(ctx context.Context, system SourceSystem, domain DomainName, keys []string) ([]string, error)
	// Known returns those of the keys by which a golden record is known, in whatever state it is, or an open record request asks
	// for one.
	Known(ctx context.Context, domain DomainName, keys []RecordKey) ([]RecordKey, error)
	// Unidentified returns, by ID, the golden records that have no key by which they could be found, and the cursor of the next
	// page.
	Unidentified(ctx context.Context, domain DomainName, page Page) ([]GoldenRecord, string, error)
}
