package domain

import "slices"

// ItemAction says what one item of a change request does when it is applied.
type ItemAction string

// The actions of a change item.
const (
	ItemCreateRecord ItemAction = "create_record"
	ItemUpdateRecord ItemAction = "update_record"
	ItemMapCode      ItemAction = "map_code"
	ItemUsePlant     ItemAction = "use_plant"
	ItemWriteSystem  ItemAction = "write_system"
	ItemPutSystem    ItemAction = "put_system"
	ItemPutPlant     ItemAction = "put_plant"
	ItemPutPlan      ItemAction = "put_plan"
	ItemPutPolicy    ItemAction = "put_policy"
	ItemPutUnmapped  ItemAction = "put_unmapped_policy"
	ItemPutCodeList  ItemAction = "put_code_list"
	ItemPutAuthority ItemAction = "put_authority"
)

// The actions of matching: a draft of the rule comes into force, a band that was closed may open again.
const (
	ItemPutMatchRule ItemAction = "put_match_rule"
	ItemReopenBand   ItemAction = "reopen_match_band"
)

// The actions that take back what others did: a record is retired or comes back, a mapping ends today, a delivery is not made.
const (
	ItemRetireRecord  ItemAction = "retire_record"
	ItemRestoreRecord ItemAction = "restore_record"
	ItemEndMapping    ItemAction = "end_mapping"
	ItemSkipDelivery  ItemAction = "skip_delivery"
)

// ItemMergeRecord lets a record forward to another one, ItemUnmergeRecord ends that. What they change of the other record is an
// update of its own in the same request.
const (
	ItemMergeRecord   ItemAction = "merge_record"
	ItemUnmergeRecord ItemAction = "unmerge_record"
)

// ChangeItem is one step of a change request. Which fields count depends on Action.
type ChangeItem struct {
	Action ItemAction
	Domain DomainName
	Label  string
	// Discrepancy is the one the item resolves; zero where there is none.
	Discrepancy ID

	// Record and BaseVersion: the golden record, and the version the decision was made on (0 when it is created here).
	Record      ID
	BaseVersion int
	// Set are the new values; Before the golden values they replace.
	Set    Attributes
	Before Attributes
	// Clear are the attributes that lose their value.
	Clear []AttributeID
	// Origin is where the values come from, for the lineage.
	Origin Lineage

	// Delivery: the change to write to a system; its Expect are the target's values the decision was made on.
	Delivery *DeliveryOrder
	Mapping  *CodeMapping
	Use      *PlantUse
	System   *SourceSystem
	Plant    *Plant
	Plan     *Plan
	Policy   *ApprovalPolicy
	Unmapped *UnmappedPolicy
	List     *CodeList
	Rule     *Authority
	// Matching is the rule's version that comes into force; Reopens is the plant whose automatic band may open again.
	Matching *MatchRule
	Reopens  PlantID
	// Into is the record that a merged one forwards to, IntoVersion the version of it the decision was made on.
	Into        ID
	IntoVersion int
	// Traces are where the values of an update come from, one by one, for those that are not of Origin; Former is where the
	// values came from that they replace.
	Traces []Lineage
	Former []Lineage
	// Contradicts says what of merged records speaks against their being one thing, as somebody has seen and judged it.
	Contradicts string
	// Remarks are sentences for whoever judges the item: of an edit, which systems it leaves as they are, and why.
	Remarks []string
	// Skips is the delivery that is not to be made any more.
	Skips ID
	// After are the positions of earlier items of the same request whose deliveries must be confirmed before this one's starts.
	After []int
}

// Touched are the golden attributes that an update sets or clears.
func (i ChangeItem) Touched() []AttributeID {
	touched := slices.Clone(i.Clear)
	for id := range i.Set {
		touched = append(touched, id)
	}
	slices.Sort(touched)
	return slices.Compact(touched)
}

// StillStands says that the record is, in what the item is about, as it was when the item was made: at the same version, or
// changed since in other attributes only.
func (i ChangeItem) StillStands(record GoldenRecord) bool {
	switch {
	case record.Version == i.BaseVersion:
		return true
	case record.State != RecordActive && record.State != RecordPhaseOut:
		return false
	case i.Action == ItemUpdateRecord:
		return record.Attributes.Only(i.Touched()).Same(i.Before)
	case i.Action == ItemWriteSystem && i.Delivery != nil && i.Delivery.Kind == DeliverUpdate:
		about := ChangeItem{Set: i.Delivery.Expect.With(i.Delivery.Set)}.Touched()
		return !slices.ContainsFunc(about, func(id AttributeID) bool { return !Holds(record.Attributes[id], i.Delivery.Set[id]) })
	default:
		return false
	}
}

// ItemEffect is what became of one item when its request was applied.
type ItemEffect struct {
	Position int
	// LeftOut says in a sentence why the item had no effect, though the rest of its request had; "" for one that had.
	LeftOut string
	// Delivery is the one that was enqueued, Changed says that the item changed something that was not so already.
	Delivery ID
	Changed  bool
	// UseBefore is the plant's use of the record before; nil when there was none.
	UseBefore *PlantUse
}
