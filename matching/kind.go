package matching

// Kind says what the values of an attribute are, and so how two of them are compared.
type Kind uint8

// The kinds. KindSkip takes no part in matching.
const (
	KindSkip Kind = iota
	KindText
	KindName
	KindCode
	KindNumber
	KindAddress
	KindPhone
	KindDate
	KindCategory
	// KindGTIN is a GS1 article number: one thing has one, so two that differ exclude each other. One whose check digit is wrong
	// is a text.
	KindGTIN
)

// String is the kind's name on the command line and in explanations.
func (k Kind) String() string {
	names := []string{"skip", "text", "name", "code", "number", "address", "phone", "date", "category", "gtin"}
	if int(k) >= len(names) {
		return ""
	}
	return names[k]
}

// ParseKind returns the kind of that name, and whether there is one.
func ParseKind(name string) (Kind, bool) {
	for k := KindSkip; k <= KindGTIN; k++ {
		if k.String() == name {
			return k, true
		}
	}
	return KindSkip, false
}

// Field is one attribute of the records that are compared.
type Field struct {
	Name string
	Kind Kind
}

// Record is what is compared: an ID and one value per field, in the fields' order; "" says nothing.
type Record struct {
	ID     string
	Values []string
}
