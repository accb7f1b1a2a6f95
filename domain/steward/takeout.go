package steward

import "github.com/crosswalk-mdm/crosswalk/domain"

// TakeOut makes the item that takes what a mapping names out of use in its system: by a delivery or, where that cannot be written, by
// somebody at the plant.
func (d *Desk) TakeOut(system domain.SourceSystem, m domain.CodeMapping, label string) domain.ChangeItem {
	order := domain.DeliveryOrder{System: system.ID, Domain: m.Domain, Record: m.Record, Kind: domain.DeliverArchive, Code: m.Code}
	order.ByHand = !d.canWrite(system, order)
	return domain.ChangeItem{Action: domain.ItemWriteSystem, Domain: m.Domain, Label: label, Record: m.Record, Delivery: &order}
}
