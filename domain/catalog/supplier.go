package catalog

import "github.com/crosswalk-mdm/crosswalk/domain"

// Supplier is the domain of those who sell to the company or work for it.
const Supplier domain.DomainName = "supplier"

// The attributes of a supplier that hold everywhere.
const (
	SupplierCode         domain.AttributeID = "code"
	SupplierName         domain.AttributeID = "name"
	SupplierVAT          domain.AttributeID = "vat"
	SupplierRegistration domain.AttributeID = "registration"
	SupplierDUNS         domain.AttributeID = "duns"
	SupplierLEI          domain.AttributeID = "lei"
	SupplierStreet       domain.AttributeID = "street"
	SupplierPostalCode   domain.AttributeID = "postal_code"
	SupplierCity         domain.AttributeID = "city"
	SupplierRegion       domain.AttributeID = "region"
	SupplierCountry      domain.AttributeID = "country"
	SupplierEMailDomain  domain.AttributeID = "email_domain"
	SupplierPhone        domain.AttributeID = "phone"
	SupplierWebsite      domain.AttributeID = "website"
	SupplierStatus       domain.AttributeID = "status"
	SupplierParent       domain.AttributeID = "parent"
)

// The attributes of a supplier that hold for one company.
const (
	SupplierCurrency     domain.AttributeID = "currency"
	SupplierPaymentTerms domain.AttributeID = "payment_terms"
)

// SupplierDefinition declares the supplier. Two with one VAT number, D-U-N-S number or LEI are one until somebody says otherwise.
func SupplierDefinition() domain.Definition {
	return domain.Definition{
		Domain: Supplier, Label: "supplier", Version: 1, CodeAttribute: SupplierCode, NameAttribute: SupplierName,
		Attributes:  append(append(supplierIdentity(), supplierAddress()...), supplierTerms()...),
		Identifiers: [][]domain.AttributeID{{SupplierVAT}, {SupplierDUNS}, {SupplierLEI}},
	}.WithLists(bareLists())
}

// supplierIdentity is who it is.
func supplierIdentity() []domain.Attribute {
	return []domain.Attribute{
		attribute(SupplierCode, "Supplier code", domain.KindCode, required, personOnly, length(64), help("The canonical code, exactly as written.")),
		attribute(SupplierName, "Legal name", domain.KindText, required, personOnly, length(256), fold(domain.FoldSpace), like(domain.LikeName)),
		attribute(SupplierVAT, "VAT number", domain.KindCode, personOnly, length(20), checked(domain.CheckVAT), help("With the country's letters, such as DE136695976.")),
		attribute(SupplierRegistration, "Registration", domain.KindCode, personOnly, length(64), help("The number in the register of companies, such as HRB 12345 Stuttgart.")),
		attribute(SupplierDUNS, "D-U-N-S number", domain.KindCode, personOnly, length(11), checked(domain.CheckDUNS)),
		attribute(SupplierLEI, "LEI", domain.KindCode, personOnly, length(20), checked(domain.CheckLEI), help("The legal entity identifier of ISO 17442.")),
		attribute(SupplierStatus, "Status", domain.KindEnum, personOnly, members("prospect", "approved", "restricted", "blocked"),
			help("Whether it may be bought from.")),
		attribute(SupplierParent, "Parent", domain.KindReference, personOnly, above(Supplier), help("The supplier it is a part of.")),
	}
}

// supplierAddress is where it is found.
func supplierAddress() []domain.Attribute {
	return []domain.Attribute{
		attribute(SupplierStreet, "Street", domain.KindText, length(256), fold(domain.FoldCase), like(domain.LikeAddress)),
		attribute(SupplierPostalCode, "Postal code", domain.KindCode, length(16)),
		attribute(SupplierCity, "City", domain.KindText, length(128), fold(domain.FoldCase)),
		attribute(SupplierRegion, "Region", domain.KindText, length(128), fold(domain.FoldCase)),
		attribute(SupplierCountry, "Country", domain.KindEnum, coded(ListCountry), help("The ISO 3166 code of the country.")),
		attribute(SupplierEMailDomain, "E-mail domain", domain.KindText, length(253), fold(domain.FoldCase), help("What stands behind the @ of its people: example.com.")),
		attribute(SupplierPhone, "Phone", domain.KindText, length(32), fold(domain.FoldSpace), like(domain.LikePhone), help("The company's number, not a person's.")),
		attribute(SupplierWebsite, "Website", domain.KindText, length(256), fold(domain.FoldCase)),
	}
}

// supplierTerms is what each company has agreed with it.
func supplierTerms() []domain.Attribute {
	return []domain.Attribute{
		attribute(SupplierCurrency, "Purchase currency", domain.KindEnum, scoped(domain.ScopeCompany), personOnly, coded(ListCurrency), help("The ISO 4217 code.")),
		attribute(SupplierPaymentTerms, "Payment terms", domain.KindEnum, scoped(domain.ScopeCompany), personOnly, coded(ListPaymentTerms)),
	}
}
