package catalog

import (
	"context"
	"fmt"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// identifyPage is how many records get their keys in one transaction.
const identifyPage = 500

// IdentifyRecords gives golden records that were made before records were recognised by keys theirs, and returns how many. It may
// run in several processes at once, and beside changes of the records.
func (c *Catalog) IdentifyRecords(ctx context.Context) (int, error) {
	identified := 0
	for _, definition := range (Definitions{}).List() {
		done, err := c.identify(ctx, definition)
		if identified += done; err != nil {
			return identified, err
		}
	}
	return identified, nil
}

// identify is IdentifyRecords of one domain.
func (c *Catalog) identify(ctx context.Context, definition domain.Definition) (int, error) {
	identified := 0
	for after := ""; ; {
		records, next, err := c.Store.Read().Registration.Unidentified(ctx, definition.Domain, domain.Page{After: after, Limit: identifyPage})
		if err != nil {
			return identified, fmt.Errorf("find records without keys: %w", err)
		}
		if len(records) > 0 {
			err = c.Store.Operate(ctx, func(ops domain.Ops) error {
				for _, record := range records {
					if err := ops.Identities.Index(ctx, record, definition.Keys(record.Attributes)); err != nil {
						return err
					}
				}
				return nil
			})
		}
		if err != nil {
			return identified, fmt.Errorf("give %d records their keys: %w", len(records), err)
		}
		identified += len(records)
		if after = next; next == "" {
			return identified, nil
		}
	}
}
