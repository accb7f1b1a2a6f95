package demo

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	_ "github.com/go-sql-driver/mysql" // a plant on MariaDB
	"github.com/shopspring/decimal"
	_ "modernc.org/sqlite" // a plant on SQLite

	"github.com/crosswalk-mdm/crosswalk/fixtures"
)

// plantDB is the plant's manufacturing execution system: one table, kept as the plant keeps it.
type plantDB struct {
	db     *sql.DB
	driver string
	// dsn is what Crosswalk reads the plant with.
	dsn string
}

// plantQuery and the expressions of the configuration are how the plant's system is read; weights there are in grams.
const plantQuery = "SELECT item_no, descr, uom, weight_g, ean, lot_control FROM items ORDER BY id"

// PlantDatabase names an empty database of the plant's own: SQLite or MariaDB.
type PlantDatabase struct {
	// Driver is sqlite or mysql; LoaderDSN may write, ReaderDSN is what Crosswalk gets.
	Driver, LoaderDSN, ReaderDSN string
}

func openPlant(ctx context.Context, database PlantDatabase, rows []fixtures.PlantRow) (*plantDB, error) {
	db, err := sql.Open(database.Driver, database.LoaderDSN)
	if err != nil {
		return nil, err
	}
	p := &plantDB{db: db, driver: database.Driver, dsn: database.ReaderDSN}
	return p, p.fill(ctx, rows)
}

// schema is the plant's table in its database's own words; codes are told apart byte by byte.
func (p *plantDB) schema() string {
	identity, text := "INTEGER PRIMARY KEY AUTOINCREMENT", "TEXT"
	if p.driver == "mysql" {
		identity, text = "INTEGER PRIMARY KEY AUTO_INCREMENT", "VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
	}
	return "CREATE TABLE items (id " + identity + ", item_no " + text + ", descr " + text + ", uom " + text +
		", weight_g INTEGER, ean " + text + ", lot_control " + text + ")"
}

func (p *plantDB) fill(ctx context.Context, rows []fixtures.PlantRow) error {
	if _, err := p.db.ExecContext(ctx, p.schema()); err != nil {
		return err
	}
	transaction, err := p.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = transaction.Rollback() }()
	for _, row := range rows {
		if err := insertPlantRow(ctx, transaction, row); err != nil {
			return err
		}
	}
	return transaction.Commit()
}

const insertItem = "INSERT INTO items (item_no, descr, uom, weight_g, ean, lot_control) VALUES (?, ?, ?, ?, ?, ?)"

func insertPlantRow(ctx context.Context, transaction *sql.Tx, row fixtures.PlantRow) error {
	_, err := transaction.ExecContext(ctx, insertItem,
		row.ItemNo, row.Description, row.Unit, row.WeightGrams, row.EAN, row.LotControl)
	return err
}

// close ends the plant's system.
func (p *plantDB) close() error { return p.db.Close() }

// columns are the plant's columns by attribute.
func columns() map[string]string {
	return map[string]string{"name": "descr", "gtin": "ean", "net_weight": "weight_g", "base_unit": "uom", "tracking": "lot_control"}
}

// workOff does what one entry of the work list asks for, as the plant lead would do it in the plant's own screens.
func (p *plantDB) workOff(ctx context.Context, entry deliveryAnswer) error {
	switch entry.Kind {
	case "update":
		return p.update(ctx, entry)
	case "create":
		return p.create(ctx, entry)
	case "remove":
		return p.removeLast(ctx, entry.Code)
	}
	return fmt.Errorf("the plant lead does not know how to %s %s", entry.Kind, entry.Code)
}

func (p *plantDB) update(ctx context.Context, entry deliveryAnswer) error {
	for attribute, raw := range entry.Set {
		column, known := columns()[attribute]
		if !known {
			return fmt.Errorf("the plant has no column for %s", attribute)
		}
		value, err := plantValue(attribute, raw)
		if err != nil {
			return err
		}
		// The column comes from the table above, never from the entry.
		if err := p.exactly(ctx, "UPDATE items SET "+column+" = ? WHERE item_no = ?", value, entry.Code); err != nil {
			return err
		}
	}
	return nil
}

// removeLast takes the younger of two rows with one code away.
func (p *plantDB) removeLast(ctx context.Context, code string) error {
	var last int64
	if err := p.db.QueryRowContext(ctx, "SELECT max(id) FROM items WHERE item_no = ?", code).Scan(&last); err != nil {
		return err
	}
	return p.exactly(ctx, "DELETE FROM items WHERE id = ?", last)
}

// create makes the row anew, unless it is only hidden behind a code that lost its zeros: then that code is mended.
func (p *plantDB) create(ctx context.Context, entry deliveryAnswer) error {
	mended, err := p.db.ExecContext(ctx, "UPDATE items SET item_no = ? WHERE item_no = ?", entry.Code, strings.TrimLeft(entry.Code, "0"))
	if err != nil {
		return err
	}
	if n, err := mended.RowsAffected(); err != nil || n == 1 {
		return err
	}
	values := map[string]any{}
	for attribute, raw := range entry.Set {
		if values[attribute], err = plantValue(attribute, raw); err != nil {
			return err
		}
	}
	return p.exactly(ctx, insertItem,
		entry.Code, values["name"], values["base_unit"], values["net_weight"], values["gtin"], values["tracking"])
}

func (p *plantDB) exactly(ctx context.Context, statement string, args ...any) error {
	result, err := p.db.ExecContext(ctx, statement, args...)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return fmt.Errorf("the plant expected to change one row, not %d (%v): %w", n, args, err)
	}
	return nil
}

// plantValue turns a canonical value into the plant's own form.
func plantValue(attribute string, raw json.RawMessage) (any, error) {
	var value struct {
		Text, Code, Enum, Qty string
	}
	if err := json.Unmarshal(raw, &value); err != nil {
		return nil, err
	}
	switch attribute {
	case "base_unit":
		return map[string]string{"C62": "ST", "KGM": "KG", "MTR": "M"}[value.Enum], nil
	case "tracking":
		return map[string]string{"lot": "C", "serial": "S"}[value.Enum], nil
	case "net_weight":
		return grams(value.Qty)
	}
	return value.Text + value.Code, nil
}

// count counts the plant's rows.
func (p *plantDB) count(ctx context.Context) (int, error) {
	var n int
	err := p.db.QueryRowContext(ctx, "SELECT count(*) FROM items").Scan(&n)
	return n, err
}

// grams turns exact kilograms into the plant's whole grams.
func grams(kilograms string) (int64, error) {
	exact, err := decimal.NewFromString(kilograms)
	if err != nil {
		return 0, err
	}
	return exact.Shift(3).Round(0).IntPart(), nil
}
