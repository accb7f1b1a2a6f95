package catalog

import (
	"context"
	"fmt"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/steward"
)

// Configuration returns all that is configured, as ProposeConfiguration takes it: proposed as it is it would change nothing. Of
// code lists it holds those that were changed after they were built in.
func (c *Catalog) Configuration(ctx context.Context, by domain.Actor) (Configuration, error) {
	var all Configuration
	if err := by.Require(domain.ActionConfigure, domain.Scope{}); err != nil {
		return all, err
	}
	reads := c.Store.Read()
	for _, read := range []func() error{
		func() (err error) { all.Systems, err = reads.Systems.List(ctx); return err },
		func() (err error) { all.Plants, err = reads.Plants.List(ctx); return err },
		func() (err error) { all.Plans, err = reads.Plans.List(ctx); return err },
		func() (err error) { all.Policies, err = reads.Unmapped.Policies(ctx); return err },
		func() (err error) { all.CodeLists, err = reads.CodeLists.List(ctx); return err },
		func() (err error) { all.Authorities, err = reads.Authorities.List(ctx); return err },
	} {
		if err := read(); err != nil {
			return Configuration{}, fmt.Errorf("read what is configured: %w", err)
		}
	}
	policy, err := steward.PolicyInForce(ctx, reads)
	all.Approvals = &policy
	return all, err
}
