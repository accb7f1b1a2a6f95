package demo

import (
	"context"
	"database/sql"

	_ "github.com/go-sql-driver/mysql" // a plant on MariaDB
	_ "modernc.org/sqlite"             // a plant on SQLite

	"github.com/crosswalk-mdm/crosswalk/fixtures"
)

// plantDB is a manufacturing execution system: one table, kept as the plant keeps it, with weights in grams.
type plantDB struct {
	db     *sql.DB
	driver string
	// dsnFile holds what Crosswalk reads the plant with.
	dsnFile string
	spoiled bool
}

// plantQuery and the expressions of the configuration are how the plant's system is read.
const plantQuery = "SELECT item_no, descr, uom, weight_g, ean, lot_control, blocked FROM items ORDER BY id"

// PlantDatabase names an empty database of the plant's own: SQLite or MariaDB.
type PlantDatabase struct {
	// Driver is sqlite or mysql; LoaderDSN may write, ReaderDSN is what Crosswalk gets.
	Driver, LoaderDSN, ReaderDSN string
}

// openPlantDB makes the plant's table, which is empty.
func openPlantDB(ctx context.Context, database PlantDatabase, dsnFile string) (*plantDB, error) {
	db, err := sql.Open(database.Driver, database.LoaderDSN)
	if err != nil {
		return nil, err
	}
	p := &plantDB{db: db, driver: database.Driver, dsnFile: dsnFile}
	_, err = db.ExecContext(ctx, p.schema())
	return p, err
}

// schema is the plant's table in its database's own words; codes are told apart byte by byte.
func (p *plantDB) schema() string {
	identity, text := "INTEGER PRIMARY KEY AUTOINCREMENT", "TEXT"
	if p.driver == "mysql" {
		identity, text = "INTEGER PRIMARY KEY AUTO_INCREMENT", "VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
	}
	return "CREATE TABLE items (id " + identity + ", item_no " + text + ", descr " + text + ", uom " + text +
		", weight_g INTEGER, ean " + text + ", lot_control " + text + ", blocked INTEGER)"
}

func (p *plantDB) publish(ctx context.Context, rows []fixtures.PlantRow) error {
	transaction, err := p.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = transaction.Rollback() }()
	if _, err := transaction.ExecContext(ctx, "DELETE FROM items"); err != nil {
		return err
	}
	const insert = "INSERT INTO items (item_no, descr, uom, weight_g, ean, lot_control, blocked) VALUES (?, ?, ?, ?, ?, ?, ?)"
	for _, row := range rows {
		blocked := 0
		if row.Blocked {
			blocked = 1
		}
		if _, err := transaction.ExecContext(ctx, insert, row.Code, row.Name, row.Unit, row.Weight, row.GTIN, row.Tracking, blocked); err != nil {
			return err
		}
	}
	return transaction.Commit()
}

func (p *plantDB) describe() map[string]any {
	return map[string]any{
		"name": "MES Stuttgart", "kind": "sql", "settings": map[string]string{"driver": p.driver, "dsn_ref": "file:" + p.dsnFile},
		"streams": []any{map[string]any{
			"domain": "item", "query": plantQuery, "key": "item_no", "active": `text(blocked) != "1"`,
			"fields": map[string]string{
				"name": "descr", "gtin": "ean", "net_weight": `times(weight_g, "0.001")`,
				"base_unit": `{"ST": "C62", "KG": "KGM", "M": "MTR"}[text(uom)] ?? ("?" + text(uom))`,
				"tracking":  `{"C": "lot", "S": "serial"}[text(lot_control)] ?? "none"`,
			},
		}},
	}
}

func (p *plantDB) spoil(ctx context.Context, kind fixtures.FaultKind) error {
	if kind != fixtures.FaultColumn {
		return unknownFault(kind)
	}
	p.spoiled = true
	_, err := p.db.ExecContext(ctx, "ALTER TABLE items RENAME COLUMN ean TO ean_old")
	return err
}

func (p *plantDB) mend(ctx context.Context) error {
	if !p.spoiled {
		return nil
	}
	p.spoiled = false
	_, err := p.db.ExecContext(ctx, "ALTER TABLE items RENAME COLUMN ean_old TO ean")
	return err
}

func (p *plantDB) close() error { return p.db.Close() }
