package catalog

import "github.com/crosswalk-mdm/crosswalk/domain"

// MergeWish is what somebody wants to make one thing of.
type MergeWish struct {
	// Survivor is the record that stays; zero for the one proposed, of all that are named.
	Survivor domain.ID
	Losers   []domain.ID
	// Choose names, by attribute, the record whose value stays, where a person has chosen.
	Choose map[domain.AttributeID]domain.ID
	// Versions are those that were looked at; a record that is not named may have any.
	Versions map[domain.ID]int
	// Acknowledge says that the contradictions were seen, and the records are one thing all the same.
	Acknowledge bool
	Reason      string
}

// MergePreview is what a merge would come to.
type MergePreview struct {
	Definition  domain.Definition
	Survivor    domain.ID
	SurvivorWhy string
	// Members are the records, the survivor first.
	Members  []MergeMember
	Choices  []Choice
	Warnings []Remark
	// Refusals say why it cannot be proposed.
	Refusals []Remark
	Effects  MergeEffects
}

// MergeMember is one of the records, with its live mappings, its use, and where its values come from.
type MergeMember struct {
	Record   domain.GoldenRecord
	Mappings []domain.CodeMapping
	Uses     []domain.PlantUse
	Lineage  map[domain.AttributeID]domain.Lineage
}

// MergeEffects counts what a merge concerns.
type MergeEffects struct {
	Mappings, PlantUses, Discrepancies, Deliveries int
}

// Remark is something to know of a merge, or a reason why not: one of the stable codes, with a sentence.
type Remark struct {
	Code    string
	Message string
}

// UnmergeWish is how a merged record is to be taken out again.
type UnmergeWish struct {
	// Version is that of the merged record that was looked at; 0 for any.
	Version int
	// Mappings and Plants came to the survivor since, and go with the loser.
	Mappings []domain.ID
	Plants   []domain.PlantID
	Reason   string
}

// UnmergePreview is what taking a merged record out again would come to, and what has happened since the merge.
type UnmergePreview struct {
	Definition      domain.Definition
	Loser, Survivor domain.GoldenRecord
	// Merge is the change request that merged them.
	Merge domain.ChangeRequest
	// Restores are values that go back, Stays those that somebody has changed since.
	Restores []Restored
	Stays    []Stayed
	// Mappings and Uses are what came to the survivor since; each can be sent back with the loser.
	Mappings []domain.CodeMapping
	Uses     []domain.PlantUse
	// Discrepancies counts the open ones under the loser's codes, Deliveries are what was written under them since.
	Discrepancies int
	Deliveries    []domain.Delivery
	// Others are further records that forward to the survivor.
	Others   []domain.GoldenRecord
	Refusals []Remark
}

// Restored is a value of the survivor that goes back; nil values say nothing.
type Restored struct {
	Key      domain.AttributeID
	Label    string
	From, To domain.Value
}

// Stayed is a value of the merge that was changed since, by a request.
type Stayed struct {
	Key     domain.AttributeID
	Label   string
	Value   domain.Value
	Request domain.ID
}
