package catalog

import "github.com/crosswalk-mdm/crosswalk/domain"

// Location is the domain of places where stock lies: warehouses, zones, bins.
const Location domain.DomainName = "location"

// The attributes of a location.
const (
	LocationCode       domain.AttributeID = "code"
	LocationName       domain.AttributeID = "name"
	LocationType       domain.AttributeID = "location_type"
	LocationParent     domain.AttributeID = "parent"
	LocationPlant      domain.AttributeID = "plant"
	LocationGLN        domain.AttributeID = "gln"
	LocationBarcode    domain.AttributeID = "barcode"
	LocationStreet     domain.AttributeID = "street"
	LocationPostalCode domain.AttributeID = "postal_code"
	LocationCity       domain.AttributeID = "city"
	LocationCountry    domain.AttributeID = "country"
	LocationISA95      domain.AttributeID = "isa95_level"
)

// LocationDefinition declares the location. Where it lies is its parent's to say: its path is never kept.
func LocationDefinition() domain.Definition {
	return domain.Definition{
		Domain: Location, Label: "location", Version: 1, CodeAttribute: LocationCode, NameAttribute: LocationName,
		Attributes: []domain.Attribute{
			attribute(LocationCode, "Location code", domain.KindCode, required, personOnly, length(64), help("The canonical code, exactly as written.")),
			attribute(LocationName, "Name", domain.KindText, required, length(256), fold(domain.FoldSpace)),
			attribute(LocationType, "Type", domain.KindEnum, personOnly, coded(ListLocationType)),
			attribute(LocationParent, "Parent", domain.KindReference, personOnly, above(Location), help("The location it is a part of.")),
			attribute(LocationPlant, "Plant", domain.KindCode, personOnly, ofPlant, help("The plant it belongs to.")),
			attribute(LocationGLN, "GLN", domain.KindCode, personOnly, length(13), checked(domain.CheckGLN), help("The global location number of GS1, 13 digits.")),
			attribute(LocationBarcode, "Barcode", domain.KindCode, length(64)),
			attribute(LocationStreet, "Street", domain.KindText, length(256), fold(domain.FoldCase)),
			attribute(LocationPostalCode, "Postal code", domain.KindCode, length(16)),
			attribute(LocationCity, "City", domain.KindText, length(128), fold(domain.FoldCase)),
			attribute(LocationCountry, "Country", domain.KindEnum, coded(ListCountry), help("The ISO 3166 code of the country.")),
			attribute(LocationISA95, "ISA-95 level", domain.KindEnum, members("enterprise", "site", "area", "storage_zone", "storage_unit"),
				help("What it is in the equipment hierarchy of IEC 62264.")),
		},
		Identifiers: [][]domain.AttributeID{{LocationGLN}},
	}.WithLists(bareLists())
}
