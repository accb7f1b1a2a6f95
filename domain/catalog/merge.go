package catalog

import (
	"context"

	"github.com/crosswalk-mdm/crosswalk/domain"
)

// PreviewMerge is to come.
func (c *Catalog) PreviewMerge(ctx context.Context, by domain.Actor, name domain.DomainName, wish MergeWish) (MergePreview, error) {
	return MergePreview{}, nil
}

// MergeRecords is to come.
func (c *Catalog) MergeRecords(ctx context.Context, by domain.Actor, name domain.DomainName, wish MergeWish) (domain.ChangeRequest, error) {
	return domain.ChangeRequest{}, nil
}

// PreviewUnmerge is to come.
func (c *Catalog) PreviewUnmerge(ctx context.Context, by domain.Actor, name domain.DomainName, id domain.ID) (UnmergePreview, error) {
	return UnmergePreview{}, nil
}

// UnmergeRecord is to come.
func (c *Catalog) UnmergeRecord(ctx context.Context, by domain.Actor, name domain.DomainName, id domain.ID, wish UnmergeWish) (domain.ChangeRequest, error) {
	return domain.ChangeRequest{}, nil
}
