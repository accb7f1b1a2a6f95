// Package store keeps everything, on SQLite or PostgreSQL: it implements domain.Store and every repository of it once, over
// GORM. Rows are unexported structs with their converters beside them; SQL that differs between the databases stands in
// dialect_*.go. It must not hold rules: what may follow what is decided in domain, the store only keeps promises that need
// the database (one code one meaning, versions, leases, order, the audit chain).
package store
